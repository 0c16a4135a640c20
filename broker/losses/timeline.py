"""What is known about each second of a slot: who was there, whose media path was up, what the prison did, and when our
own node was gone. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from broker.closing import Record, is_prison
from broker.losses.spans import Span, Spans, common, union, without
from broker.losses.tracks import Clock, Track, died_at, together, tracks_of
from config.facts import Fact, FactName

#: Seconds that people get to find their way to the node that took a room over.
RECOVERY = 30


@dataclass(frozen=True, slots=True)
class Around:
    """What is known beside the room's own facts. `opened_at`: when staff started the session; None: they never did.
    `silent`: when the terminal's page was not heard of over HTTP; `neighbours_silent`: when none of the jail's other
    terminals was, empty where there is none to compare with. Pairs of instants, in any order. `called_off`:
    staff wrote down that the family had said not to come.
    """

    opened_at: datetime | None = None
    silent: tuple[tuple[datetime, datetime], ...] = ()
    neighbours_silent: tuple[tuple[datetime, datetime], ...] = ()
    called_off: bool = False


@dataclass(frozen=True, slots=True)
class Timeline:
    """A slot of `offered` seconds. `end`: when the room ended; `started`: when it was open and its slot ran; `held`:
    paused by staff; `node`: no node of ours held it; `silent`, `neighbours_silent`: see Around; `shut_out`: the family
    had asked for codes, and had none; `unready`: nobody came, and there was no terminal either, from end to end.
    """

    offered: int
    end: int
    family: Track
    prison: Track
    started: Spans
    held: Spans
    node: Spans
    silent: Spans
    neighbours_silent: Spans
    shut_out: Spans = ()
    unready: bool = False

    @property
    def had(self) -> Spans:
        """When both sides were connected and could talk."""
        return common(without(self.started, self.held), common(self.family.up, self.prison.up))

    def edges(self) -> list[int]:
        """Every second of the slot at which anything changes, its two ends included."""
        parts = (
            *(self.family.present, self.family.up, self.prison.present, self.prison.up),
            *(self.started, self.held, self.node, self.silent, self.neighbours_silent, self.shut_out),
        )
        found = {0, self.end, self.offered, *(at for part in parts for span in part for at in span)}
        return sorted(at for at in found if 0 <= at <= self.offered)


def read(record: Record, around: Around) -> Timeline:
    """The timeline of a room that is over. Facts may come in any order, and twice."""
    clock = Clock(record.starts_at)
    offered = max(0, clock.at(record.ends_at))
    end = min(max(0, clock.at(record.ended_at or record.ends_at)), offered)
    started = union([(max(0, _opened(record, around, clock, end)), end)])
    held = common(_held(record.facts, clock, end), started)
    live = without(started, held)
    tracks = tracks_of(record, end, live)
    node = _node(record, clock, offered)
    died = died_at(tracks, live, record.seconds, offered) if record.end is None else None
    if died is not None:
        tracks = {who: replace(track, up=common(track.up, [(0, died)])) for who, track in tracks.items()}
        node = union([*node, (died, offered)])
    family, prison = together(tracks, of_prison=False), together(tracks, of_prison=True)
    silent = clock.spans(around.silent, offered)
    whole = union([(0, offered)])
    return Timeline(
        offered=offered,
        end=end,
        family=family,
        prison=prison,
        started=started,
        held=held,
        node=node,
        silent=silent,
        neighbours_silent=clock.spans(around.neighbours_silent, offered),
        shut_out=() if around.called_off else clock.spans(record.shut_out, offered),
        unready=silent == whole and not (family.present or prison.present or around.called_off),
    )


def _opened(record: Record, around: Around, clock: Clock, end: int) -> int:
    """When staff started the session, by paper, by the room, or because time was counted: that needs a started one."""
    told = [fact.at for fact in record.facts if fact.name is FactName.ROOM_OPENED]
    if around.opened_at is not None:
        told.append(around.opened_at)
    if told:
        return clock.at(min(told))
    counted = any(spent for who, spent in record.seconds.items() if is_prison(who) is not None)
    return 0 if counted else end


def _held(facts: Iterable[Fact], clock: Clock, end: int) -> Spans:
    told = {(fact.at, fact.name) for fact in facts if fact.name in {FactName.ROOM_HELD, FactName.ROOM_RESUMED}}
    spans: list[Span] = []
    since = None
    for moment, name in sorted(told, key=lambda each: (each[0], each[1] is FactName.ROOM_HELD)):
        at = clock.at(moment)
        if name is FactName.ROOM_HELD:
            since = at if since is None else since
        elif since is not None:
            spans.append((since, at))
            since = None
    return common([*spans, *([] if since is None else [(since, end)])], [(0, end)])


def _node(record: Record, clock: Clock, offered: int) -> Spans:
    """When the room was on no node, as those tell that took it over; all of it where the live state was lost."""
    if record.lost:
        return union([(0, offered)])
    moves = (fact for fact in record.facts if fact.name is FactName.ROOM_MOVED)
    return common(((clock.at(f.since or f.at), clock.at(f.at) + RECOVERY) for f in moves), [(0, offered)])
