"""Off fast, on slowly."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rooms.media.rates.pauses import AFTER, FIRST, HELD, IN_TRIAL, LONGEST, TRIAL, Pauses


def fall(pauses: Pauses, now: float) -> float:
    """Let there be too little from now on; return when it was enough of that."""
    while not pauses.too_little(now, short=True):
        now += 0.5
    pauses.pause(now)
    return now


def test_a_moment_of_too_little_pauses_nothing() -> None:
    """It must last."""
    pauses = Pauses()
    for tick in range(100):
        assert not pauses.too_little(tick / 2, short=tick % 6 != 0)


def test_what_lasts_pauses_after_three_seconds() -> None:
    """And is tried after ten."""
    pauses = Pauses()
    assert fall(pauses, 0.0) == AFTER
    assert pauses.paused
    assert not pauses.due(AFTER + FIRST - 0.1)
    assert pauses.due(AFTER + FIRST)


def test_each_try_that_fails_makes_the_next_wait_twice_as_long() -> None:
    """10, 20, 40, 80 seconds, and no longer; each try costs one second."""
    pauses, now = Pauses(), 0.0
    waits: list[float] = []
    for _ in range(6):
        tried = now
        begun = now = fall(pauses, now)
        assert begun - tried == (IN_TRIAL if waits else AFTER)
        while not pauses.due(now):
            now += 0.5
        waits.append(now - begun)
        pauses.resume(now, whole=True)
        assert not pauses.paused
    assert waits == [FIRST, 20, 40, LONGEST, LONGEST, LONGEST]


def test_a_try_that_held_is_forgotten() -> None:
    """The next narrow minute is another one."""
    pauses = Pauses()
    fall(pauses, 0.0)
    pauses.resume(20.0, whole=True)
    assert pauses.on_trial(20.0 + TRIAL - 0.1)
    assert not pauses.on_trial(20.0 + TRIAL)
    at = fall(pauses, 20.0 + HELD)
    assert pauses.due(at + FIRST)


@given(st.lists(st.booleans(), max_size=400))
def test_nothing_flaps(shorts: list[bool]) -> None:
    """However the line does, there are at least ten seconds between a pause and the next try."""
    pauses, paused_at = Pauses(), float("-inf")
    for tick, short in enumerate(shorts):
        now = tick / 2
        if not pauses.paused and pauses.too_little(now, short=short):
            pauses.pause(now)
            paused_at = now
        elif pauses.due(now):
            assert now - paused_at >= FIRST
            pauses.resume(now, whole=True)
