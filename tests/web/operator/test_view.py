"""web.operator.view: the right jail, the right day, and each row as a part of the page."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from broker.staff import Role, Staff
from config import keys
from tests.broker.samples import JAIL
from tests.support.asked import asked
from tests.support.clock import NOON
from tests.support.desk import Desk
from web.operator import view

#: Half hours, quarters, the first and last zones of a day, and clocks that change at midnight.
ZONES = ["Asia/Kolkata", "Asia/Kathmandu", "UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago", "America/Havana"]
MOMENTS = st.timedeltas(timedelta(days=-7000), timedelta(days=4000)).map(lambda offset: NOON + offset)


@given(MOMENTS, st.sampled_from(ZONES))
def test_today_is_the_jails_calendar_day_and_holds_this_moment(now: datetime, zone: str) -> None:
    """From midnight to midnight on the jail's clock, also when it changes; the next day follows without a gap."""
    jail = replace(JAIL, timezone=zone)
    start, end = view.day_of(jail, now)
    assert start <= now < end
    assert timedelta(hours=23) <= end - start <= timedelta(hours=25)
    assert (start.tzinfo, end.tzinfo) == (UTC, UTC)
    last = end - timedelta(microseconds=1)
    assert {moment.astimezone(ZoneInfo(zone)).date() for moment in (start, now, last)} == {
        now.astimezone(ZoneInfo(zone)).date()
    }
    assert view.day_of(jail, end)[0] == end


async def superintendent(desk: Desk) -> Staff:
    """Somebody whose scope is both jails."""
    return await desk.hire("asha", Role.SUPERINTENDENT, desk.here, desk.elsewhere)


async def test_an_operator_sees_the_jail_asked_for_or_their_first(desk: Desk) -> None:
    """The choice is among the own jails only."""
    staff = await superintendent(desk)
    own = sorted((desk.here.jail, desk.elsewhere.jail), key=lambda jail: (jail.state_code, jail.code))
    assert await view.choose_jail(asked(desk.app, "/operator"), staff) == (own[0], own)
    for jail in own:
        assert await view.choose_jail(asked(desk.app, f"/operator?jail={jail.id}"), staff) == (jail, own)


async def test_a_jail_that_is_not_named_exactly_is_never_replaced_by_another(desk: Desk) -> None:
    """Made-up, padded and endless numbers are refused, and none of them is an error of ours."""
    staff = await superintendent(desk)
    for number in (f"0{desk.here.jail.id}", f"0{desk.elsewhere.jail.id}", "4711", "9" * 5000):
        with pytest.raises(web.HTTPForbidden):
            await view.choose_jail(asked(desk.app, f"/operator?jail={number}"), staff)
    for word in ("x", "-1", "%D9%A1", "1%20", "1_0"):
        with pytest.raises(web.HTTPNotFound):
            await view.choose_jail(asked(desk.app, f"/operator?jail={word}"), staff)


async def test_somebody_without_a_jail_has_no_day(desk: Desk) -> None:
    """An empty scope is refused, not shown everything."""
    staff = await desk.hire("asha", Role.OPERATOR)
    with pytest.raises(web.HTTPForbidden):
        await view.choose_jail(asked(desk.app, "/operator"), staff)


async def test_a_terminal_was_seen_when_its_page_said_so(desk: Desk) -> None:
    """Silent ones are left out; asking about none asks nothing."""
    first, second, _ = (terminal.id for terminal in desk.here.terminals)
    await desk.redis.set(keys.terminal_seen(first), NOON.isoformat())
    assert await view.terminals_seen(desk.app, [first, second]) == {first: NOON}
    assert await view.terminals_seen(desk.app, []) == {}
