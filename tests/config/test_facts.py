"""Facts survive the stream, and what is not a fact is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import BadFact
from config.facts import EndReason, Fact, FactName

zones = st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30)), timezone(timedelta(hours=-8))])
moments = st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1), timezones=zones)  # noqa: DTZ001
facts = st.builds(
    Fact,
    name=st.sampled_from(FactName),
    room=st.text(min_size=1),
    at=moments,
    participant=st.none() | st.text(min_size=1),
    role=st.none() | st.sampled_from(["monitor", "terminal", "visitor"]),
    reason=st.none() | st.sampled_from([reason.value for reason in EndReason]),
    seconds=st.dictionaries(st.text(min_size=1), st.floats(0, 1e6)),
    forwarded=st.none() | st.integers(0, 2**40),
    last_forwarded_at=st.none() | moments,
)


@given(facts)
def test_fact_is_read_as_it_was_written(fact: Fact) -> None:
    """Every field comes back through the stream's strings; times are the same instants, in UTC."""
    fields = fact.to_fields()
    assert all(isinstance(value, str) for value in fields.values())
    read = Fact.from_fields(fields)
    assert read == fact
    assert read.at.utcoffset() == timedelta(0)


def test_absent_values_take_no_field() -> None:
    """A reader of the stream by hand sees only what is known."""
    fact = Fact(FactName.ROOM_OPENED, "r", datetime(2026, 3, 2, tzinfo=UTC))
    assert fact.to_fields() == {"name": "room_opened", "room": "r", "at": "2026-03-02T00:00:00+00:00"}


@pytest.mark.parametrize(
    "change",
    [
        {"name": "room_painted"},
        {"at": "yesterday"},
        {"at": "2026-03-02T00:00:00"},
        {"seconds": "[1, 2]"},
        {"seconds": "{"},
        {"forwarded": "many"},
        {"last_forwarded_at": ""},
    ],
)
def test_entry_of_another_shape_is_refused(change: dict[str, str]) -> None:
    """Unknown names, unreadable numbers and times without a zone are no facts."""
    with pytest.raises(BadFact):
        Fact.from_fields({"name": "room_opened", "room": "r", "at": "2026-03-02T00:00:00Z"} | change)


@pytest.mark.parametrize("missing", ["name", "room", "at"])
def test_entry_without_its_core_is_refused(missing: str) -> None:
    """A fact says what happened, where and when."""
    fields = {"name": "room_opened", "room": "r", "at": "2026-03-02T00:00:00Z"}
    del fields[missing]
    with pytest.raises(BadFact):
        Fact.from_fields(fields)


def test_time_without_a_zone_is_never_written() -> None:
    """A naive time is a bug of the writer and does not reach the stream."""
    fact = Fact(FactName.ROOM_OPENED, "r", datetime(2026, 3, 2))  # noqa: DTZ001 - the mistake under test
    with pytest.raises(ValueError, match="aware"):
        fact.to_fields()
