"""The host: a node's rooms, and the node's standing with Redis.

Holding rooms is a lease. It is renewed with each heartbeat that Redis answers; when the last answered one was *sent*
longer ago than the time after which others count this node as dead, the node closes its rooms by itself, because by
then somebody else may hold them. When Redis says that a room is held elsewhere, that room is closed at once.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any
from weakref import WeakValueDictionary

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from config import keys
from rooms.errors import NotMine, RoomError
from rooms.host import actions as act
from rooms.host.facts import FactWriter
from rooms.host.inherit import inherit
from rooms.host.keeper import Keeper
from rooms.host.link import NodeLink
from rooms.host.membership import Membership
from rooms.host.ports import Listener, MediaNode
from rooms.host.saver import Saver
from rooms.host.steady import SteadyClock
from rooms.host.tasks import end
from rooms.host.turns import Rank, Turns
from rooms.placement import DEAD_AFTER, HEARTBEAT
from rooms.registry import RoomState
from rooms.seats import Role, RoomSpec
from rooms.wall.feed import WallFeed

#: How often the lease is looked at, in seconds.
_WATCH = 0.1
#: Rooms read again in one turn of the event loop, with each heartbeat: it belongs to the packets of all of them.
_AT_ONCE = 16
#: Seconds that a leaving node has to save its rooms and close them, to let go of its claims, and to tell everyone. What
#: is not saved by then is closed all the same: before the lease is over, and the process is killed.
_HAND_OVER, _RETIRE, _TELL = 2.0, 0.5, 1.5
#: How long a participant's entry may wait for the room's task.
_ENTRY = 5.0

log = structlog.get_logger(__name__)


class RoomHost:
    """All rooms of this node process. `start` makes the node known, `leave` hands its rooms over."""

    def __init__(
        self,
        redis: Redis,
        media: MediaNode,
        url: str,
        clock: SteadyClock,
        *,
        heartbeat: float = HEARTBEAT,
        dead_after: float = DEAD_AFTER,
    ) -> None:
        self.link = NodeLink(redis, url, dead_after)
        self.facts = FactWriter(redis)
        self.wall = WallFeed(redis, clock, lambda: self._keepers, every=heartbeat)
        self._redis: Any = redis
        self._media = media
        self._clock = clock
        self._every = heartbeat
        self._dead_after = dead_after
        self._lease_until = float("-inf")
        self._keepers: dict[str, Keeper] = {}
        #: Alive until what they have to write of a room is written.
        self._savers: WeakValueDictionary[str, Saver] = WeakValueDictionary()
        self._turns = Turns(clock.monotonic)
        #: Alive as long as somebody waits to adopt the room.
        self._adopting: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._tasks: set[asyncio.Task[None]] = set()
        self._leaving = False
        self._empty = asyncio.Event()

    # --- life ---------------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Make the node known and begin to beat; raises RedisError if Redis does not answer."""
        await self._announce()
        own = (self._beat_for_ever(), self._heal_for_ever(), self._watch_the_lease(), self._hear_commands())
        for work in (*own, self.facts.run(), self.wall.run(), self.wall.decoder.run()):
            self._spawn(work)

    async def leave(self) -> None:
        """Hand over: save, stop relaying, let go of the claims, tell everybody to go on elsewhere."""
        self._leaving = True
        keepers = list(self._keepers.values())
        try:
            async with asyncio.timeout(_HAND_OVER):
                await asyncio.gather(*(self._hand_over(keeper) for keeper in keepers))
        except TimeoutError:
            log.warning("not_all_rooms_saved")
            for keeper in keepers:
                keeper.media.end()
        try:
            async with asyncio.timeout(_RETIRE):
                await self.link.retire()
        except (RedisError, TimeoutError) as error:
            log.warning("not_retired", error=type(error).__name__)
        self._empty.clear()
        try:
            async with asyncio.timeout(_TELL):
                await asyncio.gather(*(self._send_on(keeper) for keeper in keepers))
                if self._keepers:
                    await self._empty.wait()
        except TimeoutError:
            log.warning("not_everybody_told", rooms=len(self._keepers))

    async def _hand_over(self, keeper: Keeper) -> None:
        """Save a room, then relay nothing more of it; hundreds do so in turns, while the others' calls go on."""
        await self._turns.mine(Rank.CLOSE)
        await keeper.saver.save()
        await self._turns.mine(Rank.CLOSE)
        keeper.media.end()

    async def _send_on(self, keeper: Keeper) -> None:
        """Have a room's people told to go on elsewhere."""
        await self._turns.mine(Rank.TELL)
        keeper.post(act.Move())

    async def close(self) -> None:
        """Stop all tasks; what is left of the facts is written first, as far as Redis answers."""
        await self.facts.flush(2.0)
        await end(self._tasks)
        await self.link.close()
        await self.wall.decoder.close()

    @property
    def node(self) -> str:
        """The id of this boot; it changes if the node was buried."""
        return self.link.node

    @property
    def holds_lease(self) -> bool:
        """Whether this node may hold rooms just now."""
        return not self._leaving and self._clock.monotonic() < self._lease_until

    @property
    def rooms(self) -> int:
        """How many rooms are held."""
        return len(self._keepers)

    @property
    def participants(self) -> int:
        """How many people are in them, monitors included."""
        return sum(keeper.room.here() for keeper in self._keepers.values())

    # --- entering -----------------------------------------------------------------------------------------------------

    async def join(self, spec: RoomSpec, participant: str, role: Role, listener: Listener) -> Membership:
        """Enter a room, claiming it first if nobody living holds it.

        Raises NotMine (another node holds it, or this one may not hold any just now), RoomEnded, RoomFull, RedisError.
        """
        keeper = await self._keeper_of(spec)
        done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        keeper.post(act.Enter(participant, role, listener, done))
        try:
            arrival = await asyncio.wait_for(done, _ENTRY)
        except TimeoutError as late:
            raise NotMine("the room did not answer in time") from late
        return Membership(keeper.post, participant, listener, arrival)

    async def _keeper_of(self, spec: RoomSpec, placed: RoomState | None = None) -> Keeper:
        """Return the room's keeper, made now if there is none; `placed` is how it stands if it is known to be ours."""
        if not self.holds_lease:
            raise NotMine("this node may not hold rooms just now")
        async with self._adopting.setdefault(spec.room_id, asyncio.Lock()):
            keeper = self._keepers.get(spec.room_id)
            if keeper is None or keeper.over:
                keeper = await self._keep(placed or await self.link.adopt(spec))
            return keeper

    async def _keep(self, state: RoomState) -> Keeper:
        """Run a room that is claimed by this node."""
        ways = await self.link.registry.ways(state.room_id)
        spec, epoch = state.spec, state.claim.epoch
        room = await inherit(self.link.registry, state, self._clock.now())
        if self._leaving:
            raise NotMine("this node leaves")
        # The media room is named by the claim: a room that comes back to this node is a new one to the relay.
        media = self._media.add_room(f"{spec.room_id}.{epoch}", spec.kind.value, spec.ends_at)
        saver = Saver(
            room,
            media,
            self.link,
            epoch,
            clock=self._clock,
            turns=self._turns,
            fenced=partial(self._fenced, spec.room_id, epoch),
            carried=ways,
        )
        keeper = Keeper(
            room,
            media,
            saver,
            facts=self.facts,
            clock=self._clock,
            turns=self._turns,
            done=self._released,
            acts=state.acts,
        )
        self._keepers[spec.room_id] = keeper
        self._savers[spec.room_id] = saver
        self._spawn(keeper.run())
        self._spawn(saver.run())
        if state.end_reason is not None:
            keeper.post(act.Command.reading(state))
        return keeper

    def _fenced(self, room_id: str, epoch: int) -> None:
        """A room that was saved under this claim is somebody else's. Found by its name: what saves it holds no keeper,
        or only the collector would free the two.
        """
        keeper = self._keepers.get(room_id)
        if keeper is not None and keeper.saver.epoch == epoch:
            keeper.post(act.Move())

    def _released(self, keeper: Keeper) -> None:
        room_id = keeper.room.spec.room_id
        if self._keepers.get(room_id) is keeper:
            del self._keepers[room_id]
        if not self._keepers:
            self._empty.set()

    # --- standing with Redis ------------------------------------------------------------------------------------------

    async def _announce(self) -> None:
        sent = self._clock.monotonic()
        shared = await self.link.announce()
        if shared is None:
            log.error("node_superseded", node=self.node)
            return
        self._clock.check(shared, sent, self._clock.monotonic())
        self._lease_until = sent + self._dead_after
        log.info("node_announced", node=self.node)

    async def _beat_for_ever(self) -> None:
        while True:
            await asyncio.sleep(self._every)
            try:
                async with asyncio.timeout(self._dead_after):
                    await self._beat()
            except (RedisError, TimeoutError, OSError) as error:
                log.warning("heartbeat_failed", error=type(error).__name__)

    async def _beat(self) -> None:
        if self._leaving:
            return
        sent = self._clock.monotonic()
        shared = await self.link.beat()
        if shared is None or self._clock.monotonic() >= self._lease_until:
            self._close_all("buried")
            await self._announce()
            return
        self._clock.check(shared, sent, self._clock.monotonic())
        self._lease_until = sent + self._dead_after

    async def _heal_for_ever(self) -> None:
        """Beside the heartbeat, which hundreds of rooms that are read again must not hold up: the lease hangs on it."""
        while True:
            await asyncio.sleep(self._every)
            if self._leaving:
                continue
            try:
                await self._look_at_rooms()
                await self.link.reap(self._clock.now())
            except (RedisError, TimeoutError, OSError) as error:
                log.warning("rooms_not_read", error=type(error).__name__)

    async def _watch_the_lease(self) -> None:
        while True:
            await asyncio.sleep(_WATCH)
            if self._keepers and not self._leaving and self._clock.monotonic() >= self._lease_until:
                self._close_all("lease_lost")

    def _close_all(self, why: str) -> None:
        if self._keepers:
            log.error("rooms_given_up", why=why, count=len(self._keepers))
        for keeper in self._keepers.values():
            keeper.media.end()
            keeper.post(act.Move())

    async def _look_at_rooms(self) -> None:
        """Heal what a lost message has missed: every room held here is read again, and those placed here are kept."""
        ids = sorted(await self.link.holdings() | set(self._keepers))
        for first in range(0, len(ids), _AT_ONCE):
            some = ids[first : first + _AT_ONCE]
            states = await self.link.registry.rooms(some)
            for room_id in some:
                await self._look_at(room_id, states.get(room_id))

    async def _look_at(self, room_id: str, state: RoomState | None) -> None:
        keeper = self._keepers.get(room_id)
        mine = state is not None and state.claim.node == self.node
        if keeper is not None and not keeper.over:
            if state is None or not mine or state.claim.epoch != keeper.saver.epoch:
                keeper.post(act.Move())
            else:
                await self._command(keeper, state)
        elif state is None or not mine or state.state == "ended":
            await self.link.drop(room_id)
        elif not self._is_ending(room_id):
            try:
                await self._keeper_of(state.spec, placed=state)
            except RoomError as refusal:
                log.debug("room_not_kept", reason=refusal.id)

    def _is_ending(self, room_id: str) -> bool:
        """Whether a room has ended here, and that is still to be written: by then it looks like one to be kept."""
        saver = self._savers.get(room_id)
        return saver is not None and saver.ending

    async def _command(self, keeper: Keeper, state: RoomState) -> None:
        """Hand on what was read, unless something newer was handed on already."""
        warnings = await self.link.registry.warnings(state.room_id) if state.acts > keeper.acts else None
        if state.acts >= keeper.acts:
            keeper.acts = state.acts
            keeper.post(act.Command.reading(state, warnings))

    async def _hear_commands(self) -> None:
        while True:
            try:
                await self._hear(self.node)
            except (RedisError, OSError) as error:
                log.warning("commands_not_heard", error=type(error).__name__)
                await asyncio.sleep(0.5)

    async def _hear(self, node: str) -> None:
        async with self._redis.pubsub(ignore_subscribe_messages=True) as channel:
            await channel.subscribe(keys.room_commands(node))
            while self.node == node:
                message = await channel.get_message(timeout=1.0)
                if message is not None:
                    room_id = message["data"]
                    await self._look_at(room_id, await self.link.registry.room(room_id))

    def _spawn(self, work: Any) -> None:
        task: asyncio.Task[None] = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("node_task_failed", exc_info=task.exception())
