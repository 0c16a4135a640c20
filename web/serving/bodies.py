"""How large a request's body may be, where a page takes more than the application's few kilobytes: uploads.

`router.add_post(path, bodies.takes(handler, megabytes=10, instead="/visits/new/photo?large=1"))`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

MEGABYTE = 1024 * 1024


def takes(handler: Handler, *, megabytes: int, instead: str) -> Handler:
    """Let this handler's requests be so large. A larger one is led to `instead`, a page that can say so in its words:
    an error page would throw away what else was on the form.
    """
    handler.max_body_bytes = megabytes * MEGABYTE  # type: ignore[attr-defined]
    handler.too_large_instead = instead  # type: ignore[attr-defined]
    return handler


@web.middleware
async def size_middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Raise the limit for a marked handler; stands before everything that reads the body."""
    marked = request.match_info.handler
    most = getattr(marked, "max_body_bytes", None)
    if most is None:
        return await handler(request)
    # A clone of the request would do it by the book, but then middlewares further out and in would write their notes
    # on two different ones. tests/web/serving/test_bodies.py holds aiohttp to this name.
    request._client_max_size = most  # noqa: SLF001
    instead = marked.too_large_instead  # type: ignore[attr-defined]
    if (request.content_length or 0) > most:
        raise web.HTTPSeeOther(instead)
    try:
        return await handler(request)
    except web.HTTPRequestEntityTooLarge:
        raise web.HTTPSeeOther(instead) from None
