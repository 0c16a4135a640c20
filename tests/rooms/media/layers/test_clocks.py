"""Timestamps that go on from one stream to the next."""

from __future__ import annotations

from dataclasses import dataclass

from rooms.media.layers.clocks import LEAST_STEP, continued

RATE = 90_000


@dataclass
class Stream:
    """A stream, as far as its clock goes."""

    timestamp: int
    reported: tuple[float, int] | None = None


def gone_on(old: Stream, new: Stream, offset: int = 0, *, elapsed: float = 0.1, one_source: bool = True) -> int:
    """How far the new stream's newest timestamp is ahead of the old one's, as they go out."""
    found = continued(old, new, offset, elapsed=elapsed, rate=RATE, one_source=one_source)
    return (new.timestamp + found - old.timestamp - offset) & 0xFFFFFFFF


def test_without_reports_as_much_time_has_passed_as_has_here() -> None:
    """Also over the end of the number space, and whatever offset there was."""
    assert gone_on(Stream(1_000), Stream(70_000)) == RATE // 10
    assert gone_on(Stream(0xFFFFFFF0), Stream(5), 77) == RATE // 10


def test_two_layers_are_of_one_time_by_their_reports() -> None:
    """Here 3000 ticks, however late a packet was; of different sources nobody's clock is compared with another's."""
    old, new = Stream(590_000, (1.0, 500_000)), Stream(253_000, (2.0, 160_000))
    assert gone_on(old, new) == 93_000
    assert gone_on(old, new, one_source=False) == RATE // 10


def test_what_went_out_last_is_never_gone_behind() -> None:
    """The same picture in both layers, an older one, or no time passed at all."""
    old = Stream(590_000, (1.0, 500_000))
    for timestamp in (160_000, 130_000):
        assert gone_on(old, Stream(timestamp, (1.0, 70_000))) == LEAST_STEP
    assert gone_on(Stream(5), Stream(7), elapsed=0.0) == LEAST_STEP
