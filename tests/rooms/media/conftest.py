"""A node on loopback, rooms in it, and callers with real ICE, DTLS and SRTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from aiortc.rtcdtlstransport import RTCCertificate

from bench.caller import Caller
from config.clock import SystemClock
from rooms.media import Kind, MediaNode, MediaRoom, Peer, Role
from rooms.media.backends import Backend, EngineChoice, choose, compiled
from rooms.media.compiled import build
from rooms.media.errors import BuildFailed, EngineMissing

SOON = 30.0
"""Seconds within which anything a test waits for has happened on a starved machine too, or never will."""


class Ears:
    """A Listener that keeps what it hears."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []

    def on_connected(self, participant_id: str) -> None:
        """Keep it."""
        self.heard.append(("connected", participant_id))

    def on_media(self, participant_id: str, kind: Kind) -> None:
        """Keep it."""
        self.heard.append((str(kind), participant_id))

    def on_offer(self, participant_id: str) -> None:
        """Keep it."""
        self.heard.append(("offer", participant_id))

    def on_pictures(self, participant_id: str, unseen: frozenset[str], *, weak: bool) -> None:
        """Keep it."""
        self.heard.append((f"pictures {sorted(unseen)} {weak}", participant_id))

    def on_layers(self, participant_id: str, *, small: bool) -> None:
        """Keep it."""
        self.heard.append(("small layer on" if small else "small layer off", participant_id))

    def on_lost(self, participant_id: str) -> None:
        """Keep it."""
        self.heard.append(("lost", participant_id))


class SteppedClock(SystemClock):
    """The machine's clock, which a test can put forward, and stop: then it goes as it is put, however slow all is."""

    def __init__(self) -> None:
        self.ahead = 0.0
        self._stopped: tuple[datetime, float] | None = None

    def stop(self) -> None:
        """Go on only as put forward."""
        self._stopped = datetime.now(UTC), super().monotonic()

    def now(self) -> datetime:
        """Return the wall clock's time, put forward."""
        return (self._stopped[0] if self._stopped else datetime.now(UTC)) + timedelta(seconds=self.ahead)

    def monotonic(self) -> float:
        """Return the monotonic clock's time, put forward likewise."""
        return (self._stopped[1] if self._stopped else super().monotonic()) + self.ahead


async def until(condition: Callable[[], object], seconds: float = SOON) -> None:
    """Wait for something to become true; fail if it does not."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - any condition, of things that know nothing of tests
            await asyncio.sleep(0.005)


class House:
    """A node, its one room, and who is in it."""

    def __init__(self, node: MediaNode, clock: SteppedClock, certificate: RTCCertificate) -> None:
        self.node = node
        self.clock = clock
        self.ears = Ears()
        self.callers: list[Caller] = []
        self._certificate = certificate

    def room(self, kind: str = "family", seconds: float = 3600, *, live: bool = True) -> MediaRoom:
        """Make a room that ends in so many seconds."""
        room = self.node.add_room(
            f"room-{len(self.callers)}-{kind}", kind, self.clock.now() + timedelta(seconds=seconds)
        )
        if live:
            room.set_phase("live")
        return room

    async def join(self, room: MediaRoom, who: str, role: Role | str, sources: list[str]) -> tuple[Caller, Peer]:
        """Add a participant and connect a caller to it."""
        peer = room.add_peer(who, role, sources, self.ears)
        caller = self.caller()
        await caller.call(peer.offer(), peer.answer)
        await until(lambda: peer.connected)
        return caller, peer

    def caller(self) -> Caller:
        """Make a caller that is closed with the house."""
        caller = Caller(self._certificate)
        self.callers.append(caller)
        return caller


@pytest.fixture(scope="session")
def certificate() -> RTCCertificate:
    """One certificate for all callers; theirs are not what is tested."""
    return RTCCertificate.generateCertificate()


@pytest.fixture(scope="session")
def compiled_backend() -> Backend:
    """The compiled engine. What does not compile is an error, and so is a machine without a compiler."""
    try:
        build.build()
    except BuildFailed as error:
        pytest.fail(f"{error.reason}\n{error.said}")
    except EngineMissing as error:
        pytest.fail(error.reason)
    return compiled()


@pytest.fixture(scope="session", params=["python", "compiled"])
def engine(request: pytest.FixtureRequest) -> EngineChoice:
    """Both engines, one after the other: whatever holds for the relay holds for each of them."""
    chosen: EngineChoice = request.param
    if chosen == "compiled":
        request.getfixturevalue("compiled_backend")
    return chosen


@pytest.fixture(scope="session")
def backend(engine: EngineChoice) -> Backend:
    """What makes the packet path's objects, for both engines."""
    return choose(engine)


@pytest.fixture
async def house(certificate: RTCCertificate, engine: EngineChoice) -> AsyncIterator[House]:
    """A node on loopback."""
    clock = SteppedClock()
    node = MediaNode("127.0.0.1", 0, ["127.0.0.1"], clock, certificate, engine=engine)
    await node.open()
    house = House(node, clock, certificate)
    yield house
    for caller in house.callers:
        await caller.hang_up()
    await node.close()


@pytest.fixture
def loopback_ice(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let aioice's full ICE agents gather 127.0.0.1, which they leave out by default."""
    monkeypatch.setattr("aioice.ice.get_host_addresses", lambda **_: ["127.0.0.1"])
    return iter(())
