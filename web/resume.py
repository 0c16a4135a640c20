"""POST /api/rooms/resume: where a page finds its room again after its node has gone."""

from __future__ import annotations

import json

from aiohttp import web

from rooms.errors import NoNode
from signaling.resume import Ended, Located, locate
from web import csrf
from web.keys import CLOCK, REDIS
from web.timewords import iso

_TOKEN_CHARACTERS_MAX = 200
_NO_STORE = {"Cache-Control": "no-store"}


@csrf.exempt
async def resume(request: web.Request) -> web.Response:
    """`{"session": token}` -> 200 `{"url"}`; 410 `{"reason", "ended_at"}` (`session_unknown` without a time); 503.

    The session token in the body is the authority, not a cookie, so another site can gain nothing by making a browser
    ask: it would have to know the token.
    """
    try:
        body = await request.json()
        token = body["session"]
    except (json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError):
        return _refused(400, "bad_request")
    if not isinstance(token, str) or not 0 < len(token) <= _TOKEN_CHARACTERS_MAX:
        return _refused(400, "bad_request")
    try:
        found = await locate(request.app[REDIS], token, request.app[CLOCK].now())
    except NoNode:
        return web.json_response({"error": NoNode.id}, status=503, headers={**_NO_STORE, "Retry-After": "2"})
    match found:
        case Located(url):
            return web.json_response({"url": url}, headers=_NO_STORE)
        case Ended(reason, ended_at):
            gone: dict[str, str | None] = {"reason": reason.value, "ended_at": iso(ended_at)}
        case _:
            gone = {"reason": "session_unknown", "ended_at": None}
    return web.json_response(gone, status=410, headers=_NO_STORE)


def _refused(status: int, error: str) -> web.Response:
    return web.json_response({"error": error}, status=status, headers=_NO_STORE)


def add_routes(app: web.Application) -> None:
    """The one question a dropped page asks."""
    app.router.add_post("/api/rooms/resume", resume)
