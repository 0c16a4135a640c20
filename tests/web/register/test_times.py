"""Slots on two clocks: in the jail and where the reader lives, across a change of the clocks."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from broker.registration.draft import Draft, Step
from broker.registration.places import Place
from broker.storage.models import DraftRow
from tests.support.asked import asked
from tests.support.desk import Desk
from tests.support.family import get, submit
from tests.support.registering import Bookable, typed
from tests.support.registering_pages import HOME, draft_of, morning, send, start
from web.register.asking import Asking
from web.register.times import moment

ADD = re.compile(r'name="add" value="([^"]+)"( disabled)?')


async def choosing(browser: object, jail: Bookable) -> None:
    """Everything that the page of times needs."""
    await start(browser)  # type: ignore[arg-type] # a browser
    for step in ("you", "contact", "jail", "how"):
        await send(browser, step, typed(jail)[step])  # type: ignore[arg-type] # as above


async def test_up_to_three_times_are_chosen_in_order_and_taken_off(desk: Desk, jail: Bookable) -> None:
    """Each tap adds one at the end; a fourth isn't; an odd one is not either; taking one off moves the others up."""
    async with desk.browser() as browser:
        await choosing(browser, jail)
        nothing = await submit(browser, f"{HOME}/times", go="next")
        assert nothing.status == 422
        slots = [value for value, _ in ADD.findall((await get(browser, f"{HOME}/times")).text)]
        for slot in (slots[3], slots[0], slots[3], "nonsense", slots[5], slots[6]):
            await submit(browser, f"{HOME}/times", add=slot)
        page = await get(browser, f"{HOME}/times")
        assert all(disabled for _, disabled in ADD.findall(page.text))
        await submit(browser, f"{HOME}/times", remove=slots[3])
        kept = (await draft_of(desk)).typed(Step.TIMES)
        assert [datetime.fromisoformat(kept[f"slot_{rank}"]) for rank in (1, 2)] == [
            datetime.fromisoformat(slots[0]),
            datetime.fromisoformat(slots[5]),
        ]
        assert (await submit(browser, f"{HOME}/times", go="next")).location == f"{HOME}/letter"
        assert (await submit(browser, f"{HOME}/times", go="back")).location == f"{HOME}/companions"


async def test_days_say_what_is_free_and_why_nothing_is(desk: Desk, jail: Bookable) -> None:
    """A week a page; later days behind a button; a day that was asked for by hand and is not offered is no error."""
    async with desk.browser() as browser:
        await choosing(browser, jail)
        page = await get(browser, f"{HOME}/times")
        assert page.text.count('class="day"') == 7
        later = re.search(r'href="(/visits/new/times\?day=[^"]+)">Later days', page.text)
        assert later
        assert "Earlier days" in (await get(browser, later[1])).words
        for odd in ("2020-01-01", "x", "9999-12-31"):
            assert (await get(browser, f"{HOME}/times?day={odd}")).status == 200


async def test_the_clock_follows_the_browser_the_phone_or_what_is_chosen(desk: Desk, jail: Bookable) -> None:
    """An Indian number says India; the reader may choose another clock, and only then gets the long list."""
    async with desk.browser() as browser:
        await choosing(browser, jail)
        assert "yours:" not in (await get(browser, f"{HOME}/times")).words
        assert "Africa/Lagos" in (await get(browser, f"{HOME}/times?clock=1")).text
        await submit(browser, f"{HOME}/times", go="zone", own_zone="Africa/Lagos")
        page = await get(browser, f"{HOME}/times")
        assert "yours: 05:30" in page.words
        assert "Africa/Abidjan" not in page.text
    async with desk.browser() as browser:
        await start(browser)
        await send(browser, "contact", {**typed(jail)["contact"], "zone": "America/New_York"})
        assert (await draft_of_zone(desk)) == "America/New_York"


async def draft_of_zone(desk: Desk) -> str:
    """The clock of the draft that knows one, and isn't Lagos."""
    async with desk.db.read() as uow:
        zones: list[str] = [row.data["timezone"] for row in await uow.session.scalars(select(DraftRow))]
    return next(zone for zone in zones if zone not in {"", "Africa/Lagos"})


async def test_new_york_across_the_end_of_summer_time(desk: Desk, jail: Bookable) -> None:
    """Ten in the morning in India is half past midnight before the clocks go back, and half past eleven of the evening
    before after it; the day is named where it is another one.
    """
    draft = Draft("d", None, datetime(2027, 1, 1, tzinfo=UTC), timezone="America/New_York")
    found = Asking(draft, Place(jail.jail, jail.version), datetime(2026, 10, 28, tzinfo=UTC))
    request = asked(desk.app, f"{HOME}/times")
    summer = moment(request, found, Place(jail.jail, jail.version), datetime(2026, 10, 31, 4, 30, tzinfo=UTC))
    winter = moment(request, found, Place(jail.jail, jail.version), datetime(2026, 11, 2, 4, 30, tzinfo=UTC))
    assert (summer.time, summer.own, summer.own_day) == ("10:00", "00:30", "")
    assert (winter.time, winter.own, winter.own_day) == ("10:00", "23:30", "Sun, 1 Nov")


async def test_a_change_of_the_clocks_is_announced_and_reckoned_with(desk: Desk, jail: Bookable) -> None:
    """On the page itself, a few days before New York next changes its clocks."""
    zone, now = ZoneInfo("America/New_York"), desk.clock.now()
    change = next(
        day
        for day in (now.replace(hour=12) + timedelta(days=n) for n in range(8, 400))
        if day.astimezone(zone).utcoffset() != (day - timedelta(days=1)).astimezone(zone).utcoffset()
    )
    desk.clock.advance((change - timedelta(days=4) - now).total_seconds())
    async with desk.browser() as browser:
        await choosing(browser, jail)
        await submit(browser, f"{HOME}/times", go="zone", own_zone="America/New_York")
        page = await get(browser, f"{HOME}/times")
        assert "clocks in New York go" in page.words
        assert "already reckon with it" in page.words
        shown = []
        for days in (2, 9):
            at = morning(desk, jail, days)
            day = await get(browser, f"{HOME}/times?day={at.date().isoformat()}")
            assert f"{at.astimezone(zone):%H:%M}" in day.words
            shown.append(f"{at.astimezone(zone):%H:%M}")
    assert shown[0] != shown[1]


async def test_the_page_needs_the_jail_and_the_way_to_meet(desk: Desk, jail: Bookable) -> None:
    """Without them it leads there."""
    async with desk.browser() as browser:
        await start(browser)
        assert (await get(browser, f"{HOME}/times")).location == f"{HOME}/jail"
        await send(browser, "jail", typed(jail)["jail"])
        assert (await get(browser, f"{HOME}/times")).location == f"{HOME}/how"
