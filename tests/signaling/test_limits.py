"""The limits of a conversation."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from signaling.limits import TokenBucket


def test_a_burst_passes_and_then_the_rate_counts() -> None:
    """Five at once, then one for each half second."""
    bucket = TokenBucket(5, 2.0, now=0.0)
    assert [bucket.take(0.0) for _ in range(6)] == [True] * 5 + [False]
    assert bucket.take(0.5)
    assert not bucket.take(0.5)


@given(st.lists(st.floats(min_value=0, max_value=2), max_size=200))
def test_no_more_passes_than_burst_and_rate_allow(gaps: list[float]) -> None:
    """However the messages are spread, their number stays under the line."""
    bucket, now, passed = TokenBucket(10, 3.0, now=0.0), 0.0, 0
    for gap in gaps:
        now += gap
        passed += bucket.take(now)
    assert passed <= 10 + 3.0 * now + 1e-6


def test_a_clock_that_goes_back_gives_nothing() -> None:
    """Time going backwards neither gives nor takes."""
    bucket = TokenBucket(1, 1.0, now=10.0)
    assert bucket.take(10.0)
    assert not bucket.take(5.0)
    assert bucket.take(11.0)
