"""What can go wrong in rooms.

RoomError
├── NoNode            no room node is alive to take a room
├── NotMine           another node holds the room
├── RoomEnded         the room is over; says why and since when
├── RoomFull          the participant has no seat here, or the watchers' places are taken
├── UnknownRoom       no such room has been placed
└── UnknownSeat       the room has no seat for this participant
"""

from __future__ import annotations

from datetime import datetime

from config.errors import MulakatError
from config.facts import EndReason


class RoomError(MulakatError):
    """Any refusal of the rooms package."""

    id = "room_error"


class NoNode(RoomError):
    """No room node is alive; ask again in a few seconds."""

    id = "no_node"


class NotMine(RoomError):
    """Another node holds the room's claim, or holds it by now."""

    id = "node_leaving"


class RoomEnded(RoomError):
    """The room is over: `reason` says why, `ended_at` since when."""

    id = "ended"

    def __init__(self, reason: EndReason, ended_at: datetime) -> None:
        super().__init__(f"the room has ended: {reason}")
        self.reason = reason
        self.ended_at = ended_at


class RoomFull(RoomError):
    """No seat is kept for this participant, or as many staff as may watch do so already."""

    id = "room_full"


class UnknownRoom(RoomError):
    """Nothing has been placed under this room id."""

    id = "unknown_room"


class UnknownSeat(RoomError):
    """The room has no seat for a participant who is to be moderated or warned."""

    id = "unknown_seat"
