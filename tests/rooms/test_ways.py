"""What was forwarded, in sum over nodes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms import ways

WAYS = st.dictionaries(
    st.tuples(st.text(), st.text(), st.sampled_from(["audio", "video"])), st.integers(0, 2**50), max_size=5
)


@given(WAYS)
def test_ways_are_read_as_they_were_written(counted: ways.Ways) -> None:
    """Whatever participants are called."""
    fields = ways.to_fields(counted)
    assert all(isinstance(part, str) for pair in fields.items() for part in pair)
    assert ways.from_fields(fields) == counted


@given(WAYS, WAYS)
def test_the_total_has_every_way_of_either(carried: ways.Ways, counted: ways.Ways) -> None:
    """A zero stays a line of its own."""
    found = ways.total(carried, counted)
    assert set(found) == set(carried) | set(counted)
    assert sum(found.values()) == sum(carried.values()) + sum(counted.values())


@pytest.mark.parametrize(
    ("name", "reason"),
    [("", "Expecting value"), ("a", "Expecting value"), ('["a", "b"]', "enough"), ('["a", "b", "c", "d"]', "many")],
)
def test_what_is_no_way_is_refused(name: str, reason: str) -> None:
    """Nothing is made up from it."""
    with pytest.raises(ValueError, match=reason):
        ways.from_fields({name: "1"})


def test_a_fact_tells_them_in_a_fixed_order() -> None:
    """So that the same call makes the same record."""
    counted = {("b", "a", "video"): 1, ("a", "b", "video"): 2, ("a", "b", "audio"): 0}
    assert ways.for_fact(counted) == (("a", "b", "audio", 0), ("a", "b", "video", 2), ("b", "a", "video", 1))
