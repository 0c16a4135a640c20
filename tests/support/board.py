"""A visit of the operator's board with its live side, as values: no database, no Redis."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from broker.visit import Inmate, InmateCategory, Jail, Slot, Terminal, Visit, VisitKind, Visitor, VisitStatus
from broker.visrn import VisRN
from rooms.placement import Claim
from rooms.presence import Presence, PresenceState
from rooms.registry import RoomState
from rooms.seats import Kind, Role, RoomSpec
from web.operator.states import Live

STARTS = datetime(2026, 3, 2, 5, 45, tzinfo=UTC)
ENDS = STARTS + timedelta(minutes=15)
JAIL = Jail(1, 27, 11, "Prison 11", "Pune", "Asia/Kolkata", "020-0000 1142")
TERMINALS = (Terminal(1, 1, "T1", paired=True), Terminal(2, 1, "T2", paired=False))
INMATE = Inmate(1, 1, "UT/1/26", "Sanjay Kolte", "Mahadev Kolte", 34, "male", InmateCategory.UNDERTRIAL, "IN")
VISITOR = Visitor("a" * 32, "b" * 32, "Savita Kolte", "wife", "s@family.example", "+916000000001", "en", 0)
VISIT = Visit(
    id="b" * 32,
    visrn=VisRN(27, 11, 1, 2026),
    jail=JAIL,
    terminal=TERMINALS[0],
    inmate=INMATE,
    kind=VisitKind.FAMILY,
    status=VisitStatus.APPROVED,
    slot=Slot(1, STARTS, ENDS),
    starts_at=STARTS,
    ends_at=ENDS,
    visitors=(VISITOR,),
)
OPEN = replace(VISIT, status=VisitStatus.OPEN)
SPEC = RoomSpec(VISIT.id, "27/11/1/2026", Kind.FAMILY, 1, 1, STARTS, ENDS, ())
ROOM = RoomState(SPEC, Claim("n", "ws://n/ws", 1), "waiting", opened=STARTS)


def seen(state: PresenceState, role: Role = Role.VISITOR) -> Presence:
    """Somebody's presence since the slot's start."""
    return Presence(role, state, STARTS)


def here(state: PresenceState) -> Live:
    """A live side in which the visitor is in this state, and no room was placed."""
    return Live(None, {VISITOR.id: seen(state)})


def both(family: PresenceState, prison: PresenceState, room: RoomState) -> Live:
    """A live side with somebody on both sides."""
    return Live(room, {VISITOR.id: seen(family), "terminal-1": seen(prison, Role.TERMINAL)})
