"""When a source is asked for a keyframe."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms.media.keyframes import LONGEST, MERGE, PERIOD, QUIET, KeyframeRequests


def test_a_participants_wish_is_passed_on_at_once() -> None:
    """The first one."""
    assert KeyframeRequests(0.0).wanted(1.0)


def test_wishes_within_the_merging_time_become_one() -> None:
    """Asked together, when the time is over, and only once."""
    requests = KeyframeRequests(0.0)
    assert requests.wanted(1.0)
    assert not any([requests.wanted(1.1), requests.wanted(1.2)])
    assert not requests.due(1.2)
    assert requests.due(1.0 + MERGE)
    assert not requests.due(1.0 + MERGE + 0.1)


def test_the_schedule_goes_on_when_nobody_wishes_anything() -> None:
    """Every PERIOD seconds from the connection, watched or not."""
    requests = KeyframeRequests(0.0)
    asked = [tick for tick in range(300) if requests.due(tick / 10)]
    assert asked == [80, 160, 240]


def test_the_schedule_does_not_catch_up_after_a_pause() -> None:
    """A late tick asks once, and the next one is where it would have been."""
    requests = KeyframeRequests(0.0)
    assert requests.due(3.5 * PERIOD)
    assert not requests.due(3.9 * PERIOD)
    assert requests.due(4 * PERIOD)


def test_a_source_that_is_asked_again_and_again_is_asked_less_and_less() -> None:
    """Wishes each 0.2 s, as browsers repeat them until a keyframe has come; after a quiet time it is as at first."""
    requests = KeyframeRequests(0.0)
    asked = [
        tick / 10 for tick in range(70) if (tick % 2 == 0 and requests.wanted(tick / 10)) or requests.due(tick / 10)
    ]
    pauses = [later - earlier for earlier, later in pairwise(asked)]
    assert pauses == pytest.approx([MERGE, 2 * MERGE, *[LONGEST] * 4], abs=0.11), (
        "to the tenth that due() is asked each"
    )
    later = asked[-1] + QUIET
    assert requests.wanted(later)
    assert not requests.wanted(later + 0.2)
    assert requests.due(later + MERGE)


@given(st.lists(st.floats(0.01, 0.2), max_size=200))
def test_a_source_is_never_asked_twice_within_the_merging_time_by_wishes(gaps: list[float]) -> None:
    """However many participants wish for one, and however often."""
    requests, now, asked = KeyframeRequests(0.0), 0.0, []
    for gap in gaps:
        now += gap
        if now < PERIOD and (requests.wanted(now) or requests.due(now)):
            asked.append(now)
    assert all(later - earlier >= MERGE - 1e-9 for earlier, later in pairwise(asked))
