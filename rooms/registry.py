"""Rooms as every process sees them: where each one is, how it stands, and what is asked of it.

The state stands in Redis; a message on a channel only says that it changed, so a lost message is healed by the next
read. Every call raises redis.exceptions.RedisError when Redis does not answer in its time: the caller then refuses.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from redis.asyncio import Redis

from config import keys
from config.clock import Clock, SystemClock
from config.facts import EndReason, Fact, FactName
from rooms import scripts
from rooms.errors import NoNode, RoomEnded, UnknownRoom
from rooms.placement import DEAD_AFTER, Claim, Node, rank
from rooms.presence import Presence
from rooms.seats import RoomSpec, from_iso, to_iso

#: How long a room's keys outlive its slot, in seconds: consoles show how it ended.
KEPT_AFTER_END = 6 * 3600

State = Literal["waiting", "live", "held", "ended"]


@dataclass(frozen=True, slots=True)
class RoomState:
    """A room as it stands in Redis. `state` is what its node last wrote; `ended_at` is set once it was ended."""

    spec: RoomSpec
    claim: Claim
    state: State
    opened: datetime | None = None
    held: bool = False
    end_reason: EndReason | None = None
    ended_at: datetime | None = None

    @property
    def room_id(self) -> str:
        """The room's id, which is the visit's."""
        return self.spec.room_id

    def ending(self, now: datetime) -> tuple[EndReason, datetime] | None:
        """Say why and when the room ended, or None; a room past its slot has ended, whatever its node last wrote."""
        if self.end_reason is not None:
            return self.end_reason, self.ended_at or min(now, self.spec.ends_at)
        if now >= self.spec.ends_at:
            return EndReason.SLOT_OVER, self.spec.ends_at
        return None

    @classmethod
    def from_fields(cls, room_id: str, fields: Mapping[str, str]) -> RoomState:
        """Read a room's hash; raises KeyError or ValueError on anything else."""
        reason, opened, ended_at = (fields.get(key) for key in ("end_reason", "opened", "ended_at"))
        state: State = {"live": "live", "held": "held", "ended": "ended"}.get(fields["state"], "waiting")  # type: ignore[assignment]
        return cls(
            spec=RoomSpec.from_fields(room_id, fields),
            claim=Claim(fields["node"], fields["url"], int(fields["epoch"])),
            state=state,
            opened=None if opened is None else from_iso(opened),
            held=fields.get("held") == "1",
            end_reason=None if reason is None else EndReason(reason),
            ended_at=None if not ended_at else from_iso(ended_at),
        )


class Registry:
    """Places rooms, reads them, and asks things of them. Stateless: any process may have as many as it likes."""

    def __init__(self, redis: Redis, clock: Clock | None = None, dead_after: float = DEAD_AFTER) -> None:
        self._redis: Any = redis
        self._clock = clock or SystemClock()
        self._dead_after = dead_after
        self._place = redis.register_script(scripts.PLACE)
        self._open = redis.register_script(scripts.OPEN)
        self._request_end = redis.register_script(scripts.REQUEST_END)

    async def place(self, spec: RoomSpec) -> Claim:
        """Return the room's claim, made now if no living node holds it; raises NoNode, RoomEnded."""
        for _ in range(3):
            for node in rank(spec.room_id, await self.nodes(), self._dead_after)[:3]:
                claim = await self.claim_for(spec, node.node, node.url)
                if claim is not None:
                    return claim
            await asyncio.sleep(0.05)
        raise NoNode("no room node is alive")

    async def claim_for(self, spec: RoomSpec, node: str, url: str) -> Claim | None:
        """Claim the room for `node` unless a living one holds it; None if `node` is not alive; raises RoomEnded."""
        fields = [part for pair in spec.to_fields().items() for part in pair]
        expiry = int(spec.ends_at.timestamp()) + KEPT_AFTER_END
        answer = await self._place(
            keys=[
                keys.NODES,
                keys.room(spec.room_id),
                keys.ROOMS,
                keys.jail_rooms(spec.jail_id),
                keys.room_epoch(spec.room_id),
                keys.node_rooms(node),
            ],
            args=[spec.room_id, node, url, self._dead_after, spec.ends_at.timestamp(), expiry, *fields],
        )
        if answer[0] == "ended":
            raise RoomEnded(EndReason(answer[1]), from_iso(answer[2]) if answer[2] else spec.ends_at)
        return Claim(answer[1], answer[2], int(answer[3])) if answer[0] == "claim" else None

    async def open_room(self, room_id: str, by: str) -> None:
        """Start the session (the room must have been placed); raises UnknownRoom, RoomEnded. Twice is once."""
        now = self._clock.now()
        state = await self._known(room_id)
        fact = Fact(name=FactName.ROOM_OPENED, room=room_id, at=now).to_fields()
        before, after = keys.room_commands("\0").split("\0")
        answer = await self._open(
            keys=[keys.NODES, keys.room(room_id), keys.FACTS],
            args=[to_iso(now), by, room_id, before, after, *(part for pair in fact.items() for part in pair)],
        )
        if answer in ("ended", "unknown"):
            reason, at = state.ending(now) or (EndReason.SLOT_OVER, now)
            raise RoomEnded(reason, at)
        await self._redis.publish(keys.jail_changed(state.spec.jail_id), "")

    async def request_end(self, room_id: str, reason: EndReason, by: str) -> None:
        """End the room now, for good; raises UnknownRoom. A room that has ended stays as it ended."""
        state = await self._known(room_id)
        answer = await self._request_end(
            keys=[keys.room(room_id)], args=[EndReason(reason).value, by, to_iso(self._clock.now())]
        )
        if answer:
            await self._redis.publish(keys.room_commands(answer), room_id)
        await self._redis.publish(keys.jail_changed(state.spec.jail_id), "")

    async def room(self, room_id: str) -> RoomState | None:
        """Return how a room stands, or None if it was never placed (or long ago)."""
        fields = await self._redis.hgetall(keys.room(room_id))
        return RoomState.from_fields(room_id, fields) if fields else None

    async def rooms(self, room_ids: Iterable[str]) -> dict[str, RoomState]:
        """Return how several rooms stand; those never placed are left out."""
        ids = sorted(set(room_ids))
        pipeline = self._redis.pipeline(transaction=False)
        for room_id in ids:
            pipeline.hgetall(keys.room(room_id))
        hashes = await pipeline.execute() if ids else []
        found = {room_id: fields for room_id, fields in zip(ids, hashes, strict=True) if fields}
        return {room_id: RoomState.from_fields(room_id, fields) for room_id, fields in found.items()}

    async def presence(self, room_id: str) -> dict[str, Presence]:
        """Return who was seen in the room, by participant id; never a monitor."""
        found = await self._redis.hgetall(keys.presence(room_id))
        return {participant: Presence.from_json(text) for participant, text in found.items()}

    async def connected(self, room_id: str) -> dict[str, float]:
        """Return the seconds each participant has been connected during the slot, as last saved."""
        found = await self._redis.hgetall(keys.connected(room_id))
        return {participant: float(spent) for participant, spent in found.items()}

    async def live_rooms(self, jail_ids: Iterable[int]) -> list[RoomState]:
        """Return the placed rooms of these jails that have not ended, by start and VisRN."""
        now = self._clock.now()
        pipeline = self._redis.pipeline(transaction=False)
        for jail_id in sorted(set(jail_ids)):
            pipeline.smembers(keys.jail_rooms(jail_id))
        states = await self.rooms(room_id for found in await pipeline.execute() for room_id in found)
        living = (state for state in states.values() if state.ending(now) is None)
        return sorted(living, key=lambda state: (state.spec.starts_at, state.spec.visrn))

    async def nodes(self) -> list[Node]:
        """Return every node that is known, dead ones too."""
        pipeline = self._redis.pipeline(transaction=False)
        pipeline.time()
        pipeline.zrange(keys.NODES, 0, -1, withscores=True)
        (seconds, micros), beats = await pipeline.execute()
        for name, _ in beats:
            pipeline.hget(keys.node(name), "url")
            pipeline.scard(keys.node_rooms(name))
        answers = await pipeline.execute() if beats else []
        now = seconds + micros / 1e6
        found = zip(beats, answers[::2], answers[1::2], strict=True)
        return [
            Node(node=name, url=url, rooms=rooms, beat_age=now - beat)
            for (name, beat), url, rooms in found
            if url is not None
        ]

    async def _known(self, room_id: str) -> RoomState:
        state = await self.room(room_id)
        if state is None:
            raise UnknownRoom("no such room has been placed")
        return state
