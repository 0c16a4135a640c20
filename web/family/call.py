"""The call page and its entry.

GET /call renders `call/call.html` with `call`: visrn, kind, starts_at and ends_at (ISO 8601), jail (name, city,
helpline, timezone), terminal; and `helpline`. POST /call/entry hands the entry out until its ticket is used; after that
a reload resumes with the session token that the page keeps.
"""

from __future__ import annotations

from aiohttp import web

from web import entry, language, session
from web.family import joining
from web.keys import CLOCK, TICKETS
from web.render import render


async def page(request: web.Request) -> web.StreamResponse:
    """GET /call"""
    call = joining.call(session.of(request))
    if call is None:
        raise web.HTTPSeeOther("/join")
    language.prefer(request, call["language"])
    return render(request, "call/call.html", call=call, helpline=call["jail"]["helpline"])


async def hand_out(request: web.Request) -> web.StreamResponse:
    """POST /call/entry: the entry (200), or 410 `used` once its ticket is, `not_admitted` without right codes.

    It is the ticket that works once. A page that was reloaded before it had redeemed it gets the entry again.
    """
    own = session.of(request)
    found = joining.entry(own)
    if found is not None:
        if await request.app[TICKETS].look(found["ticket"]) is not None:
            return entry.answer(found, request.app[CLOCK].now())
        joining.forget_entry(own)
    error = "used" if joining.call(own) is not None else "not_admitted"
    return web.json_response({"error": error}, status=410, headers={"Cache-Control": "no-store"})
