"""GET /dev/terminal/{token}: makes this browser a terminal of the demonstration, without a pairing code."""

from __future__ import annotations

import hmac

from aiohttp import web

from broker.links import demo_terminal_token
from broker.visit import Terminal
from web.keys import DB, SETTINGS
from web.terminal.pairing import pair_browser


async def pair(request: web.Request) -> web.StreamResponse:
    """Pair and go to the terminal's page; 404 for a token of no terminal."""
    terminal = await _find(request)
    if terminal is None:
        raise web.HTTPNotFound
    response = web.Response(status=303, headers={"Location": "/terminal", "Cache-Control": "no-store"})
    await pair_browser(request, response, terminal)
    return response


async def _find(request: web.Request) -> Terminal | None:
    given = request.match_info["token"].encode()
    secret_key = request.app[SETTINGS].secret_key
    async with request.app[DB].read() as uow:
        for jail in await uow.jails.all():
            for terminal in await uow.jails.terminals(jail.id):
                if hmac.compare_digest(demo_terminal_token(secret_key, terminal.id).encode(), given):
                    return terminal
    return None
