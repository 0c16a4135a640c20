"""Sessions in Redis: what a session token stands for, so that any node can take a dropped page up again.

A token is known by its SHA-256 only. A seat remembers which session holds it: the newest one; older tokens of the
same seat are worth nothing from then on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from redis.asyncio import Redis

from broker.tickets import Ticket
from config import keys
from config.secrets import digest, new_token
from rooms.seats import Kind, Role, RoomSpec, Seat

#: How long a session outlives the slot, so that who comes late is told how it ended.
KEPT_AFTER_END = timedelta(seconds=60)


def spec_of(ticket: Ticket) -> RoomSpec:
    """Return the room a ticket is for."""
    return RoomSpec(
        room_id=ticket.room,
        visrn=ticket.visrn,
        kind=Kind(ticket.kind),
        jail_id=ticket.jail_id,
        terminal_id=ticket.terminal_id,
        starts_at=ticket.starts_at,
        ends_at=ticket.ends_at,
        seats=tuple(Seat(seat.participant, Role(seat.role), seat.label) for seat in ticket.seats),
    )


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """A session: the ticket it was opened with, under the digest of its token."""

    digest: str
    ticket: Ticket

    @property
    def spec(self) -> RoomSpec:
        """The room it is for."""
        return spec_of(self.ticket)

    @property
    def participant(self) -> str:
        """Whose it is."""
        return self.ticket.participant

    @property
    def role(self) -> Role:
        """As what they are here."""
        return Role(self.ticket.role)


class SessionStore:
    """Sessions in Redis. Errors of Redis pass through: without it nobody comes in."""

    def __init__(self, redis: Redis) -> None:
        self._redis: Any = redis

    async def create(self, ticket: Ticket, proposed: str | None = None) -> tuple[str, SessionRecord]:
        """Open a session for a redeemed ticket, in place of an older one of the same seat; return its token.

        `proposed` is the client's own choice of a token, which must not stand for a session yet.
        """
        token = proposed or new_token()
        record = SessionRecord(digest(token), ticket)
        seat = keys.seat(ticket.room, ticket.participant)
        older = await self._redis.get(seat)
        expiry = int((ticket.ends_at + KEPT_AFTER_END).timestamp()) + 1
        pipeline = self._redis.pipeline(transaction=True)
        if older is not None:
            pipeline.delete(keys.signal_session(older))
        pipeline.hset(keys.signal_session(record.digest), mapping={"ticket": ticket.to_json()})
        pipeline.expireat(keys.signal_session(record.digest), expiry)
        pipeline.set(seat, record.digest)
        pipeline.expireat(seat, expiry)
        await pipeline.execute()
        return token, record

    async def load(self, token: str) -> SessionRecord | None:
        """Return what a token stands for, or None."""
        found = digest(token)
        stored = await self._redis.hget(keys.signal_session(found), "ticket")
        return None if stored is None else SessionRecord(found, Ticket.from_json(stored))

    async def delete(self, record: SessionRecord) -> None:
        """Make a session worthless: its holder has left."""
        await self._redis.delete(keys.signal_session(record.digest))
