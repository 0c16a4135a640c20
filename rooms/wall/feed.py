"""What a node gives to the walls: the one task that looks at its live rooms every two seconds.

Each look reads which rooms are on a wall, switches their taps, takes the relay's readings, and writes meters, alerts
and pictures: for every live room, some of it only for those on a wall. Redis may be late or away: rooms do not wait for
it, and while nobody can say which rooms are on a wall, none is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from config import keys
from config.clock import Clock
from rooms.room import Room
from rooms.seats import to_iso
from rooms.timebox import Phase
from rooms.wall.alert import Alert
from rooms.wall.alerts import Attendance, Lookout, Sight
from rooms.wall.decoder import Decoder, Picture, Source
from rooms.wall.gauge import Gauge, Reading
from rooms.wall.interest import shown

log = structlog.get_logger(__name__)

EVERY = 2.0
"""Seconds between two looks."""

METERS_LIVE, PICTURES_LIVE = 15, 60
"""Seconds for which what was written stands in Redis."""

AT_ONCE, LOOKED_AT = 8, 64
"""Rooms written, and rooms asked about, in one turn of the event loop: it belongs to the packets of all the others."""


class Counters(Protocol):
    """What the relay has counted."""

    @property
    def ways(self) -> Mapping[tuple[str, str, Any], int]:
        """Packets, by who sent them, who received them, and their kind."""


class Media(Protocol):
    """A room on the media path, as far as a wall needs it."""

    def set_wall(self, takes: Callable[[str, bytes], None] | None) -> None:
        """Give a wall the participants' keyframes now and then, or nothing."""

    def readings(self) -> Mapping[str, Reading]:
        """Return how everybody's media stands, monitors left out."""

    def counters(self) -> Counters:
        """Return what was counted so far."""


class Kept(Protocol):
    """A room that is held here, with its media."""

    @property
    def room(self) -> Room:
        """The room."""

    @property
    def media(self) -> Media:
        """Its media."""

    @property
    def over(self) -> bool:
        """Whether it has ended here, or is not held here any more."""


@dataclass(slots=True)
class Shown:
    """What is remembered of a live room between two looks. new: participants whose picture is not written yet."""

    kept: Kept
    gauge: Gauge
    lookout: Lookout = field(default_factory=Lookout)
    on_wall: bool = False
    pictures: dict[str, Picture] = field(default_factory=dict)
    new: set[str] = field(default_factory=set)
    alerts: frozenset[Alert] = frozenset()


class WallFeed:
    """Owned by a node's host, which runs it and its decoder; `rooms` says which rooms it holds, by id."""

    def __init__(
        self, redis: Redis, clock: Clock, rooms: Callable[[], Mapping[str, Kept]], *, every: float = EVERY
    ) -> None:
        self.decoder = Decoder(self._on_picture, clock)
        self._redis: Any = redis
        self._clock = clock
        self._rooms = rooms
        self._every = every
        self._shown: dict[str, Shown] = {}

    @property
    def on_wall(self) -> int:
        """How many rooms are on a wall just now."""
        return sum(each.on_wall for each in self._shown.values())

    async def run(self) -> None:
        """Look again and again, until cancelled; a look that fails is made up by the next."""
        while True:
            await asyncio.sleep(self._every)
            try:
                await self.look()
            except (RedisError, OSError) as error:
                log.warning("wall_not_fed", error=type(error).__name__)
            except Exception:
                log.exception("wall_look_failed")

    async def look(self) -> None:
        """Look once at every live room. Raises RedisError; what was not written then is written by the next look."""
        ids = list({**self._shown, **self._rooms()})
        for some in _portions(ids, LOOKED_AT):
            live = await self._sort(some)
            await self._put_on_walls(live)
            for few in _portions(live, AT_ONCE):
                await self._write(few)

    async def _sort(self, room_ids: Iterable[str]) -> list[str]:
        """Take up rooms that have become live, let go of those that no longer are, and return the live ones."""
        held, live, names = self._rooms(), [], list[str]()
        for room_id in room_ids:
            kept, each = held.get(room_id), self._shown.get(room_id)
            goes_on = kept is not None and _is_live(kept)
            if each is not None and not (goes_on and each.kept is kept):
                names += self._let_go(room_id, self._shown.pop(room_id))
            if kept is not None and goes_on:
                live.append(room_id)
                if room_id not in self._shown:
                    gauge = Gauge({seat.participant: seat.role for seat in kept.room.spec.seats})
                    self._shown[room_id] = Shown(kept, gauge)
        if names:
            await self._redis.delete(*names)
        return live

    # --- which rooms are on a wall ------------------------------------------------------------------------------------

    async def _put_on_walls(self, room_ids: Sequence[str]) -> None:
        try:
            wanted = await shown(self._redis, room_ids)
        except BaseException:  # nobody can say it of the others either
            for room_id, each in self._shown.items():
                self._put_on_wall(room_id, each, on_wall=False)
            raise
        for room_id in room_ids:
            found = self._shown.get(room_id)
            if found is not None:
                self._put_on_wall(room_id, found, on_wall=room_id in wanted)

    def _put_on_wall(self, room_id: str, each: Shown, *, on_wall: bool) -> None:
        if on_wall is each.on_wall:
            return
        each.on_wall = on_wall
        each.kept.media.set_wall(partial(self._on_keyframe, room_id) if on_wall else None)
        if not on_wall:
            self._drop_pictures(room_id, each)

    def _drop_pictures(self, room_id: str, each: Shown) -> None:
        for seat in each.kept.room.spec.seats:
            self.decoder.forget((room_id, seat.participant))
        each.pictures.clear()
        each.new.clear()

    # --- pictures -----------------------------------------------------------------------------------------------------

    def _on_keyframe(self, room_id: str, participant: str, frame: bytes) -> None:
        self.decoder.offer((room_id, participant), frame)

    def _on_picture(self, source: Source, picture: Picture) -> None:
        room_id, participant = source
        each = self._shown.get(room_id)
        if each is not None and each.on_wall:
            each.pictures[participant] = picture
            each.new.add(participant)

    # --- what is written ----------------------------------------------------------------------------------------------

    async def _write(self, room_ids: Iterable[str]) -> None:
        pipeline = self._redis.pipeline(transaction=False)
        written: list[tuple[Shown, frozenset[Alert], dict[str, Picture]]] = []
        for room_id in room_ids:
            each = self._shown.get(room_id)
            if each is None or each.kept.over:  # over since the look began
                continue
            alerts = self._measure(pipeline, room_id, each)
            new = {participant: each.pictures[participant] for participant in each.new}
            for participant, picture in new.items():
                pipeline.set(keys.wall_picture(room_id, participant), picture.jpeg, ex=PICTURES_LIVE)
            written.append((each, alerts, new))
        await pipeline.execute()
        for each, alerts, new in written:
            each.alerts = alerts
            each.new -= {who for who, picture in new.items() if each.pictures.get(who) is picture}

    def _measure(self, pipeline: Any, room_id: str, each: Shown) -> frozenset[Alert]:
        """Work out a room's meters and alerts, and have them written."""
        now, room, media = self._clock.now(), each.kept.room, each.kept.media
        meters = each.gauge.measure(now, media.readings(), media.counters().ways, each.pictures)
        if meters:
            pipeline.hset(keys.meters(room_id), mapping={who: meter.to_json() for who, meter in meters.items()})
            pipeline.expire(keys.meters(room_id), METERS_LIVE)
        sight = Sight(room.phase, room.spec.kind, each.on_wall, attendances(room, self._clock), meters)
        alerts = each.lookout.look(now, sight)
        if alerts or each.alerts:
            pipeline.delete(keys.alerts(room_id))
        if alerts:
            pipeline.hset(keys.alerts(room_id), mapping={alert.key: to_iso(alert.since) for alert in alerts})
            pipeline.expire(keys.alerts(room_id), METERS_LIVE)
        if alerts != each.alerts:
            log.info(
                "alerts", room=room_id, visrn=room.spec.visrn, kinds=sorted({alert.kind.value for alert in alerts})
            )
            pipeline.publish(keys.jail_changed(room.spec.jail_id), "")
        return alerts

    def _let_go(self, room_id: str, each: Shown) -> list[str]:
        """Forget a room; return the keys that should not outlive it. Of one that moved, the rest is its new node's."""
        each.kept.media.set_wall(None)
        self._drop_pictures(room_id, each)
        names = [keys.wall_picture(room_id, seat.participant) for seat in each.kept.room.spec.seats]
        if each.kept.room.phase is Phase.ENDED:
            names += [keys.meters(room_id), keys.alerts(room_id)]
        return names


def attendances(room: Room, clock: Clock) -> dict[str, Attendance]:
    """Return how everybody who has come stands: on this node, or by the seconds they had on an earlier one."""
    seconds, members = room.seconds(clock.now()), room.members
    found = {}
    for seat in room.spec.seats:
        member = members.get(seat.participant)
        came = seconds.get(seat.participant, 0.0) > 0
        if member is not None:
            left = member.gone and not member.lost
            found[seat.participant] = Attendance(
                seat.role, member.connected, came, left=left, audio=member.audio, video=member.video
            )
        elif came:
            found[seat.participant] = Attendance(seat.role, came=True)
    return found


def _portions(ids: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (ids[first : first + size] for first in range(0, len(ids), size))


def _is_live(kept: Kept) -> bool:
    return kept.room.phase in (Phase.LIVE, Phase.HELD) and not kept.over
