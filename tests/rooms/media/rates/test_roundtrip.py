"""How long packets wait on their way to a receiver."""

from __future__ import annotations

import pytest

from rooms.media.rates.roundtrip import PASSED, RoundTrip


def ntp(number: int) -> bytes:
    """A timestamp of its own."""
    return b"\xee\x01" + number.to_bytes(4) + b"\xff\xff"


def timing(number: int, delay: float) -> bytes:
    """A report block's last twelve bytes: it answers this sender report, so many seconds after it came."""
    return bytes(4) + number.to_bytes(4) + round(delay * 65_536).to_bytes(4)


def test_what_the_way_takes_more_than_ever_before_is_a_queue() -> None:
    """However long the receiver itself takes to answer."""
    trip = RoundTrip()
    for number, (way, delay) in enumerate([(0.03, 0.2), (0.02, 0.9), (0.42, 0.1), (0.02, 0.0)]):
        trip.passed_on(ntp(number), float(number))
        waited = trip.waited(timing(number, delay), number + way + delay)
        assert waited == pytest.approx(max(0.0, way - (0.03 if number == 0 else 0.02)), abs=0.001)


def test_an_answer_to_nothing_known_tells_nothing() -> None:
    """None has come yet (0), or it was too long ago."""
    trip = RoundTrip()
    assert trip.waited(timing(0, 0.0), 1.0) is None
    for number in range(1, PASSED + 2):
        trip.passed_on(ntp(number), float(number))
    assert trip.waited(timing(1, 0.1), 100.0) is None
    assert trip.waited(timing(2, 0.1), 100.0) == 0


def test_clocks_that_disagree_make_no_negative_way() -> None:
    """A receiver that claims to have taken longer than it was."""
    trip = RoundTrip()
    trip.passed_on(ntp(1), 1.0)
    assert trip.waited(timing(1, 60.0), 1.5) == 0
