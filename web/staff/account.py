"""One's own account: password, authenticator, recovery codes, and the sessions that are open."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import UTC, datetime
from typing import TypeVar

from aiohttp import web

from broker.errors import BrokerError
from broker.members import enrolment
from broker.members.errors import MembersError
from config import keys
from config.secrets import digest
from web.family.forms import field
from web.keys import CLOCK, DB, REDIS, SETTINGS
from web.render import render
from web.staff import session as sessions
from web.staff import setup
from web.staff.guard import STAFF, authenticated
from web.staff.throttle import Limit, clear, take
from web.staff.wording.accounts import PROBLEMS, ROLES

routes = web.RouteTableDef()

_TRIES, _WINDOW = 5, 15 * 60
_SAID = frozenset({"password", "session", "sessions"})

T = TypeVar("T")


class Throttled(MembersError):
    """The present password was typed wrongly too often."""

    id = "throttled"


@routes.get("/staff/account")
@authenticated
async def show(request: web.Request) -> web.StreamResponse:
    """All of it on one page."""
    return await _page(request)


@routes.post("/staff/account/password")
@authenticated
async def password(request: web.Request) -> web.StreamResponse:
    """Another password; every other session ends."""
    app, staff = request.app, request[STAFF]
    present, new, again = [await field(request, name) for name in ("present", "password", "again")]
    try:
        await _proven(request, enrolment.change_password(app[DB], staff, present, new, again, app[CLOCK].now()))
    except BrokerError as error:
        return await _page(request, "password", error.id)
    await sessions.end_all(app[REDIS], staff.id, keep=sessions.digest_of(request))
    raise web.HTTPSeeOther("/staff/account?said=password")


@routes.get("/staff/account/authenticator")
@authenticated
async def authenticator(request: web.Request) -> web.StreamResponse:
    """A new authenticator's QR code, and the form that proves that the app has it."""
    return _authenticator(request)


@routes.post("/staff/account/authenticator")
@authenticated
async def renew(request: web.Request) -> web.StreamResponse:
    """Let the new authenticator be the one; the recovery codes are on the answer, this once."""
    app, staff = request.app, request[STAFF]
    act = enrolment.renew_totp(
        app[DB],
        app[SETTINGS],
        staff,
        present=await field(request, "present"),
        secret=setup.waiting_secret(request, _subject(staff.id)),
        typed=await field(request, "totp"),
        now=app[CLOCK].now(),
    )
    try:
        codes = await _proven(request, act)
    except BrokerError as error:
        return _authenticator(request, error.id)
    setup.forget_secret(request)
    await sessions.end_all(app[REDIS], staff.id, keep=sessions.digest_of(request))
    return render(request, "staff/codes.html", staff=staff, codes=codes, renewed=True)


@routes.post("/staff/account/codes")
@authenticated
async def codes(request: web.Request) -> web.StreamResponse:
    """New recovery codes, shown this once."""
    app, staff = request.app, request[STAFF]
    present = await field(request, "present")
    act = enrolment.renew_codes(app[DB], app[SETTINGS], staff, present, app[CLOCK].now())
    try:
        new = await _proven(request, act)
    except BrokerError as error:
        return await _page(request, "codes", error.id)
    return render(request, "staff/codes.html", staff=staff, codes=new, renewed=False)


@routes.post("/staff/account/sessions")
@authenticated
async def end_session(request: web.Request) -> web.StreamResponse:
    """End one other session of one's own, or all the others."""
    redis, staff, wanted = request.app[REDIS], request[STAFF], await field(request, "session")
    if wanted:
        mine = await sessions.of_staff(redis, staff.id, request.app[CLOCK].now())
        await sessions.forget(redis, wanted if wanted in mine else None)
        raise web.HTTPSeeOther("/staff/account?said=session")
    await sessions.end_all(redis, staff.id, keep=sessions.digest_of(request))
    raise web.HTTPSeeOther("/staff/account?said=sessions")


async def _proven(request: web.Request, act: Awaitable[T]) -> T:
    """Do what asks for the present password, counting the tries first: a session left open is no way to guess it."""
    redis, staff = request.app[REDIS], request[STAFF]
    limit = Limit(keys.sign_in_tries(digest(f"account\n{staff.id}")), _TRIES, _WINDOW)
    if await take(redis, [limit]):
        getattr(act, "close", lambda: None)()
        raise Throttled("too many tries")
    try:
        done = await act
    except BrokerError as error:
        if error.id != "wrong_password":
            await clear(redis, [limit])
        raise
    await clear(redis, [limit])
    return done


async def _page(request: web.Request, form: str = "", problem: str = "") -> web.Response:
    app, staff = request.app, request[STAFF]
    open_ones = await sessions.of_staff(app[REDIS], staff.id, app[CLOCK].now())
    async with app[DB].read() as uow:
        left = await uow.staff.access.recovery_left(staff.id)
        jails = [jail for jail in await uow.jails.all() if jail.id in staff.jail_ids]
    said = request.query.get("said", "")
    return render(
        request,
        "staff/account.html",
        status=422 if problem else 200,
        staff=staff,
        role=ROLES[staff.role],
        jails=jails,
        codes_left=left,
        sessions=open_ones,
        here=sessions.digest_of(request),
        at=lambda seconds: datetime.fromtimestamp(seconds, UTC),
        timezone=jails[0].timezone if jails else "UTC",
        said=said if said in _SAID else "",
        form=form,
        problem=PROBLEMS.get(problem) if problem else None,
    )


def _authenticator(request: web.Request, problem: str = "") -> web.Response:
    staff = request[STAFF]
    secret = setup.waiting_secret(request, _subject(staff.id))
    return render(
        request,
        "staff/authenticator.html",
        status=422 if problem else 200,
        staff=staff,
        secret=setup.spelled(secret),
        picture=setup.picture(secret, staff.username),
        problem=PROBLEMS.get(problem) if problem else None,
    )


def _subject(staff_id: int) -> str:
    return f"staff:{staff_id}"
