"""web/static/js/family.js and the look of the pages, in a real browser at a phone's size."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from playwright.async_api import Browser, ConsoleMessage, Page, ViewportSize
from sqlalchemy import text

from config.i18n import LANGUAGES
from config.settings import Settings
from tests.support.desk import Desk, open_desk
from tests.support.family import link_of, mailed_codes, mails, other
from tests.support.reading import findings, readable

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PHONE = ViewportSize(width=360, height=740)


@pytest_asyncio.fixture(loop_scope="session")
async def desk(settings: Settings) -> AsyncIterator[Desk]:
    """The web application for one test, in the browser's loop."""
    async with open_desk(settings) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def phone(chromium_shell: Browser, desk: Desk) -> AsyncIterator[Page]:
    """A phone whose clock stands at no whole hour from the jail's, with nothing in its profile."""
    async with opened(chromium_shell, desk) as page:
        yield page


@asynccontextmanager
async def opened(
    chromium: Browser, desk: Desk, *, zone: str = "Asia/Kathmandu", script: bool = True
) -> AsyncIterator[Page]:
    """A page of a fresh profile; what its console complains of fails the test."""
    context = await chromium.new_context(
        viewport=PHONE,
        timezone_id=zone,
        locale="en-GB",
        java_script_enabled=script,
        base_url=str(desk.server.make_url("/")),
    )
    page = await context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))

    def listen(said: ConsoleMessage) -> None:
        # The call page is not looked at here: the room node of these tests is none that it may talk to.
        if "Content Security Policy" in said.text and not page.url.endswith("/call"):
            complaints.append(said.text)

    page.on("console", listen)
    try:
        yield page
    finally:
        await context.close()
    assert complaints == []


async def type_number(page: Page, link: str, visrn: str) -> None:
    """Open the link, type the number, press Next, wait for the codes page."""
    await page.goto(link)
    await page.fill("[name=visrn]", visrn)
    await page.click('form[data-step="visrn"] button[type=submit]')
    await page.wait_for_selector('form[data-step="codes"]')


async def test_a_reader_elsewhere_sees_their_own_time_too(phone: Page, desk: Desk) -> None:
    """The jail's time first; their own beneath it, with the place whose clock it is."""
    visit = await desk.book(starts_in=60)
    await phone.goto(link_of(visit))
    shown = await phone.inner_text("[data-own-time]")
    assert visit.starts_at.astimezone(ZoneInfo("Asia/Kathmandu")).strftime("%H:%M") in shown
    assert "Kathmandu" in shown


async def test_a_reader_in_the_jails_zone_sees_one_time(chromium_shell: Browser, desk: Desk) -> None:
    """The same clock is not told twice."""
    visit = await desk.book(starts_in=60)
    async with opened(chromium_shell, desk, zone=desk.here.jail.timezone) as page:
        await page.goto(link_of(visit))
        await page.wait_for_load_state("networkidle")
        assert await page.locator("[data-own-time]").is_hidden()


async def test_pasting_the_whole_mail_fills_both_fields(phone: Page, desk: Desk) -> None:
    """As copied from the mail, with its line breaks; one more press leads on."""
    visit = await desk.book(starts_in=60)
    await type_number(phone, link_of(visit), str(visit.visrn))
    otp, pin = await mailed_codes(desk, visit)
    mail = (await mails(desk, visit))[0]
    await phone.focus("[name=otp]")
    await phone.evaluate(
        """text => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            const paste = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
            document.activeElement.dispatchEvent(paste);
        }""",
        mail,
    )
    assert await phone.input_value("[name=otp]") == otp
    assert await phone.input_value("[name=pin]") == pin
    assert await phone.evaluate("document.activeElement.type") == "submit"
    await phone.keyboard.press("Enter")
    await phone.wait_for_url("**/call")


async def test_one_code_pasted_alone_is_left_to_the_browser(phone: Page, desk: Desk) -> None:
    """Only a text with the mail's labels is taken apart."""
    visit = await desk.book(starts_in=60)
    await type_number(phone, link_of(visit), str(visit.visrn))
    handled = await phone.evaluate(
        """() => {
            const data = new DataTransfer();
            data.setData("text/plain", "482193");
            const paste = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
            return !document.querySelector("[name=otp]").dispatchEvent(paste);
        }"""
    )
    assert handled is False


async def test_the_wait_for_new_codes_counts_down_and_its_button_waits(phone: Page, desk: Desk) -> None:
    """Until then a press does nothing; the words say how long."""
    visit = await desk.book(starts_in=60)
    await type_number(phone, link_of(visit), str(visit.visrn))
    button = phone.locator("form[data-resend] button")
    first = await button.inner_text()
    assert first.startswith("Send again in ")
    assert await button.get_attribute("aria-disabled") == "true"
    await button.click(force=True)
    assert phone.url.endswith("/join/codes")
    await phone.wait_for_function(
        "first => document.querySelector('form[data-resend] button').textContent !== first", arg=first
    )
    assert len(await mails(desk, visit)) == 1


async def test_the_line_about_the_mail_changes_by_itself(phone: Page, desk: Desk) -> None:
    """Nobody has to reload to learn that the mail has gone out."""
    visit = await desk.book(starts_in=60)
    await type_number(phone, link_of(visit), str(visit.visrn))
    line = phone.locator("[data-mail-state]")
    assert await line.inner_text() == "The mail is on its way."
    async with desk.db.begin() as uow:
        mail = next(m for m in await uow.outbox.for_visit(visit.id) if m.name == "codes")
        await uow.outbox.mark_sent(mail.id, desk.clock.now())
        await uow.commit()
    await phone.wait_for_selector('[data-mail-state="sent"]')
    assert (await line.inner_text()).startswith("The mail was sent at ")
    async with desk.db.begin() as uow:
        assert await uow.outbox.claim(desk.clock.now(), timedelta(seconds=30), 9) == []
        await uow.session.execute(text("UPDATE outbox SET attempts = 1"))
        assert await uow.outbox.mark_bounced(mail.id, "address_unknown") is not None
        await uow.commit()
    await phone.wait_for_selector('[data-mail-state="failed"]', state="attached")
    assert "there is no such address" in await phone.inner_text("[data-mail-failed]")
    for gone in ("[data-mail-went]", "[data-mail-spam]"):
        assert await phone.locator(gone).is_hidden()
    assert (await line.inner_text()) == ""
    assert (await findings(phone)).response["violations"] == []


async def test_two_presses_are_one_request(phone: Page, desk: Desk) -> None:
    """A nervous finger does not use up two tries."""
    visit = await desk.book(starts_in=60)
    await type_number(phone, link_of(visit), str(visit.visrn))
    otp, pin = await mailed_codes(desk, visit)
    await phone.fill("[name=otp]", other(otp))
    await phone.fill("[name=pin]", pin)
    await phone.dblclick('form[data-step="codes"] button[type=submit]')
    await phone.wait_for_selector("[role=alert]")
    assert (await phone.inner_text("[role=alert]")).endswith("You can try 4 more times.")


async def test_without_scripts_the_whole_way_in_works(chromium_shell: Browser, desk: Desk) -> None:
    """Number, codes, call page: forms are enough."""
    visit = await desk.book(starts_in=60)
    async with opened(chromium_shell, desk, script=False) as page:
        await type_number(page, link_of(visit), str(visit.visrn))
        otp, pin = await mailed_codes(desk, visit)
        await page.fill("[name=otp]", otp)
        await page.fill("[name=pin]", pin)
        await page.click('form[data-step="codes"] button[type=submit]')
        await page.wait_for_url("**/call")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_pages_fit_a_phone_and_break_no_rule_of_accessibility(phone: Page, desk: Desk, language: str) -> None:
    """Nothing is wider than 360 px; axe finds nothing; in every language, in light and in dark."""
    now, early = await desk.book(starts_in=60), await desk.book(starts_in=7200, terminal=1)
    past = await desk.book(starts_in=-3600, terminal=2)
    await phone.goto(f"/?lang={language}")
    paths = ["/", "/join", link_of(now), link_of(early), link_of(past), "/join/nobodys", "/nowhere", "/helplines"]
    await check(phone, paths)
    await type_number(phone, link_of(now), str(now.visrn))
    await check(phone, ["/join/codes"])
    await phone.fill("[name=otp]", "1")
    await phone.click('form[data-step="codes"] button[type=submit]')
    await phone.wait_for_selector("[role=alert]")
    await check(phone, [])


async def check(page: Page, paths: list[str]) -> None:
    """Look at each page, or at the one that is shown."""
    for path in paths or [page.url]:
        if path != page.url:
            await page.goto(path)
        await readable(page)
