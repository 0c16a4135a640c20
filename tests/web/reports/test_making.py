"""Whose visits a reader's report counts, and that each look is put on record first."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from broker.audit.chain import Entry
from broker.audit.events import AuditEvent
from broker.audit.store import Audit
from broker.reports.counting import count_all
from broker.staff import Reach, Role
from tests.support.counted import held
from tests.support.desk import Browser, Desk, sign_in
from tests.support.members import hire


async def counted(desk: Desk) -> None:
    """Two calls here, one elsewhere, all yesterday and counted."""
    yesterday = desk.clock.now() - timedelta(days=1)
    await held(desk.db, desk.here, starts_at=yesterday, had=600, node_down=240)
    await held(desk.db, desk.here, starts_at=yesterday, terminal=1)
    await held(desk.db, desk.elsewhere, starts_at=yesterday)
    await count_all(desk.db, desk.clock.now())


def days(desk: Desk) -> str:
    """The fields of a period around it, on any jail's calendar."""
    today = desk.clock.now().date()
    return f"from={today - timedelta(days=3)}&to={today + timedelta(days=1)}"


async def total(browser: Browser, path: str, number: str) -> str:
    """What the last line says of a number."""
    answer = await browser.get(path)
    text = await answer.text()
    assert answer.status == 200, text
    found = re.search(rf'data-number="{number}">([^<]*)<', text)
    assert found, text
    return found[1]


async def entries(desk: Desk) -> list[Entry]:
    """What stands in the audit about reports, newest first."""
    async with desk.db.read() as uow:
        return [each for each in await uow.audit.newest(20) if str(each.event).startswith("report:")]


@pytest.mark.parametrize(
    ("role", "reach", "seen"),
    [
        (Role.SUPERINTENDENT, "jail", "2"),
        (Role.STATE_ADMIN, "state", "2"),
        (Role.SYSTEM_ADMIN, "all", "3"),
    ],
)
async def test_everybody_counts_what_is_in_their_reach(desk: Desk, role: Role, reach: str, seen: str) -> None:
    """A superintendent the jail, an administrator the state, the system's the whole country."""
    await counted(desk)
    reaches = {
        "jail": Reach(jail_ids=frozenset({desk.here.jail.id})),
        "state": Reach(state_codes=frozenset({27})),
        "all": Reach(every_jail=True),
    }
    await hire(desk.db, "somebody", role, reaches[reach])
    async with desk.browser() as browser:
        await sign_in(browser, "somebody")
        assert await total(browser, f"/reports?{days(desk)}", "connected") == seen


async def test_a_jail_or_a_state_of_others_is_refused(desk: Desk) -> None:
    """And nothing is on record, because nothing was shown; what is no number at all is not there."""
    await counted(desk)
    await hire(desk.db, "somebody", Role.STATE_ADMIN, Reach(state_codes=frozenset({27})))
    async with desk.browser() as browser:
        await sign_in(browser, "somebody")
        for query, status in ((f"jail={desk.elsewhere.jail.id}", 403), ("state=19", 403), ("jail=x", 404)):
            for path in ("/reports", "/reports/table.csv", "/reports/table.xlsx"):
                assert (await browser.get(f"{path}?{query}")).status == status
        assert await entries(desk) == []
        assert await total(browser, f"/reports?{days(desk)}&jail={desk.here.jail.id}", "connected") == "2"
        assert await total(browser, f"/reports?{days(desk)}&state=27", "connected") == "2"


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.MONITOR])
async def test_who_runs_or_watches_rooms_reads_no_reports(desk: Desk, role: Role) -> None:
    """Neither on the page nor as files."""
    await desk.hire("somebody", role, desk.here)
    async with desk.browser() as browser:
        await sign_in(browser, "somebody")
        for path in ("/reports", "/reports/table.csv", "/reports/table.xlsx"):
            assert (await browser.get(path)).status == 403


async def test_each_report_that_is_opened_or_taken_along_is_on_record(desk: Desk) -> None:
    """Who, when, of what period and jail: before anything is counted."""
    staff = await desk.hire("supi", Role.SUPERINTENDENT, desk.here)
    async with desk.browser() as browser:
        await sign_in(browser, "supi")
        await browser.get(f"/reports?{days(desk)}&by=month&jail={desk.here.jail.id}")
        await browser.get(f"/reports/table.csv?{days(desk)}")
        await browser.get(f"/reports/table.xlsx?{days(desk)}")
    found = await entries(desk)
    assert [each.event for each in found] == [
        AuditEvent.REPORT_EXPORT,
        AuditEvent.REPORT_EXPORT,
        AuditEvent.REPORT_READ,
    ]
    assert {(each.by, each.at) for each in found} == {(f"staff:{staff.id}", desk.clock.now())}
    assert (found[2].jail_id, found[2].details["by"]) == (desk.here.jail.id, ["month"])
    assert found[2].details["since"] == (desk.clock.now().date() - timedelta(days=3)).isoformat()


async def test_what_cannot_be_put_on_record_is_not_shown(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails closed."""
    await desk.hire("supi", Role.SUPERINTENDENT, desk.here)

    async def broken(_: Audit) -> None:
        """The audit can't be written."""
        raise OSError("disk full")

    async with desk.browser() as browser:
        await sign_in(browser, "supi")
        monkeypatch.setattr(Audit, "flush", broken)
        answer = await browser.get("/reports")
        assert answer.status >= 500
        assert "data-report" not in await answer.text()


async def test_charts_of_causes_have_their_numbers_and_the_table_only_its_own(desk: Desk) -> None:
    """What the second chart needs is counted without a column of its own."""
    await counted(desk)
    await desk.hire("supi", Role.SUPERINTENDENT, desk.here)
    async with desk.browser() as browser:
        await sign_in(browser, "supi")
        text = await (await browser.get(f"/reports?{days(desk)}")).text()
    assert 'data-chart="lost"' in text
    assert 'data-number="lost_node_down"' not in text
    assert ">4:00<" in text
