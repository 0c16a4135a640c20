"""The jail's day as the operator sees it: one row a visit, a column a terminal, in the order of time.

Pure: everything comes in as arguments, `now` too. The state of each row is decided in `states`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from broker.admission.mailstate import NO_MAIL, MailState
from broker.audit.events import AuditEvent
from broker.losses.heard import QUIET
from broker.sessions.noshow import callable_now, late_at
from broker.sessions.turns import Act
from broker.visit import Terminal, Visit, Visitor, VisitStatus
from rooms.moderation import UNMODERATED, Moderation
from rooms.presence import Presence
from rooms.wall.alert import Alert
from web.monitor.card import SideName
from web.operator.states import (
    HERE,
    NO_SHOW_MINUTES,
    OVER,
    Awaiting,
    Codes,
    Live,
    RowState,
    awaiting,
    both_here,
    came,
    codes_of,
    is_open,
    row_state,
    startable,
    untold,
)
from web.terminal.commands import Command
from web.terminal.health import Health

#: A terminal's page that has been silent for so long counts as gone.
TERMINAL_SILENT = QUIET

_ENDING = frozenset({AuditEvent.VISIT_END, AuditEvent.VISIT_NO_SHOW})
_NOT_ON_THE_BOARD = frozenset({VisitStatus.ASKED, VisitStatus.REFUSED, VisitStatus.REQUESTED})


@dataclass(frozen=True, slots=True)
class Person:
    """A visitor, where they are, what became of their newest codes mail, and what staff have taken from them."""

    visitor: Visitor
    presence: Presence | None
    mail: MailState
    codes: Codes | None = None
    moderation: Moderation = UNMODERATED


@dataclass(frozen=True, slots=True)
class Row:
    """One visit of the day. `column` is its terminal's place among the jail's terminals, from 0. `admits`: its door is
    open; `late`: a side is missing by now; `terminal_fit`: the terminal's page is there with working devices; `turn`:
    the newest act of staff; `notes` and `incidents`: how many there are; `both_here`: both sides are in the room.
    """

    visit: Visit
    terminal: Terminal
    column: int
    state: RowState
    people: tuple[Person, ...]
    at_terminal: Presence | None
    awaiting: Awaiting | None
    may_start: bool
    may_end: bool
    may_hold: bool = False
    may_resume: bool = False
    may_call_no_show: bool = False
    admits: bool = False
    late: bool = False
    both_here: bool = False
    terminal_fit: bool = False
    alerts: tuple[Alert, ...] = ()
    prison_moderation: Moderation = UNMODERATED
    turn: Act | None = None
    notes: int = 0
    incidents: int = 0
    no_show_minutes: int = NO_SHOW_MINUTES

    @property
    def seen(self) -> int:
        """The newest act this row knows of, for the forms that stand in it; 0 where there is none."""
        return self.turn.seq if self.turn is not None else 0

    @property
    def told(self) -> Act | None:
        """The act of staff by which it stands as it does, for whoever reads it: who holds it, or who ended it."""
        telling = {AuditEvent.VISIT_HOLD} if self.state is RowState.HELD else _ENDING if self.state in OVER else ()
        return self.turn if self.turn is not None and self.turn.event in telling else None

    @property
    def family_here(self) -> bool:
        """Whether somebody of the family is in the waiting room or the call."""
        return any(person.presence is not None and person.presence.state in HERE for person in self.people)

    @property
    def came(self) -> bool:
        """Whether somebody of the family was ever seen."""
        return any(person.presence is not None for person in self.people)

    @property
    def lost(self) -> bool:
        """Whether all of the family who came have dropped out rather than left."""
        found = [person.presence for person in self.people if person.presence is not None]
        return bool(found) and all(each.away_since is not None for each in found)

    def alert_side(self, alert: Alert) -> SideName | None:
        """Whose sending an alert is about; None for the room as a whole, or for nobody of this visit."""
        if alert.participant == f"terminal-{self.terminal.id}":
            return SideName.PRISON
        return SideName.FAMILY if self.alert_person(alert) is not None else None

    def alert_person(self, alert: Alert) -> Person | None:
        """The visitor an alert is about, if it is about one."""
        return next((each for each in self.people if each.visitor.id == alert.participant), None)

    @property
    def missing(self) -> tuple[Person, ...]:
        """The visitors who are not here: those whose codes never arrived first."""
        away = [each for each in self.people if each.presence is None or each.presence.state not in HERE]
        return tuple(sorted(away, key=lambda each: each.codes not in {Codes.BOUNCED, Codes.FAILED}))

    @property
    def helpable(self) -> bool:
        """Whether somebody may still have to be helped in."""
        return self.admits and bool(self.missing)


@dataclass(frozen=True, slots=True)
class Group:
    """The rows that start at one time. `now`: it is the one the day has come to."""

    starts_at: datetime
    rows: tuple[Row, ...]
    now: bool = False


@dataclass(frozen=True, slots=True)
class TerminalLine:
    """A terminal: when its page last spoke to us, what it said of its devices, and what was last asked of it, if that
    is not done yet. `next_at`: when its next session begins; `stale`: its last word on its devices is old.
    """

    terminal: Terminal
    seen_at: datetime | None
    online: bool
    health: Health | None = None
    command: Command | None = None
    next_at: datetime | None = None
    stale: bool = False

    @property
    def old(self) -> bool:
        """Whether what is known of its devices is of before, and nothing is known of now."""
        return self.health is not None and (self.stale or not self.online)

    @property
    def fit(self) -> bool:
        """Whether a session can be held on it, as far as is known."""
        return self.online and (self.health is None or self.health.fit)


@dataclass(frozen=True, slots=True)
class Board:
    """The whole day, in the order of time."""

    groups: tuple[Group, ...]
    terminals: tuple[TerminalLine, ...]
    live: int
    waiting: int
    to_come: int
    trouble: int
    now: datetime
    losses: int = 0

    @property
    def rows(self) -> tuple[Row, ...]:
        """Every row, in the order of time."""
        return tuple(row for group in self.groups for row in group.rows)


def build(
    visits: Sequence[Visit],
    terminals: Sequence[Terminal],
    live: Mapping[str, Live],
    seen: Mapping[int, datetime],
    now: datetime,
    *,
    healths: Mapping[int, Health] | None = None,
    commands: Mapping[int, Command] | None = None,
    losses: int = 0,
) -> Board:
    """The board of one jail's day. `live` is by visit id; `seen`, `healths` and `commands` by terminal id; `losses` is
    how many visits have lost minutes that somebody should look at.
    """
    columns = {terminal.id: column for column, terminal in enumerate(terminals)}
    held = [visit for visit in visits if visit.terminal is not None and visit.status not in _NOT_ON_THE_BOARD]
    lines = [
        _terminal_line(terminal, seen, healths or {}, commands or {}, now, next_at=_next_at(terminal, held, now))
        for terminal in terminals
    ]
    fit = {line.terminal.id for line in lines if line.fit}
    rows = [
        _row(visit, visit.terminal, columns.get(visit.terminal.id, 0), live.get(visit.id, Live()), now, fit=fit)
        for visit in held
        if visit.terminal is not None
    ]
    rows.sort(key=lambda row: (row.visit.starts_at, row.column, str(row.visit.visrn)))
    states = [row.state for row in rows]
    return Board(
        groups=_groups(rows, now),
        terminals=tuple(lines),
        live=sum(states.count(state) for state in (RowState.LIVE, RowState.HELD, RowState.TROUBLE)),
        waiting=sum(states.count(state) for state in (RowState.FAMILY_WAITING, RowState.READY)),
        to_come=states.count(RowState.EXPECTED),
        trouble=sum(states.count(state) for state in (RowState.LATE, RowState.TROUBLE)),
        now=now,
        losses=losses,
    )


def _groups(rows: Iterable[Row], now: datetime) -> tuple[Group, ...]:
    groups = [(at, tuple(members)) for at, members in groupby(rows, key=lambda row: row.visit.starts_at)]
    unfinished = [at for at, members in groups if any(row.state not in OVER for row in members)]
    begun = [at for at in unfinished if at <= now]
    present = begun[0] if begun else unfinished[0] if unfinished else None
    return tuple(Group(at, members, now=at == present) for at, members in groups)


def _row(visit: Visit, terminal: Terminal, column: int, live: Live, now: datetime, *, fit: set[int]) -> Row:
    state = row_state(visit, live, now)
    started = is_open(visit, live) and state not in OVER
    people = tuple(_person(visitor, live, now) for visitor in visit.admitted)
    open_now = startable(visit, now) and state not in OVER
    at_terminal = live.presence.get(f"terminal-{terminal.id}")
    return Row(
        visit=visit,
        terminal=terminal,
        column=column,
        state=state,
        people=people,
        at_terminal=at_terminal,
        awaiting=awaiting(visit, live, now) if started else None,
        may_start=open_now and not started,
        may_end=started,
        may_hold=started and state is not RowState.HELD,
        may_resume=state is RowState.HELD,
        may_call_no_show=open_now and not came(visit, live) and callable_now(visit, live.no_show_minutes, now),
        admits=open_now,
        late=state not in OVER and now >= late_at(visit, live.no_show_minutes),
        both_here=both_here(visit, live),
        terminal_fit=terminal.id in fit,
        alerts=untold(live),
        prison_moderation=_moderation(live, f"terminal-{terminal.id}"),
        turn=live.turn,
        notes=live.notes,
        incidents=live.incidents,
        no_show_minutes=live.no_show_minutes,
    )


def _person(visitor: Visitor, live: Live, now: datetime) -> Person:
    presence, mail = live.presence.get(visitor.id), live.mail.get(visitor.id, NO_MAIL)
    return Person(visitor, presence, mail, codes_of(mail, presence, now), _moderation(live, visitor.id))


def _moderation(live: Live, participant: str) -> Moderation:
    return live.room.moderation.get(participant, UNMODERATED) if live.room is not None else UNMODERATED


def _next_at(terminal: Terminal, visits: Iterable[Visit], now: datetime) -> datetime | None:
    ahead = (
        visit.starts_at
        for visit in visits
        if visit.terminal is not None and visit.terminal.id == terminal.id and visit.live and visit.ends_at > now
    )
    return min(ahead, default=None)


def _terminal_line(
    terminal: Terminal,
    seen: Mapping[int, datetime],
    healths: Mapping[int, Health],
    commands: Mapping[int, Command],
    now: datetime,
    *,
    next_at: datetime | None,
) -> TerminalLine:
    seen_at, health, command = seen.get(terminal.id), healths.get(terminal.id), commands.get(terminal.id)
    return TerminalLine(
        terminal=terminal,
        seen_at=seen_at,
        online=terminal.paired and seen_at is not None and now - seen_at < TERMINAL_SILENT,
        health=health,
        command=command if command is not None and not command.carried_out(health) else None,
        next_at=next_at,
        stale=health is not None and health.stale(now),
    )
