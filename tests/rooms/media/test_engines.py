"""What holds for each engine by itself, beside the histories that both come to the same in."""

from __future__ import annotations

import gc
import random
import socket
import time
import weakref
from collections.abc import Iterator

import pytest

from config.clock import SystemClock
from rooms.media.backends import Backend
from rooms.media.relay import BUDGET
from rooms.media.routes import Path
from rooms.media.wire.rtp import Stream
from rooms.media.wire.stun import Address
from tests.rooms.media.rig import FixedClock, Rig, rtp

BOTH = (1, 2)
SO_NO_CHECK = 11
"""Linux (socket.h): send UDP over IPv4 without checksums."""


def video(seq: int) -> bytes:
    """Write a packet of video."""
    return rtp(Stream.VIDEO, 500, seq)


def stun(number: int = 0) -> bytes:
    """Write what looks like STUN from afar."""
    return b"\0\1" + bytes(20) + bytes([number])


@pytest.fixture
def rig(backend: Backend) -> Iterator[Rig]:
    """An engine and three parties; the first one's video goes to both others."""
    rig = Rig(backend)
    rig.feed(0, Stream.VIDEO, BOTH)
    yield rig
    rig.close()


def test_what_was_sent_before_a_cut_arrives_and_nothing_after_it(rig: Rig) -> None:
    """All in one turn: packets, a datagram that makes somebody cut their sender, packets that wait behind it."""
    rig.acts = lambda number: rig.cut(0) if number == 7 else None
    for seq in range(20):
        rig.parties[0].send_rtp(video(seq))
    rig.parties[1].send(stun(7))
    for seq in range(20, 40):
        rig.parties[0].send_rtp(video(seq))
    rig.engine.drain()
    assert rig.handed_on[-1][-1] == (0, 20, 20), "the twenty are out before anybody decides"
    assert rig.arrived() == (0, 20, 20)
    assert rig.totals.rejected == 20


def test_a_gate_that_is_shut_in_the_middle_of_a_turn_holds_from_the_next_packet_on(rig: Rig) -> None:
    """Within the same system call's packets."""
    rig.acts = lambda number: rig.gate.shut() if number == 7 else None
    for datagram in (stun(7), stun(0)):
        rig.parties[0].send_rtp(video(len(rig.handed_on) + datagram[-1]))
        rig.parties[1].send(datagram)
    rig.engine.drain()
    assert rig.arrived() == (0, 1, 1)
    assert rig.gate.refused == 1


def test_time_is_asked_for_every_packet(backend: Backend) -> None:
    """A deadline that comes in the middle of a turn lets nothing pass after it."""

    class Running(FixedClock):
        def monotonic(self) -> float:
            self.time += 1
            return self.time

    rig = Rig(backend, clock=Running())
    rig.feed(0, Stream.VIDEO, BOTH)
    for seq in range(30):
        rig.parties[0].send_rtp(video(seq))
    rig.gate.deadline = rig.clock.time + 11
    rig.engine.drain()
    assert (rig.totals.forwarded, rig.gate.refused) == (18, 21), "the first packet's feed asks for the time, too"
    rig.close()


def test_the_systems_clock_is_the_systems_clock(backend: Backend) -> None:
    """Also where C reads it by itself: the same seconds as Python's, to a few milliseconds."""
    rig = Rig(backend, clock=SystemClock())
    rig.feed(0, Stream.VIDEO, BOTH)
    rig.parties[0].send_rtp(video(1))
    before = time.monotonic()
    rig.engine.drain()
    assert before <= rig.gate.last_forwarded <= time.monotonic()
    rig.parties[0].send_rtp(video(2))
    rig.gate.deadline = time.monotonic()
    rig.engine.drain()
    assert (rig.gate.refused, rig.arrived()) == (1, (0, 1, 1))
    rig.close()


def test_what_raises_in_a_turn_is_raised_and_costs_no_other_packet(rig: Rig) -> None:
    """A mistake of ours, which asyncio logs; what came behind it in the same turn is forwarded then, or in the next."""

    def fail(number: int) -> None:
        if number == 9:
            raise LookupError("a mistake")

    rig.acts = fail
    rig.parties[0].send_rtp(video(1))
    rig.parties[1].send(stun(9))
    rig.parties[0].send_rtp(video(2))
    with pytest.raises(LookupError, match="a mistake"):
        rig.engine.drain()
    rig.engine.drain()
    assert rig.arrived() == (0, 2, 2)


def test_a_turn_is_bounded(rig: Rig) -> None:
    """What is left stays in the kernel."""
    for seq in range(BUDGET + 10):
        rig.parties[0].send_rtp(video(seq))
    rig.engine.drain()
    assert rig.totals.received == BUDGET
    rig.engine.drain()
    assert rig.totals.received == BUDGET + 10


def test_datagrams_of_all_lengths_are_seen_for_what_they_are(rig: Rig) -> None:
    """Empty ones, those that are cut off in the middle of a header, the longest packet, and what is no frame."""
    for size in range(12):
        for first in (b"\x80", b"\0", b"\x16", b"\xff"):
            rig.parties[0].send((first + bytes(12))[:size])
    rig.engine.drain()
    assert (rig.totals.ignored, rig.totals.rejected, rig.handed_on) == (4 + 3 * 11, 11, [])
    for size in (1501, 2048, 2049, 9000, 60_000):
        rig.parties[0].send(b"\x80" + bytes(size - 1))
    rig.engine.drain()
    assert rig.totals.rejected == 16
    long = b"\0\1" + bytes(1997)
    rig.parties[0].send(long + b"\0")
    rig.parties[1].send(b"\x16" + long)
    rig.engine.drain()
    assert [len(entry[2]) for entry in rig.handed_on] == [2000, 2000]  # type: ignore[arg-type]


def test_an_address_that_the_kernel_does_not_take_costs_a_drop_and_nobody_else(rig: Rig) -> None:
    """The others' packets of the same batch go out."""
    rig.parties[1].path.address = ("127.0.0.1", 0)
    for seq in range(5):
        rig.parties[0].send_rtp(video(seq))
    rig.engine.drain()
    assert rig.arrived() == (0, 0, 5)
    assert (rig.totals.dropped, rig.totals.forwarded) == (5, 5)
    assert rig.gate.last_forwarded == rig.clock.time


def picture(rig: Rig, sizes: list[int]) -> None:
    """Send packets of these sizes, each with its own content."""
    for seq, size in enumerate(sizes):
        rig.parties[0].send_rtp(rtp(Stream.VIDEO, 500, seq, bytes([seq]) * size))


@pytest.mark.parametrize(
    "sizes", [[1000] * 70, [900, 900, 901, 900, 30, 30, 40], [1300] * 3 + [7] + [1300] * 3, [0, 0]]
)
@pytest.mark.parametrize("no_checksums", [False, True])
def test_packets_that_follow_one_another_arrive_each_by_itself(
    rig: Rig, sizes: list[int], *, no_checksums: bool
) -> None:
    """However many of one length there are, and also where the kernel takes no more than one packet at a time.

    Linux segments no datagram of a socket that sends without checksums, which stands for all its reasons not to.
    """
    rig.feed(0, Stream.VIDEO, [1])
    rig.sock.setsockopt(socket.SOL_SOCKET, SO_NO_CHECK, no_checksums)
    picture(rig, sizes)
    rig.engine.drain()
    assert rig.arrived() == (0, len(sizes), 0)
    assert [packet[12:] for packet in rig.parties[1].heard] == [bytes([seq]) * size for seq, size in enumerate(sizes)]
    assert (rig.totals.forwarded, rig.totals.dropped) == (len(sizes), 0)
    assert rig.legs[0, Stream.VIDEO, 1].count == len(sizes)


def test_media_goes_over_ipv6_likewise(backend: Backend) -> None:
    """Addresses of four parts, as recvfrom() gives them."""
    rig = Rig(backend, "::1")
    rig.feed(0, Stream.VIDEO, BOTH)
    rig.parties[0].send_rtp(video(1))
    rig.parties[1].send(stun())
    rig.engine.drain()
    assert rig.arrived() == (0, 1, 1)
    assert rig.handed_on[-1][:2] == ("stun", 1)
    assert rig.engine.at(rig.parties[1].home) is rig.parties[1].path
    rig.close()


def test_an_address_is_whose_it_was_bound_to_last_through_many_comings_and_goings(rig: Rig) -> None:
    """Thousands of addresses of both families, at random; then every one that is left leads to its own path."""
    seeded = random.Random(5)
    pool: list[Address] = [(f"10.{n % 3}.{n % 7}.{n % 250}", 1024 + n) for n in range(3000)]
    pool += [(f"2001:db8::{n:x}", 1024 + n % 9, 0, 0) for n in range(1000)]
    paths = [rig.backend.path(rig.gate, None, upstream=True) for _ in range(50)]
    bound: dict[Address, Path] = {}
    for _ in range(20_000):
        address, path = seeded.choice(pool), seeded.choice(paths)
        if seeded.random() < 0.5:
            rig.engine.bind(address, path)
            bound[address] = path
        else:
            rig.engine.release(address, path)
            if bound.get(address) is path:
                del bound[address]
    assert {address: rig.engine.at(address) for address in pool if rig.engine.at(address)} == bound
    rig.parties[0].send_rtp(video(1))
    rig.engine.drain()
    assert rig.arrived() == (0, 1, 1), "the three are found among them"


def test_addresses_lead_to_their_paths_in_a_crowd(rig: Rig) -> None:
    """Real sockets, so that the engine's own table is asked: half of three hundred bound again and again."""
    socks = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(300)]
    for sock in socks:
        sock.bind(("127.0.0.1", 0))
    crowd = [rig.backend.path(rig.gate, None, upstream=True) for _ in socks]
    seeded = random.Random(7)
    bound: set[int] = set()
    for _ in range(3000):
        index = seeded.randrange(len(socks))
        if index in bound:
            rig.engine.release(socks[index].getsockname(), crowd[index])
        else:
            rig.engine.bind(socks[index].getsockname(), crowd[index])
        bound ^= {index}
    for index, sock in enumerate(socks):
        sock.sendto(bytes([0x80]) + bytes(20), rig.sock.getsockname())
        if index % 100 == 0:
            rig.engine.drain()
    rig.engine.drain()
    rig.engine.drain()
    assert {index for index, path in enumerate(crowd) if path.allowance == 399} == bound
    assert rig.totals.ignored == len(socks) - len(bound)
    for sock in socks:
        sock.close()


def test_a_released_path_is_forgotten(backend: Backend) -> None:
    """Path, route, legs and whoever owns them go when nobody needs them: a node sees thousands of rooms."""

    class Owner:
        pass

    rig = Rig(backend)
    owner = Owner()
    path = backend.path(rig.gate, owner, upstream=True)
    leg = backend.leg(path, Stream.VIDEO)
    route = backend.route(path, Stream.VIDEO, ssrc=1, seq=1, timestamp=1, now=1.0)
    path.add(route)
    route.feed((leg,), 1.0)
    rig.engine.bind(("127.0.0.1", 9), path)
    gone = weakref.ref(owner)
    del owner, path, leg, route
    gc.collect()
    assert gone() is not None, "what is bound is kept"
    kept = rig.engine.at(("127.0.0.1", 9))
    assert kept is not None
    rig.engine.release(("127.0.0.1", 9), kept)
    del kept
    gc.collect()
    assert gone() is None
    rig.close()


def test_a_drained_engine_of_a_closed_socket_does_nothing(rig: Rig) -> None:
    """A turn that was due when the node closed."""
    rig.parties[0].send_rtp(video(1))
    rig.sock.close()
    rig.engine.drain()
    assert rig.totals.received == 0
