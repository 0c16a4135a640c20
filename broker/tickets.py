"""Admission tickets: what right codes buy. One use, short-lived, bound to a visit, a participant, a node and a slot.

A ticket is a random token that only its buyer holds; Redis knows it by its SHA-256. Redeeming takes it away (GETDEL):
of two who present it, one gets in.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, cast

from redis.asyncio import Redis

from broker.errors import TicketTooLate
from config import keys
from config.secrets import digest, new_token

#: How long a ticket waits to be used. A page uses it within a second; a slow phone within some.
UNUSED = timedelta(minutes=10)

Role = Literal["visitor", "terminal", "monitor"]


@dataclass(frozen=True, slots=True)
class Seat:
    """A place in the room: who may take it, as what, and the words others see ("Visitor 1")."""

    participant: str
    role: Role
    label: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Ticket:
    """What signalling needs to let a participant in without asking the paper side.

    `room` is the visit's id; `starts_at` and `ends_at` (aware UTC) are the slot's, and nothing moves them afterwards;
    `seats` lists everybody who has a place in the room, in a fixed order (monitors have none).
    """

    room: str
    participant: str
    role: Role
    visrn: str
    kind: str
    jail_id: int
    terminal_id: int
    node: str
    starts_at: datetime
    ends_at: datetime
    language: str
    label: str = field(repr=False)
    seats: tuple[Seat, ...] = ()

    def to_json(self) -> str:
        """Write it with times in ISO 8601 UTC."""
        fields = asdict(self)
        for name in ("starts_at", "ends_at"):
            fields[name] = getattr(self, name).astimezone(UTC).isoformat()
        return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Ticket:
        """Read what `to_json` wrote; raises ValueError, KeyError or TypeError for anything else."""
        return cls.from_fields(json.loads(text))

    @classmethod
    def from_fields(cls, fields: Mapping[str, Any]) -> Ticket:
        """Read the fields of `to_json`, parsed."""
        known = dict(fields)
        for name in ("starts_at", "ends_at"):
            known[name] = datetime.fromisoformat(known[name]).astimezone(UTC)
        known["seats"] = tuple(Seat(**seat) for seat in known["seats"])
        return cls(**known)


class TicketStore:
    """Tickets in Redis. Errors of Redis pass through: without it there is no admission."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def issue(self, ticket: Ticket, now: datetime) -> str:
        """Store a ticket and return its token; it dies unused after ten minutes or at the slot's end.

        Raises TicketTooLate at and after the slot's end.
        """
        life = min(UNUSED, ticket.ends_at - now)
        if life <= timedelta(0):
            raise TicketTooLate("the slot is over")
        token = new_token()
        milliseconds = max(1, int(life.total_seconds() * 1000))
        await self._redis.set(keys.ticket(digest(token)), ticket.to_json(), px=milliseconds)
        return token

    async def look(self, token: str) -> Ticket | None:
        """The ticket behind a token, which stays good. None: never issued, used, or too old."""
        return _read(await self._redis.get(keys.ticket(digest(token))))

    async def redeem(self, token: str) -> Ticket | None:
        """Take the ticket behind a token, once. None: never issued, used, or too old."""
        return _read(await self._redis.getdel(keys.ticket(digest(token))))


def _read(stored: object) -> Ticket | None:
    return None if stored is None else Ticket.from_json(cast("str", stored))
