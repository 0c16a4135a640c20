"""web.family.by_link: the door of the mail's link."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest

from broker.visit import Outcome, VisitStatus
from tests.support.desk import Desk
from tests.support.family import codes, get, link_of, mailed_codes, mails, number, other, submit


async def test_a_link_shows_place_and_time_and_no_person(desk: Desk) -> None:
    """Before the VisRN the page knows a jail and a time, and gives away nobody's name or address."""
    visit = await desk.book(starts_in=60)
    async with desk.browser() as browser:
        page = await get(browser, link_of(visit))
    assert page.status == 200
    assert visit.jail.name in page.words
    assert f'data-zone="{visit.jail.timezone}"' in page.text
    secrets = [visit.inmate_known.name, visit.inmate_known.number, str(visit.visrn)]
    secrets += [word for one in visit.visitors for word in (one.name, one.email, one.mobile, one.id)]
    for secret in secrets:
        assert secret not in page.text.replace(quote(link_of(visit)), "")


async def test_the_right_number_sends_codes_and_names_the_masked_address(desk: Desk) -> None:
    """Next leads to the codes page; one mail is queued; only the address' first letter and domain are shown."""
    visit = await desk.book(starts_in=60)
    async with desk.browser() as browser:
        assert (await number(browser, visit)).location == "/join/codes"
        page = await get(browser, "/join/codes")
    assert "s••••@family.example" in page.words
    assert visit.visitors[0].email not in page.text
    assert len(await mails(desk, visit)) == 1


@pytest.mark.parametrize("typed", ["", "25", "hello", "25/35/55", "<b>1/2/3</b>"])
async def test_what_is_no_number_is_said_and_kept(desk: Desk, typed: str) -> None:
    """A wrong format gets its own sentence, and what was typed stands there still."""
    visit = await desk.book(starts_in=60)
    async with desk.browser() as browser:
        page = await submit(browser, link_of(visit), visrn=typed)
    assert page.status == 422
    assert page.alert.startswith("That is not a Visit Reference Number.")
    assert page.value("visrn") == typed
    assert await mails(desk, visit) == []


async def test_a_number_in_another_script_is_understood(desk: Desk) -> None:
    """Devanagari digits and spaces instead of slashes are the same number."""
    visit = await desk.book(starts_in=60)
    typed = str(visit.visrn).translate(str.maketrans("0123456789/", "०१२३४५६७८९ "))
    async with desk.browser() as browser:
        assert (await submit(browser, link_of(visit), visrn=typed)).location == "/join/codes"


async def test_the_number_of_another_visit_has_its_own_words(desk: Desk) -> None:
    """Another visit's number and one that does not exist are refused in the same words; no codes go out."""
    mine, theirs = await desk.book(starts_in=60), await desk.book(starts_in=60, terminal=1)
    async with desk.browser() as browser:
        known = await submit(browser, link_of(mine), visrn=str(theirs.visrn))
        unknown = await submit(browser, link_of(mine), visrn="27/11/4242/2026")
    assert known.status == 422
    assert known.alert.startswith("This number does not belong to this link.")
    assert known.alert == unknown.alert
    assert known.value("visrn") == str(theirs.visrn)
    assert await mails(desk, mine) == await mails(desk, theirs) == []


async def test_before_admission_opens_the_page_says_when(desk: Desk) -> None:
    """Fifteen minutes before the slot, in the jail's time; the form is not there yet, and a sent one buys nothing."""
    visit = await desk.book(starts_in=3600)
    async with desk.browser() as browser:
        page = await get(browser, link_of(visit))
        assert page.status == 200
        assert "data-step" not in page.text
        assert "You can come in from" in page.words
        wait = re.search(r'data-reload-after="([\d.]+)"', page.text)
        assert wait
        assert float(wait[1]) == pytest.approx(45 * 60, abs=1)
        desk.clock.advance(45 * 60)
        assert 'data-step="visrn"' in (await get(browser, link_of(visit))).text


async def test_after_the_slot_the_link_says_that_it_is_over(desk: Desk) -> None:
    """The end, as planned; no form."""
    visit = await desk.book(minutes=1)
    desk.clock.advance(60)
    async with desk.browser() as browser:
        page = await get(browser, link_of(visit))
    assert page.status == 410
    assert "This visit is over" in page.words
    assert "when its time was over" in page.words
    assert "data-step" not in page.text


async def test_a_visit_that_staff_ended_early_is_over_before_its_time(desk: Desk) -> None:
    """The page tells when it was really ended."""
    visit = await desk.book(minutes=15)
    desk.clock.advance(60)
    async with desk.db.begin() as uow:
        await uow.visits.close(visit.id, Outcome.ENDED_BY_STAFF, {}, "staff:7", desk.clock.now())
        await uow.commit()
    async with desk.browser() as browser:
        page = await get(browser, link_of(visit))
    assert page.status == 410
    assert "It was ended at" in page.words


async def test_a_cancelled_visit_says_so(desk: Desk) -> None:
    """Neither early nor over: cancelled, with the helpline."""
    visit = await desk.book(starts_in=60)
    async with desk.db.begin() as uow:
        await uow.visits.move(visit.id, VisitStatus.CANCELLED, "staff:7", "lockdown", desk.clock.now())
        await uow.commit()
    async with desk.browser() as browser:
        page = await get(browser, link_of(visit))
    assert page.status == 410
    assert "This visit was cancelled" in page.words
    assert 'href="tel:02000001142"' in page.text


async def test_a_link_that_is_nobodys_is_no_longer_valid(desk: Desk) -> None:
    """A made-up or cut-off link leads to the door for a typed number."""
    async with desk.browser() as browser:
        page = await get(browser, "/join/0123456789abcdef01234567")
    assert page.status == 404
    assert "This link is no longer valid" in page.words
    assert 'href="/join"' in page.text


async def test_a_second_press_within_the_minute_sends_no_second_mail(desk: Desk) -> None:
    """A reload or another browser is led to the codes that are on their way."""
    visit = await desk.book(starts_in=60)
    async with desk.browser() as first, desk.browser() as second:
        await number(first, visit)
        assert (await number(second, visit)).location == "/join/codes"
        assert (await get(second, "/join/codes")).status == 200
    assert len(await mails(desk, visit)) == 1


async def test_a_locked_number_is_told_at_the_door(desk: Desk) -> None:
    """After five wrong tries the number's page says how long to wait, and keeps what was typed."""
    visit = await desk.book(starts_in=60)
    async with desk.browser() as browser:
        await number(browser, visit)
        otp, pin = await mailed_codes(desk, visit)
        for _ in range(5):
            await codes(browser, other(otp), pin)
        page = await number(browser, visit)
    assert page.status == 429
    assert page.alert == "Wrong codes were typed too often. Please wait 15 minutes, then ask for new codes."
    assert page.value("visrn") == str(visit.visrn)


async def test_a_link_speaks_the_visitors_language_unless_the_browser_has_chosen(desk: Desk) -> None:
    """The visit's language wins over Accept-Language and loses to the language row."""
    visit = await desk.book(starts_in=60)  # its visitors read English
    async with desk.browser() as browser:
        asked = await browser.get(link_of(visit), headers={"Accept-Language": "bn"})
        assert '<html lang="en"' in await asked.text()
        await browser.get("/", params={"lang": "hi"})
        assert '<html lang="hi"' in (await get(browser, link_of(visit))).text
