"""The staff's area, running, at a time at which the day is long; and a monitor who is signed in."""

from collections.abc import AsyncIterator

import pytest

from broker.staff import Role
from tests.support.desk import Browser, Desk, midday_desk, shown, sign_in

__all__ = ["midday_desk", "shown"]


@pytest.fixture
async def monitor(desk: Desk) -> AsyncIterator[Browser]:
    """A browser in which a monitor of the first jail is signed in."""
    await desk.hire("mira", Role.MONITOR, desk.here)
    async with desk.browser() as browser:
        await sign_in(browser, "mira")
        yield browser
