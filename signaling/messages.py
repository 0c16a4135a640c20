"""The wire, version 1: every message as a model. docs/protocol.md tells them in words; a test holds the two together.

Times are ISO 8601 in UTC with milliseconds and a Z. Unknown fields of a client's message are ignored, unknown
messages are not.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, StrictBool, TypeAdapter, ValidationError

from config.facts import EndReason
from rooms.effects import Awaiting
from rooms.moderation import LONGEST_ID, LONGEST_TEXT, WarningNotice
from rooms.presence import Quality
from rooms.seats import Kind, Role, to_iso
from signaling.errors import BadMessage

VERSION = 1

Moment = Annotated[datetime, PlainSerializer(to_iso, return_type=str)]
Secret = Annotated[str, Field(min_length=1, max_length=256, repr=False)]
Proposed = Annotated[str | None, Field(min_length=22, max_length=64, repr=False)]
Sdp = Annotated[str, Field(min_length=1, max_length=60_000, repr=False)]
Number = Annotated[float, Field(ge=0, le=1e9, allow_inf_nan=False)]


class _Wire(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


# --- from the client --------------------------------------------------------------------------------------------------


class Hello(_Wire):
    """First message: here is a ticket, and the session token that the client would like to have.

    A client that keeps its proposal before it says hello can say the same hello again when the welcome was lost.
    """

    type: Literal["hello"]
    version: int
    ticket: Secret
    session: Proposed = None


class Resume(_Wire):
    """First message after a drop: here is the session, and the last message that arrived."""

    type: Literal["resume"]
    version: int
    session: Secret
    last_seq: int = Field(ge=0, le=2**53)


class DeviceList(_Wire):
    """Which devices a participant brings."""

    camera: StrictBool
    microphone: StrictBool


class Ready(_Wire):
    """Devices are chosen: send an offer. May be said again, for a new transport."""

    type: Literal["ready"]
    devices: DeviceList


class Restart(_Wire):
    """The network has changed: send an offer that restarts ICE, on the same transport (RFC 8445 section 2.4)."""

    type: Literal["restart"]


class Answer(_Wire):
    """The SDP answer to an offer."""

    type: Literal["answer"]
    offer: int
    sdp: Sdp


class Candidate(_Wire):
    """An ICE candidate of the client; null after the last. The relay is ICE-lite and needs none."""

    type: Literal["candidate"]
    offer: int
    candidate: dict[str, Any] | Annotated[str, Field(max_length=2000)] | None


class Media(_Wire):
    """What the client sends just now."""

    type: Literal["media"]
    audio: StrictBool
    video: StrictBool


class Report(_Wire):
    """How the connection does; losses are fractions. What is not known is null."""

    type: Literal["report"]
    rtt_ms: Number | None = None
    loss_in: Number | None = None
    loss_out: Number | None = None
    fps: Number | None = None
    kbps_in: Number | None = None
    kbps_out: Number | None = None


class Leave(_Wire):
    """The participant leaves for good."""

    type: Literal["leave"]


class Pong(_Wire):
    """Answers a ping."""

    type: Literal["pong"]


RoomMessage = Ready | Restart | Answer | Media | Report | Leave
"""What a participant says to the room; the rest is between the client and this node."""

ClientMessage = Hello | Resume | Ready | Restart | Answer | Candidate | Media | Report | Leave | Pong
CLIENT_MESSAGES: tuple[type[_Wire], ...] = get_args(ClientMessage)
_client: TypeAdapter[ClientMessage] = TypeAdapter(Annotated[ClientMessage, Field(discriminator="type")])


def parse(text: str) -> ClientMessage:
    """Read a client's message; raises BadMessage, without repeating what was in it."""
    try:
        return _client.validate_json(text)
    except (ValidationError, RecursionError) as error:
        raise BadMessage("not a message of this protocol") from error


# --- from the server --------------------------------------------------------------------------------------------------


class ServerMessage(_Wire):
    """What the server says; `seq` numbers a session's messages from 1 and is set when one is sent."""

    seq: int = 0
    #: Whether who missed it is told it after a resume: not what the welcome says anew, nor what was for the moment.
    replayed: ClassVar[bool] = False


class PersonEntry(_Wire):
    """A participant, as the others see them. Monitors are in no such list."""

    participant: str
    role: Role
    label: str
    present: bool
    audio: bool
    video: bool
    quality: Quality | None
    muted: bool
    blanked: bool
    weak: bool
    unseen_by: tuple[str, ...]


class Welcome(ServerMessage):
    """You are in; this is how it stands."""

    type: Literal["welcome"] = "welcome"
    session: Annotated[str, Field(repr=False)]
    participant: str
    role: Role
    visrn: str
    kind: Kind
    starts_at: Moment
    ends_at: Moment
    now: Moment
    left: int
    state: Literal["waiting", "live", "held"]
    awaiting: Awaiting | None
    people: tuple[PersonEntry, ...]
    resumed: bool
    media: Literal["kept", "new"]


class State(ServerMessage):
    """How the room stands has changed."""

    type: Literal["state"] = "state"
    state: Literal["waiting", "live", "held"]
    awaiting: Awaiting | None
    now: Moment
    left: int


class Offer(ServerMessage):
    """Here is a transport; answer it."""

    type: Literal["offer"] = "offer"
    offer: int
    sdp: Annotated[str, Field(repr=False)]


class Layers(ServerMessage):
    """Which layers of one's picture to send."""

    type: Literal["layers"] = "layers"
    small: bool
    replayed: ClassVar[bool] = True


class People(ServerMessage):
    """Who is here has changed."""

    type: Literal["people"] = "people"
    people: tuple[PersonEntry, ...]


class Notice(ServerMessage):
    """So many seconds are left."""

    type: Literal["notice"] = "notice"
    left: int
    replayed: ClassVar[bool] = True


class StaffWarning(ServerMessage):
    """Staff say something: a prepared notice by its name, or a typed text as it was typed."""

    type: Literal["warning"] = "warning"
    id: Annotated[str, Field(min_length=1, max_length=LONGEST_ID)]
    notice: WarningNotice | None
    text: Annotated[str, Field(max_length=LONGEST_TEXT)]
    replayed: ClassVar[bool] = True


class Ended(ServerMessage):
    """The visit is over; the socket closes with 4010."""

    type: Literal["ended"] = "ended"
    reason: EndReason
    ended_at: Moment
    planned_end: Moment
    replayed: ClassVar[bool] = True


class Error(ServerMessage):
    """Something was refused; if `fatal`, the socket closes with the error's code."""

    type: Literal["error"] = "error"
    id: str
    fatal: bool
    retry_after: float | None = None
    replayed: ClassVar[bool] = True


class Ping(ServerMessage):
    """Say pong."""

    type: Literal["ping"] = "ping"
    now: Moment


SERVER_MESSAGES: tuple[type[ServerMessage], ...] = (
    Welcome,
    State,
    Offer,
    Layers,
    People,
    Notice,
    StaffWarning,
    Ended,
    Error,
    Ping,
)


def write(message: ServerMessage) -> str:
    """Return a message's JSON; an error's `retry_after` is left out when there is none."""
    unsaid = {"retry_after"} if isinstance(message, Error) and message.retry_after is None else None
    return message.model_dump_json(exclude=unsaid)
