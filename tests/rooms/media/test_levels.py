"""How loud somebody is, from what packets say."""

from __future__ import annotations

from rooms.media.backends import Backend
from rooms.media.counters import Loudness
from tests.rooms.media.test_taps import loud


def heard(
    backend: Backend, level: int, times: int, after: int | None = None, last: int | None = None
) -> Loudness | None:
    """What a meter says of so many packets: all of them, or the last few; after a while of another level."""
    meter = backend.meter()
    for each, count in ((after, 50), (level, times - (last or 0))):
        for _ in range(count if each is not None else 0):
            meter.take(memoryview(loud(each or 0)), len(loud(0)))
        if each is after or last is not None:
            meter.read()
    for _ in range(last or 0):
        meter.take(memoryview(loud(level)), len(loud(0)))
    return meter.read()


def test_a_level_rises_at_once_and_falls_slowly(backend: Backend) -> None:
    """A pause between two words is no silence, and one click no speech for long."""
    assert heard(backend, 30, times=10) == Loudness(-30, speaking=True)
    pause = heard(backend, 127, times=2, after=30)
    assert pause is not None
    assert pause.speaking
    assert heard(backend, 127, times=50, after=30, last=1) == Loudness(-127, speaking=False)
    assert heard(backend, 30, times=1) == Loudness(-78, speaking=False)


def test_who_never_says_how_loud_it_is_is_not_silent(backend: Backend) -> None:
    """Nothing is known of it."""
    meter = backend.meter()
    meter.take(memoryview(bytes([0x80, 111]) + bytes(40)), 42)
    assert meter.read() is None
