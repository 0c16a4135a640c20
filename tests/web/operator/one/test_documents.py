"""web.operator.one.documents: the photo of a proof, for the operator of the day, and never without a record."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from broker.staff import Role
from tests.support.busy_day import with_proof
from tests.support.desk import Desk, sign_in


async def test_the_photo_is_shown_and_the_look_is_on_record(desk: Desk) -> None:
    """In no cache, with nothing it could run, and with who looked at whose."""
    visit = await with_proof(desk, await desk.book())
    asha = await desk.hire("asha", Role.OPERATOR, desk.here)
    async with desk.browser() as browser:
        await sign_in(browser, "asha")
        path = f"/operator/visits/{visit.id}/documents/{visit.visitors[0].id}"
        answer = await browser.get(path)
        assert (answer.status, answer.content_type) == (200, "image/jpeg")
        assert (await answer.read()).startswith(b"\xff\xd8")
        assert answer.headers["Cache-Control"] == "no-store"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
    async with desk.db.read() as uow:
        [entry] = await uow.audit.newest(1)
    assert (entry.event, entry.by, entry.visit_id) == ("document:read", f"staff:{asha.id}", visit.id)
    assert entry.details == {"visitor": visit.visitors[0].id}


async def test_a_look_that_cannot_be_recorded_is_not_had(desk: Desk) -> None:
    """With an audit that takes nothing more, there is no photo."""
    visit = await with_proof(desk, await desk.book())
    await desk.hire("asha", Role.OPERATOR, desk.here)
    async with desk.browser() as browser:
        await sign_in(browser, "asha")
        path = f"/operator/visits/{visit.id}/documents/{visit.visitors[0].id}"
        assert (await browser.get(path)).status == 200
        async with desk.db.engine.begin() as connection:
            # The next entry's number is taken: the database refuses the row.
            await connection.execute(text("UPDATE audit_head SET seq = seq - 1"))
        answer = await browser.get(path)
        assert (answer.status, answer.content_type) == (500, "text/html")


@pytest.mark.parametrize("role", [Role.MONITOR, Role.STATE_ADMIN, Role.SYSTEM_ADMIN])
async def test_whoever_runs_no_sessions_sees_no_photo(desk: Desk, role: Role) -> None:
    """The permission is that of helping families in."""
    visit = await with_proof(desk, await desk.book())
    await desk.hire("somebody", role, desk.here, desk.elsewhere)
    async with desk.browser() as browser:
        await sign_in(browser, "somebody")
        assert (await browser.get(f"/operator/visits/{visit.id}/documents/{visit.visitors[0].id}")).status == 403


async def test_there_is_no_photo_of_another_visits_people_nor_where_none_is_kept(desk: Desk) -> None:
    """Each address names one visitor of one visit."""
    visit, other = await with_proof(desk, await desk.book()), await desk.book(terminal=1)
    theirs = await with_proof(desk, await desk.book(desk.elsewhere))
    await desk.hire("asha", Role.OPERATOR, desk.here)
    async with desk.browser() as browser:
        await sign_in(browser, "asha")
        for visit_id, visitor_id, status in (
            (other.id, other.visitors[0].id, 404),
            (other.id, visit.visitors[0].id, 404),
            (theirs.id, theirs.visitors[0].id, 403),
        ):
            assert (await browser.get(f"/operator/visits/{visit_id}/documents/{visitor_id}")).status == status
