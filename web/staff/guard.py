"""The guard in front of every staff page: signed in, permitted, and within scope.

Permission comes from the role and scope from the staff member's jails; both are
read from storage at each request, so a change takes hold at once, and a disabled
account is nobody's.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from urllib.parse import quote

from aiohttp import web

from broker.staff import Staff
from web.keys import DB
from web.staff import session as sessions
from web.staff.permissions import Permission, may

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

STAFF = web.RequestKey("staff", Staff)


def permitted(permission: Permission) -> Callable[[Handler], Handler]:
    """Let only signed-in staff with the permission reach the handler.

    A page asked for without a session leads to the sign-in; anything else is
    answered 401. A role without the permission is answered 403.
    """

    def decorate(handler: Handler) -> Handler:
        @wraps(handler)
        async def guarded(request: web.Request) -> web.StreamResponse:
            await _enter(request, permission)
            return await handler(request)

        return guarded

    return decorate


async def still_permitted(request: web.Request, permission: Permission) -> Staff | None:
    """The signed-in staff member, asked again while a stream runs; None ends the stream."""
    staff = await _load(request, await sessions.current(request))
    return staff if staff is not None and may(staff.role, permission) else None


def require_scope(staff: Staff, jail_id: int) -> None:
    """Raise 403 unless the jail is one of the staff member's."""
    if jail_id not in staff.jail_ids:
        raise web.HTTPForbidden


async def signed_in(request: web.Request) -> Staff | None:
    """The signed-in staff member whatever the role, or None."""
    return await _load(request, await sessions.current(request))


def authenticated(handler: Handler) -> Handler:
    """Let signed-in staff of every role reach the handler: for what everybody does for themselves."""

    @wraps(handler)
    async def guarded(request: web.Request) -> web.StreamResponse:
        await _enter(request)
        return await handler(request)

    return guarded


async def _enter(request: web.Request, permission: Permission | None = None) -> None:
    record = await sessions.current(request)
    staff = await _load(request, record)
    if record is None or staff is None:
        raise _sign_in_first(request)
    if permission is not None and not may(staff.role, permission):
        raise web.HTTPForbidden
    if not _is_stream(request):
        await sessions.touch(request, record)
    request[STAFF] = staff


async def _load(request: web.Request, record: sessions.StaffSession | None) -> Staff | None:
    if record is None:
        return None
    async with request.app[DB].read() as uow:
        staff = await uow.staff.get(record.staff_id)
    return staff if staff is not None and staff.active else None


def _is_stream(request: web.Request) -> bool:
    return "text/event-stream" in request.headers.get("Accept", "")


def _sign_in_first(request: web.Request) -> web.HTTPException:
    if "text/html" not in request.headers.get("Accept", ""):
        return web.HTTPUnauthorized(text='{"error": "signed_out"}', content_type="application/json")
    back = request.path_qs if request.method == "GET" else ""
    return web.HTTPSeeOther(f"/staff/sign-in?next={quote(back, safe='')}")
