"""A visitor in New York, in the week in which the clocks there go forward and India's do not."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Browser
from sqlalchemy import select

from broker.storage.models import OutboxRow
from config.settings import Settings
from tests.scenarios import families
from tests.scenarios.families import Family
from tests.scenarios.house import House
from tests.support.desk import Desk, open_desk
from tests.support.pages import browsers
from tests.support.registering import bookable

pytestmark = pytest.mark.asyncio(loop_scope="session")

__all__ = ["browsers"]

INDIA, NEW_YORK = ZoneInfo("Asia/Kolkata"), ZoneInfo("America/New_York")
#: The Monday before the night to Sunday, 14 March 2027, in which New York's clocks go forward.
BEFORE = datetime(2027, 3, 8, 12, 0, tzinfo=UTC)


class Indoors(House):
    """The pages alone, at a time of the test's own: mail is read where it is queued."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.url = str(desk.server.make_url("/")).rstrip("/")

    async def mails(self, to: str) -> list[dict[str, Any]]:
        """What was queued for an address."""
        async with self.desk.db.read() as uow:
            rows = await uow.session.scalars(select(OutboxRow).where(OutboxRow.to == to).order_by(OutboxRow.created_at))
            return [{"subject": row.subject, "text": row.text} for row in rows]


@pytest.mark.parametrize("name", ["chromium", "firefox"])
async def test_times_before_and_after_the_change_are_right_on_both_clocks(
    settings: Settings, browsers: dict[str, Browser], name: str
) -> None:
    """Ten in the morning in India is half past eleven at night there before the change, and half past twelve after."""
    async with open_desk(settings) as desk:
        desk.clock.advance((BEFORE - desk.clock.now()).total_seconds())
        jail = await bookable(desk.db, code=42)
        house = Indoors(desk)
        family = Family("meena@family.example", mobile="+1 212 555 0123", nationality="IN", jail=jail.code,
                        timezone="America/New_York")  # fmt: skip
        person = await families.phone(browsers[name], family)
        page = person.page
        await families.fill_in(person, house, family)
        await page.wait_for_url("**/times*")
        for day, shown in (("2027-03-13", "23:30"), ("2027-03-15", "00:30")):
            await page.goto(f"{house.url}/visits/new/times?day={day}")
            first = page.locator('button[name="add"]').first
            starts_at = datetime.fromisoformat(str(await first.get_attribute("value")))
            assert f"{starts_at.astimezone(INDIA):%F %H:%M}" == f"{day} 10:00"
            assert f"{starts_at.astimezone(NEW_YORK):%H:%M}" == shown
            words = await first.inner_text()
            assert "10:00" in words
            assert shown in words
        assert "go forward" in await page.inner_text("main")
        asked = await families.finish(person, house, family)
        assert f"{asked.starts_at.astimezone(INDIA):%F}" == "2027-03-15"
        letter = (await families.letter(house, family.email, "We have your request"))["text"]
        assert "10:00" in letter
        assert "00:30" in letter
