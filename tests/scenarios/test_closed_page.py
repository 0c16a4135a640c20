"""A page that was closed in mid-call is not said to be well connected."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Browser, expect

from tests.scenarios.house import House
from tests.scenarios.people import STEP, live_call

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.live]

CONSENT = 30
"""Seconds after which a connection that answers no checks is given up (RFC 7675)."""


@pytest.mark.parametrize("side", ["family", "prison"])
async def test_whose_page_was_closed_is_shown_as_not_heard_within_seconds(
    house: House, browsers: dict[str, Browser], side: str
) -> None:
    """Long before consent runs out; then the connection is lost, and never both lost and left, nor of two times."""
    call = await live_call(house, browsers["chromium"], 10)
    row = call.operator.page.locator(f'[data-visrn="{call.booking.visrn}"]')
    words = row.locator(".people__words").nth(0 if side == "family" else 1)
    await expect(words).to_contain_text("Good connection.", timeout=STEP)
    gone = call.mother if side == "family" else call.prison
    await gone.page.close()
    missed = r"(?P<missed>Not heard for (?P<seconds>\d+) s\.|Connection lost at \S+, coming back .*)"
    lost = r"Connection lost at \S+; they have not come back\."
    # Whichever is said first: who is missed only once consent has run out is lost at once.
    await expect(words).to_have_text(re.compile(rf"^\s*({missed}|{lost})\s*$"), timeout=STEP)
    said = re.fullmatch(missed, (await words.inner_text()).strip())
    assert said, "missed before they are lost"
    assert int(said["seconds"] or 0) < CONSENT, said[0]
    await expect(words).to_have_text(re.compile(rf"^\s*{lost}\s*$"), timeout=STEP)
    assert await row.locator('[data-alert="dropped"]').count() == 0
    assert "Left at" not in await row.inner_text()
