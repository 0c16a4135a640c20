"""The staff's accounts: who there is, inviting, changing, closing; and the keys of other systems."""

from __future__ import annotations

from aiohttp import web

from broker.audit.events import AuditEvent
from broker.errors import BrokerError, NotFound
from broker.mail import wake_worker
from broker.members import service
from broker.members.errors import NotYours
from broker.members.service import Invitation
from broker.staff import Member, Role
from web import errors
from web.keys import CLOCK, DB, REDIS, SETTINGS
from web.members import form, keys
from web.members.form import Typed
from web.render import render
from web.staff import looks
from web.staff import session as sessions
from web.staff.guard import STAFF, permitted
from web.staff.permissions import Permission
from web.staff.wording.accounts import DUTIES, PROBLEMS, ROLES, STANDINGS

routes = web.RouteTableDef()

#: More than this a page does not list; the search finds the rest.
MOST = 200
_SAID = frozenset({"changed", "disabled", "enabled", "invited", "link"})
_ONE = "/members/{id:[0-9]{1,9}}"


def add_routes(app: web.Application) -> None:
    """Hang them on the application."""
    app.add_routes(routes)
    app.add_routes(keys.routes)


@routes.get("/members")
@permitted(Permission.STAFF_MANAGE)
async def show(request: web.Request) -> web.StreamResponse:
    """Everybody whose account one may change."""
    staff = request[STAFF]
    text, role = request.query.get("q", "").strip()[:80], request.query.get("role", "")
    everybody = await service.managed(request.app[DB], staff)
    found = [each for each in everybody if _fits(each, text, role)]
    async with request.app[DB].read() as uow:
        states = {state.code: state.name for state in await uow.jails.states()}
        jails = {jail.id: jail.name for jail in await uow.jails.all()}
    await looks.note(request, AuditEvent.STAFF_LIST)
    return render(
        request,
        "members/list.html",
        staff=staff,
        members=found[:MOST],
        total=len(found),
        states=states,
        jails=jails,
        text=text,
        chosen=role,
        roles=ROLES,
        standings=STANDINGS,
        said=_said(request),
    )


@routes.get("/members/invite")
@permitted(Permission.STAFF_MANAGE)
async def ask(request: web.Request) -> web.StreamResponse:
    """The form of an invitation."""
    return await _form(request, Typed())


@routes.post("/members/invite")
@permitted(Permission.STAFF_MANAGE)
async def invite(request: web.Request) -> web.StreamResponse:
    """Send somebody a link that opens an account."""
    app, typed = request.app, await form.read(request)
    problem = typed.problem()
    if problem:
        return await _form(request, typed, problem)
    invitation = Invitation(typed.username, typed.name, typed.email, typed.language, Role(typed.role), typed.reach)
    try:
        await service.invite(app[DB], app[SETTINGS], invitation, request[STAFF], app[CLOCK].now())
    except BrokerError as error:
        return await _form(request, typed, error.id)
    await wake_worker(app[REDIS])
    raise web.HTTPSeeOther("/members?said=invited")


@routes.get(_ONE)
@permitted(Permission.STAFF_MANAGE)
async def one(request: web.Request) -> web.StreamResponse:
    """One account, to be changed."""
    member = await _member(request)
    return await _form(request, form.of_member(member), member=member)


@routes.post(_ONE)
@permitted(Permission.STAFF_MANAGE)
async def change(request: web.Request) -> web.StreamResponse:
    """Another name, role or reach. Who is signed in goes on with what the new role may."""
    app, member, typed = request.app, await _member(request), await form.read(request)
    problem = typed.problem()
    if not problem:
        try:
            staff = await service.change(
                app[DB],
                app[SETTINGS],
                member.staff.id,
                request[STAFF],
                app[CLOCK].now(),
                name=typed.name,
                role=Role(typed.role),
                reach=typed.reach,
            )
        except BrokerError as error:
            problem = error.id
        else:
            if not staff.active:
                await sessions.end_all(app[REDIS], staff.id)
                await wake_worker(app[REDIS])
            raise web.HTTPSeeOther("/members?said=changed")
    return await _form(request, typed, problem, member=member)


@routes.post(_ONE + "/link")
@permitted(Permission.STAFF_MANAGE)
async def link(request: web.Request) -> web.StreamResponse:
    """Start over: a new link, and until it is used nobody signs in to this account."""
    app, member = request.app, await _member(request)
    try:
        await service.invite_again(app[DB], app[SETTINGS], member.staff.id, request[STAFF], app[CLOCK].now())
    except NotYours as error:
        raise web.HTTPForbidden from error
    await sessions.end_all(app[REDIS], member.staff.id)
    await wake_worker(app[REDIS])
    raise web.HTTPSeeOther("/members?said=link")


@routes.post(_ONE + "/{act:disable|enable}")
@permitted(Permission.STAFF_MANAGE)
async def set_disabled(request: web.Request) -> web.StreamResponse:
    """Close the account, or open it again."""
    app, member, disabled = request.app, await _member(request), request.match_info["act"] == "disable"
    await service.set_disabled(app[DB], member.staff.id, request[STAFF], app[CLOCK].now(), disabled=disabled)
    if disabled:
        await sessions.end_all(app[REDIS], member.staff.id)
    raise web.HTTPSeeOther(f"/members?said={'disabled' if disabled else 'enabled'}")


async def _member(request: web.Request) -> Member:
    """The account of the address; what one may not manage does not exist for one."""
    try:
        async with request.app[DB].read() as uow:
            return await service.get_managed(uow, int(request.match_info["id"]), request[STAFF])
    except (NotFound, NotYours) as error:
        raise errors.NotFound from error


async def _form(request: web.Request, typed: Typed, problem: str = "", *, member: Member | None = None) -> web.Response:
    async with request.app[DB].read() as uow:
        choices = await form.choices(uow, request[STAFF])
        expiry = None if member is None else await uow.staff.access.expiry(member.staff.id)
    if member is not None:
        await looks.note(request, AuditEvent.STAFF_READ, subject=f"staff:{member.staff.id}")
    return render(
        request,
        "members/form.html",
        status=422 if problem else 200,
        staff=request[STAFF],
        member=None if member is None else member.staff,
        typed=typed,
        choices=choices,
        expiry=expiry,
        over=expiry is not None and expiry <= request.app[CLOCK].now(),
        roles=ROLES,
        duties=DUTIES,
        standings=STANDINGS,
        problem=PROBLEMS.get(problem) if problem else None,
    )


def _fits(member: Member, text: str, role: str) -> bool:
    known = f"{member.staff.name}\n{member.staff.username}\n{member.staff.email}".casefold()
    return text.casefold() in known and role in {"", member.staff.role.value}


def _said(request: web.Request) -> str:
    said = request.query.get("said", "")
    return said if said in _SAID else ""
