"""web.staff.looks: a look is recorded before anything is shown."""

from __future__ import annotations

from broker.staff import Role
from tests.support.audit import entries
from tests.support.desk import Desk, sign_in
from web.staff.looks import several


async def test_a_look_says_who_looked_at_what_and_when(desk: Desk) -> None:
    """By number; no name is in it."""
    staff = await desk.hire("supi", Role.SUPERINTENDENT, desk.here)
    async with desk.browser() as browser:
        await sign_in(browser, "supi")
        await browser.get(f"/inmates/{desk.here.inmate.id}/edit")
    entry = (await entries(desk.db))[-1]
    assert (entry.event, entry.by, entry.at) == ("inmate:read", f"staff:{staff.id}", desk.clock.now())
    assert (entry.jail_id, entry.subject) == (desk.here.jail.id, f"inmate:{desk.here.inmate.id}")
    assert desk.here.inmate.name not in repr(entry.details)


def test_a_list_is_of_one_jail_or_names_all_of_them() -> None:
    """So that whoever reads the audit of one jail alone finds what was of it alone."""
    assert several([3]) == (3, {})
    assert several([5, 3]) == (None, {"jails": [3, 5]})
