"""Time as Lua and Redis count it: whole milliseconds since 1970, exactly (no floats on the way)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

MILLISECOND = timedelta(milliseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def ms(at: datetime) -> int:
    """An aware instant as Unix milliseconds, cut down."""
    return span(at - _EPOCH)


def span(length: timedelta) -> int:
    """A length in milliseconds, at least 1: a time to live of 0 is an error in Redis."""
    return max(1, length // MILLISECOND)


def moment(milliseconds: str) -> datetime:
    """The instant (UTC) of Unix milliseconds, as a script answers them."""
    return _EPOCH + int(milliseconds) * MILLISECOND
