"""What an operator and a colleague do at the console, and what happens to it: parts of a day."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sqlite3
import sys

from playwright.async_api import Browser, Page, expect

from tests.scenarios.figures import grows
from tests.scenarios.house import ROOT, STEP_SECONDS, Booking, House, listeners, soon
from tests.scenarios.people import PHONE, STEP, Person, newcomer, ready
from tests.support.reports import delivery_report


async def bounce(house: House, to: str) -> None:
    """The newest code mail to an address comes back: a real report through the mail server's pipe."""
    mail_id = await soon(lambda: _sent_codes(house, to))
    message = f"Message-ID: <{mail_id}@mulakat.invalid>\nSubject: Codes\n\n(the server quotes what it was given)\n"
    pipe = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "broker", "bounce", cwd=ROOT, env=house.environment, stdin=asyncio.subprocess.PIPE
    )
    await asyncio.wait_for(pipe.communicate(delivery_report(message.encode())), STEP_SECONDS)
    assert pipe.returncode == 0


async def _sent_codes(house: House, to: str) -> str | None:
    with contextlib.closing(sqlite3.connect(house.var / "mulakat.db")) as database:
        row = database.execute(
            "SELECT id FROM outbox WHERE address = ? AND name = 'codes' AND status = 'sent' ORDER BY created_at DESC",
            [to],
        ).fetchone()
    return None if row is None else str(row[0])


def row(booking: Booking, state: str = "") -> str:
    """The row of a visit, as automation finds it."""
    return f'[data-visrn="{booking.visrn}"]' + (f'[data-state="{state}"]' if state else "")


async def shows(page: Page, booking: Booking, state: str, within: float = STEP) -> None:
    """Wait until the console says so."""
    await page.wait_for_selector(row(booking, state), timeout=within)


async def helped_in(house: House, browser: Browser, operator: Person, booking: Booking) -> Person:
    """A family whose codes came back is called, asked two details, and read the codes."""
    daughter = await newcomer(browser, PHONE)
    await daughter.page.goto(booking.links[0])
    await daughter.page.fill('form[data-step="visrn"] [name=visrn]', booking.visrn)
    await daughter.page.click('form[data-step="visrn"] button[type=submit]')
    await daughter.page.wait_for_selector('form[data-step="codes"]')
    await bounce(house, booking.emails[0])

    page = operator.page
    need = page.locator(f'[data-need="codes_lost"][data-for="{booking.visrn}"]')
    await expect(need).to_be_visible(timeout=STEP)
    await expect(page.locator(f'{row(booking)} [data-mail="bounced"]')).to_have_count(1, timeout=STEP)
    await need.locator('[data-action="help"]').click()
    proof = booking.proofs[0]
    await page.fill("#id_last4", proof["number"][-4:])
    await page.fill("#birth_year", "1899")
    await page.click('[data-action="read-out"]')
    await page.wait_for_selector("text=Which answer is wrong is not said.")
    await page.fill("#id_last4", proof["number"][-4:])
    await page.fill("#birth_year", proof["birth_year"])
    await page.click('[data-action="read-out"]')
    otp, pin = await page.inner_text("[data-otp]"), await page.inner_text("[data-pin]")
    await page.goto(f"{house.url}/operator")

    await daughter.page.fill('form[data-step="codes"] [name=otp]', otp)
    await daughter.page.fill('form[data-step="codes"] [name=pin]', pin)
    await daughter.page.click('form[data-step="codes"] button[type=submit]:not([formaction])')
    await daughter.page.wait_for_url("**/call")
    await ready(daughter)
    return daughter


async def hold_meets_an_old_picture(operator: Person, colleague: Person, mother: Person, booking: Booking) -> None:
    """The colleague's page gets no news; the end it asks for is refused with what the operator did meanwhile."""
    other = colleague.page
    await other.wait_for_selector(f'{row(booking, "live")} [data-action="end"]')
    await other.route("**/operator/events*", lambda route: route.abort())
    saw = await other.input_value(f'{row(booking)} form:has([data-action="end"]) [name=seen]')
    await operator.page.select_option(f'{row(booking)} form:has([data-action="hold"]) select', "identity")
    await operator.page.click(f'{row(booking)} [data-action="hold"]')
    await mother.until("held")
    await shows(operator.page, booking, "held")
    answer = await other.evaluate(
        "async ([path, seen]) => { const token = document.querySelector('meta[name=csrf-token]').content;"
        " const body = new URLSearchParams({csrf: token, reason: 'conduct', seen});"
        " const sent = await fetch(path, {method: 'POST', body, headers: {Accept: 'application/json'}});"
        " return [sent.status, await sent.json()]; }",
        [await other.get_attribute(f'{row(booking)} form:has([data-action="end"])', "action"), saw],
    )
    assert answer[0] == 409
    assert "put this visit on hold at" in answer[1]["message"]
    await other.unroute("**/operator/events*")
    await shows(other, booking, "held")
    await other.click(f'{row(booking)} [data-action="resume"]')
    await mother.until("live")
    await shows(operator.page, booking, "live")


async def the_consoles_network_is_cut(house: House, operator: Person, mother: Person, booking: Booking) -> None:
    """The page says that what it shows is old; the call does not notice; then the page is live again.

    Being offline leaves Chromium's open stream as it is, so nothing comes from the other end of it either.
    """
    servers = listeners(house.port)
    assert servers
    await operator.context.set_offline(True)
    try:
        for server in servers:
            os.kill(server, signal.SIGSTOP)
        await operator.page.wait_for_selector("[data-stale]:not([hidden])")
        await grows(mother.media, frames=20)
        assert await mother.state() == "live"
    finally:
        for server in servers:
            os.kill(server, signal.SIGCONT)
    await operator.context.set_offline(False)
    await operator.page.wait_for_selector("[data-stale][hidden]", state="attached")
    await shows(operator.page, booking, "live")


async def report_an_incident(colleague: Person, booking: Booking) -> None:
    """From the visit's own page, and then it is in the day's list."""
    page = colleague.page
    await page.click(f'{row(booking)} [data-action="details"]')
    await page.wait_for_selector('[data-console="session"]')
    assert await page.locator(".expected__proof img").count() == 1
    await page.select_option("#incident-kind", "third_person")
    await page.select_option("#incident-severity", "serious")
    await page.fill("#incident-text", "A neighbour sat down beside her.")
    await page.click('button[data-action="incident"]')
    await page.wait_for_selector('[data-told="incident"] >> text=A neighbour sat down')
    await page.click('a[href="/operator/incidents"]')
    await page.wait_for_selector('[data-incident="third_person"] >> text=A neighbour sat down')


def told(house: House) -> set[str]:
    """Every kind of event in the audit."""
    with contextlib.closing(sqlite3.connect(house.var / "mulakat.db")) as database:
        return {str(event) for [event] in database.execute("SELECT DISTINCT event FROM audit")}
