"""Which language a page speaks, and the words for it.

Order: `?lang=` (kept in a cookie, the address is then cleaned), the cookie, the visit's own language where a handler
calls `prefer`, and last Accept-Language.
"""

from __future__ import annotations

import gettext as gettext_module
from collections.abc import Awaitable, Callable

from aiohttp import web

from config.i18n import LANGUAGES, negotiate, translations
from web.keys import LANGUAGE, SETTINGS

COOKIE = "lang"
COOKIE_SECONDS = 365 * 24 * 3600

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def of(request: web.Request) -> str:
    """The page's language: `en`, `hi` or `bn`."""
    found = request.get(LANGUAGE)
    return found if found is not None else _detect(request)


def prefer(request: web.Request, language: str) -> None:
    """Speak the visit's language unless this browser has already chosen one."""
    if language in LANGUAGES and _chosen(request) is None:
        request[LANGUAGE] = language


def catalogue(request: web.Request) -> gettext_module.NullTranslations:
    """The request's translations: `_ = catalogue(request).gettext`."""
    return translations(of(request))


def _chosen(request: web.Request) -> str | None:
    """The language a person picked in this browser, if any."""
    cookie = request.cookies.get(COOKIE, "")
    return cookie if cookie in LANGUAGES else None


def _detect(request: web.Request) -> str:
    return _chosen(request) or negotiate(request.headers.get("Accept-Language", ""))


@web.middleware
async def language_middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Bind the language; a safe request with `?lang=` sets the cookie and goes to the clean address."""
    asked = request.query.get("lang")
    if asked in LANGUAGES and request.method in {"GET", "HEAD"}:
        clean = request.rel_url.with_query([(k, v) for k, v in request.rel_url.query.items() if k != "lang"])
        response = web.Response(status=303, headers={"Location": str(clean)})
        response.set_cookie(
            COOKIE,
            asked,
            max_age=COOKIE_SECONDS,
            httponly=True,
            samesite="Lax",
            secure=request.app[SETTINGS].public_url.startswith("https://"),
        )
        return response
    request[LANGUAGE] = _detect(request)
    return await handler(request)
