"""How late somebody's sound comes."""

from __future__ import annotations

import random

import pytest

from rooms.media.rates.uplink import KEPT, Uplink

RATE = 48_000


def stream(uplink: Uplink, waits: list[float], start: int = 0, first: float = 0.0, ssrc: int = 1) -> list[bool]:
    """Let packets come that waited so long each, half a second apart; return what was thought after each."""
    found = []
    for index, wait in enumerate(waits):
        taken = first + index / 2
        uplink.look(ssrc, (start + round(taken * RATE)) & 0xFFFFFFFF, RATE, 1_000.0 + taken + wait)
        found.append(uplink.congested)
    return found


def noisy(count: int, wait: float, noise: float) -> list[float]:
    """Waits around some length."""
    dice = random.Random(1)
    return [wait + dice.uniform(0, noise) for _ in range(count)]


def test_a_queue_is_seen_within_two_seconds() -> None:
    """0.4 s of it, as before 64 kbit/s; and its end."""
    found = stream(Uplink(), noisy(20, 0.0, 0.004) + noisy(10, 0.38, 0.04) + noisy(10, 0.0, 0.004))
    assert not any(found[:22])
    assert all(found[23:30])
    assert not any(found[34:])


@pytest.mark.parametrize("waits", [noisy(100, 0.0, 0.005), noisy(100, 0.01, 0.09), noisy(100, 0.2, 0.1)])
def test_a_line_that_is_even_is_not_narrow(waits: list[float]) -> None:
    """A good one, one of 150 kbit/s, and one that is long: by what each was measured to do."""
    assert not any(stream(Uplink(), waits))


def test_a_clock_that_was_put_is_no_queue() -> None:
    """A source may not count the time in which it was silent; queues swell and shrink."""
    assert not any(stream(Uplink(), noisy(20, 0.0, 0.002) + noisy(20, 0.4, 0.002)))


def test_a_queue_that_is_always_full_loses_packets() -> None:
    """Its wait is as even as a clock's that was put."""
    uplink = Uplink()
    stream(uplink, noisy(20, 0.0, 0.002))
    for index, wait in enumerate(noisy(6, 0.4, 0.002)):
        taken = 10 + index / 2
        uplink.look(1, round(taken * RATE), RATE, 1_000.0 + taken + wait, lost=True)
    assert uplink.congested


def test_a_queue_that_shrinks_is_told_from_one_that_stands() -> None:
    """Within a second, by how long packets wait."""
    uplink = Uplink()
    stream(uplink, [*noisy(20, 0.0, 0.002), 0.4, 0.39, 0.41, 0.4])
    stands = uplink.shrinks
    stream(uplink, [0.36, 0.3, 0.24], first=12.0)
    assert (stands, uplink.shrinks) == (False, True)
    assert uplink.wait == pytest.approx(0.24, abs=0.01)


def test_a_gap_another_stream_and_a_wrap_begin_anew_or_pass() -> None:
    """None of them is lateness: a pause of two seconds, a reload, 2^32 of a timestamp."""
    uplink = Uplink()
    assert not any(stream(uplink, noisy(20, 0.0, 0.01)))
    assert not any(stream(uplink, noisy(20, 0.5, 0.05), first=12.0))
    assert not any(stream(uplink, noisy(20, 2.0, 0.05), first=20.0, ssrc=2))
    assert not any(stream(Uplink(), noisy(40, 0.0, 0.01), start=2**32 - 5 * RATE))


def test_clocks_that_drift_are_not_late() -> None:
    """A hundred parts in a million, which is much, over ten minutes."""
    assert not any(stream(Uplink(), [0.0001 * index / 2 for index in range(1200)]))
    assert KEPT / 2 * 0.0001 < 0.15
