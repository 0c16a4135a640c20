"""What can go wrong on the media path, as its callers see it.

    MediaError
    ├── BadDescription   an answer that is no usable SDP for the offer it answers
    ├── EngineMissing    the compiled engine is wanted and cannot be had
    │   └── BuildFailed  what it takes to build it is there, and building failed
    ├── PeerExists       a participant already has a peer in this room
    └── RoomOver         the room has ended; nothing can be added to it

Nothing that arrives on the UDP port ever raises: a bad datagram is dropped and counted.
"""

from __future__ import annotations

from config.errors import MulakatError


class MediaError(MulakatError):
    """Base of the package's errors."""

    id = "media_error"


class BadDescription(MediaError):
    """An SDP answer that cannot be used. `reason` says why, in words for a log, never shown to a participant."""

    id = "bad_description"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class EngineMissing(MediaError):
    """There is no compiled engine. `reason` says why, in words for a log."""

    id = "engine_missing"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class BuildFailed(EngineMissing):
    """The compiled engine's sources did not compile. `said` is what the compiler had to say."""

    id = "build_failed"

    def __init__(self, reason: str, said: str) -> None:
        super().__init__(reason)
        self.said = said


class PeerExists(MediaError):
    """The participant already has a peer in the room: remove that one first."""

    id = "peer_exists"


class RoomOver(MediaError):
    """The room has ended, and a room that has ended never starts again."""

    id = "room_over"
