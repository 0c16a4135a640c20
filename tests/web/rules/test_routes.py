"""The rule pages: who reads, who edits, and that nothing is made unseen."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from broker.rules.model import Clause, RuleVersion
from broker.staff import Role
from tests.support.desk import Browser, Desk, csrf_of, post, sign_in
from tests.support.rules import a_rule, enact
from web.rules.forms import Typed, typed_rule

PATH = "/rules/edit?state=27"


@pytest.fixture
async def base(desk: Desk) -> RuleVersion:
    """The rule that stands."""
    return await enact(desk.db, a_rule(sources={Clause.SMS: "leaflet", Clause.BOOKING_WINDOW: "old"}))


@pytest.fixture
async def admin(desk: Desk, base: RuleVersion) -> AsyncIterator[Browser]:
    """The state's administrator."""
    await desk.hire("rohini", Role.STATE_ADMIN, desk.here)
    async with desk.browser() as browser:
        await sign_in(browser, "rohini")
        yield browser


async def versions(desk: Desk) -> list[RuleVersion]:
    """The state's book."""
    async with desk.db.read() as uow:
        return await uow.rules.versions(27)


async def send(browser: Browser, form: Typed, **changes: str) -> tuple[int, str]:
    """Post the form with some fields changed; the answer's status and text, or where it leads."""
    fields = [("csrf", await csrf_of(browser)), *({**form.values, **changes}).items()]
    fields += [(name, word) for name, words in form.chosen.items() for word in sorted(words)]
    answer = await browser.post(PATH, data=fields, allow_redirects=False)
    return answer.status, answer.headers.get("Location", "") or await answer.text()


def seen(page: str) -> str:
    """The mark of what a preview has shown."""
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', page)
    assert found
    return found[1]


async def test_a_version_is_seen_before_it_is_made(desk: Desk, admin: Browser, base: RuleVersion) -> None:
    """The preview names each change and makes nothing; the second button makes what was shown."""
    today = desk.clock.now().date() + timedelta(days=2)
    form = typed_rule(base, today)
    changes = {"last_day": "14", "note": "Order 7"}
    status, page = await send(admin, form, act="preview", **changes)
    assert status == 200
    assert "data-preview" in page
    assert "<del>28</del>" in page
    assert "<ins>14</ins>" in page
    assert await versions(desk) == [base]
    assert await send(admin, form, act="make", seen=seen(page), **changes) == (303, "/rules?state=27&said=made")
    made = (await versions(desk))[-1]
    assert (made.version, made.rule.last_day, made.valid_from, made.note) == (2, 14, today, "Order 7")
    assert made.rule.sources == {Clause.SMS: "leaflet", Clause.BOOKING_WINDOW: "Order 7"}
    assert made.by.startswith("staff:")


async def test_what_was_changed_after_the_preview_is_shown_again_first(
    desk: Desk, admin: Browser, base: RuleVersion
) -> None:
    """Nobody makes a number they have not seen beside the old one."""
    form = typed_rule(base, desk.clock.now().date() + timedelta(days=1))
    _, page = await send(admin, form, act="preview", last_day="14", note="Order 7")
    status, again = await send(admin, form, act="make", seen=seen(page), last_day="10", note="Order 7")
    assert (status, await versions(desk)) == (200, [base])
    assert "<ins>10</ins>" in again
    assert (await send(admin, form, act="make", last_day="14", note="Order 7"))[0] == 200
    assert await versions(desk) == [base]


async def test_mistakes_come_back_with_everything_typed(desk: Desk, admin: Browser, base: RuleVersion) -> None:
    """422 with the sentence at the field and in the summary."""
    form = typed_rule(base, desk.clock.now().date() + timedelta(days=1))
    status, page = await send(admin, form, act="preview", last_day="0", note="Order 7")
    assert status == 422
    assert page.count("This is less than the least number of days.") == 2
    assert 'value="Order 7"' in page
    assert (await send(admin, form, act="preview", note="x"))[0] == 422
    assert "Nothing is changed yet." in (await send(admin, form, act="preview", note="x"))[1]


async def test_somebody_else_s_version_is_not_undone(desk: Desk, admin: Browser, base: RuleVersion) -> None:
    """An old form is told that it is old, at the preview already."""
    form = typed_rule(base, desk.clock.now().date() + timedelta(days=1))
    await enact(desk.db, a_rule(last_day=21))
    for act in ("preview", "make"):
        status, page = await send(admin, form, act=act, first_day="2", note="Order 7")
        assert status == 422
        assert "Somebody else has made a new version" in page
    assert len(await versions(desk)) == 2


async def test_a_version_cannot_begin_before_the_one_it_follows(desk: Desk, admin: Browser, base: RuleVersion) -> None:
    """A planned version is followed, not preceded."""
    today = desk.clock.now().date()
    planned = await enact(desk.db, a_rule(last_day=21), valid_from=today + timedelta(days=30))
    page = await (await admin.get(PATH)).text()
    assert f'value="{planned.valid_from.isoformat()}"' in page
    status, answer = await send(
        admin, typed_rule(planned, today + timedelta(days=2)), act="preview", first_day="2", note="x"
    )
    assert status == 422
    assert "nor before the version that it follows" in answer


@pytest.mark.parametrize(
    ("role", "reads", "edits"),
    [
        (Role.SUPERINTENDENT, 200, 403),
        (Role.SYSTEM_ADMIN, 200, 403),
        (Role.STATE_ADMIN, 200, 200),
        (Role.OPERATOR, 403, 403),
        (Role.MONITOR, 403, 403),
    ],
)
async def test_many_read_the_rule_and_the_state_edits_it(
    desk: Desk, base: RuleVersion, role: Role, reads: int, edits: int
) -> None:
    """The button is where the permission is."""
    await desk.hire("asha", role, desk.here)
    async with desk.browser() as browser:
        await sign_in(browser, "asha")
        page = await browser.get("/rules")
        assert page.status == reads
        assert ('data-action="edit"' in await page.text()) == (edits == 200)
        assert (await browser.get(PATH)).status == edits
        assert (await post(browser, PATH, act="preview")).status == (422 if edits == 200 else 403)


async def test_a_state_without_a_rule_says_so_and_has_nothing_to_edit(desk: Desk) -> None:
    """Its first rule comes from a file."""
    await desk.hire("arindam", Role.STATE_ADMIN, desk.elsewhere)
    async with desk.browser() as browser:
        await sign_in(browser, "arindam")
        assert "has no rule in force" in await (await browser.get("/rules")).text()
        assert (await browser.get("/rules/edit")).status == 404
        assert (await browser.get("/rules?state=27")).status == 403
