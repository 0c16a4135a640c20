"""One person's record."""

from __future__ import annotations

import re

from broker.staff import Role
from broker.vocabulary import RestrictionKind
from tests.support.deciding import Office
from tests.support.desk import Desk, post
from tests.support.superintendent import at_the_desk, in_days, read, requested, send, sentences


def page(office: Office) -> str:
    """The record's address."""
    return f"/superintendent/inmates/{office.inmate.id}"


async def test_the_record_shows_allowance_ledger_and_visits(desk: Desk, office: Office) -> None:
    """What is left of each kind that the rule limits, and where a visit stands."""
    visit = await desk.book(starts_in=86_400)
    async with desk.browser() as browser:
        await at_the_desk(browser)
        html = await read(browser, page(office))
    assert re.findall(r'data-left="(\d+)"', html) == ["2", "2"]
    assert str(visit.visrn) in html


async def test_a_restriction_stands_until_it_is_lifted(desk: Desk, office: Office) -> None:
    """Visits it stands against come to the queue."""
    visit = await desk.book(starts_in=86_400)
    async with desk.browser() as browser:
        await at_the_desk(browser)
        fields = {"restriction": "no_video", "restriction_reason": "Found with a telephone"}
        where = await send(browser, f"{page(office)}/restrict", **fields)
        html = await read(browser, where)
        assert "1 visit must be looked at again" in html
        found = re.search(r'data-restriction="(\d+)"', html)
        assert found
        await send(browser, f"{page(office)}/restrictions/{found[1]}/lift")
        html = await read(browser, where)
    assert "data-restriction" not in html
    assert "The restriction is lifted" in html
    async with desk.db.read() as uow:
        assert [review.visit_id for review in await uow.decisions.open_reviews([office.jail.id])] == [visit.id]
        (stored,) = await uow.restrictions.of(office.inmate.id)
    assert (stored.kind, stored.lifted_at is None) == (RestrictionKind.NO_VIDEO, False)


async def test_a_restriction_says_what_and_why(desk: Desk, office: Office) -> None:
    """What was typed stays in the form."""
    async with desk.browser() as browser:
        await at_the_desk(browser)
        day = in_days(desk, -2).date().isoformat()
        answer = await post(browser, f"{page(office)}/restrict", restriction="everything", restriction_until=day)
        html = await answer.text()
    assert answer.status == 422
    assert sentences(html) == ["Choose what is restricted.", "Write the reason in a sentence.", "That day is over."]
    assert f'value="{day}"' in html


async def test_the_allowance_is_set_right_with_a_reason(desk: Desk, office: Office) -> None:
    """A line in the ledger, for the period of the day it names."""
    day = in_days(desk, 0).date().isoformat()
    fields = {"quota_kind": "family", "quota_mode": "video", "quota_day": day}
    async with desk.browser() as browser:
        await at_the_desk(browser)
        path = f"{page(office)}/quota"
        answer = await post(browser, path, **fields, quota_amount="0", quota_note="")
        assert answer.status == 422
        assert len(sentences(await answer.text())) == 2
        where = await send(browser, path, **fields, quota_amount="-1", quota_note="A call that failed in October")
        html = await read(browser, where)
    assert re.findall(r'data-left="(\d+)"', html) == ["3", "2"]
    assert "A call that failed in October" in html


async def test_a_day_without_a_rule_can_not_be_adjusted(desk: Desk, office: Office) -> None:
    """The rule is from 2026 on."""
    fields = {"quota_kind": "family", "quota_mode": "video", "quota_day": "2025-05-05"}
    async with desk.browser() as browser:
        await at_the_desk(browser)
        answer = await post(browser, f"{page(office)}/quota", **fields, quota_amount="1", quota_note="So")
        assert answer.status == 422
        assert "no rule in force" in sentences(await answer.text())[0]


async def test_others_do_not_see_it_and_the_state_changes_nothing(desk: Desk, office: Office) -> None:
    """Scope and permission, act by act; a restriction is lifted on its own person's page only."""
    await desk.hire("other", Role.SUPERINTENDENT, desk.elsewhere)
    await desk.hire("state", Role.STATE_ADMIN, desk.here)
    await requested(desk, office)
    async with desk.db.begin() as uow:
        theirs = await uow.restrictions.add(
            office.other.id, RestrictionKind.NO_VISITS, "So", None, "staff:1", desk.clock.now()
        )
        await uow.commit()
    async with desk.browser() as browser:
        await at_the_desk(browser, "other")
        assert (await browser.get(page(office))).status == 403
        assert (await post(browser, f"{page(office)}/restrict")).status == 403
    async with desk.browser() as browser:
        await at_the_desk(browser, "state")
        html = await read(browser, page(office))
        assert "data-action" not in html.replace('data-action="sign-out"', "")
        assert (await post(browser, f"{page(office)}/quota")).status == 403
    async with desk.browser() as browser:
        await at_the_desk(browser)
        assert (await post(browser, f"{page(office)}/restrictions/{theirs.id}/lift")).status == 404
