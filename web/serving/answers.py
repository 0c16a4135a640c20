"""The one place where an error becomes a page or a JSON answer.

The pages name no person, no visit and no address; the request id at their foot is what a helpline needs.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog
from aiohttp import web
from redis.exceptions import RedisError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from web.errors import WebError
from web.keys import BEGUN, REQUEST_ID
from web.render import render

log = structlog.get_logger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

# What an outside service that is away looks like from here.
OUTAGES = (RedisError, OperationalError, InterfaceError, PoolTimeout, OSError, TimeoutError)
_IDS = {
    400: "bad_request",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    410: "gone",
    413: "too_large",
    429: "too_many",
    500: "internal",
    503: "unavailable",
}


def wants_json(request: web.Request) -> bool:
    """Whether a script asked (its Accept says so, or the path is one of the JSON interface's)."""
    return request.path.startswith("/api/") or "application/json" in request.headers.get("Accept", "")


def error_response(
    request: web.Request, status: int, error: str, *, retry_at: datetime | None = None
) -> web.StreamResponse:
    """An error as JSON `{"error": id}` or as a page, whichever was asked for."""
    if wants_json(request):
        return web.json_response({"error": error}, status=status, headers={"Cache-Control": "no-store"})
    return render(
        request,
        "errors/error.html",
        status=status,
        status_code=status,
        error=error,
        retry_at=retry_at,
        request_id=request.get(REQUEST_ID, ""),
    )


@web.middleware
async def error_middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn whatever a handler raises into an answer. One that has begun (a stream) can only be broken off."""
    try:
        return await handler(request)
    except web.HTTPException as raised:
        if raised.status < 400 or raised.content_type == "application/json":
            raise
        return _http_error(request, raised)
    except WebError as refused:
        log.info("refused", error=refused.id, status=refused.status)
        return error_response(request, refused.status, refused.id, retry_at=getattr(refused, "retry_at", None))
    except OUTAGES as outage:
        if request.get(BEGUN):
            raise
        log.error("outage", kind=type(outage).__name__, state=_state_of(outage))
        return error_response(request, 503, "unavailable")
    except Exception:
        if request.get(BEGUN):
            raise
        log.exception("handler_failed")
        return error_response(request, 500, "internal")


def _state_of(outage: Exception) -> str | None:
    """What the database calls it (SQLite's name, PostgreSQL's SQLSTATE): a lock, a full disk and a lost connection are
    all one kind. Never its text, which may have a row in it.
    """
    own = getattr(outage, "orig", None)
    return getattr(own, "sqlite_errorname", None) or getattr(own, "sqlstate", None)


def _http_error(request: web.Request, raised: web.HTTPException) -> web.StreamResponse:
    answer = error_response(request, raised.status, _IDS.get(raised.status, "bad_request"))
    for name in ("Allow", "Retry-After"):
        if name in raised.headers:
            answer.headers[name] = raised.headers[name]
    return answer
