"""Rooms as every process sees them: where each one is, how it stands, and what is asked of it.

The state stands in Redis; a message on a channel only says that it changed, so a lost message is healed by the next
read. Every call raises redis.exceptions.RedisError when Redis does not answer in its time: the caller then refuses.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

from redis.asyncio import Redis

from config import keys
from config.clock import Clock, SystemClock
from config.facts import EndReason, Fact, FactName
from rooms import moderation, scripts, ways
from rooms.errors import NoNode, RoomEnded, UnknownRoom, UnknownSeat
from rooms.moderation import MOST_WARNINGS
from rooms.placement import DEAD_AFTER, Claim, Node, rank
from rooms.presence import Presence
from rooms.seats import RoomSpec, from_iso, to_iso
from rooms.standing import RoomState
from rooms.ways import Ways

#: How long a room's keys outlive its slot, in seconds: consoles show how it ended.
KEPT_AFTER_END = 6 * 3600

__all__ = ["KEPT_AFTER_END", "Registry", "RoomState"]


class Registry:
    """Places rooms, reads them, and asks things of them. Stateless: any process may have as many as it likes."""

    def __init__(self, redis: Redis, clock: Clock | None = None, dead_after: float = DEAD_AFTER) -> None:
        self._redis: Any = redis
        self._clock = clock or SystemClock()
        self._dead_after = dead_after
        self._place = redis.register_script(scripts.PLACE)
        self._open = redis.register_script(scripts.OPEN)
        self._request_end = redis.register_script(scripts.REQUEST_END)
        self._hold = redis.register_script(scripts.HOLD)
        self._moderate = redis.register_script(scripts.MODERATE)
        self._warn = redis.register_script(scripts.WARN)

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

    async def hold(self, room_id: str, held: bool, by: str) -> bool:  # noqa: FBT001 - which of the two is the act
        """Hold the room, or let it go on; say whether that changed anything. Raises UnknownRoom, RoomEnded."""
        name = FactName.ROOM_HELD if held else FactName.ROOM_RESUMED
        fact = Fact(name, room_id, self._clock.now()).to_fields()
        own = ["1" if held else "0", *(part for pair in fact.items() for part in pair)]
        return await self._act(self._hold, await self._known(room_id), by, *own, more=[keys.FACTS])

    async def moderate(
        self, room_id: str, participant: str, *, muted: bool | None = None, blanked: bool | None = None, by: str
    ) -> bool:
        """Take a participant's sound or picture from the others, or give it back; None leaves it as it is.

        Says whether that changed anything. Raises UnknownRoom, UnknownSeat, RoomEnded.
        """
        state = await self._known(room_id)
        _refuse_strangers(state.spec, [participant])
        wanted = ["" if each is None else str(int(each)) for each in (muted, blanked)]
        return await self._act(self._moderate, state, by, participant, *wanted)

    async def warn(self, room_id: str, warning: moderation.Warning, by: str) -> bool:
        """Give a warning now; False if one of that id was given already. Raises UnknownRoom, UnknownSeat, RoomEnded."""
        state = await self._known(room_id)
        _refuse_strangers(state.spec, warning.to)
        given = warning.given(self._clock.now()).to_json()
        expiry = int(state.spec.ends_at.timestamp()) + KEPT_AFTER_END
        more = [keys.warnings(room_id)]
        return await self._act(self._warn, state, by, warning.id, given, expiry, MOST_WARNINGS, more=more)

    async def warnings(self, room_id: str) -> tuple[moderation.Warning, ...]:
        """Return the warnings given in a room, oldest first."""
        found = await self._redis.lrange(keys.warnings(room_id), 0, -1)
        return tuple(moderation.Warning.from_json(text) for text in found)

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

    async def ways(self, room_id: str) -> Ways:
        """Return the packets forwarded on each way of the room, as last saved."""
        return ways.from_fields(await self._redis.hgetall(keys.ways(room_id)))

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

    async def _act(self, script: Any, state: RoomState, by: str, *own: str | int, more: Iterable[str] = ()) -> bool:
        """Run one of staff's scripts on a room; say whether it changed anything. Raises UnknownRoom, RoomEnded."""
        now, room_id = self._clock.now(), state.room_id
        ending = state.ending(now)
        if ending is not None:
            raise RoomEnded(*ending)
        before, after = keys.room_commands("\0").split("\0")
        answer = await script(
            keys=[keys.room(room_id), *more],
            args=[room_id, keys.jail_changed(state.spec.jail_id), before, after, by, *own],
        )
        if answer == "ended":
            raise RoomEnded(*((await self._known(room_id)).ending(now) or (EndReason.ENDED_BY_STAFF, now)))
        if answer == "unknown":
            raise UnknownRoom("the room was forgotten meanwhile")
        return bool(answer == "changed")

    async def _known(self, room_id: str) -> RoomState:
        state = await self.room(room_id)
        if state is None:
            raise UnknownRoom("no such room has been placed")
        return state


def _refuse_strangers(spec: RoomSpec, participants: Iterable[str]) -> None:
    if any(spec.seat(participant) is None for participant in participants):
        raise UnknownSeat("the room keeps no seat for this participant")
