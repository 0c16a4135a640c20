"""A day at a jail with three terminals and six sessions, run from the operator's console alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from broker.storage.database import Database
from config.clock import SystemClock
from tests.scenarios.console import (
    helped_in,
    hold_meets_an_old_picture,
    report_an_incident,
    row,
    shows,
    the_consoles_network_is_cut,
    told,
)
from tests.scenarios.families import letter
from tests.scenarios.house import Booking, House
from tests.scenarios.office import superintendent
from tests.scenarios.people import (
    FAMILYS_PICTURE,
    PRISONS_PICTURE,
    STEP,
    Person,
    end,
    family,
    ready,
    staff,
    start,
    terminal,
)
from tests.scenarios.slots import before_the_end_of, in_a_long_enough_slot

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
