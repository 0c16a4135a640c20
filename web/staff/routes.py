"""Staff sign-in and sign-out; the pages of one's own account and of invitations are hung here as well."""

from __future__ import annotations

from aiohttp import web
from redis.exceptions import RedisError

from web.keys import CLOCK, DB, REDIS, SETTINGS
from web.render import render
from web.serving.access import client_address
from web.staff import account, guard, invites
from web.staff import session as sessions
from web.staff.errors import SignInRefused, SignInThrottled, SignInUnavailable, StaffError
from web.staff.navigation import home_of, is_ours
from web.staff.sign_in import Attempt, sign_in

routes = web.RouteTableDef()


def add_routes(app: web.Application) -> None:
    """Hang the sign-in and sign-out on the application."""
    app.add_routes(routes)
    app.add_routes(invites.routes)
    app.add_routes(account.routes)


@routes.get("/staff")
async def home(request: web.Request) -> web.StreamResponse:
    """Send signed-in staff to their own console, everyone else to the sign-in."""
    staff = await guard.signed_in(request)
    raise web.HTTPSeeOther("/staff/sign-in" if staff is None else home_of(staff.role))


@routes.get("/staff/sign-in")
async def show(request: web.Request) -> web.StreamResponse:
    """The sign-in form."""
    return _form(request, back=request.query.get("next", ""))


@routes.post("/staff/sign-in")
async def submit(request: web.Request) -> web.StreamResponse:
    """Check the credentials; on success a fresh session and the page asked for."""
    form = await request.post()
    back = str(form.get("next", ""))
    attempt = Attempt(
        username=str(form.get("username", "")),
        password=str(form.get("password", "")),
        totp=str(form.get("totp", "")),
        address=client_address(request),
    )
    try:
        secret_key = request.app[SETTINGS].secret_key
        staff = await sign_in(request.app[DB], request.app[REDIS], secret_key, attempt, request.app[CLOCK].now())
        where = back if is_ours(back) else home_of(staff.role)
        answer = web.Response(status=303, headers={"Location": where})
        await sessions.begin(request, answer, staff.id)
    except RedisError:
        return _refused(request, SignInUnavailable(), attempt, back)
    except StaffError as error:
        return _refused(request, error, attempt, back)
    return answer


@routes.post("/staff/sign-out")
async def leave(request: web.Request) -> web.StreamResponse:
    """End the session here and in Redis."""
    answer = web.Response(status=303, headers={"Location": "/staff/sign-in"})
    await sessions.end(request, answer)
    return answer


@routes.post("/staff/active")
async def active(request: web.Request) -> web.StreamResponse:
    """The console says that somebody is at the keys, so the session is not idle."""
    record = await sessions.current(request)
    if record is None:
        raise web.HTTPUnauthorized
    await sessions.touch(request, record)
    return web.Response(status=204)


def _refused(request: web.Request, error: StaffError, attempt: Attempt, back: str) -> web.StreamResponse:
    match error:
        case SignInThrottled():
            minutes = -(-error.retry_after // 60)
            response = _form(request, error.id, attempt.username, back, status=429, minutes=minutes)
            response.headers["Retry-After"] = str(error.retry_after)
            return response
        case SignInRefused():
            return _form(request, error.id, attempt.username, back, status=401)
        case _:
            return _form(request, error.id, attempt.username, back, status=503)


def _form(
    request: web.Request,
    error: str = "",
    username: str = "",
    back: str = "",
    *,
    status: int = 200,
    minutes: int = 0,
) -> web.Response:
    return render(
        request,
        "staff/sign_in.html",
        status=status,
        error=error,
        username=username,
        back=back,
        minutes=minutes,
    )
