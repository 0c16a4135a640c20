"""bench.network.wire: what becomes of a packet on a bad line."""

from __future__ import annotations

import pytest

from bench.network.wire import QUEUE, Lane, Line, protocol

UDP, TCP, FRAGMENT = 17, 6, 44


def ipv4(inside: int = UDP, size: int = 100) -> bytes:
    """Write what the lane reads of an IPv4 packet."""
    return bytes([0x45, *bytes(8), inside]).ljust(size, b"\0")


def ipv6(inside: int = UDP, fragment_of: int = 0, size: int = 100) -> bytes:
    """Write what the lane reads of an IPv6 packet."""
    return bytes([0x60, *bytes(5), inside]).ljust(40, b"\0") + bytes([fragment_of]).ljust(size - 40, b"\0")


def test_a_good_line_passes_everything_at_once_in_its_order() -> None:
    """Nothing is lost, nothing waits."""
    lane = Lane(1)
    packets = [ipv4(size=100 + number) for number in range(50)]
    for packet in packets:
        lane.take(packet, 1.0)
    assert lane.due(1.0) == packets
    assert lane.next_due is None
    assert (lane.passed, lane.dropped) == (50, 0)


@pytest.mark.parametrize("loss", [0.02, 0.2])
def test_losses_are_as_many_as_asked_for_and_the_same_each_time(loss: float) -> None:
    """Of 10,000, within a fifth; the seed decides which."""
    lanes = [Lane(7, Line(loss=loss)), Lane(7, Line(loss=loss))]
    for lane in lanes:
        for _ in range(10_000):
            lane.take(ipv4(), 0.0)
    assert lanes[0].dropped == pytest.approx(10_000 * loss, rel=0.2)
    assert lanes[0].dropped == lanes[1].dropped


def test_a_delay_is_had_by_each_packet() -> None:
    """Not before, and then at once."""
    lane = Lane(1, Line(delay=0.4))
    lane.take(ipv4(), 10.0)
    assert lane.next_due == pytest.approx(10.4)
    assert lane.due(10.39) == []
    assert len(lane.due(10.4)) == 1


def test_a_rate_lets_so_many_bits_through_and_drops_what_the_queue_cannot_hold() -> None:
    """Twice 64 kbit/s are offered for ten seconds: 64 pass, what waits waits QUEUE, the rest is gone."""
    lane = Lane(1, Line(rate=64_000))
    passed = []
    for number in range(1000):
        now = number / 100
        lane.take(ipv4(size=160), now)
        passed += lane.due(now)
    assert sum(len(packet) * 8 for packet in passed) == pytest.approx(64_000 * 10, rel=0.01)
    assert lane.dropped == pytest.approx(500, abs=QUEUE * 64_000 / 8 / 160 + 2)
    assert lane.next_due is not None
    assert lane.next_due - 9.99 < QUEUE + 0.05


def test_a_line_that_is_down_passes_nothing_and_is_as_before_afterwards() -> None:
    """A tunnel keeps no packets for later."""
    lane = Lane(1, Line(down=True))
    lane.take(ipv4(), 1.0)
    lane.line = Line()
    lane.take(ipv4(size=60), 2.0)
    assert [len(packet) for packet in lane.due(2.0)] == [60]


def test_a_line_that_becomes_better_lets_nothing_overtake() -> None:
    """TCP and the jitter buffers would see it as loss."""
    lane = Lane(1, Line(delay=1.0))
    lane.take(ipv4(size=50), 0.0)
    lane.line = Line()
    lane.take(ipv4(size=60), 0.1)
    assert lane.due(0.5) == []
    assert [len(packet) for packet in lane.due(1.0)] == [50, 60]


def test_without_udp_tcp_goes_on_in_both_families() -> None:
    """Also where an IPv6 packet is a fragment."""
    lane = Lane(1, Line(udp=False))
    for packet in (ipv4(), ipv6(), ipv6(FRAGMENT, fragment_of=UDP), ipv4(TCP), ipv6(TCP)):
        lane.take(packet, 0.0)
    assert [protocol(packet) for packet in lane.due(0.0)] == [TCP, TCP]
