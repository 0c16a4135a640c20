"""web.account.visits: the visits of whoever is signed in, and nobody else's."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from broker.deciding.commands import Refusal
from broker.deciding.refusing import refuse
from broker.lifecycle import VisitStatus
from broker.reasons import RefusalReason
from broker.visit import VisitMode
from tests.support.account import (
    approve,
    ask,
    companion,
    morning,
    open_account,
    open_hours,
    press,
    sign_in,
    visitor,
)
from tests.support.desk import Desk
from tests.support.family import get, submit
from web.keys import SETTINGS


async def test_the_list_shows_ones_own_visits_and_the_way_to_the_next(desk: Desk) -> None:
    """Another account's are not on it."""
    await open_hours(desk)
    mine, theirs = await open_account(desk), await open_account(desk, "neighbour@family.example")
    visit = await ask(desk, mine)
    other = await ask(desk, theirs, starts_at=morning(desk, 5))
    async with desk.browser() as browser:
        await sign_in(desk, browser)
        page = await get(browser, "/account")
    assert str(visit.visrn) in page.words
    assert str(other.visrn) not in page.words
    assert "Ask for another visit" in page.words


async def test_a_visit_shows_all_that_is_known_of_it(desk: Desk) -> None:
    """Where it stands, what was asked for in order, what is kept, whom, and in whose words."""
    await open_hours(desk)
    visit = await ask(desk, await open_account(desk))
    async with desk.browser() as browser:
        await sign_in(desk, browser)
        page = await get(browser, f"/account/visits/{visit.id}")
    assert "The jail has your request" in page.words
    assert page.words.index("10:00") < page.words.index("10:15") < page.words.index("10:30")
    assert page.words.count("kept for you") == 1
    for text in (str(visit.visrn), "Sanjay Kolte", "She is hard of hearing.", visit.jail.name):
        assert text in page.words


async def test_another_accounts_visit_does_not_exist(desk: Desk) -> None:
    """Neither to see nor to withdraw."""
    await open_hours(desk)
    await open_account(desk)
    other = await ask(desk, await open_account(desk, "neighbour@family.example"))
    async with desk.browser() as browser:
        await sign_in(desk, browser)
        assert (await get(browser, f"/account/visits/{other.id}")).status == 404
        withdrawn = await press(browser, "/account", f"/account/visits/{other.id}/withdraw")
    assert withdrawn.status == 404
    assert (await desk.visit(other.id)).status is VisitStatus.REQUESTED


async def test_nobody_who_is_not_signed_in_sees_a_visit(desk: Desk) -> None:
    """They are led to the sign-in, and back."""
    await open_hours(desk)
    visit = await ask(desk, await open_account(desk))
    async with desk.browser() as browser:
        page = await get(browser, f"/account/visits/{visit.id}")
    assert page.location == f"/account/sign-in?next=/account/visits/{visit.id}"


async def test_a_refusal_says_why_and_shows_its_letter(desk: Desk) -> None:
    """The jail's own words too, and the way to ask again."""
    await open_hours(desk)
    visit = await ask(desk, await open_account(desk))
    refusal = Refusal(visit.id, RefusalReason.NO_MATCH, "Look at the spelling, please.")
    await refuse(desk.db, desk.app[SETTINGS], refusal, "staff:7", desk.clock.now())
    async with desk.browser() as browser:
        await sign_in(desk, browser)
        page = await get(browser, f"/account/visits/{visit.id}")
    assert "Your request was refused" in page.words
    assert "The details match nobody" in page.words
    assert page.words.count("Look at the spelling, please.") == 2
    assert "Ask for another visit" in page.words


async def test_a_request_is_withdrawn_after_a_question(desk: Desk) -> None:
    """The page asks first; then the slot is free and the page says so."""
    await open_hours(desk)
    visit = await ask(desk, await open_account(desk))
    path = f"/account/visits/{visit.id}/withdraw"
    async with desk.browser() as browser:
        await sign_in(desk, browser)
        assert "Do you want to withdraw this request?" in (await get(browser, path)).words
        done = await submit(browser, path)
        page = await get(browser, done.location)
    assert (await desk.visit(visit.id)).status is VisitStatus.CANCELLED
    assert "the time is free for others" in page.words
    async with desk.db.read() as uow:
        assert await uow.holds.of_visit(visit.id) is None


async def test_an_approved_visit_is_cancelled_by_the_same_button(desk: Desk) -> None:
    """It has other words."""
    await open_hours(desk)
    visit = await approve(desk, await ask(desk, await open_account(desk)))
    path = f"/account/visits/{visit.id}/withdraw"
    async with desk.browser() as browser:
        await sign_in(desk, browser)
        assert "Do you want to cancel this visit?" in (await get(browser, path)).words
        assert (await submit(browser, path)).status == 303
    assert (await desk.visit(visit.id)).status is VisitStatus.CANCELLED


async def test_what_is_over_is_not_withdrawn(desk: Desk) -> None:
    """A page that was open for days says how it stands now."""
    await open_hours(desk)
    visit = await approve(desk, await ask(desk, await open_account(desk)))
    path = f"/account/visits/{visit.id}/withdraw"
    desk.clock.advance(timedelta(days=5).total_seconds())
    async with desk.browser() as browser:
        await sign_in(desk, browser)
        assert (await get(browser, path)).location == f"/account/visits/{visit.id}"
        late = await press(browser, "/account", path)
    assert late.status == 409
    assert "not possible any more" in late.words


async def test_an_approved_visit_at_the_jail_leads_to_every_pass(desk: Desk) -> None:
    """One's own, and that of somebody without a mail address; not that of who has one."""
    await open_hours(desk)
    people = (visitor(desk), companion(desk), replace(companion(desk, "Kamala"), email="kamala@family.example"))
    asked = await ask(desk, await open_account(desk), mode=VisitMode.IN_PERSON, visitors=people)
    visit = await approve(desk, asked)
    async with desk.browser() as browser:
        await sign_in(desk, browser)
        page = await get(browser, f"/account/visits/{visit.id}")
        assert "Pass of Savita Kolte" in page.words
        assert "Pass of Arun Kolte" in page.words
        assert "Pass of Kamala" not in page.words
        path = page.text.partition('href="/pass/')[2].partition('"')[0]
        assert str(visit.visrn) in (await get(browser, f"/pass/{path}")).words


async def test_a_video_visit_can_be_entered_from_its_page_when_it_is_time(desk: Desk) -> None:
    """Not before."""
    await open_hours(desk)
    visit = await approve(desk, await ask(desk, await open_account(desk)))
    async with desk.browser() as browser:
        await sign_in(desk, browser)
        assert 'href="/join/' not in (await get(browser, f"/account/visits/{visit.id}")).text
        desk.clock.advance((visit.starts_at - timedelta(minutes=10) - desk.clock.now()).total_seconds())
        await sign_in(desk, browser)
        page = await get(browser, f"/account/visits/{visit.id}")
        path = page.text.partition('href="/join/')[2].partition('"')[0]
        assert (await get(browser, f"/join/{path}")).status == 200


async def test_the_next_request_begins_with_what_was_typed_last(desk: Desk) -> None:
    """In a draft of one's own, which this browser goes on typing."""
    await open_hours(desk)
    account = await open_account(desk, profile={"steps": {"you": {"name": "Savita Kolte"}}})
    async with desk.browser() as browser:
        await sign_in(desk, browser)
        led = await press(browser, "/account", "/account/next")
        assert led.location.startswith("/visits/new")
        page = await get(browser, "/visits/new/you")
    assert page.value("name") == "Savita Kolte"
    assert account.profile


async def test_somebody_without_visits_is_told_how_to_begin(desk: Desk) -> None:
    """An empty list is no dead end."""
    await open_account(desk)
    async with desk.browser() as browser:
        await sign_in(desk, browser)
        page = await get(browser, "/account")
    assert "You have not asked for a visit yet." in page.words
    assert page.text.count("button--primary") == 1
