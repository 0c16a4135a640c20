"""A first registration on a phone, in a real browser."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, FilePayload, Page, expect

from config.settings import Settings
from tests.support.desk import Desk, open_desk
from tests.support.registering import Bookable, bookable, code_sent_to
from tests.support.uploads import picture

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

EMAIL = "savita@family.example"
SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest_asyncio.fixture(loop_scope="session")
async def desk(settings: Settings) -> AsyncIterator[Desk]:
    """The web application for one test, in the browser's loop."""
    async with open_desk(settings) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def jail(desk: Desk) -> Bookable:
    """A jail that takes requests."""
    return await bookable(desk.db, code=42)


@pytest_asyncio.fixture(loop_scope="session")
async def phone(chromium_shell: Browser, desk: Desk) -> AsyncIterator[Page]:
    """A small phone in Lagos; any error in a page fails the test."""
    context = await chromium_shell.new_context(
        viewport={"width": 360, "height": 740}, timezone_id="Africa/Lagos", base_url=str(desk.server.make_url("/"))
    )
    page = await context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    await context.close()
    assert not errors


async def looked_at(page: Page, name: str) -> None:
    """No page scrolls sideways, and axe finds nothing."""
    assert not await page.evaluate(SIDEWAYS), name
    found = await Axe().run(page)
    assert found.violations_count == 0, (name, found.generate_report())


async def next_page(page: Page, step: str) -> None:
    """Press Next, and arrive."""
    await page.click("button[value=next]")
    await page.wait_for_url(f"**/visits/new/{step}**")


async def fill_you(page: Page) -> None:
    """The first page."""
    await page.fill("#name", "Savita Kolte")
    await page.fill("#father_name", "Vithal More")
    await page.check("[name=gender][value=female]")
    await page.fill("#born", "12/05/1971")
    await page.check("[name=relationship][value=family]")


async def fill_contact(page: Page) -> None:
    """Where she is reached."""
    await page.fill("#email", EMAIL)
    await page.fill("#mobile", "98765 43210")
    await page.fill("#address", "12 Shivaji Road\nPune 411005")


async def to_the_photo(page: Page) -> None:
    """From the start to the page of the photo."""
    await page.goto("/visits/new")
    await page.click("button[value=new]")
    await page.wait_for_url("**/visits/new/you")
    await fill_you(page)
    await next_page(page, "contact")
    await fill_contact(page)
    await next_page(page, "proof")
    await page.check("[name=id_type][value=aadhaar]")
    await page.fill("#id_number", "2341 2341 2346")
    await next_page(page, "photo")


async def choose(page: Page, name: str, body: bytes) -> None:
    """Choose a file of the phone."""
    kind = "image/jpeg" if name.endswith("jpg") else "image/png"
    await page.set_input_files("#file", FilePayload(name=name, mimeType=kind, buffer=body))


async def send_photo(page: Page) -> None:
    """A photo from the phone's camera."""
    await choose(page, "card.jpg", picture(1600, 1200, kind="JPEG"))
    await next_page(page, "jail")


async def test_a_mother_registers_on_a_small_phone(phone: Page, desk: Desk, jail: Bookable) -> None:
    """From the start to the VisRN, each page without scrolling sideways and clean for axe; both clocks are shown."""
    await phone.goto("/visits/new")
    await looked_at(phone, "00-start")
    await to_the_photo(phone)
    await looked_at(phone, "04-photo")
    await send_photo(phone)
    await looked_at(phone, "05-jail")
    await phone.fill("#q", "devgiri")
    await phone.click(f"button[value='{jail.code}']")
    await phone.wait_for_url("**/prisoner")
    await phone.fill("#name", "Sanjay Kolte")
    await phone.fill("#father_name", "Mahadev Kolte")
    await phone.check("[name=gender][value=male]")
    await phone.fill("#age", "34")
    await looked_at(phone, "06-prisoner")
    await next_page(phone, "how")
    await phone.check("[name=mode][value=video]")
    await looked_at(phone, "07-how")
    await next_page(phone, "companions")
    await looked_at(phone, "08-companions")
    await next_page(phone, "times")
    await looked_at(phone, "09-times")
    # Ten o'clock in the jail is half past five in Lagos, all year.
    await expect(phone.locator(".slot").first).to_contain_text("10:00")
    await expect(phone.locator(".slot").first).to_contain_text("05:30")
    await phone.locator(".slot").nth(0).click()
    await phone.locator(".slot").nth(2).click()
    await expect(phone.locator(".wish")).to_have_count(2)
    await looked_at(phone, "10-times-chosen")
    await next_page(phone, "letter")
    await looked_at(phone, "11-letter")
    await next_page(phone, "check")
    await looked_at(phone, "12-check")
    await next_page(phone, "code")
    await looked_at(phone, "13-code")
    await phone.fill("#otp", "000 000")
    await phone.click("button[type=submit]:has-text('Ask for the visit')")
    await expect(phone.get_by_role("alert")).to_be_visible()
    await phone.fill("#otp", await code_sent_to(desk.db, EMAIL))
    await phone.click("button[type=submit]:has-text('Ask for the visit')")
    await phone.wait_for_url("**/visits/new/done")
    await expect(phone.locator("[data-visrn]")).to_contain_text("27/42/1/")
    await looked_at(phone, "14-done")


async def test_errors_and_going_back_lose_nothing_on_any_page(phone: Page, jail: Bookable) -> None:
    """Back with a half-filled page, the browser's own back, a reload, an error: all that was typed is there again."""
    await to_the_photo(phone)
    await phone.click("button[value=back]")
    await phone.wait_for_url("**/proof")
    assert await phone.input_value("#id_number") == "2341 2341 2346"
    await phone.fill("#id_number", "2341 2341 23")
    await looked_at(phone, "03-proof")
    await phone.click("button[value=back]")
    await phone.wait_for_url("**/contact")
    await phone.fill("#email", "savita at family")
    await phone.click("button[value=next]")
    await expect(phone.locator("#email-error")).to_be_visible()
    await expect(phone.locator("[data-faults]")).to_be_focused()
    assert await phone.input_value("#email") == "savita at family"
    assert await phone.input_value("#address") == "12 Shivaji Road\nPune 411005"
    await looked_at(phone, "02-contact-error")
    async with phone.expect_response("**/contact/kept"):
        await phone.fill("#email", "half a")
    await phone.goto("/visits/new/you")
    assert await phone.input_value("#name") == "Savita Kolte"
    await looked_at(phone, "01-you")
    await next_page(phone, "contact")
    assert await phone.input_value("#email") == "half a"
    await fill_contact(phone)
    await next_page(phone, "proof")
    assert await phone.input_value("#id_number") == "2341 2341 23"


async def test_a_photo_that_was_sent_stays(phone: Page, jail: Bookable) -> None:
    """Going back to its page, and after a file that is refused."""
    await to_the_photo(phone)
    await send_photo(phone)
    await phone.goto("/visits/new/photo")
    await expect(phone.get_by_text("Your photo is here.")).to_be_visible()
    await choose(phone, "card.png", b"<html>no picture</html>")
    await phone.click("button[value=next]")
    await expect(phone.locator("#file-error")).to_be_visible()
    await expect(phone.get_by_text("Your photo is here.")).to_be_visible()
    await looked_at(phone, "04-photo-refused")
    await next_page(phone, "jail")


async def test_a_large_photo_is_made_smaller_before_it_is_sent(phone: Page, jail: Bookable, tmp_path: Path) -> None:
    """A slow connection carries some hundred kilobytes, and not the camera's megabytes."""
    await to_the_photo(phone)
    camera = tmp_path / "camera.png"
    camera.write_bytes(picture(3000, 2000, kind="PNG", compress_level=0))
    assert camera.stat().st_size > 10_000_000
    await phone.set_input_files("#file", camera)  # by name: as text through the driver it would take a minute
    async with phone.expect_request(lambda request: request.method == "POST") as asked:
        await next_page(phone, "jail")
    sizes = await (await asked.value).sizes()
    assert sizes["requestBodySize"] < 1_000_000
