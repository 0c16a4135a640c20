"""Lost minutes are made good: a terminal dies, the operator says that this was it, the family takes another visit."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Browser

from tests.scenarios.families import letter
from tests.scenarios.house import Booking, House
from tests.scenarios.people import (
    FAMILYS_PICTURE,
    PHONE,
    PRISONS_PICTURE,
    STEP,
    Person,
    family,
    newcomer,
    ready,
    staff,
    start,
    terminal,
)
from tests.scenarios.slots import before_the_end_of, in_a_long_enough_slot

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.live]

INDIA = ZoneInfo("Asia/Kolkata")
#: Seconds of the slot that the terminal is dead for: more than a third, and long enough for its page to be missed.
DEAD = 36


@dataclass
class Lost:
    """A visit of which the prison lost the last part: what it was, its operator, and the seconds it had at most."""

    booking: Booking
    operator: Person
    had: float


async def lost_visit(house: House, chromium: Browser, stretch: float) -> Lost:
    """A call whose terminal dies before its end. Raises SlotEaten."""
    booking = await house.demo("--minutes", str(1.5 * stretch), "--starts-in", str(50 * stretch))
    dead = DEAD * stretch
    async with before_the_end_of(booking, left=dead):
        prison = await terminal(chromium, booking)
        operator = await staff(chromium, house, booking.operator, "/operator")
        mother = await family(chromium, house, booking)
        await ready(mother)
        await start(operator, booking)
        await mother.until("live", within=50_000 * stretch + STEP)
        await mother.sees_and_hears(PRISONS_PICTURE)
        await prison.sees_and_hears(FAMILYS_PICTURE)
    await asyncio.sleep(booking.left() - dead)
    await prison.context.close()
    had = (booking.ends_at - booking.starts_at).total_seconds() - booking.left()
    await mother.until_the_end_of(booking)
    await mother.page.wait_for_selector('[data-say="ended-lost"]:has-text("It was not your fault.")')
    assert "a mail brings you times to choose from" in await mother.page.inner_text("main")
    assert (await house.record(booking.visrn))["status"] == "closed"
    return Lost(booking, operator, had)


async def test_family_whose_terminal_dies_takes_another_visit(house: House, browsers: dict[str, Browser]) -> None:
    """From the dead terminal to the new visit on the jail's calendar, without an account and without a new approval."""

    async def scenario(stretch: float) -> None:
        await _made_good(house, browsers["chromium"], await lost_visit(house, browsers["chromium"], stretch))

    await in_a_long_enough_slot(scenario, browsers)


async def _made_good(house: House, chromium: Browser, lost: Lost) -> None:
    booking, operator = lost.booking, lost.operator
    page = operator.page
    await page.goto(f"{house.url}/operator/losses?jail={jail_of(house, booking.visrn)}")
    row = f'[data-visrn="{booking.visrn}"]'
    assert await page.get_attribute(f"{row} [data-loss]", "data-loss") == "terminal_down"
    await page.click(f"{row} [data-action=agree]")
    await page.wait_for_selector(f"{row}[data-losses=done][data-owed=yes]")

    mail = await letter(house, booking.emails[0], "does not count as one of your visits")
    assert "The device in the prison failed." in mail["text"]
    assert had_minutes(mail["text"]) <= round(lost.had / 60)
    link = re.search(r"http\S+/makeup/\S+\?slot=\w+", mail["text"])
    assert link, "the mail offers a time"
    phone = (await newcomer(chromium, PHONE)).page
    await phone.goto(link[0])
    await phone.click('[data-action="take"]')
    await phone.wait_for_selector('[data-makeup="taken"]')
    made = await phone.get_attribute('[data-makeup="taken"]', "data-visrn")
    assert made
    assert made != booking.visrn
    approved = await letter(house, booking.emails[0], made)
    assert re.search(r"http\S+/join/\S+", approved["text"])[0] not in booking.links  # type: ignore[index]

    wanted = datetime.strptime(link[0][-14:], "%Y%m%dT%H%MZ").replace(tzinfo=UTC).astimezone(INDIA)
    assert f"{wanted:%H:%M}" in approved["text"]
    assert slot_of(house, made) == ("approved", wanted)


def jail_of(house: House, visrn: str) -> int:
    """The id of the jail that gave out a number."""
    return int(house.ask("SELECT jail_id FROM visits", visrn)[0])


def slot_of(house: House, visrn: str) -> tuple[str, datetime]:
    """A visit's status and beginning on the jail's clock."""
    status, starts_at = house.ask("SELECT status, starts_at FROM visits", visrn)
    return status, datetime.fromisoformat(starts_at).replace(tzinfo=UTC).astimezone(INDIA)


def had_minutes(text: str) -> int:
    """The whole minutes that a letter says there were."""
    found = re.search(r"You had (\d+) of", text)
    return int(found[1]) if found else 0
