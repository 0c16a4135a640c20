"""One socket's side of the conversation, without I/O: fed with what arrives and the time, it answers with what to do.

A message that may not come now, or is none, is refused: the page is told why, the socket closes, and nothing else has
changed. The driver carries the effects out in order, and stops listening after Close.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from signaling.errors import (
    CLOSE_CODES,
    BadDescription,
    BadMessage,
    HelloTimeout,
    SignalError,
    Silent,
    TooFast,
    VersionUnsupported,
    VisitOver,
)
from signaling.history import History
from signaling.limits import Limits, TokenBucket
from signaling.messages import (
    VERSION,
    Answer,
    Candidate,
    ClientMessage,
    Ended,
    Error,
    Hello,
    Leave,
    Offer,
    Ping,
    Pong,
    Resume,
    RoomMessage,
    ServerMessage,
    Welcome,
    parse,
)
from signaling.states import Event, Stage, after


class Instant(NamedTuple):
    """A moment: monotonic seconds for intervals, the wall clock for what people are told."""

    mono: float
    wall: datetime


@dataclass(frozen=True, slots=True)
class Admit:
    """Redeem the ticket, then call `admitted` or `refused`."""

    ticket: str
    session: str | None


@dataclass(frozen=True, slots=True)
class Readmit:
    """Find the session, then call `admitted` or `refused`."""

    session: str
    last_seq: int


@dataclass(frozen=True, slots=True)
class ToRoom:
    """Pass on what the participant says to the room."""

    message: RoomMessage


@dataclass(frozen=True, slots=True)
class Send:
    """Put a message on the socket."""

    message: ServerMessage


@dataclass(frozen=True, slots=True)
class Close:
    """Close the socket, and stop listening."""

    code: int
    reason: str


Effect = Admit | Readmit | ToRoom | Send | Close


class Session:
    """The state of one socket, from the first message to the close."""

    def __init__(self, limits: Limits, now: Instant) -> None:
        self.stage = Stage.GREETING
        self._limits = limits
        self._bucket = TokenBucket(limits.burst, limits.messages_a_second, now.mono)
        self._opened = self._heard = self._pinged = now.mono
        self._history = History()

    # --- what arrives -------------------------------------------------------------------------------------------------

    def receive(self, text: str | None, now: Instant) -> list[Effect]:
        """Take a text frame, or None for a frame of another kind."""
        if self.stage is Stage.CLOSED:
            return []
        self._heard = now.mono
        try:
            if not self._bucket.take(now.mono):
                raise TooFast("too many messages")
            if text is None:
                raise BadMessage("not a text frame")
            return self._take(parse(text))
        except SignalError as error:
            return self.refused(error)

    def _take(self, message: ClientMessage) -> list[Effect]:
        stage = after(self.stage, Event(message.type))
        match message:
            case Hello() | Resume() if message.version != VERSION:
                raise VersionUnsupported("a version this node does not speak")
            case Hello():
                effects: list[Effect] = [Admit(message.ticket, message.session)]
            case Resume():
                effects = [Readmit(message.session, message.last_seq)]
            case Answer() if message.offer != self._history.offer:
                return []  # it crossed a newer offer on its way
            case Candidate() | Pong():
                effects = []
            case Leave():
                effects = [ToRoom(message), Close(1000, "left")]
            case _:
                effects = [ToRoom(message)]
        self.stage = stage
        return effects

    # --- what the server decides --------------------------------------------------------------------------------------

    def admitted(self, welcome: Welcome, history: History, missed: list[ServerMessage]) -> list[Effect]:
        """Welcome the participant; from here on the session's history numbers what is said, the missed included."""
        self.stage = after(self.stage, Event.KEPT if welcome.media == "kept" else Event.ADMITTED)
        self._history = history
        return [Send(history.add(message)) for message in (welcome, *missed)]

    def refused(self, error: SignalError, retry_after: float | None = None) -> list[Effect]:
        """Say why, and close if the error has a close code."""
        if self.stage is Stage.CLOSED:
            return []
        code = CLOSE_CODES.get(error.id)
        said: list[Effect] = [
            Send(self._history.add(Error(id=error.id, fatal=code is not None, retry_after=retry_after)))
        ]
        return said if code is None else said + self._close(code, error.id)

    def over(self, end: VisitOver) -> list[Effect]:
        """Say that the visit is over, and close."""
        if self.stage is Stage.CLOSED:
            return []
        ended = Ended(reason=end.reason, ended_at=end.ended_at, planned_end=end.planned_end)
        return [Send(self._history.add(ended)), *self._close(CLOSE_CODES[end.id], end.id)]

    def tell(self, message: ServerMessage) -> list[Effect]:
        """Pass on a message of the room's."""
        if self.stage is Stage.CLOSED:
            return []
        if isinstance(message, Offer):
            if self.stage is Stage.CHECKING:
                return []  # of a `ready` that was said on an earlier socket: this one will say its own
            self.stage = after(self.stage, Event.OFFERED)
        return [Send(self._history.add(message))]

    def answer_refused(self) -> list[Effect]:
        """Say that the last answer was no use; the page may ask for another offer with `ready`."""
        return self.refused(BadDescription("no use"))

    # --- time ---------------------------------------------------------------------------------------------------------

    def probe(self, now: Instant) -> list[Effect]:
        """Ask whether somebody is still there."""
        if self.stage is Stage.CLOSED:
            return []
        self._pinged = now.mono
        return [Send(self._history.add(Ping(now=now.wall)))]

    def tick(self, now: Instant) -> list[Effect]:
        """Let time do its work: no hello, no sign of life, or a ping that is due."""
        if self.stage is Stage.CLOSED:
            return []
        if self.stage is Stage.GREETING:
            late = now.mono >= self._opened + self._limits.hello_within
            return self.refused(HelloTimeout("no hello")) if late else []
        if self.stage is Stage.ADMITTING:
            return []
        if now.mono >= self._heard + self._limits.dead_after:
            return self.refused(Silent("nothing heard"))
        return self.probe(now) if now.mono >= self._pinged + self._limits.ping_every else []

    def next_event(self) -> float:
        """Return the monotonic time at which `tick` is due."""
        if self.stage is Stage.GREETING:
            return self._opened + self._limits.hello_within
        return min(self._heard + self._limits.dead_after, self._pinged + self._limits.ping_every)

    def _close(self, code: int, reason: str) -> list[Effect]:
        self.stage = after(self.stage, Event.CLOSE)
        return [Close(code, reason)]
