"""web.monitor.jails: which jails a monitor is offered first."""

from __future__ import annotations

from datetime import timedelta

from broker.lifecycle import VisitStatus
from broker.people import Jail
from broker.staff import Role
from tests.support.desk import Browser, Desk, sign_in
from tests.support.visits import furnish
from web.monitor.jails import grouped, in_scope


def jail(number: int, name: str) -> Jail:
    """A jail that is no more than a name."""
    return Jail(id=number, state_code=27, code=number, name=name, city="", timezone="Asia/Kolkata", helpline="")


def test_those_with_visits_stand_first_and_those_without_a_terminal_last() -> None:
    """Each group by name, whatever its case; each jail once."""
    jails = [jail(1, "yerwada"), jail(2, "Arthur Road"), jail(3, "Byculla"), jail(4, "Akola"), jail(5, "Thane")]
    found = grouped(jails, visited={1, 3}, equipped={1, 2, 3, 5})
    assert [each.name for each in found] == ["Byculla", "yerwada", "Arthur Road", "Thane", "Akola"]
    assert [len(each) for each in (found.with_visits, found.with_terminals, found.others)] == [2, 2, 1]
    assert len(found) == 5
    assert list(grouped([], set(), set())) == []


async def test_a_jail_is_listed_by_its_own_day(desk: Desk) -> None:
    """A visit that was called off is nothing to watch; one of tomorrow is nothing today; other scopes stay away."""
    staff = await desk.hire("mira", Role.MONITOR, desk.here, desk.elsewhere)
    unequipped = await furnish(desk.db, state=27, code=60, terminals=0)
    wider = await desk.hire("tara", Role.MONITOR, desk.here, unequipped)
    now = desk.clock.now()
    assert (await in_scope(desk.app, staff, now)).with_visits == ()
    off = await desk.book()
    async with desk.db.begin() as uow:
        await uow.visits.move(off.id, VisitStatus.CANCELLED, "staff:1", "lockdown", now)
        await uow.commit()
    assert (await in_scope(desk.app, staff, now)).with_visits == ()
    await desk.book()
    found = await in_scope(desk.app, staff, now)
    assert [each.id for each in found.with_visits] == [desk.here.jail.id]
    assert [each.id for each in found.with_terminals] == [desk.elsewhere.jail.id]
    assert (await in_scope(desk.app, staff, now + timedelta(days=2))).with_visits == ()
    assert [each.id for each in (await in_scope(desk.app, wider, now)).others] == [unequipped.jail.id]


async def test_the_wall_and_the_looks_offer_jails_in_groups(desk: Desk) -> None:
    """A list of sixty without terminals stands behind the one that is live, and on the wall nowhere: no room can be
    live there. The looks open on the one that is.
    """
    empty = [await furnish(desk.db, state=27, code=code, terminals=0) for code in (1, 2)]
    await desk.hire("tara", Role.MONITOR, desk.here, desk.elsewhere, *empty)
    await desk.book()
    async with desk.browser() as browser:
        await sign_in(browser, "tara")
        wall, looks = [await read(browser, path) for path in ("/monitor", "/monitor/looks")]
        for page in (wall, looks):
            first, then = page.index('<optgroup label="With visits that day">'), page.index("With a terminal, no visit")
            assert first < page.index(f">{desk.here.jail.name}</option>") < then
            assert then < page.index(f">{desk.elsewhere.jail.name}</option>")
        last = looks.index("Without a terminal")
        assert all(last < looks.index(f">{place.jail.name}</option>") for place in empty)
        assert "Without a terminal" not in wall
        assert f'<option value="{desk.here.jail.id}" selected>' in await read(browser, "/monitor/looks")
        assert f'<option value="{empty[0].jail.id}" selected>' in await read(
            browser, f"/monitor?jail={empty[0].jail.id}"
        )


async def read(browser: Browser, path: str) -> str:
    """A page."""
    return await (await browser.get(path)).text()
