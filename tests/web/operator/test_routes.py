"""web.operator: the day's page, its live parts, and what the buttons do."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import aiohttp
import pytest

from broker.admission.window import OPENS_BEFORE
from broker.outbox import MailStatus, OutboxMail
from broker.staff import Role
from broker.storage.models import InmateRow
from broker.visit import Outcome, Visit, VisitKind, VisitStatus
from config import keys
from config.facts import EndReason, Fact, FactName
from rooms.presence import Devices, PresenceState, Quality
from tests.support.desk import Browser, Desk, next_event, next_message, post, sign_in

JSON = "application/json"


@pytest.fixture
async def operator(desk: Desk) -> AsyncIterator[Browser]:
    """A browser in which the operator of the first jail is signed in."""
    await desk.hire("asha", Role.OPERATOR, desk.here)
    async with desk.browser() as browser:
        await sign_in(browser, "asha")
        yield browser


@asynccontextmanager
async def events(browser: Browser, path: str = "/operator/events") -> AsyncIterator[aiohttp.ClientResponse]:
    """An open stream of the console."""
    async with browser.get(path, headers={"Accept": "text/event-stream"}) as answer:
        assert answer.content_type == "text/event-stream"
        yield answer


async def row(browser: Browser, visit: Visit, path: str = "/operator") -> str:
    """The HTML of a visit's row on the page."""
    text = await (await browser.get(path)).text()
    found = re.search(
        rf'<li class="visit[^>]*data-visrn="{visit.visrn}".*?</li>\s*(?=<li class|</ul>\s*</div>)', text, re.DOTALL
    )
    assert found, f"no row of {visit.visrn}"
    return found[0]


def state_of(html: str) -> str:
    """The row's state, as automation reads it."""
    found = re.search(r'data-state="(\w+)"', html)
    assert found
    return found[1]


async def test_the_page_lists_the_days_visits_with_people_and_terminal(desk: Desk, operator: Browser) -> None:
    """Who, where and when, in the jail's own time, are on the row."""
    visit = await desk.book(starts_in=3600, terminal=1)
    html = await row(operator, visit)
    assert state_of(html) == "expected"
    for word in ("Sanjay Kolte", "UT/1/26", "Savita Kolte", "wife", "T2", "Not here yet."):
        assert word in html


async def test_visits_of_other_jails_and_days_are_not_listed(desk: Desk, operator: Browser) -> None:
    """The day is one jail's day."""
    theirs = await desk.book(desk.elsewhere)
    tomorrow = await desk.book(starts_in=26 * 3600)
    text = await (await operator.get("/operator")).text()
    assert str(theirs.visrn) not in text
    assert f'data-visrn="{tomorrow.visrn}"' not in text


async def test_another_jails_day_is_refused(desk: Desk, operator: Browser) -> None:
    """Scope holds for the page and for its stream."""
    jail = desk.elsewhere.jail.id
    assert (await operator.get(f"/operator?jail={jail}")).status == 403
    assert (await operator.get(f"/operator/events?jail={jail}")).status == 403


async def test_the_row_says_that_the_family_waits_with_devices_and_connection(desk: Desk, operator: Browser) -> None:
    """The operator sees who waits and whether their devices and connection will do."""
    visit = await desk.book()
    await desk.show(
        visit,
        visit.visitors[0].id,
        PresenceState.CONNECTED,
        devices=Devices(camera=True, microphone=False),
        quality=Quality.POOR,
    )
    html = await row(operator, visit)
    assert state_of(html) == "family_waiting"
    assert "No microphone!" in html
    assert "Weak connection." in html


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (MailStatus.QUEUED, "Codes are being sent."),
        (MailStatus.SENT, "Codes sent at"),
        (MailStatus.FAILED, "Codes not delivered!"),
    ],
)
async def test_the_row_says_what_became_of_the_codes_mail(
    desk: Desk, operator: Browser, status: MailStatus, words: str
) -> None:
    """A family that cannot come in because its mail never came is seen by the operator."""
    visit = await desk.book()
    now = desk.clock.now()
    mail = OutboxMail(
        "codes",
        visit.visitors[0].email,
        "s",
        "t",
        "h",
        now,
        visit.id,
        visit.visitors[0].id,
        expires_at=now + timedelta(minutes=5),
    )
    async with desk.db.begin() as uow:
        await uow.outbox.add(mail)
        if status is MailStatus.SENT:
            await uow.outbox.mark_sent(mail.id, now)
        elif status is MailStatus.FAILED:
            await uow.outbox.mark_failed(mail.id, "refused", None, now)
        await uow.commit()
    assert words in await row(operator, visit)


async def test_starting_opens_the_room_and_the_visit_with_the_operators_number(desk: Desk, operator: Browser) -> None:
    """Start is on paper with who did it, and in the room."""
    visit = await desk.book()
    answer = await post(operator, f"/operator/visits/{visit.id}/start")
    assert (answer.status, answer.headers["Location"]) == (303, "/operator?said=started")
    stored = await desk.visit(visit.id)
    assert stored.status is VisitStatus.OPEN
    room = await desk.registry.room(visit.id)
    assert room.opened is not None
    async with desk.db.read() as uow:
        step = (await uow.visits.history(visit.id))[-1]
        me = await uow.staff.by_username("asha")
    assert me is not None
    assert (step.to, step.by) == (VisitStatus.OPEN, f"staff:{me.staff.id}")
    assert state_of(await row(operator, visit)) == "ready"


async def test_starting_twice_at_once_is_one_start(desk: Desk, operator: Browser) -> None:
    """Two operators press at the same moment: both are told it is started, and it happened once."""
    visit = await desk.book()
    path = f"/operator/visits/{visit.id}/start"
    answers = await asyncio.gather(*(post(operator, path, accept=JSON) for _ in range(4)))
    assert [answer.status for answer in answers] == [200] * 4
    async with desk.db.read() as uow:
        history = await uow.visits.history(visit.id)
    assert [step.to for step in history].count(VisitStatus.OPEN) == 1
    facts = [Fact.from_fields(fields).name for _, fields in await desk.redis.xrange(keys.FACTS)]
    assert facts.count(FactName.ROOM_OPENED) == 1


async def test_a_start_that_found_no_room_server_can_be_pressed_again(desk: Desk, operator: Browser) -> None:
    """Without a node nothing is opened on paper; with one the same button works."""
    visit = await desk.book()
    await desk.redis.delete(keys.NODES)
    refused = await post(operator, f"/operator/visits/{visit.id}/start", accept=JSON)
    assert (refused.status, (await refused.json())["error"]) == (409, "no_node")
    assert (await desk.visit(visit.id)).status is VisitStatus.APPROVED
    await desk.announce_node()
    assert (await post(operator, f"/operator/visits/{visit.id}/start", accept=JSON)).status == 200


async def test_a_start_outside_of_the_window_is_refused(desk: Desk, operator: Browser) -> None:
    """Not earlier than the family may come in, and not after the slot."""
    visit = await desk.book(starts_in=OPENS_BEFORE.total_seconds() + 60)
    path = f"/operator/visits/{visit.id}/start"
    assert 'data-action="start"' not in await row(operator, visit)
    assert (await (await post(operator, path, accept=JSON)).json())["error"] == "too_early"
    desk.clock.advance(60)
    assert (await post(operator, path, accept=JSON)).status == 200
    late = await desk.book(starts_in=60, terminal=1)
    desk.clock.advance(16 * 60)
    answer = await post(operator, f"/operator/visits/{late.id}/start", accept=JSON)
    assert (await answer.json())["error"] == "too_late"


async def test_a_cancelled_visit_is_not_started(desk: Desk, operator: Browser) -> None:
    """Status is a guard of its own."""
    visit = await desk.book()
    async with desk.db.begin() as uow:
        await uow.visits.move(visit.id, VisitStatus.CANCELLED, "staff:1", "lockdown", desk.clock.now())
        await uow.commit()
    answer = await post(operator, f"/operator/visits/{visit.id}/start", accept=JSON)
    assert (await answer.json())["error"] == "not_startable"


@pytest.mark.parametrize("act", ["start", "end"])
async def test_visits_out_of_scope_are_neither_started_nor_ended(desk: Desk, operator: Browser, act: str) -> None:
    """An operator acts on the own jail only."""
    theirs = await desk.book(desk.elsewhere)
    answer = await post(operator, f"/operator/visits/{theirs.id}/{act}", reason="conduct")
    assert answer.status == 403
    assert (await desk.visit(theirs.id)).status is VisitStatus.APPROVED


async def test_ending_needs_a_reason_and_writes_it_down(desk: Desk, operator: Browser) -> None:
    """The reason is chosen in the same motion, goes into the history, and the room is told to end."""
    visit = await desk.book()
    await post(operator, f"/operator/visits/{visit.id}/start")
    path = f"/operator/visits/{visit.id}/end"
    assert (await (await post(operator, path, accept=JSON)).json())["error"] == "reason_needed"
    assert (await (await post(operator, path, accept=JSON, reason="because")).json())["error"] == "reason_needed"
    assert (await desk.registry.room(visit.id)).end_reason is None
    assert (await post(operator, path, accept=JSON, reason="prisoner_refused")).status == 200
    assert (await desk.registry.room(visit.id)).end_reason is EndReason.ENDED_BY_STAFF
    async with desk.db.read() as uow:
        assert (await uow.visits.history(visit.id))[-1].reason == "prisoner_refused"
    assert state_of(await row(operator, visit)) == "ended"


async def test_a_session_that_is_over_is_neither_ended_nor_started_again(desk: Desk, operator: Browser) -> None:
    """An end is for good."""
    visit = await desk.book()
    await post(operator, f"/operator/visits/{visit.id}/start")
    await post(operator, f"/operator/visits/{visit.id}/end", reason="conduct")
    again = await post(operator, f"/operator/visits/{visit.id}/end", accept=JSON, reason="conduct")
    assert (await again.json())["error"] == "nothing_to_end"
    start = await post(operator, f"/operator/visits/{visit.id}/start", accept=JSON)
    assert (await start.json())["error"] == "room_over"


async def test_a_session_that_was_never_started_cannot_be_ended(desk: Desk, operator: Browser) -> None:
    """The end button belongs to a running session."""
    visit = await desk.book()
    answer = await post(operator, f"/operator/visits/{visit.id}/end", accept=JSON, reason="conduct")
    assert (await answer.json())["error"] == "nothing_to_end"


async def test_a_form_without_its_token_does_nothing(desk: Desk, operator: Browser) -> None:
    """CSRF: another page cannot make the operator's browser start a session."""
    visit = await desk.book()
    answer = await operator.post(f"/operator/visits/{visit.id}/start", data={})
    assert answer.status == 403
    assert (await desk.visit(visit.id)).status is VisitStatus.APPROVED


async def test_an_unknown_visit_is_not_found(operator: Browser) -> None:
    """Made-up ids lead nowhere."""
    assert (await post(operator, f"/operator/visits/{'0' * 32}/start")).status == 404


async def test_the_stream_sends_all_parts_first_and_then_what_changed(desk: Desk, operator: Browser) -> None:
    """A change of one row is sent as that row, at once, woken by the jail's channel."""
    first = await desk.book()
    second = await desk.book(terminal=1)
    async with asyncio.timeout(10), events(operator) as stream:
        whole = await next_message(stream)
        assert set(whole["items"]) == set(whole["order"]) >= {f"visit-{first.id}", f"visit-{second.id}"}
        assert {"summary", "terminals"} <= set(whole["fixed"])
        await desk.show(first, first.visitors[0].id, PresenceState.CHECKING)
        change = await next_message(stream)
        assert set(change["items"]) == {f"visit-{first.id}"}
        assert state_of(change["items"][f"visit-{first.id}"]) == "family_waiting"
        assert "1 waiting" in change["fixed"]["summary"]
        assert "terminals" not in change["fixed"]


async def test_the_stream_is_woken_rather_than_waited_for(desk: Desk, operator: Browser) -> None:
    """A family that comes is on the screen well before the next look of every two seconds."""
    visit = await desk.book()
    async with asyncio.timeout(10), events(operator) as stream:
        await next_message(stream)
        name, _ = await next_event(stream)
        assert name == "beat"  # the next look of its own is two seconds away
        async with asyncio.timeout(1.2):
            await desk.show(visit, visit.visitors[0].id, PresenceState.WAITING)
            await next_message(stream)


async def test_the_stream_finds_changes_nobody_announced(desk: Desk, operator: Browser) -> None:
    """A lost message costs two seconds, not the truth."""
    async with asyncio.timeout(10), events(operator) as stream:
        await next_message(stream)
        visit = await desk.book()
        assert f"visit-{visit.id}" in (await next_message(stream))["items"]


async def test_the_stream_ends_with_the_session(desk: Desk, operator: Browser) -> None:
    """A signed-out console shows nothing more."""
    async with asyncio.timeout(10), events(operator) as stream:
        await next_message(stream)
        await post(operator, "/staff/sign-out")
        while (found := await next_event(stream))[0] == "beat":
            pass
        assert found[0] == "over"


async def test_an_open_console_alone_does_not_keep_the_session_alive(desk: Desk, operator: Browser) -> None:
    """Live updates are not acts: a console left alone goes dark."""
    async with asyncio.timeout(10), events(operator) as stream:
        await next_message(stream)
        desk.clock.advance(3601)
        while (found := await next_event(stream))[0] == "beat":
            pass
        assert found[0] == "over"


async def test_a_row_that_did_not_change_is_not_sent_again(desk: Desk, operator: Browser) -> None:
    """Time passing alone is a beat with the server's clock."""
    await desk.book()
    async with asyncio.timeout(10), events(operator) as stream:
        await next_message(stream)
        desk.clock.advance(5)
        name, data = await next_event(stream)
        assert (name, set(data)) == ("beat", {"now"})


async def test_a_closed_visit_says_its_outcome(desk: Desk, operator: Browser) -> None:
    """The row ends with how it went."""
    visit = await desk.book()
    async with desk.db.begin() as uow:
        await uow.visits.close(visit.id, Outcome.VISITOR_ABSENT, {}, "system:worker", desk.clock.now())
        await uow.commit()
    html = await row(operator, visit)
    assert state_of(html) == "no_show"
    assert "The family did not come" in html


async def test_a_lawyers_visit_says_that_nobody_may_listen(desk: Desk, operator: Browser) -> None:
    """Staff know what kind of visit they start."""
    visit = await desk.book(kind=VisitKind.LEGAL)
    assert "nobody may listen" in await row(operator, visit)


async def test_names_are_escaped(desk: Desk, operator: Browser) -> None:
    """What people typed into a form stays text on the operator's page."""
    async with desk.db.begin() as uow:
        inmate = await uow.session.get(InmateRow, desk.here.inmate.id)
        assert inmate is not None
        inmate.name = "<script>alert(1)</script>"
        await uow.commit()
    visit = await desk.book()
    assert "&lt;script&gt;" in await row(operator, visit)


async def test_a_superintendent_of_two_jails_chooses_between_them(desk: Desk) -> None:
    """The scope is a list to choose from; an operator of one jail sees no choice."""
    await desk.hire("sita", Role.SUPERINTENDENT, desk.here, desk.elsewhere)
    theirs = await desk.book(desk.elsewhere)
    async with desk.browser() as browser:
        await sign_in(browser, "sita")
        assert 'name="jail"' in await (await browser.get("/operator")).text()
        assert await row(browser, theirs, f"/operator?jail={desk.elsewhere.jail.id}")


async def test_a_pairing_code_is_shown_once_and_stored_as_a_digest(desk: Desk, operator: Browser) -> None:
    """Eight letters and digits on the answer to the button, and nowhere else."""
    terminal = desk.here.terminals[0]
    answer = await post(operator, f"/operator/terminals/{terminal.id}/pair")
    text = await answer.text()
    found = re.search(r"data-pair-code>(\w{4} \w{4})<", text)
    assert found
    assert answer.headers["Cache-Control"] == "no-store"
    again = await operator.get(f"/operator/terminals/{terminal.id}/pair", allow_redirects=False)
    assert again.status == 303


async def test_a_terminal_out_of_scope_gets_no_code(desk: Desk, operator: Browser) -> None:
    """Nobody pairs another jail's terminal."""
    terminal = desk.elsewhere.terminals[0]
    assert (await post(operator, f"/operator/terminals/{terminal.id}/pair")).status == 403


async def test_the_console_fails_closed_without_live_state(desk: Desk, operator: Browser) -> None:
    """When presence cannot be read, the page is an honest error, not an empty day."""
    visit = await desk.book()
    await desk.redis.set(keys.presence(visit.id), "not a hash")
    assert (await operator.get("/operator")).status == 503
