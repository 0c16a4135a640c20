"""/audit: who reads what, page by page, and takes it out."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

from broker.audit import state
from broker.audit.events import AuditEvent
from broker.audit.form import Format, read
from broker.audit.proof import prove
from broker.audit.walk import Fault, FaultKind
from broker.staff import Reach, Role
from config import keys
from tests.support.audit import audited, entries
from tests.support.desk import Browser, Desk, next_message, post, sign_in
from tests.support.members import hire
from web.audit import routes


async def auditor(desk: Desk, browser: Browser, reach: Reach | None = None) -> Browser:
    """The browser of an auditor: of everything, or of that."""
    await hire(desk.db, "noor", Role.AUDITOR, reach or Reach(every_jail=True))
    await sign_in(browser, "noor")
    return browser


async def acts(desk: Desk, number: int, *, jail_id: int | None = None, why: str = "") -> None:
    """Some acts of the worker, a second apart."""
    async with desk.db.begin() as uow:
        for each in range(number):
            at = desk.clock.now() + timedelta(seconds=each)
            uow.audit.record(AuditEvent.VISIT_CLOSE, by="system:worker", at=at, jail_id=jail_id, why=why)
        await uow.commit()


async def page(browser: Browser, query: str = "") -> tuple[str, list[int]]:
    """A page, and the numbers of its entries."""
    answer = await browser.get(f"/audit{query}")
    text = await answer.text()
    assert answer.status == 200, text[:500]
    return text, [int(seq) for seq in re.findall(r'data-entry="(\d+)"', text)]


async def test_only_auditors_and_system_administrators_read_it(desk: Desk) -> None:
    """Neither the page nor its news nor the export."""
    for role in set(Role) - {Role.AUDITOR, Role.SYSTEM_ADMIN}:
        await desk.hire(role.value, role, desk.here)
        async with desk.browser() as browser:
            await sign_in(browser, role.value)
            for path in ("/audit", "/audit/events"):
                assert (await browser.get(path)).status == 403
            assert (await post(browser, "/audit/export", format="csv")).status == 403
    await hire(desk.db, "root", Role.SYSTEM_ADMIN, Reach(every_jail=True))
    async with desk.browser() as browser:
        assert (await sign_in(browser, "root")).status == 303
        assert (await page(browser))[1]
    async with desk.browser() as browser:
        assert (await (await auditor(desk, browser)).get("/staff")).url.path == "/audit"


async def test_pages_lead_from_the_newest_to_the_oldest_and_one_opening_is_one_entry(desk: Desk) -> None:
    """While entries arrive nothing is shown twice or skipped; turning pages is no new look, another search is one."""
    await acts(desk, routes.PAGE + 10)
    async with desk.browser() as browser:
        await auditor(desk, browser)
        text, first = await page(browser, "?event=visit%3Aclose")
        following = re.search(r'rel="next" href="([^"]+)"', text)
        assert following
        desk.clock.advance(600)
        await acts(desk, 5)
        _, second = await page(browser, following[1].removeprefix("/audit").replace("&amp;", "&"))
        assert (len(first), len(second)) == (routes.PAGE, 10)
        assert first + second == sorted(first + second, reverse=True)
        looks = [each for each in await audited(desk.db) if each.startswith("audit:read")]
        assert len(looks) == 1
        await page(browser, f"?event=visit%3A&before={following[1].rpartition('before=')[2]}")
    looks = [each for each in await audited(desk.db) if each.startswith("audit:read")]
    assert len(looks) == 2


async def test_an_auditor_of_one_jail_sees_what_is_of_that_jail(desk: Desk) -> None:
    """On the page, in the news and in the file; not even their own looks, which are of no jail."""
    await acts(desk, 2, jail_id=desk.here.jail.id)
    await acts(desk, 3, jail_id=desk.elsewhere.jail.id)
    async with desk.browser() as browser:
        await auditor(desk, browser, Reach(jail_ids=frozenset({desk.here.jail.id})))
        assert (await page(browser))[1] == [2, 1]
        assert (await page(browser, f"?jail={desk.elsewhere.jail.id}"))[1] == []
        answer = await post(browser, "/audit/export", format="jsonl")
        assert (await answer.text()).count('"hash"') == 2
        assert "-selection-" in answer.headers["Content-Disposition"]


async def test_what_was_typed_wrongly_is_said_and_finds_nothing(desk: Desk) -> None:
    """Never more than was asked for; an export of it leads back."""
    await acts(desk, 2)
    async with desk.browser() as browser:
        await auditor(desk, browser)
        answer = await browser.get("/audit?who=nobody+at+all")
        text = await answer.text()
        assert answer.status == 422
        assert "Nobody of the staff is called so." in text
        assert "data-entry" not in text
        assert (await post(browser, "/audit/export", format="csv", who="nobody at all")).status == 303
        assert (await post(browser, "/audit/export", format="xlsx")).status == 400


async def test_texts_of_others_are_shown_as_text(desk: Desk) -> None:
    """Whatever stands in a reason."""
    await acts(desk, 1, why="<script>alert(1)</script>")
    async with desk.browser() as browser:
        text, _ = await page(await auditor(desk, browser), "?why=SCRIPT")
    assert "&lt;script&gt;" in text
    assert "<script>alert" not in text


async def test_the_files_prove_themselves_and_are_audited_first(desk: Desk) -> None:
    """Everything is a piece of the chain, with the export's own entry at its end."""
    await acts(desk, 5)
    async with desk.browser() as browser:
        await auditor(desk, browser)
        for as_ in Format:
            answer = await post(browser, "/audit/export", format=as_.value)
            text = await answer.text()
            marked = as_ is Format.JSONL
            proof = prove(read(io.StringIO(text, newline="")), None, marked=marked)
            assert (proof.first, proof.last, proof.fault) == (1, len(await entries(desk.db)), None)
            assert "attachment" in answer.headers["Content-Disposition"]
    last = (await entries(desk.db))[-1]
    assert (last.event, last.details) == ("audit:export", {"format": "jsonl"})


async def test_new_entries_are_announced_and_the_page_stays(desk: Desk) -> None:
    """Those that fit the search, and no others."""
    async with desk.browser() as browser:
        text, _ = await page(await auditor(desk, browser), "?event=visit%3A")
        address = re.search(r'data-events="([^"]+)"', text)
        assert address
        await acts(desk, 3)
        async with browser.get(address[1].replace("&amp;", "&"), headers={"Accept": "text/event-stream"}) as stream:
            news = (await next_message(stream))["fixed"]
    assert "3 new entries. Show them." in news["news"]
    assert 'href="/audit?event=visit%3A"' in news["news"]
    assert "data-chain" in news["chain"]


async def test_how_the_chain_is_stands_above_everything(desk: Desk) -> None:
    """Not checked yet, unbroken, not checked for long, and broken, loudly."""
    client: Any = desk.redis
    now = desk.clock.now()
    async with desk.browser() as browser:
        await auditor(desk, browser)
        assert 'data-chain="unknown"' in (await page(browser))[0]
        await state.say(client, 12345, now, whole_at=now, faults={"new": None, "whole": None})
        text, _ = await page(browser)
        assert 'data-chain="unbroken"' in text
        assert "Checked up to entry 12,345 at " in text
        await state.say(client, 12345, now - timedelta(hours=1), whole_at=None, faults={"new": None})
        assert 'data-chain="late"' in (await page(browser))[0]
        await state.say(client, 12345, now, whole_at=None, faults={"new": Fault(FaultKind.CHANGED, 77)})
        text, _ = await page(browser)
        assert 'data-chain="broken" role="alert"' in text
        assert "Entry 77 was changed after it was written." in text
        await client.delete(keys.AUDIT_STATE)
