"""The desk: where tickets are redeemed and sessions taken up again, one at a time for each seat."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from weakref import WeakValueDictionary

import structlog
from redis.asyncio import Redis

from broker.tickets import Ticket, TicketStore
from config.clock import Clock
from rooms.errors import RoomEnded, RoomError, RoomFull
from rooms.host import RoomHost
from signaling.errors import AlreadyConnected, NodeLeaving, RoomIsFull, SessionUnknown, TicketRefused, VisitOver
from signaling.history import History
from signaling.limits import Limits
from signaling.messages import ServerMessage, Welcome
from signaling.node.attendance import Attendance, Socket
from signaling.sessions import SessionRecord, SessionStore

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Admission:
    """Somebody is in: how they are welcomed, and what they missed."""

    attendance: Attendance
    welcome: Welcome
    missed: list[ServerMessage]


class Desk:
    """Lets people in. Raises SignalError or RedisError, and then nobody is in."""

    def __init__(self, redis: Redis, host: RoomHost, clock: Clock, limits: Limits) -> None:
        self._tickets = TicketStore(redis)
        self._sessions = SessionStore(redis)
        self._host = host
        self._clock = clock
        self._limits = limits
        self._attendances: dict[tuple[str, str], Attendance] = {}
        #: Alive as long as somebody waits at the seat.
        self._busy: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    async def hello(self, ticket_token: str, proposed: str | None, socket: Socket) -> Admission:
        """Redeem a ticket. It stays good if the seat turns out to be taken: whoever holds the seat may leave it yet.

        `proposed` is the session token the client has chosen. If it is a session's already, the welcome to an earlier
        hello was lost on its way, and this is a resume.
        """
        if proposed is not None and await self._sessions.load(proposed) is not None:
            return await self.resume(proposed, 0, socket)
        ticket = await self._tickets.look(ticket_token)
        if ticket is None:
            raise TicketRefused("unknown, used, or too old")
        if ticket.node != self._host.node and await self._host.link.is_alive(ticket.node):
            raise TicketRefused("for another node's room")
        async with self._seat(ticket) as seat:
            await self._make_way(seat)
            if await self._tickets.redeem(ticket_token) is None:
                raise TicketRefused("somebody was faster")
            token, record = await self._sessions.create(ticket, proposed)
            attendance = Attendance(record, History(), self._clock, self._forget)
            await self._enter(attendance)
            return self._admission(attendance, token, socket, resumed=False)

    async def resume(self, token: str, last_seq: int, socket: Socket) -> Admission:
        """Take a session up again, here or as the heir of another node."""
        record = await self._sessions.load(token)
        if record is None:
            raise SessionUnknown("no such session")
        async with self._seat(record.ticket) as seat:
            attendance = self._attendances.get(seat)
            if (
                attendance is not None
                and attendance.record.digest == record.digest
                and attendance.was_held_by(last_seq)
            ):
                _replace(attendance)
            else:
                await self._make_way(seat)
            attendance = self._attendances.get(seat)
            if attendance is None or attendance.record.digest != record.digest:
                # Numbers go on from what the page has seen, whoever gave them.
                attendance = Attendance(record, History(after=last_seq), self._clock, self._forget)
            # Before entering: what the room says to those who come in belongs to what is told now.
            attendance.forget_after(self._limits.kept)
            await self._enter(attendance)
            return self._admission(attendance, token, socket, resumed=True, last_seq=last_seq)

    async def left(self, record: SessionRecord) -> None:
        """Make the session of somebody who left worthless."""
        await self._sessions.delete(record)

    async def _enter(self, attendance: Attendance) -> None:
        record = attendance.record
        try:
            attendance.arrived(await self._host.join(record.spec, record.participant, record.role, attendance))
        except RoomEnded as over:
            raise VisitOver(over.reason, over.ended_at, record.ticket.ends_at) from over
        except RoomFull as full:
            raise RoomIsFull("no seat") from full
        except RoomError as elsewhere:
            raise NodeLeaving("the room is held elsewhere") from elsewhere
        self._attendances[record.ticket.room, record.participant] = attendance

    def _admission(
        self, attendance: Attendance, token: str, socket: Socket, *, resumed: bool, last_seq: int = 0
    ) -> Admission:
        welcome = attendance.welcome(token, resumed=resumed)
        attendance.attach(socket)
        return Admission(attendance, welcome, attendance.history.take_missed(last_seq))

    async def _make_way(self, seat: tuple[str, str]) -> None:
        """Refuse if the seat's socket answers; else it is a dead one, and is closed."""
        present = self._attendances.get(seat)
        socket = None if present is None else present.socket
        if present is None or socket is None:
            return
        if await socket.alive():
            raise AlreadyConnected("another socket holds the seat")
        _replace(present)

    @asynccontextmanager
    async def _seat(self, ticket: Ticket) -> AsyncIterator[tuple[str, str]]:
        seat = (ticket.room, ticket.participant)
        async with self._busy.setdefault(seat, asyncio.Lock()):
            yield seat

    def _forget(self, attendance: Attendance) -> None:
        seat = (attendance.record.ticket.room, attendance.record.participant)
        if self._attendances.get(seat) is attendance:
            del self._attendances[seat]


def _replace(attendance: Attendance) -> None:
    """Let go of a socket that nobody is behind any more."""
    socket = attendance.socket
    if socket is not None:
        attendance.detach(socket)
        socket.refuse(AlreadyConnected("taken over"))
