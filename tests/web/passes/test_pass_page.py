"""web.passes.pass_page: what a visitor shows at the gate."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from broker.links import link_token
from broker.visit import Visit, VisitMode, VisitStatus
from tests.support.account import approve, ask, companion, open_account, open_hours, visitor
from tests.support.desk import Desk
from tests.support.family import get
from tests.support.gate import in_person
from web.keys import SETTINGS


async def approved(desk: Desk) -> Visit:
    """A visit at the jail for two."""
    await open_hours(desk)
    people = (visitor(desk), replace(companion(desk), email="arun@family.example"))
    return await approve(desk, await ask(desk, await open_account(desk), mode=VisitMode.IN_PERSON, visitors=people))


def path(desk: Desk, visit: Visit, seat: int = 0) -> str:
    """The address in a visitor's mail."""
    return "/pass/" + link_token(desk.app[SETTINGS].secret_key, visit.visitors[seat].id)


async def test_a_pass_has_its_code_place_time_and_number(desk: Desk) -> None:
    """And the visitor's own name, what to bring, and when to be there; nobody else's name."""
    visit = await approved(desk)
    async with desk.browser() as browser:
        page = await get(browser, path(desk, visit))
    assert page.status == 200
    assert 'class="qr" src="data:image/svg+xml' in page.text
    for text in (str(visit.visrn), "Savita Kolte", "10:00", "09:30", "PAN card", visit.jail.name):
        assert text in page.words
    assert "Arun" not in page.words
    assert visit.inmate_known.name not in page.words


async def test_before_approval_there_is_no_pass(desk: Desk) -> None:
    """The page says not to come, and has no code."""
    await open_hours(desk)
    visit = await ask(desk, await open_account(desk), mode=VisitMode.IN_PERSON)
    async with desk.browser() as browser:
        page = await get(browser, path(desk, visit))
    assert page.status == 410
    assert "There is no pass yet" in page.words
    assert 'class="qr"' not in page.text


async def test_a_cancelled_visit_has_no_pass_any_more(desk: Desk) -> None:
    """Nobody travels for nothing."""
    visit = await approved(desk)
    async with desk.db.begin() as uow:
        await uow.visits.move(visit.id, VisitStatus.CANCELLED, "staff:7", "lockdown", desk.clock.now())
        await uow.commit()
    async with desk.browser() as browser:
        page = await get(browser, path(desk, visit))
    assert "Please do not come to the jail" in page.words


async def test_the_pass_of_a_visit_that_is_over_leads_to_the_next_one(desk: Desk) -> None:
    """Its code is gone."""
    visit = await approved(desk)
    desk.clock.advance(timedelta(days=6).total_seconds())
    async with desk.browser() as browser:
        page = await get(browser, path(desk, visit))
    assert page.status == 410
    assert 'href="/visits/new"' in page.text


async def test_a_video_visits_token_leads_to_its_own_door(desk: Desk) -> None:
    """Whoever mixes them up arrives."""
    visit = await desk.book()
    async with desk.browser() as browser:
        page = await get(browser, f"/pass/link of {visit.visitors[0].id}")
    assert page.status == 303
    assert page.location.startswith("/join/")


async def test_an_unknown_token_is_no_pass(desk: Desk) -> None:
    """The page helps on."""
    await in_person(desk.db, desk.here, now=desk.clock.now(), starts_at=desk.clock.now())
    async with desk.browser() as browser:
        page = await get(browser, "/pass/AAAAAAAAAAAAAAAAAAAAAAAA")
    assert page.status == 404
    assert 'href="/account"' in page.text
