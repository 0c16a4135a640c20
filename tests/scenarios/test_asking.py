"""A visit on paper, from the first field to the mail with the link, on a phone."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
from playwright.async_api import Browser

from tests.scenarios import families, office
from tests.scenarios.families import Family, ask, letter, sign_in
from tests.scenarios.house import House
from tests.scenarios.office import superintendent
from tests.support.pages import browsers

pytestmark = pytest.mark.asyncio(loop_scope="session")

__all__ = ["browsers"]

INDIA = ZoneInfo("Asia/Kolkata")
LAGOS = ZoneInfo("Africa/Lagos")


async def test_family_asks_the_jail_approves_and_the_mail_has_the_link(
    house: House, browsers: dict[str, Browser]
) -> None:
    """From nothing to the page behind the link; the status says how it stands meanwhile, and nothing about anybody."""
    chromium = browsers["chromium"]
    family = Family("sunanda@family.example")
    asked = await ask(chromium, house, family)
    assert (await families.status(chromium, house, asked.visrn))[0] == "waiting"
    assert (await letter(house, family.email, "We have your request"))["text"].count(asked.visrn) == 1
    await office.approve(await superintendent(chromium, house, "devgiri"), asked.visrn)
    state, shown = await families.status(chromium, house, asked.visrn)
    assert state == "approved"
    assert not any(word in shown for word in (family.name, "Kolte", "09:", "10:"))
    mail = await letter(house, family.email, "is approved")
    await asked.person.page.goto(families.link_in(mail["text"]))
    assert await asked.person.page.locator("main").inner_text() != ""
    [attached] = mail["attachments"]
    calendar = icalendar.Calendar.from_ical(base64.b64decode(attached["body"]))
    [event] = calendar.walk("VEVENT")
    assert event.decoded("dtstart") == asked.starts_at


async def test_lawyers_visit_is_a_legal_one_of_thirty_minutes(house: House, browsers: dict[str, Browser]) -> None:
    """And the mail says that staff can see it and cannot hear it."""
    chromium = browsers["chromium"]
    family = Family(
        "adv.merchant@family.example", name="Farida Merchant", relationship="lawyer", id_number="AAAPM1111C", slot=1
    )
    asked = await ask(chromium, house, family)
    await office.approve(await superintendent(chromium, house, "devgiri"), asked.visrn)
    text = (await letter(house, family.email, "is approved"))["text"]
    starts = asked.starts_at.astimezone(INDIA)
    assert f"{starts:%H:%M} to {starts + timedelta(minutes=30):%H:%M}" in text
    assert "They cannot hear it." in text


async def test_visitor_in_lagos_reads_both_clocks_on_the_page_and_in_the_mail(
    house: House, browsers: dict[str, Browser]
) -> None:
    """With a Nigerian passport and number; what the phone says its clock is, the mail says too."""
    chromium = browsers["chromium"]
    family = Family(
        "emeka@family.example",
        name="Emeka Nwosu",
        nationality="NG",
        mobile="+234 803 123 4567",
        id_type="foreign_passport",
        id_number="A12345678",
        prisoner={"name": "Chukwudi Emeka Nwosu", "father_name": "Emeka Nwosu", "age": "29", "gender": "male"},
        timezone="Africa/Lagos",
        slot=3,
    )
    person = await families.phone(chromium, family)
    await families.fill_in(person, house, family)
    await person.page.wait_for_url("**/times*")
    first = person.page.locator('button[name="add"]').first
    starts_at = datetime.fromisoformat(str(await first.get_attribute("value")))
    words = await first.inner_text()
    assert f"{starts_at.astimezone(INDIA):%H:%M}" in words
    assert f"{starts_at.astimezone(LAGOS):%H:%M}" in words
    asked = await families.finish(person, house, family)
    await office.approve(await superintendent(chromium, house, "devgiri"), asked.visrn)
    text = (await letter(house, family.email, "is approved"))["text"]
    assert f"{asked.starts_at.astimezone(INDIA):%H:%M} to " in text
    assert f"{asked.starts_at.astimezone(LAGOS):%H:%M} to " in text
    assert "UTC+01:00" in text


async def test_refused_family_reads_why_and_asks_again_with_everything_filled_in(
    house: House, browsers: dict[str, Browser]
) -> None:
    """The refusal has the jail's reason in words; the second request needs a new time and no new typing."""
    chromium = browsers["chromium"]
    family = Family(
        "usha@family.example",
        name="Usha Shaikh",
        jail="27-24",
        id_number="AAAPS1212D",
        prisoner={"name": "Imran Shaik", "father_name": "Yusuf Shaikh", "age": "40", "gender": "male"},
    )
    asked = await ask(chromium, house, family)
    staff = await superintendent(chromium, house, "ulhas")
    await office.refuse(staff, asked.visrn, "no_match", "Please write the name as it stands in the court's papers.")
    text = (await letter(house, family.email, "court's papers"))["text"]
    assert asked.visrn in text
    page = asked.person.page
    await sign_in(asked.person, house, family.email)
    await page.click('[data-action="next"]')
    again = await families.ask_again(asked.person, house, family, prisoner="Imran Yusuf Shaikh")
    assert again.visrn != asked.visrn
    await office.approve(await superintendent(chromium, house, "ulhas"), again.visrn)
    assert again.visrn in (await letter(house, family.email, "is approved"))["text"]
