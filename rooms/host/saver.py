"""Saves a room to Redis from a task of its own: at once when people come and go, every 2 s for the seconds.

A killed node thereby loses at most those 2 s of anybody's connected time. A write that is refused means that the room
is held elsewhere by now; one that fails is made up by the next.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace

import structlog
from redis.exceptions import RedisError

from config.clock import Clock
from config.facts import Fact
from rooms.host.bell import Bell
from rooms.host.link import NodeLink, Snapshot
from rooms.host.ports import MediaCounters, MediaRoom
from rooms.host.turns import Turns
from rooms.presence import Presence
from rooms.room import Room
from rooms.timebox import Phase
from rooms.ways import Way, Ways, for_fact, total

#: Seconds between two saves when nothing changes.
EVERY = 2.0
#: How often, and how far apart, the end is tried to be written; whoever finds the room later writes it otherwise.
_TRIES, _PAUSE = 60, 1.0

log = structlog.get_logger(__name__)


class Saver:
    """Writes one room's state. `fenced` is called once if the room turns out to be somebody else's; `carried` is what
    earlier nodes forwarded.
    """

    def __init__(
        self,
        room: Room,
        media: MediaRoom,
        link: NodeLink,
        epoch: int,
        *,
        clock: Clock,
        turns: Turns,
        fenced: Callable[[], None],
        carried: Mapping[Way, int] | None = None,
    ) -> None:
        self.epoch = epoch
        self._room = room
        self._media = media
        self._link = link
        self._clock = clock
        self._fenced = fenced
        self._bell = Bell(turns)
        self._changed = True
        self._end: Fact | None = None
        self._last_ways: Ways = {}
        self._stopped = False
        self._state = Phase.WAITING.value
        self._saved: dict[str, Presence] = {}
        self._carried = dict(carried or {})
        self._saved_ways: Ways = dict(self._carried)

    @property
    def ending(self) -> bool:
        """Whether the room's end is what is left to be written."""
        return self._room.ending is not None

    def save_soon(self) -> None:
        """Have everything saved in a moment."""
        self._changed = True
        self._bell.ring()

    def finish(self, fact: Fact, counted: MediaCounters) -> None:
        """Have the end written, with what the relay counted until then; the last thing this does."""
        ways = total(self._carried, counted.ways)
        self._last_ways = ways
        self._end = replace(
            fact,
            forwarded=sum(self._carried.values()) + counted.forwarded,
            last_forwarded_at=counted.last_forwarded_at,
            ways=for_fact(ways),
        )
        self._bell.queue()

    def stop(self) -> None:
        """Save nothing more, unless the room's end is still to be written."""
        self._stopped = True
        self._bell.queue()

    async def run(self) -> None:
        """Save until the room has been finished, or is not held here any more."""
        while True:
            await self._bell.wait(EVERY)
            if self._end is not None:
                await self._finish(self._end)
                return
            if self._stopped:
                return
            if not await self.save():
                self._fenced()
                return

    async def save(self) -> bool:
        """Save now; False if the room is not ours any more. A Redis that does not answer is not a refusal."""
        presence, ways = self._room.presence(), self._ways()
        snapshot, changed = self._snapshot(presence, ways), self._changed
        self._changed = False
        try:
            ours = await self._link.save(self._room.spec, self.epoch, snapshot)
        except RedisError as error:
            log.warning("room_not_saved", error=type(error).__name__)
            self._changed = self._changed or changed
            return True
        self._saved, self._saved_ways = presence, ways
        return ours

    def _ways(self) -> Ways:
        """What was forwarded, on the nodes before this one too."""
        return total(self._carried, self._media.counters().ways)

    def _snapshot(self, presence: dict[str, Presence], ways: Ways) -> Snapshot:
        """What is new since it was last saved."""
        news = {who: each for who, each in presence.items() if self._saved.get(who) != each}
        if self._room.phase is not Phase.ENDED:  # "ended" is written by finish alone
            self._state = self._room.phase.value
        moved = {way: packets for way, packets in ways.items() if self._saved_ways.get(way) != packets}
        seconds = self._room.seconds(self._clock.now())
        return Snapshot(self._state, news, seconds, self._changed or bool(news), moved)

    async def _finish(self, fact: Fact) -> None:
        snapshot = self._snapshot(self._room.presence(), self._last_ways)
        for _ in range(_TRIES):
            try:
                await self._link.finish(self._room.spec, self.epoch, snapshot, fact)
            except RedisError as error:
                log.warning("end_not_written", error=type(error).__name__)
                await asyncio.sleep(_PAUSE)
            else:
                return
        log.error("end_never_written")
