"""What the conversation can be refused with, and the one table that turns it into an error id and a close code.

SignalError
├── AlreadyConnected     another socket holds the seat and answers
├── BadDescription       an SDP answer that is no use (not fatal)
├── BadMessage           not JSON, not a known message, or not one that may come now
│   └── IllegalMessage   a known message at the wrong time
├── HelloTimeout         nobody said hello in time
├── NodeLeaving          the room is, or will be, on another node: ask where
├── OriginRefused        the page is not ours
├── RoomIsFull           no seat is kept for this participant, or no place to watch from
├── SessionUnknown       a session token that stands for nothing
├── Silent               nothing was heard for too long
├── TicketRefused        a ticket that was never issued, was used, is too old, or is for another node's room
├── TooFast              too many messages
├── VersionUnsupported   a protocol version this node does not speak
└── VisitOver            the room has ended; said with the message `ended`, not as an error
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from config.errors import MulakatError
from config.facts import EndReason


class SignalError(MulakatError):
    """A refusal that is said to the page by its id."""

    id = "signal_error"


class AlreadyConnected(SignalError):
    """Another socket holds the seat and answers."""

    id = "already_connected"


class BadDescription(SignalError):
    """An SDP answer that is no use."""

    id = "bad_description"


class BadMessage(SignalError):
    """Not a message of this protocol."""

    id = "bad_message"


class IllegalMessage(BadMessage):
    """A message that may not come now."""


class HelloTimeout(SignalError):
    """Nobody said hello in time."""

    id = "hello_timeout"


class NodeLeaving(SignalError):
    """The room is, or will be, on another node."""

    id = "node_leaving"


class OriginRefused(SignalError):
    """The page is not ours."""

    id = "origin_refused"


class RoomIsFull(SignalError):
    """No seat is kept for this participant."""

    id = "room_full"


class SessionUnknown(SignalError):
    """A session token that stands for nothing."""

    id = "session_unknown"


class Silent(SignalError):
    """Nothing was heard for too long."""

    id = "silent"


class TicketRefused(SignalError):
    """A ticket that opens nothing here."""

    id = "ticket_refused"


class TooFast(SignalError):
    """Too many messages, or too many sockets from one address."""

    id = "too_fast"


class VersionUnsupported(SignalError):
    """A protocol version this node does not speak."""

    id = "version_unsupported"


class VisitOver(SignalError):
    """The room has ended: why, since when, and when it was to end."""

    id = "ended"

    def __init__(self, reason: EndReason, ended_at: datetime, planned_end: datetime) -> None:
        super().__init__(f"the visit is over: {reason}")
        self.reason = reason
        self.ended_at = ended_at
        self.planned_end = planned_end


#: The close code of the WebSocket by error id. An id that is not here is not fatal.
CLOSE_CODES: Mapping[str, int] = {
    BadMessage.id: 4000,
    VersionUnsupported.id: 4000,
    HelloTimeout.id: 4001,
    TicketRefused.id: 4003,
    SessionUnknown.id: 4004,
    TooFast.id: 4008,
    AlreadyConnected.id: 4009,
    VisitOver.id: 4010,
    NodeLeaving.id: 4011,
    RoomIsFull.id: 4013,
    Silent.id: 4015,
}

#: What is said with HTTP, before there is a WebSocket.
HTTP_STATUS: Mapping[str, int] = {OriginRefused.id: 403, TooFast.id: 429}
