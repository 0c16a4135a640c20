"""Each way of not getting in has its own words on the screen, and loses nothing that was typed."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser

from tests.scenarios.house import House
from tests.scenarios.people import PHONE, Person, admit, codes_in, family, newcomer, ready, staff, start

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.live]


async def at_codes(person: Person, house: House, link: str, visrn: str, address: str) -> tuple[str, str]:
    """Open the link, type the VisRN, and read the codes that came; the page stands at the codes step."""
    mails = await house.codes_mails(address)
    await person.page.goto(link)
    await person.page.fill("[name=visrn]", visrn)
    await person.page.click('form[data-step="visrn"] button[type=submit]')
    await person.page.wait_for_selector('form[data-step="codes"]')
    return codes_in(await house.next_codes(address, after=len(mails)))


async def type_codes(person: Person, otp: str, pin: str) -> str:
    """Type both codes and return what the page then says."""
    await person.page.fill("[name=otp]", otp)
    await person.page.fill("[name=pin]", pin)
    async with person.page.expect_navigation():
        await person.page.click('form[data-step="codes"] button[type=submit]:not([formaction])')
    return await person.page.inner_text("main")


def other(code: str) -> str:
    """A code of the same length that is certainly wrong."""
    return "".join(str((int(digit) + 1) % 10) for digit in code)


async def test_wrong_codes_are_counted_and_the_fifth_locks(house: House, browsers: dict[str, Browser]) -> None:
    """Wrong codes are said to be wrong; after five even the right ones are refused, with the time of the next try."""
    booking = await house.demo("--starts-in", "60")
    person = await newcomer(browsers["chromium"], PHONE)
    otp, pin = await at_codes(person, house, booking.links[0], booking.visrn, booking.emails[0])
    said = [await type_codes(person, other(otp), pin) for _ in range(5)]
    assert said[0] != said[4], "the lock has its own words"
    assert "/call" not in person.page.url
    if await person.page.locator('form[data-step="codes"] [name=otp]').count():
        assert await type_codes(person, otp, pin) != said[0]
    assert "/call" not in person.page.url


async def test_codes_that_were_used_once_do_not_open_again(house: House, browsers: dict[str, Browser]) -> None:
    """A second browser with the same link and the same codes stays outside."""
    booking = await house.demo("--starts-in", "60")
    chromium = browsers["chromium"]
    first, second = await newcomer(chromium, PHONE), await newcomer(chromium, PHONE)
    otp, pin = await at_codes(first, house, booking.links[0], booking.visrn, booking.emails[0])
    await second.page.goto(booking.links[0])
    await second.page.fill("[name=visrn]", booking.visrn)
    await second.page.click('form[data-step="visrn"] button[type=submit]')
    await second.page.wait_for_selector('form[data-step="codes"]')
    await type_codes(first, otp, pin)
    await first.page.wait_for_url("**/call")
    await type_codes(second, otp, pin)
    await second.page.wait_for_selector("[role=alert]")
    assert "/call" not in second.page.url


async def test_link_of_a_visit_that_is_over_says_so(house: House, browsers: dict[str, Browser]) -> None:
    """An old link tells when the visit was, and sends no codes."""
    booking = await house.demo("--minutes", "0.03", "--starts-in", "0")
    person = await newcomer(browsers["chromium"], PHONE)
    await person.page.wait_for_timeout(max(0.0, booking.left()) * 1000 + 500)
    await person.page.goto(booking.links[0])
    if await person.page.locator('form[data-step="visrn"]').count():
        await person.page.fill("[name=visrn]", booking.visrn)
        async with person.page.expect_navigation():
            await person.page.click('form[data-step="visrn"] button[type=submit]')
    assert await person.page.locator('form[data-step="codes"]').count() == 0
    assert house.letters(booking.emails[0]) == ["approved"], "no codes go out"


async def test_visit_that_is_still_far_off_says_when_it_opens(house: House, browsers: dict[str, Browser]) -> None:
    """Before the fifteen minutes ahead of the slot no codes are sent."""
    booking = await house.demo("--starts-in", "7200")
    person = await newcomer(browsers["chromium"], PHONE)
    await person.page.goto(booking.links[0])
    if await person.page.locator('form[data-step="visrn"]').count():
        await person.page.fill("[name=visrn]", booking.visrn)
        async with person.page.expect_navigation():
            await person.page.click('form[data-step="visrn"] button[type=submit]')
    assert await person.page.locator('form[data-step="codes"]').count() == 0
    assert await person.page.locator("time").count() > 0, "the page says when"
    assert house.letters(booking.emails[0]) == ["approved"], "no codes go out"


async def test_link_of_another_visit_does_not_open_this_one(house: House, browsers: dict[str, Browser]) -> None:
    """The VisRN of one visit typed behind the link of another is refused in words of its own and kept in its field."""
    mine, other_visit = await house.demo("--starts-in", "60"), await house.demo("--starts-in", "60")
    person = await newcomer(browsers["chromium"], PHONE)
    await person.page.goto(other_visit.links[0])
    await person.page.fill("[name=visrn]", mine.visrn)
    await person.page.click('form[data-step="visrn"] button[type=submit]')
    await person.page.wait_for_selector("[role=alert]")
    assert await person.page.input_value("[name=visrn]") == mine.visrn
    assert house.letters(mine.emails[0]) == ["approved"], "no codes go out"


async def test_second_tab_is_told_that_the_visit_is_open_in_the_first(
    house: House, browsers: dict[str, Browser]
) -> None:
    """The second tab says so and the first stays in the call."""
    booking = await house.demo("--minutes", "5", "--starts-in", "5")
    mother = await family(browsers["chromium"], house, booking)
    await ready(mother)
    tab = await mother.context.new_page()
    await tab.goto(f"{house.url}/call")
    await tab.get_by_text("Your visit was already opened").wait_for()
    assert await mother.state() in {"waiting", "live"}


async def test_second_device_is_refused_and_the_first_is_not_evicted(
    house: House, browsers: dict[str, Browser]
) -> None:
    """Fresh codes on a second phone do not throw the first one out; the second is told that the seat is taken."""
    booking = await house.demo("--minutes", "5", "--starts-in", "30")
    chromium = browsers["chromium"]
    mother = await family(chromium, house, booking)
    await ready(mother)
    second = await newcomer(chromium, PHONE)
    await admit(second, house, booking)
    await second.page.get_by_text("Your visit is open in another window").wait_for()
    assert await mother.state() in {"waiting", "live"}


async def test_fifth_watcher_is_told_that_the_room_is_full(house: House, browsers: dict[str, Browser]) -> None:
    """A room takes four watchers; one more is refused in words of its own."""
    booking = await house.demo("--minutes", "6", "--starts-in", "3")
    chromium = browsers["chromium"]
    operator = await staff(chromium, house, booking.operator, "/operator")
    await start(operator, booking)
    mother = await family(chromium, house, booking)
    await ready(mother)
    await mother.until("live")
    watchers = [await staff(chromium, house, booking.monitor, "/monitor") for _ in range(5)]
    for watcher in watchers[:4]:
        await watcher.page.click(f'[data-visrn="{booking.visrn}"] [data-action="watch"]')
        await watcher.until("live")
    await watchers[4].page.click(f'[data-visrn="{booking.visrn}"] [data-action="watch"]')
    await watchers[4].page.get_by_text("As many monitors as may watch this room").wait_for()
