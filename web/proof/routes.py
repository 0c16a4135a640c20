"""GET /proof?for=…: a challenge for a form."""

from __future__ import annotations

from aiohttp import web

from web.errors import NotFound
from web.keys import CLOCK, SETTINGS
from web.proof import work


def add_routes(app: web.Application) -> None:
    """Hang them on the application."""
    app.router.add_get("/proof", challenge)


async def challenge(request: web.Request) -> web.StreamResponse:
    """A fresh challenge as JSON. Nothing is kept of it, so asking for many costs us nothing but the hashing."""
    try:
        purpose = work.Purpose(request.query.get("for", ""))
    except ValueError:
        raise NotFound from None
    made = work.challenge(request.app[SETTINGS].secret_key, purpose, request.app[CLOCK].now())
    return web.json_response(made, headers={"Cache-Control": "no-store"})
