"""A decided visit."""

from __future__ import annotations

import re
from datetime import time

from broker.audit.events import AuditEvent
from broker.outbox import MailStatus, OutboxMail
from broker.staff import Role
from broker.visit import Visit, VisitStatus
from broker.vocabulary import ReviewCause
from tests.support.deciding import Office, counted, hold_of, letters
from tests.support.desk import Desk, post
from tests.support.superintendent import at_the_desk, in_days, read, requested, send, sentences
from web.superintendent.desk.forms import stamp


async def decided(desk: Desk, office: Office) -> Visit:
    """An approved visit, as the page approves one."""
    visit = await requested(desk, office)
    await hold_of(desk.db, visit)
    async with desk.browser() as browser:
        await at_the_desk(browser)
        fields = {"inmate": str(office.inmate.id), "slot": stamp(visit.starts_at), "may": visit.visitors[0].id}
        await send(browser, f"/superintendent/requests/{visit.id}/approve", **fields)
    return await desk.visit(visit.id)


async def bounce(desk: Desk, visit: Visit) -> None:
    """Its letter came back."""
    mail = OutboxMail("approved", "savita@family.example", "s", "t", "h", desk.clock.now(), visit_id=visit.id)
    async with desk.db.begin() as uow:
        await uow.outbox.add(mail)
        await uow.outbox.mark_failed(mail.id, "refused", None, desk.clock.now())
        await uow.commit()


async def test_the_page_tells_the_whole_story(desk: Desk, office: Office) -> None:
    """Where it stands, what was decided by which rule, and each letter."""
    visit = await decided(desk, office)
    async with desk.browser() as browser:
        await at_the_desk(browser)
        html = await read(browser, f"/superintendent/visits/{visit.id}")
    assert 'data-decision="approved"' in html
    assert "rule version 1" in html
    assert 'data-letter="approved"' in html
    assert "data-undelivered" not in html


async def test_a_letter_that_did_not_arrive_asks_for_a_call(desk: Desk, office: Office) -> None:
    """Failed and bounced letters are said at the top; codes are the operator's business."""
    visit = await decided(desk, office)
    await bounce(desk, visit)
    async with desk.browser() as browser:
        await at_the_desk(browser)
        html = await read(browser, f"/superintendent/visits/{visit.id}")
    assert "data-undelivered" in html
    assert f'data-status="{MailStatus.FAILED}"' in html


async def test_a_visit_gets_another_time(desk: Desk, office: Office) -> None:
    """With the reason, which the family reads."""
    visit = await decided(desk, office)
    other = in_days(desk, 7, time(12))
    async with desk.browser() as browser:
        await at_the_desk(browser)
        path = f"/superintendent/visits/{visit.id}/move"
        answer = await post(browser, path, move_to=stamp(other))
        assert answer.status == 422
        assert sentences(await answer.text()) == ["Write the reason in a sentence."]
        where = await send(browser, path, move_to=stamp(other), move_text="The room is painted.")
        assert "has a new time" in await read(browser, where)
    assert (await desk.visit(visit.id)).starts_at == other
    assert "changed" in await letters(desk.db, visit)


async def test_a_time_that_is_taken_is_said_at_the_time(desk: Desk, office: Office) -> None:
    """And the visit stays where it was."""
    other = await hold_of(desk.db, await requested(desk, office, days=8))
    visit = await decided(desk, office)
    async with desk.browser() as browser:
        await at_the_desk(browser)
        fields = {"move_to": stamp(other.starts_at), "move_text": "So.", "place": str(other.terminal_id)}
        answer = await post(browser, f"/superintendent/visits/{visit.id}/move", **fields)
        assert answer.status == 422
        assert "taken" in sentences(await answer.text())[0]
    assert (await desk.visit(visit.id)).starts_at == visit.starts_at


async def test_cancelling_frees_the_slot_and_the_allowance(desk: Desk, office: Office) -> None:
    """With a reason from the list."""
    visit = await decided(desk, office)
    assert await counted(desk.db, visit.id, office.inmate) == 1
    async with desk.browser() as browser:
        await at_the_desk(browser)
        path = f"/superintendent/visits/{visit.id}/cancel"
        assert (await post(browser, path)).status == 422
        where = await send(browser, path, cancel_reason="equipment", cancel_text="The camera is broken.")
        html = await read(browser, where)
    assert "is cancelled" in html
    assert 'data-action="cancel"' not in html
    assert (await desk.visit(visit.id)).status is VisitStatus.CANCELLED
    assert await counted(desk.db, visit.id, office.inmate) == 0
    assert "cancelled" in await letters(desk.db, visit)


async def test_what_was_looked_at_stays_as_it_is(desk: Desk, office: Office) -> None:
    """Settled, and gone from the queue."""
    visit = await decided(desk, office)
    async with desk.db.begin() as uow:
        await uow.decisions.raise_review(visit.id, ReviewCause.TERMINAL_BLOCKED, "No sound", desk.clock.now())
        await uow.commit()
    async with desk.browser() as browser:
        await at_the_desk(browser)
        html = await read(browser, f"/superintendent/visits/{visit.id}")
        assert "The terminal was blocked" in html
        assert '<option value="equipment" selected>' in html
        where = await send(browser, f"/superintendent/visits/{visit.id}/keep", keep_text="It was mended.")
        assert "stays as it is" in await read(browser, where)
    async with desk.db.read() as uow:
        assert await uow.decisions.open_reviews([office.jail.id]) == []


async def test_what_is_over_is_not_cancelled(desk: Desk, office: Office) -> None:
    """A second cancellation says that it was decided meanwhile."""
    visit = await decided(desk, office)
    async with desk.browser() as browser:
        await at_the_desk(browser)
        path = f"/superintendent/visits/{visit.id}/cancel"
        await send(browser, path, cancel_reason="weather")
        where = await send(browser, path, cancel_reason="weather")
        assert "was decided meanwhile" in await read(browser, where)


async def test_a_request_leads_to_its_own_page_and_others_stay_out(desk: Desk, office: Office) -> None:
    """Undecided: the request's page; another jail's superintendent: forbidden; the state reads only."""
    await desk.hire("other", Role.SUPERINTENDENT, desk.elsewhere)
    await desk.hire("state", Role.STATE_ADMIN, desk.here)
    waiting, visit = await requested(desk, office, days=9), await decided(desk, office)
    async with desk.browser() as browser:
        await at_the_desk(browser, "state")
        answer = await browser.get(f"/superintendent/visits/{waiting.id}", allow_redirects=False)
        assert answer.headers["Location"] == f"/superintendent/requests/{waiting.id}"
        html = await read(browser, f"/superintendent/visits/{visit.id}")
        assert 'data-action="cancel"' not in html
        assert (await post(browser, f"/superintendent/visits/{visit.id}/cancel")).status == 403
    async with desk.browser() as browser:
        await at_the_desk(browser, "other")
        assert (await browser.get(f"/superintendent/visits/{visit.id}")).status == 403
        for act in ("move", "cancel", "keep"):
            assert (await post(browser, f"/superintendent/visits/{visit.id}/{act}")).status == 403


async def test_the_page_says_who_has_looked_at_the_visit(desk: Desk, office: Office) -> None:
    """Colleagues by name, with the second; this look is the next one's."""
    visit = await decided(desk, office)
    await desk.hire("meera", Role.SUPERINTENDENT, desk.here)
    async with desk.browser() as browser:
        await at_the_desk(browser)
        assert "Nobody before you." in await read(browser, f"/superintendent/visits/{visit.id}")
    async with desk.browser() as browser:
        await at_the_desk(browser, "meera")
        html = await read(browser, f"/superintendent/visits/{visit.id}")
    assert html.count('data-look="visit:read"') == 1
    assert "Name of leela</strong> Opened a visit" in html


async def test_help_by_telephone_stands_on_the_page_try_by_try(desk: Desk, office: Office) -> None:
    """Who asked whom for what, and what came of it, the newest first."""
    visit = await decided(desk, office)
    visitor = visit.visitors[0]
    async with desk.db.begin() as uow:
        for right in (False, True):
            uow.audit.record(
                AuditEvent.CODES_READ_OUT, by="staff:99", at=desk.clock.now(), visit_id=visit.id,
                subject=f"visitor:{visitor.id}", details={"asked": "id_last4 birth_year", "right": right},
            )  # fmt: skip
        await uow.commit()
    async with desk.browser() as browser:
        await at_the_desk(browser)
        page = await read(browser, f"/superintendent/visits/{visit.id}")
    assert re.findall(r'data-help="codes:read_out" data-right="(\w+)">([^.]+)\.', page) == [
        ("yes", f"Asked on the telephone for {visitor.name}: the answers were right, new codes were read out"),
        ("no", f"Asked on the telephone for {visitor.name}: an answer was wrong, no codes were read out"),
    ]
