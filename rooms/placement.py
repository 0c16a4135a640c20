"""Which node takes a room: a pure choice; the claim itself is made, fenced, in Redis."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b

#: Seconds without a heartbeat after which a node counts as dead, to others and to itself.
DEAD_AFTER = 5.0
#: Seconds between two heartbeats.
HEARTBEAT = 2.0


@dataclass(frozen=True, slots=True)
class Node:
    """One boot of a room node. `beat_age` is the seconds since its last heartbeat, `rooms` how many it holds."""

    node: str
    url: str
    rooms: int
    beat_age: float


@dataclass(frozen=True, slots=True)
class Claim:
    """Who holds a room. `epoch` grows with every change of holder, so an old holder can be told from the new one."""

    node: str
    url: str
    epoch: int


def is_alive(node: Node, dead_after: float = DEAD_AFTER) -> bool:
    """Say whether a node may be given rooms."""
    return node.beat_age <= dead_after


def rank(room_id: str, nodes: Iterable[Node], dead_after: float = DEAD_AFTER) -> list[Node]:
    """Return the living nodes, least loaded first; equals in an order of the room's own, so that rooms spread."""
    living = (node for node in nodes if is_alive(node, dead_after))
    return sorted(living, key=lambda node: (node.rooms, _spread(room_id, node.node)))


def _spread(room_id: str, node: str) -> bytes:
    return blake2b(f"{room_id} {node}".encode(), digest_size=8).digest()
