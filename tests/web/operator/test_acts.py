"""web.operator.acts: two operators at one session, each with the page they saw."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from broker.lifecycle import Outcome
from broker.staff import Role
from broker.visit import Visit, VisitStatus
from config.facts import EndReason
from rooms.presence import PresenceState
from tests.support.desk import Browser, Desk, post, sign_in

JSON = "application/json"


@dataclass
class Operator:
    """Somebody at a console, and what its page shows of a visit."""

    browser: Browser
    desk: Desk

    async def seen(self, visit: Visit) -> str:
        """The number of the newest act that the row's forms carry."""
        text = await (await self.browser.get("/operator")).text()
        row = text.partition(f'data-visrn="{visit.visrn}"')[2]
        found = re.search(r'name="seen" value="(\d+)"', row)
        assert found
        return found[1]

    async def act(self, visit: Visit, act: str, **fields: str) -> tuple[int, dict[str, Any]]:
        """Send a form as the script does: status and answer."""
        answer = await post(self.browser, f"/operator/visits/{visit.id}/{act}", accept=JSON, **fields)
        return answer.status, await answer.json()


@pytest.fixture
async def asha(desk: Desk) -> AsyncIterator[Operator]:
    """One operator of the first jail."""
    await desk.hire("asha", Role.OPERATOR, desk.here)
    async with desk.browser() as browser:
        await sign_in(browser, "asha")
        yield Operator(browser, desk)


@pytest.fixture
async def ravi(desk: Desk) -> AsyncIterator[Operator]:
    """Another operator of the same jail."""
    await desk.hire("ravi", Role.OPERATOR, desk.here)
    async with desk.browser() as browser:
        await sign_in(browser, "ravi")
        yield Operator(browser, desk)


async def test_a_hold_reaches_the_room_with_its_reason_on_record(desk: Desk, asha: Operator) -> None:
    """And the row says who, when and why; the session goes on when it is let."""
    visit = await desk.book()
    await asha.act(visit, "start", seen=await asha.seen(visit))
    assert (await asha.act(visit, "hold", reason="identity", seen=await asha.seen(visit)))[0] == 200
    assert (await desk.registry.room(visit.id)).held
    page = await (await asha.browser.get("/operator")).text()
    assert "Name of asha" in page
    assert "Identity to be checked" in page
    async with desk.db.read() as uow:
        assert [(str(act.event), act.why) for act in await uow.sessions.acts(visit.id)] == [
            ("visit:start", ""),
            ("visit:hold", "identity"),
        ]
    assert (await asha.act(visit, "resume", seen=await asha.seen(visit)))[1]["done"] == "resumed"
    assert not (await desk.registry.room(visit.id)).held


async def test_the_second_of_two_holds_is_told_of_the_first(desk: Desk, asha: Operator, ravi: Operator) -> None:
    """The same act is no refusal: it is done already, and by whom."""
    visit = await desk.book()
    await asha.act(visit, "start", seen="0")
    saw = await ravi.seen(visit)
    await asha.act(visit, "hold", reason="short", seen=saw)
    status, answer = await ravi.act(visit, "hold", reason="room", seen=saw)
    assert (status, answer["done"]) == (200, "already")
    assert "Name of asha put this visit on hold at" in answer["message"]


async def test_an_end_on_an_old_picture_is_refused_with_what_a_colleague_did(
    desk: Desk, asha: Operator, ravi: Operator
) -> None:
    """Nobody ends what a colleague has just put on hold without having seen that; having seen it, one may."""
    visit = await desk.book()
    await asha.act(visit, "start", seen="0")
    saw = await ravi.seen(visit)
    await asha.act(visit, "hold", reason="short", seen=saw)
    status, answer = await ravi.act(visit, "end", reason="conduct", seen=saw)
    assert (status, answer["error"]) == (409, "colleague_acted")
    assert "Name of asha put this visit on hold at" in answer["message"]
    assert "was not done" in answer["message"]
    assert (await desk.registry.room(visit.id)).end_reason is None
    assert (await ravi.act(visit, "end", reason="conduct", seen=await ravi.seen(visit)))[0] == 200


async def test_a_start_after_a_colleagues_end_says_who_ended_it(desk: Desk, asha: Operator, ravi: Operator) -> None:
    """Rather than that it is over, which helps nobody."""
    visit = await desk.book()
    await asha.act(visit, "start", seen="0")
    await asha.act(visit, "end", reason="emergency", seen=await asha.seen(visit))
    for act, fields in (("start", {}), ("hold", {"reason": "short"})):
        status, answer = await ravi.act(visit, act, seen="0", **fields)
        assert (status, answer["error"]) == (409, "colleague_acted"), act
        assert "Name of asha ended this visit at" in answer["message"]
    status, answer = await ravi.act(visit, "end", reason="conduct", seen="0")
    assert (status, answer["done"]) == (200, "already")


async def test_two_who_hold_and_resume_at_once_leave_the_room_as_it_is_written(
    desk: Desk, asha: Operator, ravi: Operator
) -> None:
    """Whatever the order in which the room hears of it, it ends as the audit says."""
    visit = await desk.book()
    await asha.act(visit, "start", seen="0")
    for _ in range(4):
        saw = await asha.seen(visit)
        held = (await desk.registry.room(visit.id)).held
        await asyncio.gather(
            asha.act(visit, "resume" if held else "hold", reason="short", seen=saw),
            ravi.act(visit, "resume" if held else "hold", reason="room", seen=saw),
        )
        async with desk.db.read() as uow:
            acts = await uow.sessions.acts(visit.id)
        assert (await desk.registry.room(visit.id)).held is (acts[-1].event == "visit:hold")
        assert (await desk.registry.room(visit.id)).held is not held


async def test_a_no_show_waits_for_the_rule_says_how_it_is_known_and_frees_the_terminal(
    desk: Desk, asha: Operator, ravi: Operator
) -> None:
    """Ten minutes where no rule says otherwise; then it is closed, and the second who calls it hears of the first."""
    visit = await desk.book()
    desk.clock.advance(9 * 60)
    status, answer = await asha.act(visit, "no-show", reason="nobody_came", seen="0")
    assert (status, answer["error"]) == (409, "not_yet")
    assert "from " in answer["message"]
    desk.clock.advance(60)
    assert (await asha.act(visit, "no-show", reason="", seen="0"))[1]["error"] == "reason_needed"
    assert (await asha.act(visit, "no-show", reason="no_answer", seen="0"))[1]["done"] == "no_show_called"
    stored = await desk.visit(visit.id)
    assert (stored.status, stored.outcome) == (VisitStatus.CLOSED, Outcome.VISITOR_ABSENT)
    assert (await ravi.act(visit, "no-show", reason="nobody_came", seen="0"))[1]["done"] == "already"
    assert (await ravi.act(visit, "start", seen="0"))[1]["error"] == "colleague_acted"


async def test_a_no_show_of_a_started_session_ends_its_room_as_one(desk: Desk, asha: Operator) -> None:
    """The terminal that waited in it goes back to its idle page."""
    visit = await desk.book()
    await asha.act(visit, "start", seen="0")
    desk.clock.advance(10 * 60)
    await asha.act(visit, "no-show", reason="nobody_came", seen=await asha.seen(visit))
    assert (await desk.registry.room(visit.id)).end_reason is EndReason.NO_SHOW
    page = await (await asha.browser.get("/operator")).text()
    assert re.search(rf'data-visrn="{visit.visrn}" data-state="no_show"', page)


@pytest.mark.parametrize("state", list(PresenceState))
async def test_a_family_that_has_been_seen_is_no_no_show(desk: Desk, asha: Operator, state: PresenceState) -> None:
    """Also where they have left before anybody started: their visit is not written off."""
    visit = await desk.book()
    await desk.show(visit, visit.visitors[0].id, state)
    desk.clock.advance(10 * 60)
    status, answer = await asha.act(visit, "no-show", reason="nobody_came", seen="0")
    assert (status, answer["error"]) == (409, "family_here")
    assert (await desk.visit(visit.id)).status is VisitStatus.APPROVED


async def test_what_a_colleague_did_is_said_once_on_a_page_without_scripts(
    desk: Desk, asha: Operator, ravi: Operator
) -> None:
    """The address alone says nothing, and somebody who makes one up reads nothing."""
    visit = await desk.book()
    await asha.act(visit, "start", seen="0")
    await asha.act(visit, "hold", reason="short", seen=await asha.seen(visit))
    answer = await post(ravi.browser, f"/operator/visits/{visit.id}/end", reason="conduct", seen="1", back="visit")
    assert answer.headers["Location"] == f"/operator/visits/{visit.id}?said=colleague_acted"
    first = await (await ravi.browser.get(answer.headers["Location"])).text()
    again = await (await ravi.browser.get(answer.headers["Location"])).text()
    assert "Name of asha put this visit on hold at" in first
    assert "was not done" in first
    assert "was not done" not in again


async def test_notes_and_incidents_are_kept_from_the_page(desk: Desk, asha: Operator) -> None:
    """With who wrote them; an incident needs its kind and how bad it was, and both need words."""
    visit = await desk.book()
    assert (await asha.act(visit, "note", text=" "))[1]["error"] == "text_missing"
    assert (await asha.act(visit, "note", text="Speak slowly."))[1]["done"] == "note_written"
    fields = {"kind": "recording", "severity": "serious", "text": "A phone was held up."}
    for missing in ("kind", "severity"):
        assert (await asha.act(visit, "incident", **{**fields, missing: ""}))[1]["error"] == "choose_kind"
    assert (await asha.act(visit, "incident", **{**fields, "text": "x" * 1001}))[1]["error"] == "text_too_long"
    assert (await asha.act(visit, "incident", **fields))[1]["done"] == "incident_reported"
    page = await (await asha.browser.get(f"/operator/visits/{visit.id}")).text()
    for words in ("Speak slowly.", "A phone was held up.", "Recording or taking pictures", "Name of asha"):
        assert words in page


@pytest.mark.parametrize("act", ["start", "hold", "resume", "end", "no-show", "note", "incident"])
async def test_visits_of_other_jails_are_left_alone(desk: Desk, asha: Operator, act: str) -> None:
    """Scope holds for every act, and so does the form's token."""
    theirs = await desk.book(desk.elsewhere)
    fields = {"reason": "conduct", "text": "x", "kind": "other", "severity": "minor"}
    assert (await post(asha.browser, f"/operator/visits/{theirs.id}/{act}", **fields)).status == 403
    assert (await asha.browser.post(f"/operator/visits/{theirs.id}/{act}", data=fields)).status == 403
    async with desk.db.read() as uow:
        assert await uow.sessions.acts(theirs.id) == []
        assert await uow.sessions.written([theirs.id]) == {}


@pytest.mark.parametrize("act", ["start", "hold", "end", "no-show", "note", "incident"])
async def test_whoever_only_reads_the_day_does_nothing_to_it(desk: Desk, act: str) -> None:
    """A state's administrator sees the day."""
    visit = await desk.book()
    await desk.hire("rohini", Role.STATE_ADMIN, desk.here)
    async with desk.browser() as browser:
        await sign_in(browser, "rohini")
        assert (await browser.get("/operator")).status == 200
        assert (await post(browser, f"/operator/visits/{visit.id}/{act}", reason="conduct")).status == 403
        assert (await browser.get(f"/operator/visits/{visit.id}")).status == 403


async def test_the_address_of_a_form_asked_for_again_leads_to_the_visit(desk: Desk, asha: Operator) -> None:
    """A change of language after an act without scripts finds a page."""
    visit = await desk.book()
    answer = await asha.browser.get(f"/operator/visits/{visit.id}/hold", allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (303, f"/operator/visits/{visit.id}")
