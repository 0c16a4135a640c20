"""Request ids and the access log.

The log names a request by its route's pattern (`/join/{token}`), never by its address: a link's token, a mail address
typed into the wrong place or a query must not reach a log.
"""

from __future__ import annotations

import ipaddress
import secrets
from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web
from aiohttp.abc import AbstractAccessLogger

from web.keys import REQUEST_ID

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

log = structlog.get_logger("web.access")


@web.middleware
async def request_id_middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Bind a fresh id to everything logged for this request. The client's own ids are not taken over."""
    request_id = secrets.token_hex(6)
    request[REQUEST_ID] = request_id
    with structlog.contextvars.bound_contextvars(request=request_id, route=route_pattern(request)):
        return await handler(request)


def route_pattern(request: web.BaseRequest) -> str:
    """The matched route as it was declared, or `-` where nothing matched."""
    if not isinstance(request, web.Request):
        return "-"
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else "-"


def client_address(request: web.BaseRequest) -> str:
    """The asker's network address, for counting tries.

    A reverse proxy on this machine is believed: the last entry of X-Forwarded-For is the one it has added itself, and
    what a client wrote in front of it is ignored.
    """
    remote = request.remote or ""
    forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return forwarded if forwarded and _is_loopback(remote) else remote


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return not address  # a unix socket has no address, and nobody but this machine reaches it


class AccessLogger(AbstractAccessLogger):
    """One structured line a request: method, pattern, status, milliseconds, bytes, id."""

    def log(self, request: web.BaseRequest, response: web.StreamResponse, time: float) -> None:
        """Called by aiohttp after each answer; `time` is in seconds."""
        log.info(
            "request",
            method=request.method,
            route=route_pattern(request),
            status=response.status,
            ms=round(time * 1000, 1),
            bytes=response.body_length,
            request=request.get(REQUEST_ID),
        )
