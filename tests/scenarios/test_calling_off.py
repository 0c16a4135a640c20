"""Visits called off, by a family and by a lockdown; and the register changed from a file."""

from __future__ import annotations

import contextlib
import sqlite3
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Browser, FilePayload, Page

from tests.scenarios import families, office
from tests.scenarios.families import Family, ask, letter, sign_in
from tests.scenarios.house import House
from tests.scenarios.office import superintendent
from tests.support.pages import browsers

pytestmark = pytest.mark.asyncio(loop_scope="session")

__all__ = ["browsers"]

INDIA = ZoneInfo("Asia/Kolkata")
SUNITA = {
    "name": "Sunita Balu Jadhav",
    "father_name": "Balu Jadhav",
    "age": "38",
    "gender": "female",
    "number": "C/0129/19",
}


def of_phulmoni(who: str, proof: str, *, days_ahead: int) -> Family:
    """Somebody who wants to see an inmate of the jail that will be locked down."""
    prisoner = {
        "name": "Phulmoni Suren Oraon",
        "father_name": "Suren Oraon",
        "age": "31",
        "gender": "female",
        "number": "UTP-0291/2026",
    }
    return Family(
        f"{who.lower()}@family.example",
        name=f"{who} Oraon",
        jail="19-17",
        id_number=proof,
        prisoner=prisoner,
        days_ahead=days_ahead,
    )


def ledger(house: House, visrn: str) -> list[int]:
    """The lines of the ledger for a visit, oldest first."""
    serial = visrn.split("/")
    with contextlib.closing(sqlite3.connect(house.var / "mulakat.db")) as database:
        rows = database.execute(
            "SELECT amount FROM quota_entries JOIN visits ON visits.id = quota_entries.visit_id "
            "WHERE visrn_state = ? AND visrn_jail = ? AND visrn_serial = ? AND visrn_year = ? "
            "ORDER BY quota_entries.id",
            serial,
        ).fetchall()
    return [row[0] for row in rows]


async def test_family_that_cancels_frees_the_slot_and_gets_the_allowance_back(
    house: House, browsers: dict[str, Browser]
) -> None:
    """The next family is offered the very same slot."""
    chromium = browsers["chromium"]
    family = Family(
        "balu@family.example", name="Balu Jadhav", jail="27-24", id_number="AAAPJ2222E", prisoner=SUNITA, slot=5
    )
    asked = await ask(chromium, house, family)
    await office.approve(await superintendent(chromium, house, "ulhas"), asked.visrn)
    await letter(house, family.email, "is approved")
    assert ledger(house, asked.visrn) == [1]
    page = asked.person.page
    await sign_in(asked.person, house, family.email)
    await page.click(f'[data-visrn="{asked.visrn}"]')
    await page.click('[data-action="withdraw"]')
    await page.wait_for_url("**/withdraw")
    await page.click('button[data-action="withdraw"]')
    await page.wait_for_url(lambda url: not url.endswith("/withdraw"))
    assert ledger(house, asked.visrn) == [1, -1]
    assert asked.visrn in (await letter(house, family.email, "cancelled"))["text"]
    second = Family(
        "lata@family.example", name="Lata Jadhav", jail="27-24", id_number="AAAPJ3333F", prisoner=SUNITA, slot=5
    )
    assert (await ask(chromium, house, second)).starts_at == asked.starts_at


async def test_lockdown_cancels_many_and_tells_each_family(house: House, browsers: dict[str, Browser]) -> None:
    """A visit that is approved and one that waits, on one day; a visit on another day stays."""
    chromium = browsers["chromium"]
    first, second = of_phulmoni("Mina", "AAAPO1111A", days_ahead=1), of_phulmoni("Rina", "AAAPO2222B", days_ahead=1)
    other = of_phulmoni("Tina", "AAAPO3333C", days_ahead=2)
    asked = [await ask(chromium, house, each) for each in (first, second, other)]
    staff = await superintendent(chromium, house, "tistabazar")
    await office.approve(staff, asked[0].visrn)
    page = staff.page
    await page.goto(f"{house.url}/superintendent/lockdown")
    day = asked[0].starts_at.astimezone(INDIA).date()
    assert asked[1].starts_at.astimezone(INDIA).date() == day
    await page.fill("#day", day.isoformat())
    await page.select_option("#reason", "lockdown")
    await page.fill("#note", "The jail is closed on that day.")
    await page.click('[data-action="preview"]')
    touched = page.locator(".touched")
    for visit in asked[:2]:
        assert visit.visrn in await touched.inner_text()
    assert asked[2].visrn not in await touched.inner_text()
    await page.click('[data-action="block"]')
    await page.wait_for_load_state()
    for family in (first, second):
        assert "The jail is closed on that day." in (await letter(house, family.email, "closed on that day"))["text"]
    mails = await house.mails(other.email)
    assert not any("closed on that day" in mail["text"] for mail in mails)
    assert (await families.status(chromium, house, asked[2].visrn))[0] == "waiting"


async def test_register_is_changed_from_a_file_only_when_no_line_is_wrong(
    house: House, browsers: dict[str, Browser]
) -> None:
    """Every bad line is shown with its column; the corrected file is shown first, then taken over."""
    staff = await superintendent(browsers["chromium"], house, "gangachar")
    page = staff.page
    head = "number,name,father_name,age,gender,category\n"
    good = "UTP-9001/2026,Anil Bose,Sunil Bose,33,male,undertrial\n"
    bad = "UTP-9002/2026,,Nobody,two hundred,male,undertrial\nUTP-9003/2026,Ratan Das,Kanu Das,41,male,sometimes\n"
    await upload(page, house, head + good + bad)
    lines = {await row.get_attribute("data-fault") for row in await page.locator("[data-fault]").all()}
    assert lines == {"3", "4"}
    assert await page.locator('[data-action="confirm"]').count() == 0
    await upload(page, house, head + good)
    assert await page.inner_text('[data-count="added"]') == "1"
    await page.click('[data-action="confirm"]')
    await page.wait_for_load_state()
    await page.goto(f"{house.url}/inmates")
    assert "Anil Bose" in await page.inner_text("main")


async def upload(page: Page, house: House, text: str) -> None:
    """Choose a file and look at what it would change."""
    await page.goto(f"{house.url}/inmates/import")
    await page.set_input_files("#file", FilePayload(name="register.csv", mimeType="text/csv", buffer=text.encode()))
    await page.click('form[data-form="import"] button[type=submit]')
    await page.wait_for_selector("[data-dry-run]")
