"""/makeup/{token}: choosing and confirming a time, without an account."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from broker.losses.offering import LIFETIME
from broker.visit import VisitStatus
from broker.vocabulary import InmateStatus
from tests.support.deciding import ask_for
from tests.support.desk import Desk
from tests.support.family import get, submit
from tests.support.lost_pages import go_to, lost_visit, makeup_path
from tests.support.superintendent import open_office_at
from web.makeup.pages import moment, stamp


def slots(text: str) -> list[str]:
    """The times that a page offers first."""
    return re.findall(r'data-slot="(\w+)"', text)


async def test_time_is_taken_with_one_tap_and_one_confirmation(desk: Desk) -> None:
    """From the link to the approved visit; the page then says what is taken, each time it is opened."""
    visit = await lost_visit(desk, await open_office_at(desk))
    async with desk.browser() as browser:
        page = await get(browser, makeup_path(desk, visit))
        assert page.status == 200
        assert "You had 5 of 15 minutes." in page.words
        assert "Kolte" not in page.text
        wanted = slots(page.text)
        assert len(wanted) == 3
        confirm = await get(browser, f"{makeup_path(desk, visit)}?slot={wanted[0]}")
        assert "Take this time?" in confirm.words
        done = await submit(
            browser, f"{makeup_path(desk, visit)}?slot={wanted[0]}", makeup_path(desk, visit), slot=wanted[0]
        )
        assert done.status == 303
        page = await get(browser, done.location)
        assert "Done. The time is yours." in page.words
        assert f"in the place of your visit {visit.visrn}" in page.words
        again = await get(browser, f"{makeup_path(desk, visit)}?slot={wanted[1]}")
        assert "Your visit is approved" in again.words
    async with desk.db.read() as uow:
        makeup = await uow.makeups.of_visit(visit.id)
        assert makeup is not None
        assert makeup.taken_visit_id is not None
        taken = await uow.visits.get(makeup.taken_visit_id)
    assert (taken.status, stamp(taken.starts_at)) == (VisitStatus.APPROVED, wanted[0])


async def test_time_that_is_gone_leads_to_the_others(desk: Desk) -> None:
    """Both terminals were taken meanwhile: before the confirmation, and between it and the button."""
    office = await open_office_at(desk)
    visit = await lost_visit(desk, office)
    async with desk.browser() as browser:
        path = makeup_path(desk, visit)
        [wanted, *_] = slots((await get(browser, path)).text)
        confirm = f"{path}?slot={wanted}"
        starts_at = moment(wanted)
        assert starts_at is not None
        assert (await get(browser, confirm)).status == 200
        for _ in office.terminals:
            await ask_for(desk.db, office, starts_at=starts_at, now=desk.clock.now())
        late = await get(browser, confirm)
        assert late.status == 409
        assert "Somebody else was faster" in late.alert
        answer = await submit(browser, f"{path}?slot={slots(late.text)[0]}", path, slot=wanted)
        assert answer.status == 409
        assert "Somebody else was faster" in answer.alert
        assert wanted not in slots(answer.text)


async def test_link_of_nobody_and_of_a_visit_without_an_offer_leads_nowhere(desk: Desk) -> None:
    """Alike, so that nothing is told of either."""
    office = await open_office_at(desk)
    visit = await ask_for(desk.db, office, starts_at=desk.clock.now() + timedelta(days=5), now=desk.clock.now())
    async with desk.browser() as browser:
        for path in ("/makeup/nobody", makeup_path(desk, visit)):
            assert (await get(browser, path)).status == 404


async def test_offer_ends_and_the_page_says_when_and_what_else_there_is(desk: Desk) -> None:
    """To the ordinary way, at the same jail."""
    visit = await lost_visit(desk, await open_office_at(desk))
    go_to(desk, visit.ends_at + LIFETIME)
    async with desk.browser() as browser:
        page = await get(browser, makeup_path(desk, visit))
    assert page.status == 410
    assert "This offer is over" in page.words
    assert f"/visits/new?jail={visit.jail.state_code}-{visit.jail.code}" in page.text


async def test_what_stands_against_it_by_now_leads_to_the_helpline(desk: Desk) -> None:
    """Nothing of the person in prison is told to whoever has the link."""
    office = await open_office_at(desk)
    visit = await lost_visit(desk, office)
    path = makeup_path(desk, visit)
    async with desk.browser() as browser:
        [wanted, *_] = slots((await get(browser, path)).text)
        async with desk.db.begin() as uow:
            await uow.inmates.set_status(office.inmate.id, InmateStatus.RELEASED, desk.clock.now())
            await uow.commit()
        answer = await submit(browser, f"{path}?slot={wanted}", path, slot=wanted)
    assert answer.status == 409
    assert "The jail has to look at this first" in answer.words
    assert "released" not in answer.words.lower()


async def test_jail_without_a_free_time_says_what_to_do(desk: Desk) -> None:
    """The right stays; nothing is promised."""
    office = await open_office_at(desk)
    visit = await lost_visit(desk, office)
    async with desk.db.begin() as uow:
        await uow.calendars.set_sessions(office.jail.id, ())
        await uow.commit()
    async with desk.browser() as browser:
        page = await get(browser, makeup_path(desk, visit))
    assert page.status == 200
    assert "Your right to this visit stays." in page.words


async def test_visitor_reads_it_in_their_own_language_and_on_their_own_clock(desk: Desk) -> None:
    """As the mail was."""
    office = await open_office_at(desk)
    visit = await lost_visit(desk, office)
    async with desk.db.begin() as uow:
        asked = await uow.visits.request(visit.id)
        assert asked is not None
        await uow.visits.set_request(visit.id, replace(asked, timezone="Africa/Lagos"))
        await uow.commit()
    async with desk.browser() as browser:
        page = await get(browser, makeup_path(desk, visit))
        assert "your time: 05:30" in page.words


@pytest.mark.parametrize("text", ["", "noon", "20260309", "20260309T0430", "20261309T0430Z"])
def test_what_no_page_of_ours_wrote_is_no_time(text: str) -> None:
    """It is passed over: the page shows the times."""
    assert moment(text) is None
