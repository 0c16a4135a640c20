"""The keys by which other systems keep registers current or read reports: made, shown once, revoked."""

from __future__ import annotations

from aiohttp import web

from broker.audit.events import AuditEvent
from broker.errors import NotFound
from broker.people import Jail, State
from broker.register.api_keys import ApiKey
from broker.staff import Reach, Staff
from broker.storage.unit import UnitOfWork
from broker.vocabulary import KeyPurpose
from web import errors
from web.family.forms import field
from web.keys import CLOCK, DB, SETTINGS
from web.render import render
from web.staff.guard import STAFF, permitted
from web.staff.permissions import Permission
from web.staff.wording.accounts import PURPOSES

routes = web.RouteTableDef()


@routes.get("/keys")
@permitted(Permission.API_KEY_MANAGE)
async def show(request: web.Request) -> web.StreamResponse:
    """The keys within one's reach, and the form for another one."""
    return await _page(request)


@routes.post("/keys")
@permitted(Permission.API_KEY_MANAGE)
async def make(request: web.Request) -> web.StreamResponse:
    """Make a key; its secret is on the answer, this once. `place`: `jail:<id>` or `state:<code>`; `purpose`: what it
    opens, a `KeyPurpose`.
    """
    app, staff = request.app, request[STAFF]
    name, place = " ".join((await field(request, "name")).split())[:120], await field(request, "place")
    kind, _, number = place.partition(":")
    purpose = KeyPurpose.REPORTS if await field(request, "purpose") == KeyPurpose.REPORTS else KeyPurpose.REGISTER
    if not name or kind not in {"jail", "state"} or not number.isdecimal() or len(number) > 9:
        return await _page(request, name=name, problem="name" if not name else "place")
    jail_id, state_code = (int(number), None) if kind == "jail" else (None, int(number))
    async with app[DB].begin() as uow:
        if not await _may(uow, staff, jail_id, state_code):
            raise web.HTTPForbidden
        by, now = f"staff:{staff.id}", app[CLOCK].now()
        key, secret = await uow.api_keys.add(
            name, jail_id=jail_id, state_code=state_code, purpose=purpose, by=by, now=now
        )
        details = {"states": [] if state_code is None else [state_code], "purpose": purpose.value}
        uow.audit.record(
            AuditEvent.API_KEY_CREATE, by=by, at=now, jail_id=jail_id, subject=f"api_key:{key.id}", details=details
        )
        await uow.commit()
    return render(request, "members/key.html", staff=staff, key=key, secret=secret, public_url=app[SETTINGS].public_url)


@routes.post("/keys/{id:[0-9]{1,9}}/revoke")
@permitted(Permission.API_KEY_MANAGE)
async def revoke(request: web.Request) -> web.StreamResponse:
    """Let a key open nothing any more, from this moment."""
    app = request.app
    async with app[DB].begin() as uow:
        try:
            key = await uow.api_keys.get(int(request.match_info["id"]))
        except NotFound as error:
            raise errors.NotFound from error
        if not await _may(uow, request[STAFF], key.jail_id, key.state_code):
            raise errors.NotFound
        by, now = f"staff:{request[STAFF].id}", app[CLOCK].now()
        await uow.api_keys.revoke(key.id, now)
        if key.revoked_at is None:
            uow.audit.record(AuditEvent.API_KEY_REVOKE, by=by, at=now, jail_id=key.jail_id, subject=f"api_key:{key.id}")
        await uow.commit()
    raise web.HTTPSeeOther("/keys")


async def _may(uow: UnitOfWork, staff: Staff, jail_id: int | None, state_code: int | None) -> bool:
    """Whether a key of this reach is this member of staff's to make or revoke."""
    own = (await uow.staff.member(staff.id)).reach
    state_of = {jail.id: jail.state_code for jail in await uow.jails.all()}
    if jail_id is not None:
        return jail_id in state_of and own.covers(Reach(jail_ids=frozenset({jail_id})), state_of)
    known = {state.code for state in await uow.jails.states()}
    return state_code in known and own.covers(Reach(state_codes=frozenset({state_code})), state_of)


async def _page(request: web.Request, *, name: str = "", problem: str = "") -> web.Response:
    staff = request[STAFF]
    async with request.app[DB].read() as uow:
        states = {state.code: state for state in await uow.jails.states()}
        jails = {jail.id: jail for jail in await uow.jails.all()}
        found = [key for key in await uow.api_keys.all() if await _may(uow, staff, key.jail_id, key.state_code)]
        whole = [state for state in states.values() if await _may(uow, staff, None, state.code)]
    return render(
        request,
        "members/keys.html",
        status=422 if problem else 200,
        staff=staff,
        keys=[(key, _place(key, jails, states)) for key in found],
        jails=[jail for jail in jails.values() if jail.id in staff.jail_ids],
        states=whole,
        typed=name,
        purposes=PURPOSES,
        problem=problem,
        timezone=next((jail.timezone for jail in jails.values() if jail.id in staff.jail_ids), "UTC"),
    )


def _place(key: ApiKey, jails: dict[int, Jail], states: dict[int, State]) -> str:
    if key.jail_id is not None:
        return jails[key.jail_id].name
    return states[key.state_code or 0].name
