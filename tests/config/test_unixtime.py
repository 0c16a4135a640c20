"""Time in whole milliseconds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from config.unixtime import moment, ms, span

AT = datetime(2026, 3, 2, 12, 0, 0, 123_456, tzinfo=UTC)


def test_an_instant_comes_back_to_the_millisecond() -> None:
    """What is finer is cut off, never rounded up."""
    assert moment(str(ms(AT))) == AT.replace(microsecond=123_000)


def test_no_length_is_nothing() -> None:
    """A time to live of 0 would be an error."""
    assert [span(timedelta(0)), span(timedelta(seconds=1.5))] == [1, 1500]
