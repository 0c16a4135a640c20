"""The WebSocket driver: one task owns one socket, its session, and the order of what is said on it."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import assert_never

import structlog
from aiohttp import ClientConnectionResetError, WSMessage, WSMsgType, web
from redis.exceptions import RedisError

from config.clock import Clock
from signaling.errors import NodeLeaving, SignalError, VisitOver
from signaling.limits import Limits
from signaling.messages import Leave, ServerMessage, write
from signaling.node.attendance import Attendance
from signaling.node.desk import Admission, Desk
from signaling.session import Admit, Close, Effect, Instant, Readmit, Send, Session, ToRoom

#: Seconds a page may take to take a message; who takes longer is dropped, and resumes.
_SEND_WITHIN = 5.0
#: Seconds letting somebody in may take, all in all.
_ADMIT_WITHIN = 8.0
#: Messages that may wait for a slow page.
_MOST_WAITING = 512

log = structlog.get_logger(__name__)


class Connection:
    """A socket. `run` owns it; the other methods may be called by anybody in the loop, and return at once."""

    def __init__(self, socket: web.WebSocketResponse, desk: Desk, clock: Clock, limits: Limits) -> None:
        self._socket = socket
        self._desk = desk
        self._clock = clock
        self._limits = limits
        self._session = Session(limits, self._now())
        self._attendance: Attendance | None = None
        self._effects: deque[Effect] = deque()
        self._waiter: asyncio.Future[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._due = 0.0
        self._heard = asyncio.Event()
        self._open = True
        #: Done when the socket is closed.
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    # --- for the room and the desk (signaling.node.attendance.Socket) -------------------------------------------------

    def tell(self, message: ServerMessage) -> None:
        """Send a message of the room's."""
        self._add(self._session.tell(message))

    def answer_refused(self) -> None:
        """Say that the last answer was no use."""
        self._add(self._session.answer_refused())

    def over(self, end: VisitOver) -> None:
        """Say that the visit is over, and close."""
        self._add(self._session.over(end))

    def refuse(self, error: SignalError) -> None:
        """Say why, and close."""
        self._add(self._session.refused(error))

    async def alive(self) -> bool:
        """Ask the page whether it is there; it is if anything comes from it in time."""
        if not self._open:
            return False
        self._heard.clear()
        self._add(self._session.probe(self._now()))
        try:
            await asyncio.wait_for(self._heard.wait(), self._limits.probe_within)
        except TimeoutError:
            return False
        return self._open

    # --- the task -----------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Own the socket until it is closed."""
        receiving = self._receive()
        try:
            while await self._flush():
                await self._wait(receiving)
                if receiving.done():
                    self._take(receiving.result())
                    if self._open:
                        receiving = self._receive()
                self._add(self._session.tick(self._now()))
        finally:
            self._drop()
            if self._timer is not None:
                self._timer.cancel()
            if not receiving.done():
                receiving.cancel()
                await asyncio.wait([receiving])
            self.done.set_result(None)

    def _receive(self) -> asyncio.Task[WSMessage]:
        receiving = asyncio.get_running_loop().create_task(self._socket.receive())
        receiving.add_done_callback(self._wake)
        return receiving

    async def _wait(self, receiving: asyncio.Task[WSMessage]) -> None:
        """Wait until something was heard, there is something to do, or the session's time has come.

        One future, and a timer that stays: all that asyncio.wait makes for it costs as much as what is said, a thousand
        times when a slot ends; and the loop goes through cancelled timers by the thousand in one turn.
        """
        self._waiter = asyncio.get_running_loop().create_future()
        self._set_timer()
        if receiving.done():  # while something was being said
            self._wake()
        try:
            await self._waiter
        finally:
            self._waiter = None

    def _set_timer(self) -> None:
        """Wake when the session's time has come. A timer that is early does no harm, and is left as it is."""
        due = self._session.next_event()
        if self._timer is not None:
            if self._due <= due:
                return
            self._timer.cancel()
        self._due = due
        self._timer = asyncio.get_running_loop().call_later(max(0.0, due - self._clock.monotonic()), self._on_time)

    def _on_time(self) -> None:
        self._timer = None
        self._wake()

    def _wake(self, _: object = None) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _take(self, frame: WSMessage) -> None:
        if frame.type in (WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR):
            self._open = False
            return
        self._heard.set()
        self._add(self._session.receive(frame.data if frame.type is WSMsgType.TEXT else None, self._now()))

    async def _flush(self) -> bool:
        """Carry out what waits; False once the socket is closed."""
        while self._effects and self._open:
            await self._do(self._effects.popleft())
        return self._open

    async def _do(self, effect: Effect) -> None:
        match effect:
            case Send():
                await self._send(effect.message)
            case Close():
                await self._close(effect)
            case Admit() | Readmit():
                await self._admit(effect)
            case ToRoom():
                await self._pass_on(effect)
            case _:
                assert_never(effect)

    async def _send(self, message: ServerMessage) -> None:
        try:
            async with asyncio.timeout(_SEND_WITHIN):
                await self._socket.send_str(write(message))
        except (TimeoutError, ClientConnectionResetError, ConnectionError):
            self._open = False

    async def _close(self, effect: Close) -> None:
        self._drop()
        # What a slot's end closes, by the hundred, its rooms' lines have said already.
        say = log.debug if effect.reason == VisitOver.id else log.info
        say("socket_closed", close_code=effect.code, reason=effect.reason)
        await self._socket.close(code=effect.code, message=effect.reason.encode())

    async def _pass_on(self, effect: ToRoom) -> None:
        if self._attendance is None:
            return
        self._attendance.say(effect.message)
        if isinstance(effect.message, Leave):
            try:
                await self._desk.left(self._attendance.record)
            except RedisError as error:
                log.warning("session_not_deleted", error=type(error).__name__)

    async def _admit(self, effect: Admit | Readmit) -> None:
        try:
            async with asyncio.timeout(_ADMIT_WITHIN):
                admission = await self._ask(effect)
        except VisitOver as end:
            self._add(self._session.over(end))
        except SignalError as error:
            log.info("admission_refused", reason=error.id)
            self._add(self._session.refused(error))
        except (RedisError, TimeoutError, OSError) as error:
            log.warning("admission_failed", error=type(error).__name__)
            self._add(self._session.refused(NodeLeaving("live state does not answer")))
        else:
            self._attendance = admission.attendance
            room, participant = admission.attendance.record.ticket.room, admission.attendance.record.participant
            structlog.contextvars.bind_contextvars(room=room, participant=participant)
            log.info("admitted", resumed=admission.welcome.resumed, media=admission.welcome.media)
            # Said before anything the room has told since: that is already numbered after it.
            welcome = self._session.admitted(admission.welcome, admission.attendance.history, admission.missed)
            self._effects.extendleft(reversed(welcome))

    async def _ask(self, effect: Admit | Readmit) -> Admission:
        if isinstance(effect, Admit):
            return await self._desk.hello(effect.ticket, effect.session, self)
        return await self._desk.resume(effect.session, effect.last_seq, self)

    # --- inside -------------------------------------------------------------------------------------------------------

    def _add(self, effects: list[Effect]) -> None:
        if not effects:
            return
        self._effects.extend(effects)
        if len(self._effects) > _MOST_WAITING:
            self._drop()
        self._wake()

    def _drop(self) -> None:
        self._open = False
        self._heard.set()
        if self._attendance is not None:
            self._attendance.detach(self)

    def _now(self) -> Instant:
        return Instant(self._clock.monotonic(), self._clock.now())
