"""Rooms for tests: a spec with a slot around noon, a listener that remembers, and a media path without packets."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from config import keys
from config.facts import Fact
from rooms.host.ports import PeerListener, Told
from rooms.media import BadDescription
from rooms.media.counters import Losses, Reading
from rooms.seats import Kind, Role, RoomSpec, Seat
from rooms.ways import Way
from tests.support.clock import NOON

TERMINAL = Seat("terminal-7", Role.TERMINAL, "T1")
MOTHER = Seat("visitor-a", Role.VISITOR, "Visitor 1")
BROTHER = Seat("visitor-b", Role.VISITOR, "Visitor 2")

T = TypeVar("T")
PATIENCE = 30.0
"""Seconds that something which must come may take on a starved machine."""


def make_spec(
    room_id: str = "room-1",
    starts_at: datetime = NOON,
    minutes: float = 15,
    *,
    visitors: Sequence[Seat] = (MOTHER,),
    kind: Kind = Kind.FAMILY,
    jail_id: int = 3,
) -> RoomSpec:
    """Return a room's spec."""
    return RoomSpec(
        room_id=room_id,
        visrn="25/35/55/2026",
        kind=kind,
        jail_id=jail_id,
        terminal_id=7,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
        seats=(TERMINAL, *visitors),
    )


async def recorded(redis: Any) -> list[Fact]:
    """Return the facts on the stream, oldest first."""
    return [Fact.from_fields(fields) for _, fields in await redis.xrange(keys.FACTS)]


async def until(found: Callable[[], Awaitable[T | None]], seconds: float = PATIENCE) -> T:
    """Wait until something is found, and return it."""
    async with asyncio.timeout(seconds):
        while True:
            what = await found()
            if what:
                return what
            await asyncio.sleep(0.01)


class Ear:
    """A listener that remembers what it was told, and can be waited on."""

    def __init__(self) -> None:
        self.told: list[Told] = []
        self._news = asyncio.Event()

    def tell(self, told: Told) -> None:
        """Remember it."""
        self.told.append(told)
        self._news.set()

    def of(self, kind: type[T]) -> list[T]:
        """Return what was told of this kind."""
        return [told for told in self.told if isinstance(told, kind)]

    async def hears(self, kind: type[T], fits: Callable[[T], bool] = lambda _: True) -> T:
        """Wait until something of this kind was told, and return it."""
        async with asyncio.timeout(PATIENCE):
            while True:
                for told in self.of(kind):
                    if fits(told):
                        return told
                self._news.clear()
                await self._news.wait()


@dataclass(frozen=True)
class StillSeen:
    """When media was last seen."""

    last: datetime


@dataclass
class StillActivity:
    """What a peer sent."""

    audio: StillSeen | None = None
    video: StillSeen | None = None


@dataclass
class StillPeer:
    """A transport without packets: the test says when it is up, carries media, or is lost."""

    participant: str
    listener: PeerListener
    connected: bool = False
    answers: list[str] = field(default_factory=list)
    media: StillActivity = field(default_factory=StillActivity)
    checked_at: datetime | None = None

    def offer(self) -> str:
        """Return an offer only a test would take."""
        return f"offer to {self.participant}"

    def restart_ice(self) -> str:
        """Return another offer only a test would take."""
        return f"another way to {self.participant}"

    def answer(self, sdp: str) -> None:
        """Take anything but the word "bad"."""
        if sdp == "bad":
            raise BadDescription("the word was bad")
        self.answers.append(sdp)

    def connect(self) -> None:
        """The transport comes up."""
        self.connected = True
        self.listener.on_connected(self.participant)

    def weaken(self, *unseen: str, weak: bool = False) -> None:
        """The line does not carry the pictures of these, nor, if `weak`, its own."""
        self.listener.on_pictures(self.participant, frozenset(unseen), weak=weak)

    def lose(self) -> None:
        """The transport is gone."""
        self.connected = False
        self.listener.on_lost(self.participant)


@dataclass(frozen=True)
class StillCounters:
    """What a room's relay counted."""

    received: int = 14
    forwarded: int = 12
    losses: Losses = field(default_factory=Losses)
    last_forwarded_at: datetime | None = NOON
    ways: Mapping[Way, int] = field(
        default_factory=lambda: {("visitor-a", "terminal-7", "video"): 12, ("visitor-a", "monitor-1", "audio"): 0}
    )


class StillRoom:
    """A media room that writes down what it is told."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.peers: dict[str, StillPeer] = {}
        self.sources: dict[str, tuple[str, ...]] = {}
        self.taken: dict[str, tuple[bool | None, bool | None]] = {}
        self.wall: Callable[[str, bytes], None] | None = None
        self.read: dict[str, Reading] = {}
        self.counted = StillCounters()

    def set_phase(self, phase: str) -> None:
        """Write it down."""
        self.log.append(phase)

    def moderate(self, participant_id: str, *, muted: bool | None = None, blanked: bool | None = None) -> None:
        """Write down what is taken from whom: sound, picture."""
        self.log.append(f"moderate {participant_id}")
        self.taken[participant_id] = (muted, blanked)

    def add_peer(self, participant_id: str, role: str, sources: Sequence[str], listener: PeerListener) -> StillPeer:
        """Make a peer, once."""
        if participant_id in self.peers:
            raise RuntimeError("there already")
        self.sources[participant_id] = tuple(sources)
        self.peers[participant_id] = StillPeer(participant_id, listener)
        return self.peers[participant_id]

    def remove_peer(self, participant_id: str) -> None:
        """Forget a peer."""
        self.peers.pop(participant_id, None)

    def end(self) -> StillCounters:
        """Forget all peers."""
        self.log.append("ended")
        self.peers.clear()
        return self.counted

    def counters(self) -> StillCounters:
        """Return what was counted."""
        return self.counted

    def set_wall(self, takes: Callable[[str, bytes], None] | None) -> None:
        """Remember who takes keyframes."""
        self.wall = takes

    @property
    def on_wall(self) -> bool:
        """Whether somebody takes keyframes."""
        return self.wall is not None

    def readings(self) -> dict[str, Reading]:
        """Return what the test has put there."""
        return self.read


class StillNode:
    """A media node that makes still rooms."""

    def __init__(self) -> None:
        self.rooms: dict[str, StillRoom] = {}

    def add_room(self, room_id: str, kind: str, ends_at: datetime) -> StillRoom:
        """Make a room, once."""
        if room_id in self.rooms:
            raise ValueError("there already")
        self.rooms[room_id] = StillRoom()
        return self.rooms[room_id]
