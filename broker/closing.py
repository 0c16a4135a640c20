"""How a visit went: from what its room told, to one outcome. Pure.

Each side has two measures. *Presence* is the time it was in the room or meant to be: from joining until it left by its
own act; a lost connection does not end it. *Connected* is what the room measured: the media path was up and the slot
live. Presence says who came; connected against common presence says whether the technology let them talk.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from broker.visit import Outcome
from config.facts import EndReason, Fact, FactName, LeaveReason

#: Leaving later than this before the end is no early end: people say goodbye when a notice tells them to.
GOODBYE = timedelta(seconds=60)
#: What finding each other may take before missing seconds count as a failure.
SETTLING = timedelta(seconds=20)
#: Connected for less than this share of the time both were there is a technical failure.
LEAST_SHARE = 0.5

_NOTHING = timedelta(0)
# What staff chose when they ended a session, where it says more than that they did.
_STAFF_OUTCOMES = {
    "identity_not_confirmed": Outcome.IDENTITY_NOT_CONFIRMED,
    "prisoner_refused": Outcome.PRISONER_REFUSED,
    "technical_failure": Outcome.TECHNICAL_FAILURE,
}
_STAFF_FINISHED = "visit_finished"


@dataclass(frozen=True, slots=True)
class Record:
    """All that is known of a visit whose room is over.

    `facts` in any order, repeats allowed; `seconds` are connected seconds by participant; `end` and `ended_at` say why
    and when the room ended (None: nobody told, the slot ran out); `staff_reason` is what staff chose when they ended
    it; `lost`: staff had opened the room, but the live state has forgotten it; `shut_out`: when the family had asked
    for codes and had none (broker.losses.absent.letting), apart and in order.
    """

    starts_at: datetime
    ends_at: datetime
    facts: tuple[Fact, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)
    end: EndReason | None = None
    ended_at: datetime | None = None
    staff_reason: str | None = None
    lost: bool = False
    shut_out: tuple[tuple[datetime, datetime], ...] = ()


@dataclass(frozen=True, slots=True)
class Side:
    """One side of the room. `came`: somebody was seen, perhaps only before the slot; `spans`: when somebody of it was
    present within the slot, sorted and apart; `connected`: the longest of its participants; `left`: all had left on
    their own at the end.
    """

    came: bool = False
    spans: tuple[tuple[datetime, datetime], ...] = ()
    connected: timedelta = _NOTHING
    left: bool = False

    @property
    def first(self) -> datetime | None:
        """When it was first there within the slot."""
        return self.spans[0][0] if self.spans else None

    @property
    def last(self) -> datetime | None:
        """Until when it was there."""
        return self.spans[-1][1] if self.spans else None


def conclude(record: Record) -> Outcome:
    """The outcome of a visit. Never cancelled_by_jail: a cancelled visit has no room."""
    if record.end is EndReason.ENDED_BY_STAFF:
        chosen = _STAFF_OUTCOMES.get(record.staff_reason or "")
        if chosen is not None:
            return chosen
        if record.staff_reason != _STAFF_FINISHED:
            return Outcome.ENDED_BY_STAFF
    end = min(record.ended_at or record.ends_at, record.ends_at)
    family, prison = side(record, end, of_prison=False), side(record, end, of_prison=True)
    if not family.came and _kept_out(record) > SETTLING:
        return Outcome.TECHNICAL_FAILURE
    if record.end is EndReason.NO_SHOW and not family.came:
        return Outcome.VISITOR_ABSENT
    if not (family.came and prison.came):
        return _absent(family, prison, lost=record.lost)
    return _both_came(family, prison, end if record.staff_reason == _STAFF_FINISHED else record.ends_at)


def side(record: Record, end: datetime, *, of_prison: bool) -> Side:
    """What the facts and seconds say about one side, up to `end`."""
    stories: dict[str, list[Fact]] = {}
    for fact in record.facts:
        if fact.participant and is_prison(fact.participant) is of_prison:
            stories.setdefault(fact.participant, []).append(fact)
    spans: list[tuple[datetime, datetime]] = []
    came, still_there = False, False
    for facts in stories.values():
        own, stays = _presence(facts, end)
        spans += own
        came = came or bool(own)
        still_there = still_there or stays
    connected = [spent for who, spent in record.seconds.items() if is_prison(who) is of_prison]
    if any(connected) and not came:  # its facts were lost, its seconds were not
        came, still_there = True, True
        spans = [(record.starts_at, end)]
    clipped = [(max(start, record.starts_at), min(stop, end)) for start, stop in spans]
    return Side(
        came=came,
        spans=_merged([span for span in clipped if span[0] < span[1]]),
        connected=timedelta(seconds=max(connected, default=0.0)),
        left=came and not still_there,
    )


def is_prison(participant: str) -> bool | None:
    """By the form of participants' ids; None for a monitor, who is on no side."""
    if participant.startswith("monitor-"):
        return None
    return participant.startswith("terminal-")


def together(family: Side, prison: Side) -> timedelta:
    """How long both sides were present at once."""
    both = _NOTHING
    for start, stop in family.spans:
        for other_start, other_stop in prison.spans:
            both += max(_NOTHING, min(stop, other_stop) - max(start, other_start))
    return both


def _kept_out(record: Record) -> timedelta:
    """How long of the slot the family would have come in, and could not."""
    clipped = ((max(start, record.starts_at), min(stop, record.ends_at)) for start, stop in record.shut_out)
    return sum((stop - start for start, stop in clipped if start < stop), _NOTHING)


def _absent(family: Side, prison: Side, *, lost: bool) -> Outcome:
    if family.came:
        return Outcome.PRISON_ABSENT
    if prison.came:
        return Outcome.VISITOR_ABSENT
    return Outcome.TECHNICAL_FAILURE if lost else Outcome.NOBODY_CAME


def _both_came(family: Side, prison: Side, planned_end: datetime) -> Outcome:
    common = together(family, prison)
    talked = min(family.connected, prison.connected, common)
    if talked < (common - SETTLING) * LEAST_SHARE:
        return Outcome.TECHNICAL_FAILURE
    if not talked and common <= SETTLING and family.first != prison.first:
        return _missed(family, prison)
    early = [
        (one.last, outcome)
        for one, outcome in ((family, Outcome.ENDED_EARLY_VISITOR), (prison, Outcome.ENDED_EARLY_PRISON))
        if one.left and one.last is not None and one.last < planned_end - GOODBYE
    ]
    return min(early, key=lambda left: left[0])[1] if early else Outcome.COMPLETED


def _missed(family: Side, prison: Side) -> Outcome:
    """Both came, but hardly at the same time: absent is who came when the other had gone, or at the last moment."""
    if prison.first is None or family.first is None:
        return Outcome.PRISON_ABSENT if prison.first is None else Outcome.VISITOR_ABSENT
    return Outcome.PRISON_ABSENT if prison.first >= family.first else Outcome.VISITOR_ABSENT


def _presence(facts: Iterable[Fact], end: datetime) -> tuple[list[tuple[datetime, datetime]], bool]:
    """One participant's spans of presence (unclipped), and whether they had not left on their own at the end."""
    spans: list[tuple[datetime, datetime]] = []
    since: datetime | None = None
    for fact in sorted(facts, key=lambda fact: (fact.at, fact.name is FactName.PARTICIPANT_LEFT)):
        if fact.name in {FactName.PARTICIPANT_JOINED, FactName.MEDIA_STARTED}:
            since = since or fact.at
        elif fact.name is FactName.PARTICIPANT_LEFT and fact.reason == LeaveReason.LEFT and since is not None:
            spans.append((since, fact.at))
            since = None
    if since is not None:
        spans.append((since, end))
    return spans, since is not None


def _merged(spans: list[tuple[datetime, datetime]]) -> tuple[tuple[datetime, datetime], ...]:
    merged: list[tuple[datetime, datetime]] = []
    for start, stop in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        else:
            merged.append((start, stop))
    return tuple(merged)
