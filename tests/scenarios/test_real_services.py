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
from tests.scenarios.people import DESK, FAMILYS_PICTURE, PRISONS_PICTURE, family, newcomer, ready, staff, start
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
    chromium = browsers["chromium"]
    async with posted_house(tmp_path, postgres_url, distribution_server) as house:
        booking = await house.demo("--minutes", "0.7", "--starts-in", "40")
        async with aiohttp.ClientSession() as http:
            for path in ("/dev/inbox", "/dev/inbox.json", booking.terminal_link.removeprefix(house.url)):
                async with http.get(house.url + path) as answer:
                    assert answer.status == 404
        operator = await staff(chromium, house, booking.operator, "/operator")
        await operator.page.locator('[data-action="pair"]').first.click()
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
        await mother.until("live", within=45_000)
        await mother.sees_and_hears(PRISONS_PICTURE)
        await prison.sees_and_hears(FAMILYS_PICTURE)
        await mother.until("ended", within=booking.left() * 1000 + 5_000)
        assert await mother.end_reason() == "slot_over"
        await operator.page.wait_for_selector(f'[data-visrn="{booking.visrn}"][data-state="closed"]')
