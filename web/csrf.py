"""Requests that change something must come from our own pages.

Two checks, each of which must hold: where the request comes from (Sec-Fetch-Site and Origin, Fetch standard), and a
token of the session, sent as the form field `csrf` or the header `X-CSRF-Token`. Our pages send no referrer, and
browsers then write `Origin: null` on a form's navigation, so `null` alone proves nothing and refuses nothing: there
the token decides.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable

from aiohttp import web

from config import secrets
from web.errors import CrossSite, FormExpired
from web.keys import SETTINGS
from web.session import SESSION, Session

FIELD = "csrf"
HEADER = "X-CSRF-Token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_SESSION_FIELD = "csrf"
_OWN_SITES = frozenset({"same-origin", "none"})

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def token(session: Session) -> str:
    """The session's token, made at its first use."""
    found = session.get(_SESSION_FIELD)
    if not isinstance(found, str):
        found = secrets.new_token()
        session[_SESSION_FIELD] = found
    return found


class LazyToken:
    """The token as a template prints it: a page that has no form starts no session and sets no cookie."""

    def __init__(self, request: web.Request) -> None:
        self._request = request

    def __str__(self) -> str:
        """Return the token; empty where no session could be loaded (error pages while Redis is down)."""
        session = self._request.get(SESSION)
        return token(session) if session is not None else ""

    __html__ = __str__  # its characters are those of URL-safe base 64: nothing to escape


def exempt(handler: Handler) -> Handler:
    """Mark a handler that scripts ask, longer than a session lives: only the origin is checked. Say why beside it."""
    handler.csrf_exempt = True  # type: ignore[attr-defined]
    return handler


@web.middleware
async def origin_middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse what another site made the browser send, before anything is loaded for it."""
    if request.method not in SAFE_METHODS:
        site = request.headers.get("Sec-Fetch-Site")
        if site is not None and site not in _OWN_SITES:
            raise CrossSite
        origin = request.headers.get("Origin")
        # Only a form's navigation has a reason to say `null`; a script of ours always says where it comes from.
        anonymous = origin is None or (origin == "null" and not _is_exempt(request))
        if not anonymous and origin not in request.app[SETTINGS].allowed_origins:
            raise CrossSite
    return await handler(request)


@web.middleware
async def token_middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Compare the token; runs inside the session middleware. Where no page takes the request, that is the answer."""
    refused = request.match_info.http_exception is not None
    if request.method not in SAFE_METHODS and not refused and not _is_exempt(request):
        expected = request[SESSION].get(_SESSION_FIELD)
        given = await _given(request)
        if not isinstance(expected, str) or not hmac.compare_digest(expected.encode(), given.encode()):
            raise FormExpired
    return await handler(request)


def _is_exempt(request: web.Request) -> bool:
    return getattr(request.match_info.handler, "csrf_exempt", False)


async def _given(request: web.Request) -> str:
    header = request.headers.get(HEADER)
    if header is not None:
        return header
    if request.content_type not in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        return ""
    value = (await request.post()).get(FIELD, "")
    return value if isinstance(value, str) else ""
