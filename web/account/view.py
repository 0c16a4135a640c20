"""A visit as the family that asked for it sees it: where it stands, and what they can do about it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from broker.accounts.account import Account, normalised
from broker.admission.window import opens_at
from broker.deciding.store import Decision
from broker.outbox import Channel, MailStatus, OutboxMail
from broker.visit import Outcome, Visit, VisitMode, Visitor, VisitStatus
from broker.vocabulary import DecisionKind

_UNREACHED = frozenset({MailStatus.BOUNCED, MailStatus.FAILED})
#: Outcomes that a family did not cause.
_NOT_THEIRS = frozenset(
    {
        Outcome.CANCELLED_BY_JAIL,
        Outcome.ENDED_EARLY_PRISON,
        Outcome.PRISON_ABSENT,
        Outcome.PRISONER_REFUSED,
        Outcome.TECHNICAL_FAILURE,
    }
)
_MISSED = frozenset({Outcome.NOBODY_CAME, Outcome.VISITOR_ABSENT})


class Stage(StrEnum):
    """Where a visit stands for the family. `open`: they can go in now; `failed`: over, and not by their doing."""

    APPROVED = "approved"
    ASKED = "asked"
    CANCELLED = "cancelled"
    FAILED = "failed"
    MISSED = "missed"
    OPEN = "open"
    OVER = "over"
    REFUSED = "refused"
    REQUESTED = "requested"


#: What is still to come.
AHEAD = frozenset({Stage.APPROVED, Stage.ASKED, Stage.OPEN, Stage.REQUESTED})


@dataclass(frozen=True, slots=True)
class Item:
    """One visit of a list, and what may be done about it now."""

    visit: Visit
    stage: Stage
    may_answer: bool
    may_change: bool
    may_withdraw: bool

    @property
    def ahead(self) -> bool:
        """Whether it may still take place."""
        return self.stage in AHEAD


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter to the account's own address. `unreached`: it did not get there."""

    subject: str = field(repr=False)
    text: str = field(repr=False)
    at: datetime
    unreached: bool


def item(visit: Visit, now: datetime) -> Item:
    """A visit at `now`. Nothing is changed once it has begun; what nobody answered or decided by then is over."""
    to_come = now < visit.starts_at
    open_to_change = visit.undecided or visit.status is VisitStatus.APPROVED
    return Item(
        visit=visit,
        stage=stage(visit, now),
        may_answer=visit.status is VisitStatus.ASKED and to_come,
        may_change=open_to_change and to_come,
        may_withdraw=open_to_change and to_come,
    )


def stage(visit: Visit, now: datetime) -> Stage:
    """Where a visit stands."""
    if visit.status is VisitStatus.CLOSED:
        return _closed(visit)
    if visit.live:
        if now >= visit.ends_at:
            return Stage.OVER
        return Stage.OPEN if visit.mode is VisitMode.VIDEO and now >= opens_at(visit) else Stage.APPROVED
    return Stage(visit.status.value)


def split(visits: Iterable[Visit], now: datetime) -> tuple[list[Item], list[Item]]:
    """What is to come, the soonest first; and what is over or off, the newest first."""
    items = sorted((item(visit, now) for visit in visits), key=lambda each: each.visit.starts_at)
    return [each for each in items if each.ahead], [each for each in reversed(items) if not each.ahead]


def ours(visit: Visit, account: Account) -> list[Visitor]:
    """The visitors who may come and whom letters reach at the account's address: oneself, and who has none."""
    return [each for each in visit.admitted if normalised(each.email) == account.email]


def letters(mails: Iterable[OutboxMail], account: Account) -> list[Letter]:
    """The letters to the account's address, newest first. Codes are none: they are worth nothing afterwards, and a
    companion's letter carries a link that is theirs alone.
    """
    own = (
        mail
        for mail in mails
        if mail.channel is Channel.MAIL and mail.expires_at is None and normalised(mail.to) == account.email
    )
    found = [Letter(m.subject, m.text, m.sent_at or m.created_at, m.status in _UNREACHED) for m in own]
    return sorted(found, key=lambda letter: letter.at, reverse=True)


def last_word(decisions: Sequence[Decision], stage: Stage) -> Decision | None:
    """The decision that put the visit where it stands: for a question, a refusal, a cancellation; else None."""
    wanted = {
        Stage.ASKED: {DecisionKind.ASKED},
        Stage.CANCELLED: {DecisionKind.CANCELLED},
        Stage.REFUSED: {DecisionKind.LAPSED, DecisionKind.REFUSED},
    }.get(stage, set())
    return next((decision for decision in reversed(decisions) if decision.what in wanted), None)


def _closed(visit: Visit) -> Stage:
    if visit.outcome in _MISSED:
        return Stage.MISSED
    return Stage.FAILED if visit.outcome in _NOT_THEIRS else Stage.OVER
