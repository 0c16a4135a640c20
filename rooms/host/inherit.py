"""Making a room from what stands in Redis of it: as staff have left it, with what earlier nodes have saved."""

from __future__ import annotations

from datetime import datetime

from rooms.core.recording import Takeover
from rooms.registry import Registry
from rooms.room import Room
from rooms.standing import RoomState


async def inherit(registry: Registry, state: RoomState, now: datetime) -> Room:
    """Return the room on the node that holds it now; raises RedisError."""
    return Room(
        state.spec,
        now,
        opened=state.opened is not None,
        held=state.held,
        carried=await registry.connected(state.room_id),
        moderation=state.moderation,
        warnings=await registry.warnings(state.room_id) if state.acts else (),
        takeover=await _takeover(registry, state),
    )


async def _takeover(registry: Registry, state: RoomState) -> Takeover | None:
    """Say what is known of the node that saved the room last; None if none ever did."""
    if state.saved_at is None:
        return None
    return Takeover(state.saved_at, await registry.presence(state.room_id))
