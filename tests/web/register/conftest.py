"""The web application, running, with a jail that takes requests."""

from __future__ import annotations

import pytest

from tests.support.desk import Desk, desk
from tests.support.registering import Bookable, bookable

__all__ = ["desk"]


@pytest.fixture
async def jail(desk: Desk) -> Bookable:
    """A jail with two terminals that takes visits from 10:00 to 12:15, from two days ahead."""
    return await bookable(desk.db, code=42)
