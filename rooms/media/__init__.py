"""The media path: one UDP port a node, ICE-lite, DTLS, SRTP forwarded without decoding, and the cut.

`MediaNode` is the way in; docs/media.md tells how a packet passes.
"""

from .counters import MediaActivity, NodeTotals, Reading, RoomCounters, Seen
from .errors import BadDescription, MediaError, PeerExists, RoomOver
from .forwarding import Kind, Moderation, Phase, Privilege, Role
from .ground import Listener
from .node import MediaNode
from .peer import Peer
from .room import MediaRoom

__all__ = [
    "BadDescription",
    "Kind",
    "Listener",
    "MediaActivity",
    "MediaError",
    "MediaNode",
    "MediaRoom",
    "Moderation",
    "NodeTotals",
    "Peer",
    "PeerExists",
    "Phase",
    "Privilege",
    "Reading",
    "Role",
    "RoomCounters",
    "RoomOver",
    "Seen",
]
