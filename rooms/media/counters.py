"""What the relay counted: evidence for the visit's record, figures for the metrics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from .forwarding import Kind

Way = tuple[str, str, Kind]
"""(sender's participant id, receiver's participant id, kind)"""


@dataclass(frozen=True, slots=True)
class Seen:
    """When authenticated media of one kind was first and last received from a participant (UTC)."""

    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class MediaActivity:
    """What a participant has sent so far; None where nothing of that kind has come."""

    audio: Seen | None = None
    video: Seen | None = None


@dataclass(frozen=True, slots=True)
class Loudness:
    """How loud a participant was: its level in dBov (RFC 6464: 0 the loudest, -127 silence), whether that is speech."""

    level: int
    speaking: bool


@dataclass(frozen=True, slots=True)
class Pictures:
    """Which pictures a participant's line does not carry just now.

    unseen: the participants whose pictures it is not given. weak: its own goes to nobody.
    """

    unseen: frozenset[str] = frozenset()
    weak: bool = False


@dataclass(slots=True)
class Paused:
    """Seconds for which pictures were paused, by whose line was too weak; monotonically growing.

    receiver: of a participant who was not given one. monitor: likewise of a monitor. sender: of who was to send one.
    """

    receiver: float = 0.0
    monitor: float = 0.0
    sender: float = 0.0

    def count(self, pictures: Pictures, seconds: float, *, monitor: bool) -> None:
        """Count how long one line was like this."""
        if pictures.weak:
            self.sender += seconds
        if pictures.unseen and monitor:
            self.monitor += seconds
        elif pictures.unseen:
            self.receiver += seconds


@dataclass(frozen=True, slots=True)
class Reading:
    """How a participant's media stands. Counts are since its connection was made, and begin anew with another one.

    audio, video: packets received, retransmissions counted as video; frames: pictures that came to their last packet;
    one that comes in two layers is one.
    audio_at, video_at: when the last packet came (UTC). loudness: only on a wall that may have it.
    weak: its line does not carry its picture. unseen: a participant's line, or several, do not take it.
    """

    connected: bool
    audio: int = 0
    video: int = 0
    frames: int = 0
    audio_at: datetime | None = None
    video_at: datetime | None = None
    muted: bool = False
    blanked: bool = False
    loudness: Loudness | None = None
    weak: bool = False
    unseen: bool = False


@dataclass(slots=True)
class Losses:
    """What became of lost packets of video; monotonically growing.

    asked: requests for packets that a source was sent; one packet may be asked for several times
    recovered: packets that came because they had been asked for
    given_up: packets that did not come in time
    repeated: packets sent again to receivers
    """

    asked: int = 0
    recovered: int = 0
    given_up: int = 0
    repeated: int = 0

    def add(self, other: Losses) -> None:
        """Count another's as well."""
        self.asked += other.asked
        self.recovered += other.recovered
        self.given_up += other.given_up
        self.repeated += other.repeated


@dataclass(frozen=True, slots=True)
class RoomCounters:
    """Packets of one room, RTP only. A retransmission counts as video.

    `ways` names every way there was, also those on which nothing went: a zero is what proves a silence.
    `refused_after_end` counts what still came from the participants' known addresses once the room was over, by its
    clock or by being ended; it is counted without being decrypted, for the keys are gone.
    """

    received: int = 0
    forwarded: int = 0
    refused_after_end: int = 0
    last_forwarded_at: datetime | None = None
    ways: Mapping[Way, int] = field(default_factory=dict)
    losses: Losses = field(default_factory=Losses)


@dataclass(slots=True)
class NodeTotals:
    """What the whole node has seen since it started; monotonically growing.

    received: SRTP packets from known addresses that passed the room's gate and were authenticated
    forwarded: SRTP packets handed to the socket
    rejected: packets from known addresses that libsrtp refused (forged, replayed, damaged, or no key yet)
    refused: packets of rooms that were over
    ignored: datagrams from addresses that never passed a connectivity check, or of no known protocol
    dropped: packets the kernel would not take (its send buffer was full, or no route)
    losses: what became of lost packets, in all rooms
    paused: how long pictures were paused, in all rooms
    """

    received: int = 0
    forwarded: int = 0
    rejected: int = 0
    refused: int = 0
    ignored: int = 0
    dropped: int = 0
    losses: Losses = field(default_factory=Losses)
    paused: Paused = field(default_factory=Paused)
