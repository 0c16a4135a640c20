"""web.operator.one.helping: the help page, and the codes that are shown once."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import AsyncIterator

import pytest

from broker.audit.events import AuditEvent
from broker.staff import Role
from broker.visit import Visit
from tests.support.busy_day import with_proof
from tests.support.desk import Browser, Desk, next_message, post, sign_in
from web.keys import ADMISSION


@pytest.fixture
async def operator(desk: Desk) -> AsyncIterator[Browser]:
    """A browser in which the operator of the first jail is signed in."""
    await desk.hire("asha", Role.OPERATOR, desk.here)
    async with desk.browser() as browser:
        await sign_in(browser, "asha")
        yield browser


@pytest.fixture
async def visit(desk: Desk) -> Visit:
    """A visit that is on, of two people with proofs."""
    return await with_proof(desk, await desk.book(visitors=2))


def path(visit: Visit, act: str = "") -> str:
    """The help page of the first visitor, or one of its forms."""
    return f"/operator/visits/{visit.id}/help/{visit.visitors[0].id}{act}"


def answers(visit: Visit) -> dict[str, str]:
    """What the first visitor says on the telephone."""
    identity = visit.visitors[0].identity
    assert identity is not None
    assert identity.birth_date is not None
    return {"id_last4": identity.id_number[-4:], "birth_year": str(identity.birth_date.year)}


def field(page: str, name: str) -> dict[str, str]:
    """The attributes of an input, by its id."""
    [tag] = re.findall(rf'<input [^>]*id="{name}"[^>]*>', page)
    return {key: html.unescape(value) for key, value in re.findall(r'([\w-]+)="([^"]*)"', tag)}


async def test_the_page_shows_masked_addresses_and_no_answer_to_its_own_questions(
    operator: Browser, visit: Visit
) -> None:
    """What the caller has to know must not stand where it is asked."""
    page = await (await operator.get(path(visit))).text()
    mother, brother = visit.visitors
    assert mother.email not in page
    assert brother.email not in page
    assert "s••••@family.example" in page
    for answer in (*answers(visit).values(), mother.mobile[-4:]):
        assert answer not in re.sub(r"<[^>]*>", "", page.partition("data-desk")[2])


async def test_codes_are_sent_again_and_the_page_stays_and_says_so(desk: Desk, operator: Browser, visit: Visit) -> None:
    """To the address that was chosen; the operator can go on with reading out. A second time at once is refused with
    when it may be.
    """
    answer = await post(operator, path(visit, "/send"), address=visit.visitors[1].id)
    assert (answer.status, answer.headers["Location"]) == (303, path(visit, "?said=codes_sent"))
    page = await (await operator.get(answer.headers["Location"])).text()
    assert "New codes are on their way." in page
    assert 'data-form="read-out"' in page
    async with desk.db.read() as uow:
        [mail] = await uow.outbox.for_visit(visit.id)
    assert mail.to == visit.visitors[1].email
    again = await post(operator, path(visit, "/send"), address="own")
    assert again.status == 422
    assert "Codes were sent just now." in await again.text()
    nowhere = await post(operator, path(visit, "/send"), address="thief@example.com")
    assert "Choose one of the registered addresses." in await nowhere.text()


async def test_codes_that_are_read_out_stand_on_one_answer_and_let_the_caller_in(
    desk: Desk, operator: Browser, visit: Visit
) -> None:
    """In no cache and at no address; asked for again, the address leads back."""
    answer = await post(operator, path(visit, "/read-out"), **answers(visit))
    page = await answer.text()
    assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-store")
    otp, pin = (re.search(rf"data-{name}>([\d ]+)<", page) for name in ("otp", "pin"))
    assert otp
    assert pin
    found = await desk.app[ADMISSION].check_codes(visit.visrn, visit.visitors, visit, otp[1], pin[1], desk.clock.now())
    assert found == visit.visitors[0]
    again = await operator.get(path(visit, "/read-out"), allow_redirects=False)
    assert (again.status, again.headers["Location"]) == (303, path(visit))


async def test_wrong_details_are_counted_and_the_reason_is_said_plainly(operator: Browser, visit: Visit) -> None:
    """How many tries are left, and at the end what can still be done."""
    wrong = {**answers(visit), "id_last4": "Q7X9"}
    for words in ("2 more times", "1 more time ", "0 more times", "asked three times"):
        page = await (await post(operator, path(visit, "/read-out"), **wrong)).text()
        assert words in page
        assert "data-otp" not in page
    assert "asked three times" in await (await post(operator, path(visit, "/read-out"), **answers(visit))).text()


async def test_each_try_by_telephone_stands_in_the_visits_history_and_in_the_audit(
    desk: Desk, operator: Browser, visit: Visit
) -> None:
    """The failed one and the one that worked: who, when, what was asked and what came of it; no answer and no code."""
    right = answers(visit)
    await post(operator, path(visit, "/read-out"), **{**right, "id_last4": "Q7X9"})
    shown = await (await post(operator, path(visit, "/read-out"), **right)).text()
    name = visit.visitors[0].name
    page = await (await operator.get(f"/operator/visits/{visit.id}")).text()
    story = html.unescape(page.partition('data-part="story"')[2].partition("</section>")[0])
    lines = re.findall(r'data-right="(yes|no)">.*?</li>', story, re.DOTALL)
    assert lines == ["yes", "no"]
    assert f"Asked on the telephone for {name}: an answer was wrong, no codes were read out" in story
    assert f"Asked on the telephone for {name}: the answers were right, new codes were read out" in story
    assert story.count("Last 4 characters of the identity proof's number; Year of birth") == 2
    assert story.count("Name of asha") == 2
    told = re.sub(r"<[^>]*>", " ", story)
    codes = re.findall(r"data-(?:otp|pin)>([\d ]+)<", shown)
    assert len(codes) == 2
    for secret in (*codes, *(code.replace(" ", "") for code in codes), "Q7X9", *right.values()):
        assert not re.search(rf"\b{secret}\b", told)
    async with desk.db.read() as uow:
        tries = [each for each in await uow.audit.newest(50) if each.event == AuditEvent.CODES_READ_OUT]
    assert [(each.visit_id, each.details["right"]) for each in tries] == [(visit.id, True), (visit.id, False)]


async def test_an_open_page_of_the_visit_tells_a_try_that_failed_at_once(operator: Browser, visit: Visit) -> None:
    """A colleague who has it open sees that somebody calls and cannot answer."""
    stream_path = f"/operator/visits/{visit.id}/events"
    async with asyncio.timeout(10), operator.get(stream_path, headers={"Accept": "text/event-stream"}) as stream:
        await next_message(stream)
        await post(operator, path(visit, "/read-out"), **{**answers(visit), "id_last4": "Q7X9"})
        change = await next_message(stream)
    assert 'data-right="no"' in change["fixed"]["story"]


async def test_codes_that_were_sent_again_stand_in_the_visits_history(operator: Browser, visit: Visit) -> None:
    """To whose address, and not which."""
    await post(operator, path(visit, "/send"), address=visit.visitors[1].id)
    page = await (await operator.get(f"/operator/visits/{visit.id}")).text()
    story = page.partition('data-part="story"')[2].partition("</section>")[0]
    assert f"New codes for {visit.visitors[0].name} sent to the address of another visitor" in story
    assert visit.visitors[1].email not in story


async def test_after_a_refusal_what_was_typed_is_still_there_and_the_focus_is_on_what_is_wrong(
    operator: Browser, visit: Visit
) -> None:
    """With the caller on the telephone nothing is asked twice. Kept in this one answer, which nobody stores."""
    wrong = {**answers(visit), "id_last4": 'Q7"9'}
    answer = await post(operator, path(visit, "/read-out"), **wrong)
    page = await answer.text()
    assert (answer.status, answer.headers["Cache-Control"]) == (422, "no-store")
    assert "Q7" not in str(answer.url)
    assert field(page, "id_last4")["value"] == 'Q7"9'
    assert field(page, "birth_year")["value"] == wrong["birth_year"]
    assert field(page, "birth_year")["aria-invalid"] == field(page, "id_last4")["aria-invalid"] == "true"
    assert field(page, "id_last4")["aria-describedby"] == "read_out-problem"
    assert 'role="alert" tabindex="-1" id="read_out-problem"' in page
    one = await (await post(operator, path(visit, "/read-out"), id_last4="Q7X9")).text()
    assert field(one, "id_last4")["value"] == "Q7X9"
    assert "aria-invalid" not in field(one, "id_last4")
    assert '<a href="#birth_year">Ask at least two details' in one
    assert field(await (await operator.get(path(visit))).text(), "id_last4")["value"] == ""


async def test_the_address_that_was_chosen_is_still_chosen_after_a_refusal(operator: Browser, visit: Visit) -> None:
    """Sending to the first one instead would be sending elsewhere."""
    brother = visit.visitors[1].id
    await post(operator, path(visit, "/send"), address=brother)
    page = await (await post(operator, path(visit, "/send"), address=brother)).text()
    assert "Codes were sent just now." in page
    assert re.findall(r'name="address" value="(\w+)" checked', page) == [brother]
    assert 'role="alert" tabindex="-1" id="send-problem"' in page


async def test_one_detail_is_not_enough(operator: Browser, visit: Visit) -> None:
    """And is not counted."""
    for typed in ({}, {"id_last4": answers(visit)["id_last4"]}):
        page = await (await post(operator, path(visit, "/read-out"), **typed)).text()
        assert "Ask at least two details" in page
    assert (await post(operator, path(visit, "/read-out"), **answers(visit))).status == 200


async def test_a_visitor_of_whom_too_little_is_known_can_only_be_sent_codes(desk: Desk, operator: Browser) -> None:
    """The page says why."""
    visit = await desk.book()
    page = await (await operator.get(path(visit))).text()
    assert "Codes cannot be read out" in page
    assert 'data-form="send"' in page
    assert 'data-form="read-out"' not in page


async def test_before_and_after_the_visits_window_the_page_says_when(desk: Desk, operator: Browser) -> None:
    """Rather than offering what would be refused."""
    early, over = await desk.book(starts_in=3600), await desk.book(starts_in=-3600, terminal=1)
    assert "It is too early: codes can be sent from" in await (await operator.get(path(early))).text()
    assert "The time of this visit is over." in await (await operator.get(path(over))).text()


async def test_nobody_of_another_jail_or_visit_is_helped(desk: Desk, operator: Browser, visit: Visit) -> None:
    """Scope, and the visitor must be one of this visit."""
    theirs, other = await desk.book(desk.elsewhere), await desk.book(terminal=1)
    assert (await operator.get(path(theirs))).status == 403
    assert (await post(operator, path(theirs, "/send"), address="own")).status == 403
    mixed = f"/operator/visits/{other.id}/help/{visit.visitors[0].id}"
    assert (await operator.get(mixed)).status == 404
    assert (await post(operator, f"{mixed}/read-out", **answers(visit))).status == 404
