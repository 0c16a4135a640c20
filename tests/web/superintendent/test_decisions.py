"""Deciding about a request."""

from __future__ import annotations

from datetime import time

from broker.staff import Role
from broker.visit import Visit, VisitorDecision, VisitStatus
from tests.support.deciding import Office, hold_of, letters, person
from tests.support.desk import Browser, Desk, post
from tests.support.superintendent import at_the_desk, in_days, read, requested, send, sentences
from web.superintendent.desk.forms import stamp


def approval(visit: Visit, office: Office, **changes: str) -> dict[str, str]:
    """The form as the page sends it for an ordinary approval."""
    return {
        "inmate": str(office.inmate.id),
        "slot": stamp(visit.starts_at),
        "may": visit.visitors[0].id,
        "place": "",
    } | changes


async def refused_page(browser: Browser, path: str, /, **fields: str) -> str:
    """Send a form that does not go well."""
    answer = await post(browser, path, **fields)
    assert answer.status == 422, (answer.status, answer.headers.get("Location"))
    return await answer.text()


async def test_approving_leads_to_the_next_request(desk: Desk, office: Office) -> None:
    """Into the slot that was held; the family is told; the next one is there."""
    visit = await requested(desk, office)
    held = await hold_of(desk.db, visit)
    following = await requested(desk, office, days=7)
    async with desk.browser() as browser:
        await at_the_desk(browser)
        await read(browser, "/superintendent")
        where = await send(browser, f"/superintendent/requests/{visit.id}/approve", **approval(visit, office))
        assert where == f"/superintendent/requests/{following.id}"
        assert f"{visit.visrn} is approved" in await read(browser, where)
    approved = await desk.visit(visit.id)
    assert approved.status is VisitStatus.APPROVED
    assert approved.slot == held
    assert approved.inmate == office.inmate
    assert "approved" in await letters(desk.db, visit)


async def test_the_last_one_leads_back_to_the_queue(desk: Desk, office: Office) -> None:
    """Where nothing is left to decide."""
    visit = await requested(desk, office)
    async with desk.browser() as browser:
        await at_the_desk(browser)
        where = await send(browser, f"/superintendent/requests/{visit.id}/approve", **approval(visit, office))
        assert where == "/superintendent"
        assert "Nothing is to be decided" in await read(browser, where)


async def test_another_time_and_terminal_can_be_chosen(desk: Desk, office: Office) -> None:
    """Not only what the family wished for."""
    visit = await requested(desk, office)
    other = in_days(desk, 6, time(11))
    changes = {"slot": "other", "other_slot": stamp(other), "place": str(office.terminals[2].id)}
    async with desk.browser() as browser:
        await at_the_desk(browser)
        await send(browser, f"/superintendent/requests/{visit.id}/approve", **approval(visit, office, **changes))
    approved = await desk.visit(visit.id)
    assert approved.slot is not None
    assert (approved.slot.starts_at, approved.slot.terminal_id) == (other, office.terminals[2].id)


async def test_a_form_without_a_person_or_a_time_is_shown_again(desk: Desk, office: Office) -> None:
    """Both problems at once, and nothing is lost."""
    visit = await requested(desk, office)
    async with desk.browser() as browser:
        await at_the_desk(browser)
        fields = {"slot": "other", "may": visit.visitors[0].id, "place": str(office.terminals[1].id)}
        html = await refused_page(browser, f"/superintendent/requests/{visit.id}/approve", **fields)
    assert len(sentences(html)) == 2
    assert 'role="alert"' in html
    assert f'<option value="{office.terminals[1].id}" selected>' in html
    assert (await desk.visit(visit.id)).status is VisitStatus.REQUESTED


async def test_a_terminal_that_is_taken_is_said_at_the_time(desk: Desk, office: Office) -> None:
    """The request stays, and another place can be chosen."""
    other = await hold_of(desk.db, await requested(desk, office))
    visit = await requested(desk, office)
    fields = approval(visit, office, place=str(other.terminal_id))
    async with desk.browser() as browser:
        await at_the_desk(browser)
        html = await refused_page(browser, f"/superintendent/requests/{visit.id}/approve", **fields)
    assert sentences(html) == ["That place is taken at that time. Choose another one."]


async def test_a_person_who_has_a_visit_then_is_said_at_the_time(desk: Desk, office: Office) -> None:
    """Another terminal is no help: another time is."""
    first = await requested(desk, office)
    second = await requested(desk, office, people=[person("Ganpat", email="g@family.example", number="ABCDE9999F")])
    words = "This person has another visit at that time, and can be in one place only. Choose another time."
    async with desk.browser() as browser:
        await at_the_desk(browser)
        await send(browser, f"/superintendent/requests/{first.id}/approve", **approval(first, office))
        path = f"/superintendent/requests/{second.id}/approve"
        html = await refused_page(browser, path, **approval(second, office))
        assert sentences(html) == [words]
        later = {"slot": "other", "other_slot": stamp(in_days(desk, 6, time(11)))}
        await send(browser, path, **approval(second, office, **later))
    assert (await desk.visit(second.id)).status is VisitStatus.APPROVED


async def test_some_visitors_may_come_and_others_not(desk: Desk, office: Office) -> None:
    """Whoever is left out needs a reason, which their letter says."""
    people = [person(), person("Ganpat", email="g@family.example", number="ABCDE9999F")]
    visit = await requested(desk, office, people=people)
    left_out = visit.visitors[1]
    async with desk.browser() as browser:
        await at_the_desk(browser)
        path = f"/superintendent/requests/{visit.id}/approve"
        html = await refused_page(browser, path, **approval(visit, office))
        assert sentences(html) == ["Choose why this visitor may not come."]
        await send(browser, path, **approval(visit, office), **{f"why-{left_out.id}": "id_unclear"})
    approved = await desk.visit(visit.id)
    assert [each.decision for each in approved.visitors] == [VisitorDecision.APPROVED, VisitorDecision.REFUSED]
    assert approved.visitors[1].decision_reason == "The identity proof is unclear or does not match"


async def test_nobody_admitted_is_a_refusal_and_said_so(desk: Desk, office: Office) -> None:
    """An approval for nobody is none."""
    visit = await requested(desk, office)
    fields = approval(visit, office, may="", **{f"why-{visit.visitors[0].id}": "banned"})
    async with desk.browser() as browser:
        await at_the_desk(browser)
        html = await refused_page(browser, f"/superintendent/requests/{visit.id}/approve", **fields)
    assert "Nobody would be let in" in sentences(html)[0]


async def test_a_spent_allowance_stops_an_approval_but_not_a_special_session(desk: Desk, office: Office) -> None:
    """Outside quota and hours, with the reason on record."""
    visit = await requested(desk, office)
    async with desk.db.begin() as uow:
        await uow.quotas.adjust(
            office.inmate.id,
            visit.kind,
            visit.mode,
            in_days(desk, 5).date(),
            2,
            note="On paper",
            by="staff:1",
            now=desk.clock.now(),
            version=office.version,
        )
        await uow.commit()
    evening = in_days(desk, 1, time(20))
    special = {
        "special": "His father has died.",
        "special_day": evening.date().isoformat(),
        "special_time": "20:00",
        "special_minutes": "40",
    }
    async with desk.browser() as browser:
        await at_the_desk(browser)
        html = await refused_page(browser, f"/superintendent/requests/{visit.id}/approve", **approval(visit, office))
        assert "No visit is left" in sentences(html)[0]
        path = f"/superintendent/requests/{visit.id}/special"
        html = await refused_page(browser, path, **approval(visit, office), **(special | {"special": ""}))
        assert "outside the ordinary rules" in sentences(html)[0]
        await send(browser, path, **approval(visit, office), **special)
    approved = await desk.visit(visit.id)
    assert approved.starts_at == evening
    assert (approved.ends_at - approved.starts_at).total_seconds() == 40 * 60
    async with desk.db.read() as uow:
        decision = (await uow.decisions.of_visit(visit.id))[-1]
    assert (decision.what.value, decision.text) == ("special", "His father has died.")


async def test_a_special_session_is_not_in_the_past_and_not_endless(desk: Desk, office: Office) -> None:
    """Each field says what is wrong with it."""
    visit = await requested(desk, office)
    yesterday = in_days(desk, -1)
    special = {
        "special": "A death.",
        "special_day": yesterday.date().isoformat(),
        "special_time": "10:00",
        "special_minutes": "500",
    }
    async with desk.browser() as browser:
        await at_the_desk(browser)
        path = f"/superintendent/requests/{visit.id}/special"
        html = await refused_page(browser, path, **approval(visit, office), **special)
    assert sentences(html) == ["That time is over.", "Write how many minutes it lasts, from 1 to 240."]


async def test_a_refusal_has_a_reason_and_may_offer_something(desk: Desk, office: Office) -> None:
    """A slot, or the next allowed day; `other` needs words."""
    visit = await requested(desk, office)
    free, day = in_days(desk, 8), in_days(desk, 9).date()
    async with desk.browser() as browser:
        await at_the_desk(browser)
        path = f"/superintendent/requests/{visit.id}/refuse"
        assert sentences(await refused_page(browser, path)) == ["Choose a reason."]
        html = await refused_page(browser, path, reason="other", offer=stamp(free))
        assert "write a sentence to the family" in sentences(html)[0]
        assert '<option value="other" selected>' in html
        fields = {"reason": "slot_unavailable", "offer": stamp(free), "offer_from": day.isoformat()}
        await send(browser, path, **fields, text="Please choose another day.")
    assert (await desk.visit(visit.id)).status is VisitStatus.REFUSED
    async with desk.db.read() as uow:
        decision = (await uow.decisions.of_visit(visit.id))[-1]
    assert (decision.reason, decision.text) == ("slot_unavailable", "Please choose another day.")
    assert "offer" in decision.details
    assert "refused" in await letters(desk.db, visit)


async def test_a_question_says_what_is_wanted(desk: Desk, office: Office) -> None:
    """At least one thing; then the request waits for the family."""
    visit = await requested(desk, office)
    async with desk.browser() as browser:
        await at_the_desk(browser)
        path = f"/superintendent/requests/{visit.id}/ask"
        assert sentences(await refused_page(browser, path, wants="nonsense")) == ["Choose what the family should send."]
        await send(browser, path, wants="better_id", question="The number can't be read.")
        html = await read(browser, f"/superintendent/requests/{visit.id}")
    assert (await desk.visit(visit.id)).status is VisitStatus.ASKED
    assert "has not answered yet" in html
    assert 'data-action="approve"' not in html
    assert 'data-action="refuse"' in html


async def test_what_was_decided_meanwhile_is_not_decided_again(desk: Desk, office: Office) -> None:
    """Two superintendents, one request: the second one is shown what became of it."""
    visit = await requested(desk, office)
    async with desk.browser() as browser:
        await at_the_desk(browser)
        async with desk.db.begin() as uow:
            await uow.visits.move(visit.id, VisitStatus.REFUSED, "staff:9", "duplicate", desk.clock.now())
            await uow.commit()
        where = await send(browser, f"/superintendent/requests/{visit.id}/approve", **approval(visit, office))
        assert where == f"/superintendent/visits/{visit.id}"
        assert "was decided meanwhile" in await read(browser, where)


async def test_only_the_jails_own_superintendent_decides(desk: Desk, office: Office) -> None:
    """Every act asks for the permission and the scope."""
    await desk.hire("other", Role.SUPERINTENDENT, desk.elsewhere)
    await desk.hire("state", Role.STATE_ADMIN, desk.here)
    visit = await requested(desk, office)
    for username in ("other", "state"):
        async with desk.browser() as browser:
            await at_the_desk(browser, username)
            for act in ("approve", "special", "refuse", "ask"):
                assert (await post(browser, f"/superintendent/requests/{visit.id}/{act}")).status == 403
    assert (await desk.visit(visit.id)).status is VisitStatus.REQUESTED
