"""web.staff.guard: who is signed in, permitted and within scope, asked afresh each time."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from broker.staff import Role, Staff
from broker.storage.models import StaffJail, StaffTable
from config.secrets import digest
from tests.support.asked import asked
from tests.support.desk import Desk
from web.staff import session
from web.staff.guard import STAFF, permitted, require_scope, signed_in, still_permitted
from web.staff.permissions import GRANTS, Permission

PAGE = {"Accept": "text/html"}
JAILS = st.integers(1, 20)


@permitted(Permission.ROOM_WATCH)
async def watch(request: web.Request) -> web.StreamResponse:
    """A handler behind the guard; it tells whom it was let through for."""
    return web.Response(text=str(request[STAFF].id))


async def browser_of(desk: Desk, role: Role, name: str = "mira") -> dict[str, str]:
    """The headers of somebody's signed-in browser."""
    staff = await desk.hire(name, role, desk.here)
    response = web.Response()
    await session.begin(asked(desk.app), response, staff.id)
    return PAGE | {"Cookie": f"staff={response.cookies['staff'].value}"}


async def change(desk: Desk, **fields: object) -> None:
    """Change the only member of staff, as an administrator does."""
    async with desk.db.begin() as uow:
        row = await uow.session.get_one(StaffTable, 1)
        for name, value in fields.items():
            setattr(row, name, value)
        await uow.commit()


@pytest.mark.parametrize("role", Role)
async def test_the_guard_lets_exactly_the_granted_roles_through(desk: Desk, role: Role) -> None:
    """And the handler is told who it is."""
    request = asked(desk.app, headers=await browser_of(desk, role))
    if Permission.ROOM_WATCH in GRANTS[role]:
        assert (await watch(request)).status == 200
        assert request[STAFF].role is role
    else:
        with pytest.raises(web.HTTPForbidden):
            await watch(request)
        assert STAFF not in request


async def test_somebody_who_is_demoted_is_refused_at_the_next_request(desk: Desk) -> None:
    """The role is read from storage, not from the session; a running stream ends as well."""
    headers = await browser_of(desk, Role.MONITOR)
    assert (await watch(asked(desk.app, headers=headers))).status == 200
    await change(desk, role=Role.OPERATOR)
    with pytest.raises(web.HTTPForbidden):
        await watch(asked(desk.app, headers=headers))
    assert await still_permitted(asked(desk.app, headers=headers), Permission.ROOM_WATCH) is None


async def test_somebody_who_left_the_service_is_no_longer_signed_in(desk: Desk) -> None:
    """A session without its member of staff opens nothing, however fresh it is."""
    headers = await browser_of(desk, Role.MONITOR)
    async with desk.db.begin() as uow:
        await uow.session.delete(await uow.session.get_one(StaffJail, (1, desk.here.jail.id)))
        await uow.session.delete(await uow.session.get_one(StaffTable, 1))
        await uow.commit()
    with pytest.raises(web.HTTPSeeOther):
        await watch(asked(desk.app, headers=headers))
    assert await signed_in(asked(desk.app, headers=headers)) is None


async def test_a_stream_sees_the_scope_of_this_moment(desk: Desk) -> None:
    """A jail that was added or taken away counts while the page is open."""
    headers = await browser_of(desk, Role.MONITOR)
    await change(desk, every_jail=True)
    staff = await still_permitted(asked(desk.app, headers=headers), Permission.ROOM_WATCH)
    assert staff is not None
    assert staff.jail_ids == {desk.here.jail.id, desk.elsewhere.jail.id}


@pytest.mark.parametrize(("accept", "acts"), [("text/html", True), ("text/event-stream", False)])
async def test_opening_a_page_is_an_act_and_opening_a_stream_is_none(desk: Desk, accept: str, acts: bool) -> None:  # noqa: FBT001
    """A console left alone reconnects its stream for ever and must go dark all the same."""
    headers = await browser_of(desk, Role.MONITOR) | {"Accept": accept}
    desk.clock.advance(60)
    await watch(asked(desk.app, headers=headers))
    record = await session.current(asked(desk.app, headers=headers))
    assert record is not None
    assert (record.seen_at > record.signed_in_at) is acts


async def test_somebody_refused_for_their_role_has_not_acted(desk: Desk) -> None:
    """Knocking at a closed door keeps no session alive."""
    headers = await browser_of(desk, Role.OPERATOR)
    desk.clock.advance(60)
    with pytest.raises(web.HTTPForbidden):
        await watch(asked(desk.app, headers=headers))
    record = await session.current(asked(desk.app, headers=headers))
    assert record is not None
    assert record.seen_at == record.signed_in_at


@pytest.mark.parametrize("path", ["/monitor?jail=4&said=a%26b", "/monitor?next=//evil.example", "/monitor"])
async def test_whoever_is_not_signed_in_comes_back_to_the_very_page(desk: Desk, path: str) -> None:
    """The address is one value of the query: nothing in it becomes a part of the sign-in's own address."""
    with pytest.raises(web.HTTPSeeOther) as sent:
        await watch(asked(desk.app, path, headers=PAGE))
    there = urlsplit(str(sent.value.location))
    assert (there.scheme, there.netloc, there.path) == ("", "", "/staff/sign-in")
    assert parse_qs(there.query) == {"next": [path]}


async def test_a_form_sent_after_the_session_is_not_repeated_by_the_sign_in(desk: Desk) -> None:
    """What would have changed something is not an address to come back to; a script gets 401."""
    with pytest.raises(web.HTTPSeeOther) as sent:
        await watch(asked(desk.app, "/operator/visits/1/end", method="POST", headers=PAGE))
    assert sent.value.location == "/staff/sign-in?next="
    with pytest.raises(web.HTTPUnauthorized):
        await watch(asked(desk.app, headers={"Accept": "application/json", "Cookie": f"staff={digest('x')}"}))


@given(st.frozensets(JAILS), JAILS)
def test_a_jail_is_in_scope_exactly_if_it_is_one_of_theirs(scope: frozenset[int], jail_id: int) -> None:
    """No role and no empty scope means everything."""
    for role in Role:
        staff = Staff(7, "mira", "Mira", role, scope, totp_required=False)
        if jail_id in scope:
            require_scope(staff, jail_id)
        else:
            with pytest.raises(web.HTTPForbidden):
                require_scope(staff, jail_id)
