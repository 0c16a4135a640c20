"""Rooms and tickets, written into Redis by the code of the web application's that writes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from redis.asyncio import Redis

from broker.tickets import Seat as TicketSeat
from broker.tickets import Ticket, TicketStore
from rooms.registry import Registry
from rooms.seats import Kind, Role, RoomSpec, Seat

VISITOR = Seat("visitor", Role.VISITOR, "Visitor 1")
TERMINAL = Seat("terminal", Role.TERMINAL, "T1")
SEATS = (VISITOR, TERMINAL)
TERMINALS = 8
"""Rooms a jail."""


def spec(number: int, name: str, starts_at: float, ends_at: float) -> RoomSpec:
    """The room of a family and a terminal, with its slot in Unix seconds. name: whose rooms these are."""
    jail, terminal = divmod(number, TERMINALS)
    return RoomSpec(
        room_id=f"{name}-{number}",
        visrn=f"27/{jail + 1}/{number + 1}/2026",
        kind=Kind.FAMILY,
        jail_id=jail + 1,
        terminal_id=terminal + 1,
        starts_at=datetime.fromtimestamp(starts_at, UTC),
        ends_at=datetime.fromtimestamp(ends_at, UTC),
        seats=SEATS,
    )


@dataclass(frozen=True, slots=True)
class Way:
    """Somebody's way in."""

    url: str
    ticket: str


class Places:
    """What the web application does with a Redis when people come. Raises RedisError, RoomError."""

    def __init__(self, redis: Redis) -> None:
        self._registry = Registry(redis)
        self._tickets = TicketStore(redis)

    async def open(self, room: RoomSpec) -> None:
        """Have the prison start the session."""
        await self._registry.place(room)
        await self._registry.open_room(room.room_id, "staff:1")

    async def enter(self, room: RoomSpec, seat: Seat) -> Way:
        """Place the room if it is nowhere, and sell a ticket for a seat in it."""
        claim = await self._registry.place(room)
        ticket = Ticket(
            room=room.room_id,
            participant=seat.participant,
            role=seat.role.value,
            visrn=room.visrn,
            kind=room.kind.value,
            jail_id=room.jail_id,
            terminal_id=room.terminal_id,
            node=claim.node,
            starts_at=room.starts_at,
            ends_at=room.ends_at,
            language="en",
            label="",
            seats=tuple(TicketSeat(each.participant, each.role.value, each.label) for each in room.seats),
        )
        return Way(claim.url, await self._tickets.issue(ticket, datetime.now(UTC)))
