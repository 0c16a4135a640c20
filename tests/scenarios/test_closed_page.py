"""A page that was closed in mid-call is not said to be well connected."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Browser, expect

from tests.scenarios.figures import eventually
from tests.scenarios.house import House
from tests.scenarios.people import STEP, live_call

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.live]

MISSED = r"(Not heard for (?P<seconds>\d+) s\.|Connection lost at \S+, coming back .*)"
LOST = r"Connection lost at \S+; they have not come back\."
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
    said = ""

    async def told() -> bool:
        nonlocal said
        said = " ".join((await words.text_content() or "").split())
        return re.fullmatch(f"{MISSED}|{LOST}", said) is not None

    await eventually(told, "somebody is not there")
    # Whoever is missed only once consent has run out is lost at once.
    missed = re.fullmatch(MISSED, said)
    assert missed, said
    assert int(missed["seconds"] or 0) < CONSENT, said
    await expect(words).to_have_text(re.compile(rf"^\s*{LOST}\s*$"), timeout=STEP)
    assert await row.locator('[data-alert="dropped"]').count() == 0
    assert "Left at" not in await row.inner_text()
