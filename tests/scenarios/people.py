"""The people of a scenario, each with a browser page: what they do, in the words of the visit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.scenarios.figures import FAINT, eventually, grows
from tests.scenarios.slots import before_the_end_of

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Page

    from tests.scenarios.house import Booking, House

PROBE = Path(__file__).with_name("probe.js").read_text()
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1366, "height": 768}
#: Whose picture it is; a monitor sees both.
PRISONS_PICTURE = 'video[data-from="terminal"]'
FAMILYS_PICTURE = 'video[data-from="family"]'
STEP = 60_000
"""Milliseconds that any one step of a person may take on a starved machine."""


@dataclass
class Person:
    """A page and the context that holds its cookies."""

    page: Page
    context: BrowserContext

    async def state(self) -> str | None:
        """The call's state as the page shows it to automation."""
        return await self.page.locator("html").get_attribute("data-call")

    async def until(self, state: str, within: float = STEP) -> None:
        """Wait for a state of the call; `within` in milliseconds."""
        await self.page.wait_for_selector(f'html[data-call="{state}"]', timeout=within, state="attached")

    async def until_the_end_of(self, booking: Booking) -> None:
        """Wait until the page says that the visit is over, which it is when its slot is and no earlier."""
        await self.until("ended", within=max(0.0, booking.left()) * 1000 + STEP)
        assert booking.left() < 0.5

    async def left(self) -> float:
        """Seconds left as the page shows them."""
        return float(await self.page.locator("html").get_attribute("data-left") or "nan")

    async def end_reason(self) -> str | None:
        """Why the page says the call ended."""
        return await self.page.locator("html").get_attribute("data-end-reason")

    async def media(self) -> dict[str, float]:
        """Frames decoded, audio energy and packets received so far, summed over everything received; the checks of the
        connection that were answered, and the packets sent.
        """
        media: dict[str, float] = await self.page.evaluate("window.probe.media()")
        return media

    async def keeps_time(self, booking: Booking) -> None:
        """Wait until the page says how long there is as the slot has it; once a second it writes it anew."""

        async def right() -> bool:
            before = booking.left()
            shown = await self.left()
            return booking.left() - 2 < shown < before + 2

        await eventually(right, f"{booking.left():.0f} s are left")

    async def sees_and_hears(self, selector: str) -> None:
        """Wait until the picture moves, frames are decoded and there is sound in what is heard."""
        await self.sees(selector)
        await grows(self.media, energy=FAINT)

    async def sees(self, selector: str) -> None:
        """Wait until the picture moves and frames are decoded."""
        await self.page.wait_for_selector(selector)
        await grows(self.media, frames=5)

        # A busy machine may show one frame for a while after a start; a still picture never moves.
        async def moves() -> bool:
            return bool(await self.page.evaluate("([s, ms]) => window.probe.motion(s, ms)", [selector, 700]) > 0)

        await eventually(moves, "the picture moves")


async def newcomer(
    browser: Browser, viewport: dict[str, int], language: str = "en-GB", page_name: str | None = None, **more: Any
) -> Person:
    """A person with a fresh browser profile; `page_name` names its window (see probe.js), `more` goes to Playwright."""
    options: dict[str, Any] = {"viewport": viewport, "locale": language, **more}
    context = await browser.new_context(**options)
    naming = f"window.name = {page_name!r};\n" if page_name else ""
    await context.add_init_script(naming + PROBE)
    page = await context.new_page()
    page.set_default_timeout(STEP)
    return Person(page, context)


async def family(
    browser: Browser, house: House, booking: Booking, *, seat: int = 0, page_name: str | None = None
) -> Person:
    """A visitor who opens the link, passes both steps and stands at the device check."""
    person = await newcomer(browser, PHONE, page_name=page_name)
    await admit(person, house, booking, seat=seat)
    return person


async def admit(person: Person, house: House, booking: Booking, *, seat: int = 0) -> None:
    """From the link to the call page, with codes read from the mail that really came."""
    page = person.page
    await page.goto(booking.links[seat])
    await page.fill('form[data-step="visrn"] [name=visrn]', booking.visrn)
    mails = await house.codes_mails(booking.emails[seat])
    await page.click('form[data-step="visrn"] button[type=submit]')
    await page.wait_for_selector('form[data-step="codes"]')
    otp, pin = codes_in(await house.next_codes(booking.emails[seat], after=len(mails)))
    await page.fill('form[data-step="codes"] [name=otp]', otp)
    await page.fill('form[data-step="codes"] [name=pin]', pin)
    await page.click('form[data-step="codes"] button[type=submit]:not([formaction])')
    await page.wait_for_url("**/call")


def codes_in(text: str) -> tuple[str, str]:
    """OTP and Room PIN from a code mail's text."""
    otp, pin = re.search(r"\b(\d{6})\b", text), re.search(r"(?<![\d/:.-])(\d{4})(?![\d/:.-])", text)
    assert otp, "the mail holds no OTP"
    assert pin, "the mail holds no Room PIN"
    return otp[1], pin[1]


async def ready(person: Person) -> None:
    """Finish the device check."""
    await person.page.click('[data-action="ready"]')
    await person.page.wait_for_selector('html:not([data-call="checking"])', state="attached")


async def terminal(browser: Browser, booking: Booking) -> Person:
    """The prison's terminal: paired with the booking's VC room, then left alone."""
    person = await newcomer(browser, DESK)
    await person.page.goto(booking.terminal_link)
    return person


async def staff(browser: Browser, house: House, account: dict[str, str], page: str) -> Person:
    """A member of staff who signed in and opened a console."""
    person = await newcomer(browser, DESK)
    await person.page.goto(f"{house.url}/staff/sign-in")
    await person.page.fill("[name=username]", account["username"])
    await person.page.fill("[name=password]", account["password"])
    await person.page.click("main button[type=submit]")
    await person.page.wait_for_url(lambda url: "sign-in" not in url)
    await person.page.goto(house.url + page)
    return person


async def start(operator: Person, booking: Booking) -> None:
    """The operator starts the booking's session."""
    await operator.page.click(f'[data-visrn="{booking.visrn}"] [data-action="start"]')


async def end(operator: Person, booking: Booking) -> None:
    """The operator ends it, since they have done."""
    row = f'[data-visrn="{booking.visrn}"]'
    await operator.page.select_option(f'{row}[data-state="live"] [data-reason]', "visit_finished")
    await operator.page.click(f'{row} [data-action="end"]')


@dataclass
class Call:
    """A call in which both sides see and hear each other."""

    booking: Booking
    operator: Person
    prison: Person
    mother: Person


async def live_call(house: House, browser: Browser, minutes: float, *more: str) -> Call:
    """From the booking to the call; `more` goes to `./run demo`. Raises SlotEaten."""
    booking = await house.demo("--minutes", str(minutes), "--starts-in", "3", *more)
    async with before_the_end_of(booking):
        prison = await terminal(browser, booking)
        operator = await staff(browser, house, booking.operator, "/operator")
        await start(operator, booking)
        mother = await family(browser, house, booking)
        await ready(mother)
        await mother.until("live")
        await mother.sees_and_hears(PRISONS_PICTURE)
        await prison.sees_and_hears(FAMILYS_PICTURE)
    return Call(booking, operator, prison, mother)
