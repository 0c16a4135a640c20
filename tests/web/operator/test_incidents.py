"""web.operator.incidents: the incidents of a day, for operators and superintendents."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from broker.sessions.model import IncidentKind, Severity
from broker.sessions.writing import report_incident
from broker.staff import Role
from tests.support.desk import Desk, sign_in


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.SUPERINTENDENT])
async def test_the_days_incidents_are_listed_with_who_reported_them(desk: Desk, role: Role) -> None:
    """Newest first; the look is on record; another jail's are not there."""
    staff = await desk.hire("asha", role, desk.here)
    mine, theirs = await desk.book(), await desk.book(desk.elsewhere)
    now, by = desk.clock.now(), f"staff:{staff.id}"
    for visit, kind, text in (
        (mine, IncidentKind.RECORDING, "A phone was held up."),
        (mine, IncidentKind.MEDICAL, "Somebody fainted."),
        (theirs, IncidentKind.OTHER, "Elsewhere."),
    ):
        await report_incident(desk.db, visit.id, kind, Severity.GRAVE, text, by, now)
    async with desk.browser() as browser:
        await sign_in(browser, "asha")
        page = await (await browser.get("/operator/incidents")).text()
    assert page.index("Somebody fainted.") < page.index("A phone was held up.")
    assert "Name of asha" in page
    assert f"/operator/visits/{mine.id}" in page
    assert "Elsewhere." not in page
    async with desk.db.read() as uow:
        [entry] = await uow.audit.newest(1)
    assert (entry.event, entry.subject) == ("visit:read", f"jail:{desk.here.jail.id}")
    assert entry.details["list"] == "incidents"


async def test_another_day_has_its_own_list_and_opens_no_visit(desk: Desk) -> None:
    """A visit that is not today's is named and not linked: an operator's work is the day's."""
    staff = await desk.hire("asha", Role.OPERATOR, desk.here)
    visit = await desk.book(starts_in=-26 * 3600)
    at = desk.clock.now() - timedelta(hours=26)
    await report_incident(desk.db, visit.id, IncidentKind.OTHER, Severity.MINOR, "Long ago.", f"staff:{staff.id}", at)
    day = at.astimezone(ZoneInfo(desk.here.jail.timezone)).date()
    async with desk.browser() as browser:
        await sign_in(browser, "asha")
        assert "Long ago." not in await (await browser.get("/operator/incidents")).text()
        page = await (await browser.get(f"/operator/incidents?day={day.isoformat()}")).text()
        assert "Long ago." in page
        assert f"/operator/visits/{visit.id}" not in page


@pytest.mark.parametrize("day", ["yesterday", "2026-02-30", "0001-01-01", "9999-12-31"])
async def test_a_day_that_is_none_is_not_found(desk: Desk, day: str) -> None:
    """No made-up day is an error of ours."""
    await desk.hire("asha", Role.OPERATOR, desk.here)
    async with desk.browser() as browser:
        await sign_in(browser, "asha")
        assert (await browser.get(f"/operator/incidents?day={day}")).status == 404
