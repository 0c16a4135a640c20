"""web.family.call: the call page and its entry."""

from __future__ import annotations

from datetime import datetime

from broker.tickets import TicketStore
from broker.visit import Visit
from tests.support.desk import NODE_URL, Browser, Desk, csrf_of
from tests.support.family import come_in, get, link_of
from tests.support.losses import closed, terminal_failed
from web.keys import SETTINGS


async def entry(browser: Browser) -> tuple[int, dict[str, object]]:
    """Ask for the entry as the call page does."""
    token = await csrf_of(browser, "/call")
    answer = await browser.post("/call/entry", headers={"X-CSRF-Token": token, "Accept": "application/json"})
    return answer.status, await answer.json()


async def test_an_entry_is_handed_out_until_its_ticket_is_used(desk: Desk) -> None:
    """A page reloaded before it came in gets the same ticket; a tab after that is told that it was used."""
    visit = await desk.book(starts_in=60)
    async with desk.browser() as browser:
        await come_in(desk, browser, visit)
        status, first = await entry(browser)
        assert status == 200
        assert (await entry(browser))[1]["ticket"] == first["ticket"]
        assert await TicketStore(desk.redis).redeem(str(first["ticket"]))
        assert await entry(browser) == (410, {"error": "used"})
        assert (await get(browser, "/call")).status == 200, "a reload still finds the page"


async def test_the_entry_says_what_the_page_needs_to_join(desk: Desk) -> None:
    """Node, slot, server time, jail; and a ticket for this visitor and nobody else."""
    visit = await desk.book(starts_in=60)
    async with desk.browser() as browser:
        await come_in(desk, browser, visit)
        _, found = await entry(browser)
    assert found["url"] == NODE_URL
    assert (found["role"], found["visrn"], found["kind"], found["terminal"]) == (
        "visitor",
        str(visit.visrn),
        "family",
        "T1",
    )
    assert [datetime.fromisoformat(str(found[key])) for key in ("starts_at", "ends_at")] == [
        visit.starts_at.replace(microsecond=visit.starts_at.microsecond // 1000 * 1000),
        visit.ends_at.replace(microsecond=visit.ends_at.microsecond // 1000 * 1000),
    ]
    assert abs(datetime.fromisoformat(str(found["now"])) - desk.clock.now()).total_seconds() < 0.01
    assert found["jail"] == {"name": "Prison 11", "helpline": "020-0000 1142", "timezone": visit.jail.timezone}
    ticket = await TicketStore(desk.redis).redeem(str(found["ticket"]))
    assert ticket is not None
    assert (ticket.room, ticket.participant, ticket.role) == (visit.id, visit.visitors[0].id, "visitor")
    assert ticket.ends_at == visit.ends_at


async def test_who_was_not_admitted_gets_neither_page_nor_entry(desk: Desk) -> None:
    """The page leads to the number; the entry is gone."""
    async with desk.browser() as browser:
        assert (await get(browser, "/call")).location == "/join"
        token = await csrf_of(browser)
        answer = await browser.post("/call/entry", headers={"X-CSRF-Token": token})
        assert (answer.status, await answer.json()) == (410, {"error": "not_admitted"})


async def test_an_entry_is_never_given_to_a_plain_link(desk: Desk) -> None:
    """GET must not spend it: browsers fetch ahead."""
    visit = await desk.book(starts_in=60)
    async with desk.browser() as browser:
        await come_in(desk, browser, visit)
        assert (await get(browser, "/call/entry")).status == 405
        assert (await entry(browser))[0] == 200


async def after(browser: Browser, visrn: object) -> tuple[int, dict[str, object]]:
    """Ask how it went as the end page does."""
    headers = {"X-CSRF-Token": await csrf_of(browser, "/call"), "Accept": "application/json"}
    answer = await browser.post("/call/after", headers=headers, json={"visrn": visrn})
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.status, await answer.json()


async def lose_most_of(desk: Desk, visit: Visit) -> None:
    """Close it as the worker does: the terminal was gone after a third."""
    length = (visit.ends_at - visit.starts_at).total_seconds()
    await closed(desk.db, desk.app[SETTINGS], visit, terminal_failed(visit, length / 3))


async def test_the_end_page_learns_what_was_lost_once_it_is_on_paper(desk: Desk) -> None:
    """Before that it is told to ask again; then how much, that it was not their fault, and what follows."""
    visit = await desk.book(starts_in=60)
    async with desk.browser() as browser:
        await come_in(desk, browser, visit)
        assert await after(browser, str(visit.visrn)) == (200, {"settled": False})
        await lose_most_of(desk, visit)
        status, said = await after(browser, str(visit.visrn))
    assert (status, said["settled"]) == (200, True)
    assert "It was not your fault." in str(said["lost"])
    assert "The device in the prison failed." in str(said["lost"])
    assert "This visit does not count" in str(said["next"])


async def test_the_link_says_after_the_end_what_the_end_page_said(desk: Desk) -> None:
    """To the browser that was in it; another one that has the link learns no more than that the visit is over."""
    visit = await desk.book(starts_in=60)
    async with desk.browser() as browser, desk.browser() as other:
        await come_in(desk, browser, visit)
        await lose_most_of(desk, visit)
        ours, theirs = await get(browser, link_of(visit)), await get(other, link_of(visit))
    assert (ours.status, theirs.status) == (410, 410)
    assert "It was not your fault. The device in the prison failed." in ours.words
    assert "This visit does not count" in ours.words
    assert "If much of the time was lost" not in ours.words
    assert "fault. The device" not in theirs.words
    assert "If much of the time was lost" in theirs.words


async def test_what_was_lost_is_told_to_those_who_were_let_in_and_of_that_visit(desk: Desk) -> None:
    """A tab of another visit, a browser that was let into none, and what is no question learn nothing."""
    visit = await desk.book(starts_in=60)
    await lose_most_of(desk, visit)
    other = await desk.book(desk.elsewhere, starts_in=60)
    async with desk.browser() as browser:
        await come_in(desk, browser, other)
        for asked in (str(visit.visrn), None, 7):
            assert await after(browser, asked) == (410, {"error": "not_admitted"})
        headers = {"X-CSRF-Token": await csrf_of(browser, "/call")}
        assert (await browser.post("/call/after", headers=headers, data=b"{")).status == 410
    async with desk.browser() as browser:
        headers = {"X-CSRF-Token": await csrf_of(browser)}
        answer = await browser.post("/call/after", headers=headers, json={"visrn": str(visit.visrn)})
        assert answer.status == 410
