"""A page that was closed in mid-call is not said to be well connected."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Browser, expect

from tests.scenarios.house import House
from tests.scenarios.people import live_call

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.live]


@pytest.mark.parametrize("side", ["family", "prison"])
async def test_whose_page_was_closed_is_shown_as_not_heard_within_seconds(
    house: House, browsers: dict[str, Browser], side: str
) -> None:
    """Long before consent runs out; then the connection is lost, and never both lost and left, nor of two times."""
    call = await live_call(house, browsers["chromium"], "5")
    row = call.operator.page.locator(f'[data-visrn="{call.booking.visrn}"]')
    words = row.locator(".people__words").nth(0 if side == "family" else 1)
    await expect(words).to_contain_text("Good connection.", timeout=20_000)
    gone = call.mother if side == "family" else call.prison
    await gone.page.close()
    await expect(words).to_have_text(
        re.compile(r"^\s*(Not heard for \d+ s\.|Connection lost at \S+, coming back .*)\s*$"), timeout=8_000
    )
    lost = re.compile(r"^\s*Connection lost at \S+; they have not come back\.\s*$")
    await expect(words).to_have_text(lost, timeout=45_000)
    assert await row.locator('[data-alert="dropped"]').count() == 0
    assert "Left at" not in await row.inner_text()
