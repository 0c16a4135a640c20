"""What needs a person, the most urgent first: who is losing time now, then who soon will, then what can wait. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from broker.admission.window import OPENS_BEFORE
from web.operator.board import Board, Row, TerminalLine
from web.operator.states import Awaiting, Codes, RowState

#: Codes that nobody used are worth a call from so long before the slot on: people come at the last minute.
CALL_BEFORE = timedelta(minutes=5)


class Need(IntEnum):
    """What is the matter, in the order of urgency; the name in lower case is what pages and automation call it."""

    TROUBLE = 0  # a call that does not go on as it should
    START = 1  # the slot has begun and the family waits for a start
    PRISON_MISSING = 2  # the session is started, and its terminal is not in it
    CODES_LOST = 3  # codes came back or were not taken, and their reader is not here
    TERMINAL_DOWN = 4  # a terminal is away, or lacks a device, and its next session is near
    NO_SHOW = 5  # the rule's minutes are over
    LATE = 6  # nobody of the family is here though the slot has begun
    CODES_UNUSED = 7  # codes went out and nobody used them
    READY_EARLY = 8  # both sides are ready before the slot has begun
    LOSSES = 9  # lost minutes whose cause somebody should look at

    @property
    def word(self) -> str:
        """As pages name it."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing that needs a person: what, since when, and the visit or the terminal it is about, or how many. With a
    call that lacks its terminal stand both.
    """

    need: Need
    since: datetime
    row: Row | None = None
    line: TerminalLine | None = None
    count: int = 0

    @property
    def key(self) -> str:
        """What tells it from all others, as long as it lasts."""
        about = self.row.visit.id if self.row is not None else self.line.terminal.id if self.line is not None else ""
        return f"need-{self.need.word}-{about}".rstrip("-")


def wanted(board: Board) -> tuple[Wanted, ...]:
    """Everything that needs a person now."""
    lines = {line.terminal.id: line for line in board.terminals}
    found = [each for row in board.rows for each in _of_row(row, lines.get(row.terminal.id), board.now)]
    found += [each for line in board.terminals for each in _of_terminal(line, board)]
    if board.losses:
        found.append(Wanted(Need.LOSSES, board.now, count=board.losses))
    return tuple(sorted(found, key=lambda each: (each.need, each.since, each.key)))


def _of_row(row: Row, line: TerminalLine | None, now: datetime) -> Iterator[Wanted]:
    starts_at = row.visit.starts_at
    begun = now >= starts_at
    match row.state:
        case RowState.TROUBLE:
            yield Wanted(Need.TROUBLE, _since(row, now), row, line)
        case RowState.FAMILY_WAITING if begun:
            yield Wanted(Need.START, starts_at, row)
        case RowState.FAMILY_WAITING if row.terminal_fit:
            yield Wanted(Need.READY_EARLY, starts_at, row)
        case RowState.READY | RowState.LATE if begun and row.awaiting is Awaiting.PRISON:
            yield Wanted(Need.PRISON_MISSING, starts_at, row, line)
    if row.admits:
        yield from _of_the_missing(row, now)


def _of_the_missing(row: Row, now: datetime) -> Iterator[Wanted]:
    starts_at = row.visit.starts_at
    codes = {person.codes for person in row.people}
    if codes & {Codes.BOUNCED, Codes.FAILED}:
        yield Wanted(Need.CODES_LOST, starts_at, row)
    elif row.may_call_no_show:
        yield Wanted(Need.NO_SHOW, starts_at, row)
    elif row.late and not row.family_here and row.awaiting is not Awaiting.PRISON:
        yield Wanted(Need.LATE, starts_at, row)
    elif Codes.UNUSED in codes and not row.family_here and now >= starts_at - CALL_BEFORE:
        yield Wanted(Need.CODES_UNUSED, starts_at, row)


def _of_terminal(line: TerminalLine, board: Board) -> Iterator[Wanted]:
    near = line.next_at is not None and line.next_at - board.now <= OPENS_BEFORE
    told = any(
        row.state is RowState.TROUBLE or row.awaiting is Awaiting.PRISON
        for row in board.rows
        if row.terminal.id == line.terminal.id
    )
    if line.next_at is not None and near and not line.fit and not told:
        yield Wanted(Need.TERMINAL_DOWN, line.next_at, line=line)


def _since(row: Row, now: datetime) -> datetime:
    """When the trouble began, as far as anybody knows."""
    times = [alert.since for alert in row.alerts]
    everybody = (*(person.presence for person in row.people), row.at_terminal)
    away = (presence.away_since for presence in everybody if presence is not None)
    return min([*times, *(since for since in away if since is not None)], default=now)
