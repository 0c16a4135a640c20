"""Stretches of a slot: what holds for all of them."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from broker.losses.spans import Spans, common, first, holding, holds, total, union, without

ends = st.integers(-50, 100)
many = st.lists(st.tuples(ends, ends), max_size=8)
SECONDS = range(-60, 110)


def seconds(spans: list[tuple[int, int]] | Spans) -> set[int]:
    """Every second in one of them."""
    return {second for start, end in spans for second in range(start, end)}


@given(one=many, other=many)
def test_each_act_is_the_act_of_sets_of_seconds(one: list[tuple[int, int]], other: list[tuple[int, int]]) -> None:
    """Together, in both, in one alone; and what comes out is sorted, apart and never empty."""
    for made, wanted in (
        (union([*one, *other]), seconds(one) | seconds(other)),
        (common(one, other), seconds(one) & seconds(other)),
        (without(one, other), seconds(one) - seconds(other)),
    ):
        assert seconds(made) == wanted
        assert total(made) == len(wanted)
        assert all(start < end for start, end in made)
        assert all(before[1] < after[0] for before, after in itertools.pairwise(made))


@given(spans=many, lasting=st.floats(-5, 200))
def test_beginning_of_spans_lasts_as_long_as_asked_or_as_there_is(spans: list[tuple[int, int]], lasting: float) -> None:
    """The first seconds of them, in order."""
    begun = first(spans, lasting)
    assert sorted(seconds(begun)) == sorted(seconds(spans))[: max(0, round(lasting))]


@given(spans=many, at=ends)
def test_second_lies_in_the_span_that_is_said_to_hold_it(spans: list[tuple[int, int]], at: int) -> None:
    """Half-open: the first second belongs to it, the last does not."""
    whole = union(spans)
    found = holding(whole, at)
    assert holds(whole, at) == (at in seconds(spans)) == (found is not None)
    assert found is None or found[0] <= at < found[1]
