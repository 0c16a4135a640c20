"""The time box: what a slot says about any moment."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms.timebox import NOTICES, Phase, TimeBox
from tests.support.clock import NOON

seconds = st.floats(min_value=-7200, max_value=7200, allow_nan=False)
lengths = st.integers(min_value=1, max_value=3600)
boxes = st.builds(lambda length: TimeBox(NOON, NOON + timedelta(seconds=length)), lengths)


def at(offset: float) -> datetime:
    """Return a moment so many seconds from the slot's start."""
    return NOON + timedelta(seconds=offset)


@given(box=boxes, offset=seconds, opened=st.booleans(), held=st.booleans())
def test_nothing_is_live_outside_of_the_slot(box: TimeBox, offset: float, *, opened: bool, held: bool) -> None:
    """Live needs the slot's time and the opening; nothing else makes it live, and nothing ends it early or late."""
    phase = box.phase(at(offset), opened=opened, held=held)
    inside = box.starts_at <= at(offset) < box.ends_at
    assert (phase is Phase.LIVE) == (inside and opened and not held)
    assert (phase is Phase.ENDED) == (at(offset) >= box.ends_at)


@given(boxes, st.lists(seconds, min_size=1, max_size=30))
def test_each_notice_comes_once_however_time_is_cut(box: TimeBox, offsets: list[float]) -> None:
    """Whatever the ticks, a notice is due exactly once if its moment is passed, and never twice."""
    ticks = [at(-7200), *(at(offset) for offset in sorted(offsets))]
    given_notices = [n for before, now in pairwise(ticks) for n in box.notices(before, now)]
    expected = [n for n in NOTICES if box.starts_at < box.ends_at - timedelta(seconds=n) <= ticks[-1]]
    assert given_notices == expected


@given(boxes, seconds)
def test_waiting_for_the_next_event_skips_none(box: TimeBox, offset: float) -> None:
    """Between now and the next event nothing is due: neither a notice nor a change of phase."""
    now, upcoming = at(offset), box.next_event(at(offset))
    if upcoming is None:
        assert now >= box.ends_at
        return
    assert upcoming > now
    almost = upcoming - timedelta(microseconds=1)
    assert box.notices(now, max(now, almost)) == ()
    assert box.phase(max(now, almost), opened=True) == box.phase(now, opened=True)
    assert box.notices(now, upcoming) or box.phase(upcoming, opened=True) != box.phase(now, opened=True)


@given(boxes, seconds, seconds)
def test_time_left_only_shrinks_and_never_leaves_the_slot(box: TimeBox, one: float, other: float) -> None:
    """Time left is between nothing and the whole slot, and later is never more."""
    early, late = sorted((at(one), at(other)))
    assert timedelta(0) <= box.left(late) <= box.left(early) <= box.ends_at - box.starts_at


def test_the_last_instant_is_over() -> None:
    """A slot is half open: at its end nothing is live any more, a microsecond before it is."""
    box = TimeBox(NOON, at(60))
    assert box.phase(at(60), opened=True) is Phase.ENDED
    assert box.phase(at(60) - timedelta(microseconds=1), opened=True) is Phase.LIVE


def test_a_short_slot_gives_no_notice_from_before_its_start() -> None:
    """In a slot of one minute only the notice at 30 s makes sense."""
    assert TimeBox(NOON, at(60)).notices(at(-1000), at(60)) == (30,)


@pytest.mark.parametrize("ends", [NOON, NOON - timedelta(seconds=1)])
def test_an_empty_slot_is_refused(ends: datetime) -> None:
    """A slot that ends when it starts, or earlier, is none."""
    with pytest.raises(ValueError, match="end after it starts"):
        TimeBox(NOON, ends)


def test_a_naive_slot_is_refused() -> None:
    """Times without a zone mean different things to different machines."""
    with pytest.raises(ValueError, match="aware"):
        TimeBox(NOON.replace(tzinfo=None), at(60))
