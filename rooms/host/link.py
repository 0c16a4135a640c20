"""A node's hold on Redis: its heartbeat, its claims, and what it writes of its rooms, fenced by the claim's epoch.

Errors of Redis pass through; the host decides what an answer that does not come means.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from redis.asyncio import Redis

from config import keys
from config.facts import EndReason, Fact
from rooms import scripts, ways
from rooms.errors import NotMine
from rooms.host.commits import Call, GroupCommit
from rooms.placement import DEAD_AFTER
from rooms.presence import Presence
from rooms.registry import KEPT_AFTER_END, Registry, RoomState
from rooms.seats import RoomSpec, to_iso
from rooms.standing import moment
from rooms.ways import Way

#: How long a node's own keys live without a heartbeat, in seconds.
_KEPT = 60


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What is saved of a room: its state's name, who is here, their seconds, what was forwarded; `changed` if consoles
    should look.
    """

    state: str
    presence: dict[str, Presence]
    seconds: dict[str, float]
    changed: bool
    ways: Mapping[Way, int] = field(default_factory=dict)


class NodeLink:
    """One boot of a node, as Redis knows it. Its id is new with every boot and after every burial."""

    def __init__(self, redis: Redis, url: str, dead_after: float = DEAD_AFTER) -> None:
        self._redis: Any = redis
        self._dead_after = dead_after
        self.url = url
        self.node = ""
        self.registry = Registry(redis, dead_after=dead_after)
        self._announce = redis.register_script(scripts.ANNOUNCE)
        self._heartbeat = redis.register_script(scripts.HEARTBEAT)
        self._save = redis.register_script(scripts.SAVE)
        self._finish = redis.register_script(scripts.FINISH)
        self._reap = redis.register_script(scripts.REAP)
        self._commits = GroupCommit(redis)

    async def announce(self) -> float | None:
        """Become known under a new id, burying an older boot of this URL; return Redis' time.

        Announced again after a burial, it gives way to a younger boot that lives: None, and nothing has changed.
        """
        node = f"{urlsplit(self.url).netloc}-{secrets.token_hex(4)}"
        found = await self._announce(
            keys=[keys.NODES, keys.node_at(self.url), keys.node(node)],
            args=[node, self.url, _KEPT, self.node, self._dead_after],
        )
        if not found:
            return None
        self.node = node
        return float(found)

    async def beat(self) -> float | None:
        """Say that the node lives; return Redis' time, or None if it was buried or came too late."""
        found = await self._heartbeat(
            keys=[keys.NODES, keys.node(self.node)], args=[self.node, self._dead_after, _KEPT]
        )
        return float(found) if found else None

    async def retire(self) -> None:
        """Stop being given rooms, and let go of those held: they may be placed elsewhere at once."""
        await self._redis.zrem(keys.NODES, self.node)

    async def close(self) -> None:
        """Write nothing more of rooms."""
        await self._commits.close()

    async def adopt(self, spec: RoomSpec) -> RoomState:
        """Hold a room, claiming it if no living node does; raises NotMine, RoomEnded."""
        claim = await self.registry.claim_for(spec, self.node, self.url)
        state = await self.registry.room(spec.room_id)
        if claim is None or state is None or claim.node != self.node or state.claim != claim:
            raise NotMine("another node holds the room")
        return state

    async def holdings(self) -> set[str]:
        """Return the ids of the rooms placed on this node."""
        return set(await self._redis.smembers(keys.node_rooms(self.node)))

    async def drop(self, room_id: str) -> None:
        """Take a room that is not held any more off this node's list."""
        await self._redis.srem(keys.node_rooms(self.node), room_id)

    async def is_alive(self, node: str) -> bool:
        """Say whether a node id belongs to a living boot."""
        found = await self.registry.nodes()
        return any(each.node == node and each.beat_age <= self._dead_after for each in found)

    async def save(self, spec: RoomSpec, epoch: int, snapshot: Snapshot) -> bool:
        """Write how a room stands; False if the claim is somebody else's, or the room has ended."""
        [answer] = await self._commits.run(self._saving(spec, epoch, snapshot))
        return bool(answer == 1)

    async def finish(self, spec: RoomSpec, epoch: int, snapshot: Snapshot, fact: Fact) -> bool:
        """Write how a room stood last, then its end and its fact in one step.

        False if it is not ours, or was written before.
        """
        finishing = Call(
            self._finish,
            [*self._keys_of(spec.room_id, spec.jail_id), keys.node_rooms(self.node)],
            [
                spec.room_id,
                self.node,
                str(epoch),
                EndReason(fact.reason or EndReason.SLOT_OVER).value,
                to_iso(fact.at),
                keys.jail_changed(spec.jail_id),
                *(part for pair in fact.to_fields().items() for part in pair),
            ],
        )
        _, answer = await self._commits.run(self._saving(spec, epoch, snapshot), finishing)
        return bool(answer == 1)

    def _saving(self, spec: RoomSpec, epoch: int, snapshot: Snapshot) -> Call:
        presence = [part for who, each in snapshot.presence.items() for part in (who, each.to_json())]
        seconds = [str(part) for pair in snapshot.seconds.items() for part in pair]
        forwarded = [part for pair in ways.to_fields(snapshot.ways).items() for part in pair]
        return Call(
            self._save,
            [each(spec.room_id) for each in (keys.room, keys.presence, keys.connected, keys.ways)],
            [
                self.node,
                str(epoch),
                snapshot.state,
                int(spec.ends_at.timestamp()) + KEPT_AFTER_END,
                keys.jail_changed(spec.jail_id) if snapshot.changed else "",
                len(snapshot.presence),
                len(snapshot.seconds),
                *presence,
                *seconds,
                *forwarded,
            ],
        )

    async def reap(self, now: datetime) -> int:
        """End, on paper, the rooms whose slot is over and whose node is dead; return how many."""
        over = await self._redis.zrangebyscore(keys.ROOMS, "-inf", now.timestamp(), start=0, num=50)
        reaped = 0
        for room_id in over:
            jail_id, saved_at = await self._redis.hmget(keys.room(room_id), "jail_id", "saved_at")
            jail, heard = int(jail_id or 0), "" if saved_at is None else to_iso(moment(saved_at))
            reaped += await self._reap(
                keys=[
                    *self._keys_of(room_id, jail),
                    *(each(room_id) for each in (keys.connected, keys.presence, keys.ways)),
                ],
                args=[room_id, self._dead_after, to_iso(now), keys.jail_changed(jail), heard],
            )
        return reaped

    def _keys_of(self, room_id: str, jail_id: int) -> list[str]:
        return [keys.NODES, keys.room(room_id), keys.ROOMS, keys.jail_rooms(jail_id), keys.FACTS]
