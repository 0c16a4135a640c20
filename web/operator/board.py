"""The jail's day as the operator sees it: one row a visit, its state decided from paper and live facts together.

Pure: everything comes in as arguments, `now` too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby

from broker.admission.mailstate import NO_MAIL, MailState
from broker.admission.window import opens_at
from broker.visit import Terminal, Visit, Visitor, VisitStatus
from rooms.presence import Presence, PresenceState
from rooms.registry import RoomState

# A terminal's page speaks every 2 s; after this long it counts as gone.
TERMINAL_SILENT = timedelta(seconds=10)

_HERE = frozenset({PresenceState.CHECKING, PresenceState.CONNECTED, PresenceState.WAITING})
_IN_THE_CALL = frozenset({PresenceState.CONNECTED, PresenceState.DISCONNECTED})
_OVER_ON_PAPER = frozenset({VisitStatus.CANCELLED, VisitStatus.CLOSED})
_NOT_ON_THE_BOARD = frozenset({VisitStatus.REFUSED, VisitStatus.REQUESTED})


class RowState(StrEnum):
    """Where a visit stands, as the row's `data-state`."""

    CLOSED = "closed"
    ENDED = "ended"
    EXPECTED = "expected"
    FAMILY_WAITING = "family_waiting"
    HELD = "held"
    LIVE = "live"
    READY = "ready"


class Awaiting(StrEnum):
    """What a started session still waits for."""

    FAMILY = "family"
    PRISON = "prison"
    SLOT = "slot"


@dataclass(frozen=True, slots=True)
class Person:
    """A visitor, where they are, and what became of their newest codes mail."""

    visitor: Visitor
    presence: Presence | None
    mail: MailState


@dataclass(frozen=True, slots=True)
class Row:
    """One visit of the day. `column` is its terminal's place among the jail's terminals, from 0."""

    visit: Visit
    terminal: Terminal
    column: int
    state: RowState
    people: tuple[Person, ...]
    at_terminal: Presence | None
    awaiting: Awaiting | None
    may_start: bool
    may_end: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The rows that start at one time."""

    starts_at: datetime
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class TerminalLine:
    """A terminal and when its page last spoke to us."""

    terminal: Terminal
    seen_at: datetime | None
    online: bool


@dataclass(frozen=True, slots=True)
class Live:
    """The live side of one visit; all empty where no room was ever placed."""

    room: RoomState | None = None
    presence: Mapping[str, Presence] = field(default_factory=dict)
    mail: Mapping[str, MailState] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Board:
    """The whole day: what is on or to come first, what is over after it."""

    current: tuple[Group, ...]
    earlier: tuple[Group, ...]
    terminals: tuple[TerminalLine, ...]
    live: int
    waiting: int
    to_come: int


def row_state(visit: Visit, live: Live, now: datetime) -> RowState:
    """The state of a visit's row. Paper wins once it is closed; then the slot's end; then the room."""
    if visit.status in _OVER_ON_PAPER:
        return RowState.CLOSED
    if now >= visit.ends_at or (live.room is not None and live.room.ending(now) is not None):
        return RowState.ENDED
    if is_open(visit, live):
        if live.room is not None and live.room.held:
            return RowState.HELD
        talking = live.room is not None and live.room.state == "live" and _awaiting(visit, live, now) is None
        return RowState.LIVE if talking else RowState.READY
    came = _somebody((visitor.id for visitor in visit.admitted), live, _HERE)
    return RowState.FAMILY_WAITING if came else RowState.EXPECTED


def is_open(visit: Visit, live: Live) -> bool:
    """Whether the session was started, on paper and in the room: a start that got half way may be repeated."""
    return visit.status is VisitStatus.OPEN and live.room is not None and live.room.opened is not None


def startable(visit: Visit, now: datetime) -> bool:
    """Whether the slot and the paper allow a start now (also of one already started: starting twice is one start)."""
    return visit.live and visit.slot is not None and opens_at(visit) <= now < visit.ends_at


def build(
    visits: Sequence[Visit],
    terminals: Sequence[Terminal],
    live: Mapping[str, Live],
    seen: Mapping[int, datetime],
    now: datetime,
) -> Board:
    """The board of one jail's day. `live` is by visit id, `seen` by terminal id."""
    columns = {terminal.id: column for column, terminal in enumerate(terminals)}
    rows = [
        _row(visit, visit.terminal, columns.get(visit.terminal.id, 0), live.get(visit.id, Live()), now)
        for visit in visits
        if visit.terminal is not None and visit.status not in _NOT_ON_THE_BOARD
    ]
    rows.sort(key=lambda row: (row.visit.starts_at, row.column, str(row.visit.visrn)))
    groups = [
        Group(starts_at, tuple(members)) for starts_at, members in groupby(rows, key=lambda row: row.visit.starts_at)
    ]
    states = [row.state for row in rows]
    return Board(
        current=tuple(group for group in groups if not _is_over(group)),
        earlier=tuple(group for group in groups if _is_over(group)),
        terminals=tuple(_terminal_line(terminal, seen.get(terminal.id), now) for terminal in terminals),
        live=states.count(RowState.LIVE) + states.count(RowState.HELD),
        waiting=states.count(RowState.FAMILY_WAITING) + states.count(RowState.READY),
        to_come=states.count(RowState.EXPECTED),
    )


def _row(visit: Visit, terminal: Terminal, column: int, live: Live, now: datetime) -> Row:
    state = row_state(visit, live, now)
    at_terminal = live.presence.get(f"terminal-{terminal.id}")
    return Row(
        visit=visit,
        terminal=terminal,
        column=column,
        state=state,
        people=tuple(_person(visitor, live) for visitor in visit.admitted),
        at_terminal=at_terminal,
        awaiting=_awaiting(visit, live, now) if state is RowState.READY else None,
        may_start=state in {RowState.EXPECTED, RowState.FAMILY_WAITING} and startable(visit, now),
        may_end=state in {RowState.READY, RowState.LIVE, RowState.HELD},
    )


def _person(visitor: Visitor, live: Live) -> Person:
    return Person(visitor, live.presence.get(visitor.id), live.mail.get(visitor.id, NO_MAIL))


def _awaiting(visit: Visit, live: Live, now: datetime) -> Awaiting | None:
    """What a started session waits for; a side whose line dropped in the call is not waited for, it comes back."""
    if now < visit.starts_at:
        return Awaiting.SLOT
    if visit.terminal is None or not _somebody([f"terminal-{visit.terminal.id}"], live, _IN_THE_CALL):
        return Awaiting.PRISON
    return None if _somebody([visitor.id for visitor in visit.admitted], live, _IN_THE_CALL) else Awaiting.FAMILY


def _somebody(participants: Iterable[str], live: Live, states: frozenset[PresenceState]) -> bool:
    found = (live.presence.get(participant) for participant in participants)
    return any(presence is not None and presence.state in states for presence in found)


def _is_over(group: Group) -> bool:
    return all(row.state in {RowState.CLOSED, RowState.ENDED} for row in group.rows)


def _terminal_line(terminal: Terminal, seen_at: datetime | None, now: datetime) -> TerminalLine:
    online = terminal.paired and seen_at is not None and now - seen_at < TERMINAL_SILENT
    return TerminalLine(terminal, seen_at, online)
