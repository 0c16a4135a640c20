"""The same visit on PostgreSQL, the distribution's Redis and an SMTP server, with nothing of the embedded defaults."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from playwright.async_api import Browser
from redis.asyncio import Redis

from tests.scenarios.house import House
from tests.scenarios.people import (
    DESK,
    FAMILYS_PICTURE,
    PRISONS_PICTURE,
    STEP,
    family,
    newcomer,
    ready,
    staff,
    start,
)
from tests.scenarios.slots import before_the_end_of, in_a_long_enough_slot
from tests.support.smtp import SmtpServer, serving

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.live]


class PostedHouse(House):
    """A house whose mail really leaves it."""

    def __init__(self, var: Path, smtp: SmtpServer, **environment: str) -> None:
        mail = {"MULAKAT_SMTP_HOST": smtp.host, "MULAKAT_SMTP_PORT": str(smtp.port), "MULAKAT_SMTP_TLS": "none"}
        super().__init__(var, **mail, **environment)
        self._smtp = smtp

    async def mails(self, to: str) -> list[dict[str, Any]]:
        """What the SMTP server was given for an address, oldest first."""
        return [
            {"subject": message["subject"], "text": body.get_content()}
            for message, recipients in zip(self._smtp.messages, self._smtp.recipients, strict=True)
            if to in recipients and (body := message.get_body(("plain",)))
        ]


@asynccontextmanager
async def posted_house(var: Path, postgres_url: str, redis_url: str) -> AsyncIterator[PostedHouse]:
    """One that stands on real services, and is gone afterwards."""
    async with serving() as smtp, Redis.from_url(redis_url) as redis:
        await redis.flushall()
        house = PostedHouse(var, smtp, MULAKAT_DATABASE_URL=postgres_url, MULAKAT_REDIS_URL=redis_url)
        try:
            await house.start()
            yield house
        finally:
            await house.stop()


async def test_a_visit_on_postgresql_redis_and_smtp_with_a_terminal_paired_by_code(
    tmp_path: Path, postgres_url: str, distribution_server: str, browsers: dict[str, Browser]
) -> None:
    """Codes come by real mail, the terminal is paired by the operator's code, and no development page exists."""
    async with posted_house(tmp_path, postgres_url, distribution_server) as house:

        async def scenario(stretch: float) -> None:
            await _paired_and_talking(house, browsers["chromium"], stretch)

        await in_a_long_enough_slot(scenario, browsers)


async def _paired_and_talking(house: PostedHouse, chromium: Browser, stretch: float) -> None:
    booking = await house.demo("--minutes", str(0.7 * stretch), "--starts-in", str(40 * stretch))
    async with before_the_end_of(booking):
        async with aiohttp.ClientSession() as http:
            for path in ("/dev/inbox", "/dev/inbox.json", booking.terminal_link.removeprefix(house.url)):
                async with http.get(house.url + path) as answer:
                    assert answer.status == 404
        operator = await staff(chromium, house, booking.operator, "/operator")
        line = operator.page.locator(f'.terminals .line:has(.line__name:text-is("{booking.terminal}"))')
        await line.locator('[data-action="pair"]').click()
        code = await operator.page.inner_text("[data-pair-code]")
        prison = await newcomer(chromium, DESK)
        await prison.page.goto(f"{house.url}/terminal")
        await prison.page.fill("[name=code]", code)
        await prison.page.click('form[data-step="pair"] button[type=submit]')
        await prison.page.wait_for_selector('form[data-step="pair"]', state="detached")

        await operator.page.goto(f"{house.url}/operator")
        mother = await family(chromium, house, booking)
        await ready(mother)
        await start(operator, booking)
        await mother.until("live", within=40_000 * stretch + STEP)
        await mother.sees_and_hears(PRISONS_PICTURE)
        await prison.sees_and_hears(FAMILYS_PICTURE)
    await mother.until_the_end_of(booking)
    assert await mother.end_reason() == "slot_over"
    await operator.page.wait_for_selector(f'[data-visrn="{booking.visrn}"][data-state="closed"]')
