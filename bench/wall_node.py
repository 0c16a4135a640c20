"""The relay's process with a wall's feed in it: what `bench wall` measures. It is spoken to as relay_node.py is."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from redis.asyncio import Redis

from config.clock import SystemClock
from rooms.host.tasks import end
from rooms.media import MediaNode, MediaRoom
from rooms.presence import Devices
from rooms.room import Room
from rooms.seats import Kind, Role, RoomSpec, Seat
from rooms.wall.feed import WallFeed
from rooms.wall.interest import show

from .relay_node import Command, Node, Result, media_node, quieten, serve

SEATS = (Seat("visitor", Role.VISITOR, "Visitor 1"), Seat("terminal", Role.TERMINAL, "T1"))
SHOW_EVERY = 5.0


@dataclass(slots=True)
class Held:
    """A room as a node holds it: the bookkeeping, and its media."""

    room: Room
    media: MediaRoom
    over: bool = False


class WallNode(Node):
    """A node that feeds walls, and a wall that shows all its rooms."""

    def __init__(self, media: MediaNode, redis: Redis) -> None:
        super().__init__(media)
        self._redis = redis
        self._held: dict[str, Held] = {}
        self.feed = WallFeed(redis, SystemClock(), lambda: self._held)
        self.tasks: list[asyncio.Task[None]] = []
        self.commands |= {"feed": self.begin, "show": self.show}

    def begin(self, _: Command) -> Result:
        """Look at every room from now on, as a node does."""
        now = datetime.now(UTC)
        for room_id, media in self.media.rooms.items():
            spec = RoomSpec(room_id, "25/35/55/2026", Kind.FAMILY, 1, 1, now, now + timedelta(hours=1), SEATS)
            room = Room(spec, now, opened=True)
            for seat in SEATS:
                room.enter(seat.participant, seat.role, now)
                room.ready(seat.participant, Devices(camera=True, microphone=True), now)
                room.media_up(seat.participant, now)
            self._held[room_id] = Held(room, media)
        self._spawn(self.feed.run(), self.feed.decoder.run())
        return {}

    def show(self, _: Command) -> Result:
        """Put all rooms on a wall from now on."""
        self._spawn(self._show_for_ever())
        return {}

    def stat(self, command: Command) -> Result:
        """Say also what the decoder has made, and its CPU seconds."""
        return {
            **super().stat(command),
            "pictures": self.feed.decoder.totals.made,
            "dropped_frames": self.feed.decoder.totals.dropped,
            "decoder_cpu": cpu_of(self.feed.decoder.pid),
        }

    def _spawn(self, *work: object) -> None:
        self.tasks += [asyncio.get_running_loop().create_task(each) for each in work]  # type: ignore[arg-type]

    async def _show_for_ever(self) -> None:
        while True:
            await show(self._redis, self._held)
            await asyncio.sleep(SHOW_EVERY)


def cpu_of(pid: int | None) -> float:
    """Return the CPU seconds of a process with one thread, to the microsecond (proc(5), schedstat); 0 of none."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9 if pid is not None else 0.0


async def main() -> None:
    """Serve until the input ends."""
    quieten()
    media = media_node("127.0.0.1")
    await media.open()
    redis = Redis.from_url(sys.argv[1], decode_responses=True, protocol=2)
    node = WallNode(media, redis)
    await serve(node)
    await end(node.tasks)
    await node.feed.decoder.close()
    await media.close()
    await redis.aclose()


if __name__ == "__main__":
    asyncio.run(main())
