"""A day at a jail with three terminals and six sessions, run from the operator's console alone."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from broker.storage.database import Database
from config.clock import SystemClock
from tests.scenarios.families import letter
from tests.scenarios.figures import grows
from tests.scenarios.house import ROOT, STEP_SECONDS, Booking, House, listeners, soon
from tests.scenarios.office import superintendent
from tests.scenarios.people import (
    FAMILYS_PICTURE,
    PHONE,
    PRISONS_PICTURE,
    STEP,
    Person,
    end,
    family,
    newcomer,
    ready,
    staff,
    start,
    terminal,
)
from tests.scenarios.slots import before_the_end_of, in_a_long_enough_slot
from tests.support.reports import delivery_report

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.live]

JAIL, STATE = "ulhas", 27
#: Seconds from the booking to the two slots, and how long they are, in minutes.
FIRST, FIRST_LASTS = 80, 2.2
SECOND, SECOND_LASTS = 222, 1.7


@asynccontextmanager
async def open_house(var: Path) -> AsyncIterator[House]:
    """A system of its own, whose rule waits a minute for a family that does not come."""
    house = House(var)
    try:
        await house.start()
        db = Database(f"sqlite+aiosqlite:///{var / 'mulakat.db'}")
        async with db.begin() as uow:
            newest = await uow.rules.newest(STATE)
            rule = newest.rule.model_copy(update={"no_show_minutes": 1})
            await uow.rules.add(
                STATE, rule, newest.valid_from, source="test", note="", by="system:test", now=SystemClock().now()
            )
            await uow.commit()
        await db.close()
        yield house
    finally:
        await house.stop()


async def book(house: House, name: str, starts_in: float, minutes: float) -> Booking:
    """A visit of the demonstration on one of the jail's terminals."""
    return await house.demo(
        "--jail", JAIL, "--terminal", name, "--starts-in", str(starts_in), "--minutes", str(minutes)
    )


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


@dataclass
class Day:
    """Six sessions of a jail with three terminals: three in the first slot, three in the second."""

    house: House
    chromium: Browser
    stretch: float
    first: list[Booking]
    second: list[Booking]
    operator: Person
    prisons: list[Person]

    @classmethod
    async def of(cls, house: House, chromium: Browser, stretch: float) -> Day:
        """Book them all, and open the console and the terminals."""
        starts = (FIRST, FIRST_LASTS), (SECOND, SECOND_LASTS)
        first, second = [
            [await book(house, name, begins * stretch, lasts * stretch) for name in ("T1", "T2", "T3")]
            for begins, lasts in starts
        ]
        async with before_the_end_of(first[0]):
            operator = await staff(chromium, house, first[0].operator, "/operator")
            prisons = [await terminal(chromium, booking) for booking in first]
            for number in range(3):
                line = operator.page.locator(".terminals .line").nth(number)
                await expect(line).to_have_attribute("data-camera", "ok", timeout=STEP)
        return cls(house, chromium, stretch, first, second, operator, prisons)


async def the_first_slot(day: Day) -> None:
    """Codes that came back, a hold between two, a network cut, an incident, a no-show. Raises SlotEaten."""
    house, chromium, operator = day.house, day.chromium, day.operator
    held, absent, bounced = day.first
    async with before_the_end_of(held):
        daughter = await helped_in(house, chromium, operator, bounced)
        await shows(operator.page, bounced, "family_waiting")
        mother = await family(chromium, house, held)
        await ready(mother)
        await shows(operator.page, held, "family_waiting")
        await start(operator, held)
        await start(operator, bounced)
        await mother.until("live", within=FIRST * day.stretch * 1_000 + STEP)
        await daughter.until("live")
        await mother.sees_and_hears(PRISONS_PICTURE)
        await day.prisons[0].sees_and_hears(FAMILYS_PICTURE)
        colleague = await superintendent(chromium, house, JAIL)
        await colleague.page.goto(f"{house.url}/operator")
        await hold_meets_an_old_picture(operator, colleague, mother, held)
        await the_consoles_network_is_cut(house, operator, mother, held)
        await report_an_incident(colleague, bounced)

        await operator.page.wait_for_selector(f'{row(absent, "late")} [data-action="no-show"]', timeout=2 * STEP)
        await operator.page.select_option(f"{row(absent)} .no-show select", "no_answer")
        await operator.page.click(f'{row(absent)} [data-action="no-show"]')
        await shows(operator.page, absent, "no_show")
        assert absent.visrn in (await letter(house, absent.emails[0], absent.visrn))["text"]
    await mother.until_the_end_of(held)
    for guest in (mother, daughter):
        await guest.context.close()


async def the_second_slot(day: Day) -> None:
    """A late family, an end with its reason, and somebody who never comes. Raises SlotEaten."""
    house, chromium, operator = day.house, day.chromium, day.operator
    late, ended, _ = day.second
    async with before_the_end_of(late):
        brother = await family(chromium, house, ended)
        await ready(brother)
        await start(operator, ended)
        # Nobody is late before the rule's minute has passed.
        await shows(operator.page, late, "late", within=(SECOND * day.stretch + 60) * 1000 + STEP)
        grandmother = await family(chromium, house, late)
        await ready(grandmother)
        await shows(operator.page, late, "family_waiting")
        await start(operator, late)
        await grandmother.until("live")
        await end(operator, ended)
        await brother.until("ended")
    await grandmother.until_the_end_of(late)


async def test_a_day_at_a_jail_with_three_terminals_and_six_sessions(
    tmp_path: Path, browsers: dict[str, Browser]
) -> None:
    """A hold between two operators, a no-show, codes that came back, an incident, a late family, an end with its
    reason, and somebody who never came; the console's own network is cut and comes back.
    """

    async def scenario(stretch: float) -> None:
        var = tmp_path / f"{stretch:.0f}"
        var.mkdir()
        async with open_house(var) as house:
            day = await Day.of(house, browsers["chromium"], stretch)
            await the_first_slot(day)
            await the_second_slot(day)
            await on_paper(day)

    await in_a_long_enough_slot(scenario, browsers)


async def on_paper(day: Day) -> None:
    """How each visit went, as its record has it and as the console shows it; and what the audit was told."""
    held, absent, bounced = day.first
    late, ended, never = day.second
    for booking, outcome in (
        (held, "completed"),
        (absent, "visitor_absent"),
        (bounced, "completed"),
        (late, "completed"),
        (ended, "completed"),
        (never, "nobody_came"),
    ):
        assert (await day.house.record(booking.visrn))["outcome"] == outcome, booking.visrn
    for booking, state in ((held, "closed"), (absent, "no_show"), (never, "no_show")):
        await shows(day.operator.page, booking, state)
    assert told(day.house) >= {
        "visit:start", "visit:hold", "visit:resume", "visit:end", "visit:no_show", "codes:read_out",
        "incident:report", "document:read", "visit:read",
    }  # fmt: skip


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
