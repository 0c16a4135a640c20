"""web.operator.one.page: one session's page, and its stream."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from broker.audit.events import AuditEvent
from broker.staff import Role
from broker.visit import Outcome, VisitKind
from rooms.presence import PresenceState
from tests.support.busy_day import with_proof
from tests.support.desk import Browser, Desk, next_message, post, sign_in
from tests.support.lost_pages import lost_visit
from tests.support.superintendent import open_office_at
from web.superintendent.desk.when import When
from web.timewords import on


@pytest.fixture
async def operator(desk: Desk) -> AsyncIterator[Browser]:
    """A browser in which the operator of the first jail is signed in."""
    await desk.hire("asha", Role.OPERATOR, desk.here)
    async with desk.browser() as browser:
        await sign_in(browser, "asha")
        yield browser


async def test_the_page_shows_whom_to_compare_with_what(desk: Desk, operator: Browser) -> None:
    """Name, proof, number and photo of everybody who may come, and the person in prison with the register's facts."""
    visit = await with_proof(desk, await desk.book(visitors=2))
    page = await (await operator.get(f"/operator/visits/{visit.id}")).text()
    for visitor in visit.visitors:
        assert visitor.identity is not None
        assert visitor.identity.id_number in page
        born = visitor.identity.birth_date
        assert born is not None
        assert on(born, "en") in page
        assert born.isoformat() not in page
        assert f"/operator/visits/{visit.id}/documents/{visitor.id}" in page
    for words in ("Sanjay Kolte", "UT/1/26", "Mahadev Kolte", "Undertrial"):
        assert words in page


async def test_opening_the_page_is_on_record_before_it_is_shown_and_its_refreshes_are_not(
    desk: Desk, operator: Browser
) -> None:
    """One look, however long somebody reads."""
    visit = await desk.book()
    await operator.get(f"/operator/visits/{visit.id}")
    path = f"/operator/visits/{visit.id}/events"
    async with asyncio.timeout(10), operator.get(path, headers={"Accept": "text/event-stream"}) as stream:
        whole = await next_message(stream)
        assert set(whole["fixed"]) == {"needs", "head", "people", "mails", "story"}
        await desk.show(visit, visit.visitors[0].id, PresenceState.WAITING)
        change = await next_message(stream)
        assert "Waiting since" in change["fixed"]["people"]
        assert "mails" not in change["fixed"]
    async with desk.db.read() as uow:
        looks = [each for each in await uow.audit.newest(50) if each.event == AuditEvent.VISIT_READ]
    assert [each.visit_id for each in looks] == [visit.id]


async def test_the_day_itself_is_one_look_of_a_jail(desk: Desk, operator: Browser) -> None:
    """Names needed to run a day: on record once, at its opening."""
    await desk.book()
    await operator.get("/operator")
    async with desk.db.read() as uow:
        [entry] = await uow.audit.newest(1)
    assert (entry.event, entry.subject, entry.details) == (
        AuditEvent.VISIT_READ, f"jail:{desk.here.jail.id}", {"list": "day"},
    )  # fmt: skip


async def test_a_legal_visit_says_so_on_top(desk: Desk, operator: Browser) -> None:
    """Nobody opens one without reading that nobody may listen."""
    legal, plain = await desk.book(kind=VisitKind.LEGAL), await desk.book(terminal=1)
    assert "data-legal" in await (await operator.get(f"/operator/visits/{legal.id}")).text()
    assert "data-legal" not in await (await operator.get(f"/operator/visits/{plain.id}")).text()


async def test_the_page_tells_what_monitors_have_done(desk: Desk, operator: Browser) -> None:
    """Beside the participant while it lasts, and in what happened for good."""
    visit = await desk.book()
    await post(operator, f"/operator/visits/{visit.id}/start")
    await desk.registry.moderate(visit.id, visit.visitors[0].id, muted=True, by="staff:9")
    async with desk.db.begin() as uow:
        uow.audit.record(
            AuditEvent.ROOM_MUTE, by="staff:9", at=desk.clock.now(), visit_id=visit.id, why="conduct: Shouted.",
            details={"side": "family"},
        )  # fmt: skip
        await uow.commit()
    page = await (await operator.get(f"/operator/visits/{visit.id}")).text()
    assert "Sound switched off by a monitor." in page
    assert "Conduct against the rules: Shouted." in page
    assert "Muted the family" in page
    assert "Sound switched off by a monitor." in await (await operator.get("/operator")).text()


async def test_of_a_no_show_that_is_over_nobody_is_still_to_come(desk: Desk, operator: Browser) -> None:
    """As long as the room's state is all there is, and once paper is closed; nor of a completed visit."""
    ended, missed, done = await desk.book(), await desk.book(terminal=1), await desk.book(terminal=2)
    desk.clock.advance(1000)
    async with desk.db.begin() as uow:
        for visit, outcome in ((missed, Outcome.VISITOR_ABSENT), (done, Outcome.COMPLETED)):
            await uow.visits.close(visit.id, outcome, {}, "system:worker", desk.clock.now())
        await uow.commit()
    for visit, absent in ((ended, 2), (missed, 1), (done, 0)):
        page = await (await operator.get(f"/operator/visits/{visit.id}")).text()
        assert page.count("Did not come.") == absent
        assert "Not here yet." not in page
        assert "Who was expected" in page


async def test_what_happened_on_paper_is_said_in_whole_words(desk: Desk, operator: Browser) -> None:
    """A step tells what happened then, and who did it; it is not the visit's state now."""
    visit = await desk.book()
    page = await (await operator.get(f"/operator/visits/{visit.id}")).text()
    assert "The visit was asked for; it was to be decided" in page
    assert "by the system itself" in page
    assert "To be decided" not in page


async def test_visit_that_lost_minutes_is_read_on_later_days_without_its_identities(
    desk: Desk, operator: Browser
) -> None:
    """What happened stands there with its day; proofs are compared on the day of the visit only."""
    visit = await with_proof(desk, await lost_visit(desk, await open_office_at(desk)))
    desk.clock.advance(2 * 86400)
    await sign_in(operator, "asha")
    page = await (await operator.get(f"/operator/visits/{visit.id}")).text()
    assert visit.inmate_known.name in page
    assert visit.visitors[0].name in page
    assert "The identity proof is shown on the day of the visit only." in page
    identity = visit.visitors[0].identity
    assert identity is not None
    assert identity.id_number not in page
    assert "/documents/" not in page
    assert f"/operator/losses?jail={desk.here.jail.id}#visit-{visit.id}" in page
    assert When("en", desk.clock.now()).slot(visit.starts_at, visit.ends_at, visit.jail.timezone) in page
    async with desk.db.read() as uow:
        looks = [each.visit_id for each in await uow.audit.newest(50) if each.event == AuditEvent.VISIT_READ]
    assert looks == [visit.id]


async def test_an_unknown_visit_is_not_found(operator: Browser) -> None:
    """Nor is its stream."""
    for path in (f"/operator/visits/{'0' * 32}", f"/operator/visits/{'0' * 32}/events"):
        assert (await operator.get(path)).status == 404
