"""The staff's area, running, at a time at which the day is long; and the console in a browser."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Browser, Page

from broker.staff import Role
from tests.support.consoles import signed_in
from tests.support.desk import Desk, midday_desk, shown

__all__ = ["midday_desk", "shown"]


@pytest_asyncio.fixture(loop_scope="session")
async def page(browsers: dict[str, Browser], shown: Desk) -> AsyncIterator[Page]:
    """The operator's console of the first jail, on a desk; any error in the page fails the test."""
    await shown.hire("asha", Role.OPERATOR, shown.here)
    context = await browsers["chromium"].new_context(viewport={"width": 1366, "height": 768})
    opened = await context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    await signed_in(opened, shown, "asha")
    yield opened
    await context.close()
    assert not errors
