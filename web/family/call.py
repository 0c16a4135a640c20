"""The call page and its entry.

GET /call renders `call/call.html` with `call`: visrn, kind, starts_at and ends_at (ISO 8601), jail (name, city,
helpline, timezone), terminal; and `helpline`. POST /call/entry hands the entry out until its ticket is used; after that
a reload resumes with the session token that the page keeps. POST /call/after says how the call went, once that is on
paper.
"""

from __future__ import annotations

import json

from aiohttp import web

from broker.errors import NotFound
from broker.visit import VisitStatus
from web import entry, language, session
from web.family import joining, lost
from web.keys import CLOCK, DB, TICKETS
from web.render import render

_NO_STORE = {"Cache-Control": "no-store"}


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
    return _gone(error)


async def after(request: web.Request) -> web.StreamResponse:
    """POST /call/after `{"visrn"}` -> 200 `{"settled", "lost", "next"}`: whether the call is on paper, then the
    sentences on what was lost, and the one on what follows ("" where nothing does). 410 `not_admitted` for a visit
    that this browser was not let into last.
    """
    call = joining.call(session.of(request))
    if call is None or "visit" not in call or await _asked(request) != call["visrn"]:
        return _gone("not_admitted")
    async with request.app[DB].read() as uow:
        try:
            visit = await uow.visits.get(call["visit"])
        except NotFound:
            return _gone("not_admitted")
        if visit.status is not VisitStatus.CLOSED:
            return web.json_response({"settled": False}, headers=_NO_STORE)
        found = await lost.lost_of(uow, visit)
    language.prefer(request, call["language"])
    spoken = language.of(request)
    said = {"settled": True, "lost": lost.what(found, spoken), "next": lost.follows(found, spoken)}
    return web.json_response(said, headers=_NO_STORE)


async def _asked(request: web.Request) -> str | None:
    try:
        body = await request.json()
    except (json.JSONDecodeError, UnicodeDecodeError):
        return None
    return body.get("visrn") if isinstance(body, dict) else None


def _gone(error: str) -> web.Response:
    return web.json_response({"error": error}, status=410, headers=_NO_STORE)
