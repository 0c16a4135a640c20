"""The queue of a desk."""

from __future__ import annotations

import re
from datetime import time

from broker.staff import Role
from broker.visit import VisitStatus
from broker.vocabulary import ReviewCause
from tests.support.deciding import Office, person
from tests.support.desk import Desk, next_message, post
from tests.support.superintendent import at_the_desk, known_person, read, requested, send


def rows(html: str) -> list[str]:
    """The ids of the requests to decide, in order."""
    return re.findall(r'data-key="visit-([0-9a-f]{32})"', html)


async def test_the_soonest_comes_first_and_the_order_can_be_changed(desk: Desk, office: Office) -> None:
    """By urgency, or by how long a family has waited."""
    late = await requested(desk, office, days=9)
    desk.clock.advance(60)
    soon = await requested(desk, office, days=4)
    async with desk.browser() as browser:
        await at_the_desk(browser)
        assert rows(await read(browser, "/superintendent")) == [soon.id, late.id]
        assert rows(await read(browser, "/superintendent?order=oldest")) == [late.id, soon.id]
        assert rows(await read(browser, "/superintendent?order=nonsense")) == [soon.id, late.id]


async def test_only_what_nothing_stands_against_can_be_ticked(desk: Desk, office: Office) -> None:
    """A first visit, or one with a note, is looked at one by one."""
    known = await known_person(desk, office)
    clear = await requested(desk, office, people=[known])
    flagged = await requested(desk, office, days=6, note="He is deaf.", people=[person("A", email="a@family.example")])
    async with desk.browser() as browser:
        await at_the_desk(browser)
        html = await read(browser, "/superintendent")
    ticks = re.findall(r'name="visit" value="([0-9a-f]{32})"', html)
    assert ticks == [clear.id]
    assert flagged.id in rows(html)
    assert 'data-flag="note"' in html


async def test_the_ticked_ones_are_approved_and_the_others_named(desk: Desk, office: Office) -> None:
    """Each in a transaction of its own; a flag that somebody smuggled past the page still counts."""
    known = await known_person(desk, office)
    clear = await requested(desk, office, people=[known])
    flagged = await requested(desk, office, days=6, note="He is deaf.")
    async with desk.browser() as browser:
        await at_the_desk(browser)
        answer = await browser.post(
            "/superintendent/approve",
            data=[("csrf", await _token(browser)), ("visit", clear.id), ("visit", flagged.id), ("visit", "f" * 32)],
            allow_redirects=False,
        )
        assert answer.headers["Location"] == "/superintendent"
        html = await read(browser, "/superintendent")
    assert "1 request is approved" in html
    assert str(flagged.visrn) in html
    assert (await desk.visit(clear.id)).status is VisitStatus.APPROVED
    assert (await desk.visit(flagged.id)).status is VisitStatus.REQUESTED


async def _token(browser: object) -> str:
    found = re.search(r'name="csrf-token" content="([^"]+)"', await read(browser, "/superintendent"))  # type: ignore[arg-type]
    assert found
    return found[1]


async def test_nothing_ticked_approves_nothing(desk: Desk, office: Office) -> None:
    """And says so."""
    await requested(desk, office)
    async with desk.browser() as browser:
        await at_the_desk(browser)
        where = await send(browser, "/superintendent/approve", jail=str(office.jail.id))
        assert where == f"/superintendent?jail={office.jail.id}"
        assert "Nothing was ticked" in await read(browser, where)


async def test_what_happened_after_a_decision_comes_back(desk: Desk, office: Office) -> None:
    """Approved visits to look at again stand below, with the cause."""
    visit = await desk.book(starts_in=86_400)
    async with desk.db.begin() as uow:
        await uow.decisions.raise_review(visit.id, ReviewCause.INMATE_RELEASED, "", desk.clock.now())
        await uow.commit()
    async with desk.browser() as browser:
        await at_the_desk(browser)
        html = await read(browser, "/superintendent")
    assert f'data-review="{visit.id}"' in html
    assert "The person was released" in html


async def test_another_jails_requests_are_not_shown(desk: Desk, office: Office) -> None:
    """Neither by default nor by asking."""
    await desk.hire("other", Role.SUPERINTENDENT, desk.elsewhere)
    visit = await requested(desk, office)
    async with desk.browser() as browser:
        await at_the_desk(browser, "other")
        assert visit.id not in await read(browser, "/superintendent")
        assert (await browser.get(f"/superintendent?jail={office.jail.id}")).status == 403


async def test_a_state_administrator_reads_and_decides_nothing(desk: Desk, office: Office) -> None:
    """The queue without ticks, and no approving."""
    await desk.hire("state", Role.STATE_ADMIN, desk.here)
    visit = await requested(desk, office, people=[await known_person(desk, office)])
    async with desk.browser() as browser:
        await at_the_desk(browser, "state")
        html = await read(browser, "/superintendent")
        assert rows(html) == [visit.id]
        assert "data-tick" not in html
        assert (await post(browser, "/superintendent/approve", visit=visit.id)).status == 403


async def test_an_operator_has_no_queue(desk: Desk, office: Office) -> None:
    """Running the room is not a reason to read requests."""
    await desk.hire("op", Role.OPERATOR, desk.here)
    async with desk.browser() as browser:
        await at_the_desk(browser, "op")
        assert (await browser.get("/superintendent")).status == 403


async def test_news_is_told_and_the_page_does_not_move(desk: Desk, office: Office) -> None:
    """The stream says that the queue isn't the one that is shown; nothing else of it changes."""
    await requested(desk, office)
    async with desk.browser() as browser:
        await at_the_desk(browser)
        html = await read(browser, "/superintendent")
        found = re.search(r'data-events="([^"]+)"', html)
        assert found
        address = found[1].replace("&amp;", "&")
        headers = {"Accept": "text/event-stream"}
        async with browser.get(address, headers=headers) as stream:
            assert (await next_message(stream))["fixed"]["news"].strip() == ""
        await requested(desk, office, at=time(12))
        async with browser.get(address, headers=headers) as stream:
            assert "The queue has changed" in (await next_message(stream))["fixed"]["news"]
