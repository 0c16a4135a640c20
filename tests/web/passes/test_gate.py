"""web.passes.gate: scan, look, let in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from broker.links import gate_link
from broker.staff import Role
from broker.visit import Outcome, Visit, VisitStatus
from tests.support.account import press
from tests.support.desk import Browser, Desk, midday_desk, sign_in
from tests.support.family import get
from tests.support.gate import in_person
from web.passes.gate import token_of

__all__ = ["midday_desk"]

TOKEN = "AbC-_0123456789012345678"


@pytest.fixture
async def guard(desk: Desk) -> AsyncIterator[Browser]:
    """The browser of somebody who checks passes at the first jail."""
    await desk.hire("guard", Role.OPERATOR, desk.here)
    async with desk.browser() as browser:
        await sign_in(browser, "guard")
        yield browser


async def today(desk: Desk, *, starts_in: float = 0.0, visitors: int = 1) -> Visit:
    """An approved visit at the first jail, so many seconds from now."""
    now = desk.clock.now()
    return await in_person(desk.db, desk.here, starts_at=now + timedelta(seconds=starts_in), now=now, visitors=visitors)


@pytest.mark.parametrize(
    "typed", [TOKEN, gate_link("https://mulakat.example", TOKEN), f"https://mulakat.example/pass/{TOKEN}"]
)
def test_a_token_is_found_in_whatever_was_scanned(typed: str) -> None:
    """Bare, or in either address."""
    assert token_of(typed) == TOKEN


@pytest.mark.parametrize("typed", ["http://[", "a b", "https://mulakat.example/gate?pass=%00", ""])
def test_what_holds_no_token_is_not_taken_for_one(typed: str) -> None:
    """Nor is it an error."""
    assert token_of(typed) == ""


async def test_the_day_lists_visits_in_person_alone(desk: Desk, guard: Browser) -> None:
    """Those to come and those over; video visits belong to another room."""
    visit, video = await today(desk, starts_in=3600), await desk.book(starts_in=1800)
    page = await get(guard, "/gate")
    assert f'data-visrn="{visit.visrn}"' in page.text
    assert str(video.visrn) not in page.text
    assert "expected" in page.words


async def test_a_number_shows_the_visit_and_everybody_of_it(desk: Desk, guard: Browser) -> None:
    """With counter, and whom they meet."""
    visit = await today(desk, visitors=2)
    page = await get(guard, f"/gate?pass={visit.visrn}")
    assert page.words.count("Savita Kolte") == 2
    assert visit.inmate_known.name in page.words
    assert "C1" in page.words
    assert page.text.count('data-standing="good"') == 2


async def test_letting_in_opens_the_visit_and_says_so(desk: Desk, guard: Browser) -> None:
    """Once; the other one's pass stays good."""
    visit = await today(desk, visitors=2)
    address = f"/gate?pass={visit.visrn}"
    done = await press(guard, address, f"/gate/visits/{visit.id}/let-in", visitor=visit.visitors[0].id)
    page = await get(guard, done.location)
    assert "Let in. It is written down." in page.words
    assert page.text.count('data-standing="inside"') == 1
    assert (await desk.visit(visit.id)).status is VisitStatus.OPEN


async def test_a_pass_that_comes_too_early_says_when(desk: Desk, guard: Browser) -> None:
    """There is no button, and pressing without one changes nothing."""
    visit = await today(desk, starts_in=7200)
    address = f"/gate?pass={visit.visrn}"
    page = await get(guard, address)
    assert "Too early. Let in from" in page.words
    assert 'data-action="let-in"' not in page.text
    refused = await press(guard, "/staff/account", f"/gate/visits/{visit.id}/let-in", visitor=visit.visitors[0].id)
    assert "said=pass_not_good" in refused.location
    assert (await desk.visit(visit.id)).status is VisitStatus.APPROVED


async def test_nobody_came_is_written_after_ten_minutes(desk: Desk, guard: Browser) -> None:
    """Not before; the visit is closed as theirs."""
    visit = await today(desk)
    address = f"/gate?pass={visit.visrn}"
    assert 'data-action="no-show"' not in (await get(guard, address)).text
    desk.clock.advance(600)
    assert (await press(guard, address, f"/gate/visits/{visit.id}/did-not-come")).status == 303
    assert (await desk.visit(visit.id)).outcome is Outcome.VISITOR_ABSENT


async def test_another_jails_pass_shows_nothing_of_it(desk: Desk, guard: Browser) -> None:
    """Neither to see nor to act on."""
    now = desk.clock.now()
    visit = await in_person(desk.db, desk.elsewhere, starts_at=now, now=now)
    page = await get(guard, f"/gate?pass={visit.visrn}")
    assert "This pass is for another jail." in page.words
    assert "Savita" not in page.words
    acted = await press(guard, "/gate", f"/gate/visits/{visit.id}/let-in", visitor=visit.visitors[0].id)
    assert acted.status == 403


async def test_a_video_visits_number_is_explained(desk: Desk, guard: Browser) -> None:
    """Families do come to the gate with one."""
    visit = await desk.book()
    assert "That is a video visit." in (await get(guard, f"/gate?pass={visit.visrn}")).words


async def test_what_is_no_pass_is_said(desk: Desk, guard: Browser) -> None:
    """And the field is there again."""
    page = await get(guard, "/gate?pass=hello")
    assert page.status == 404
    assert "No visit has this pass or number." in page.words


async def test_the_gate_is_for_those_who_check_passes(desk: Desk) -> None:
    """A visitor who scans their own pass is asked to sign in as staff; a state's administrator lets nobody in."""
    await desk.hire("rohini", Role.STATE_ADMIN, desk.here)
    async with desk.browser() as browser:
        turned = await get(browser, f"/gate?pass={TOKEN}")
        assert turned.location.startswith("/staff/sign-in?next=")
        await sign_in(browser, "rohini")
        assert (await get(browser, "/gate")).status == 403


async def test_the_sign_in_leads_back_to_the_scanned_pass(desk: Desk) -> None:
    """The guard's phone opens the code, asks who it is, and goes on."""
    await desk.hire("guard", Role.OPERATOR, desk.here)
    async with desk.browser() as browser:
        done = await sign_in(browser, "guard", next=f"/gate?pass={TOKEN}")
    assert done.headers["Location"] == f"/gate?pass={TOKEN}"
