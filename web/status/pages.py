"""/status: a VisRN and a proof of work in, where the request stands out. Whoever is signed in and asks for a visit of
their own is led to all of it.
"""

from __future__ import annotations

import hmac
import math
from datetime import datetime, timedelta

from aiohttp import web

from broker.errors import BadVisRN
from broker.visit import Visit
from broker.visrn import VisRN
from config import keys
from config.secrets import derive
from web import language, session
from web.account.session import current_account
from web.family.forms import KEPT_CHARACTERS, field
from web.family.words import bad_visrn
from web.keys import CLOCK, DB, REDIS, SETTINGS
from web.proof import gate
from web.proof.errors import ProofError
from web.proof.work import Purpose
from web.render import render
from web.serving.access import client_address
from web.staff.throttle import Limit, take
from web.status import words

#: Look-ups from one network address within a window. Generous: whole towns share a mobile operator's address.
MOST_LOOKS = 60
WINDOW_SECONDS = 15 * 60
#: How long this browser may look again without another proof: at the one number only.
REMEMBERED = timedelta(minutes=30)

_KEY = "status"


async def page(request: web.Request) -> web.StreamResponse:
    """GET: the number's field."""
    return await _form(request, request.query.get("visrn", ""))


async def submit(request: web.Request) -> web.StreamResponse:
    """POST: look the number up."""
    typed = await field(request, "visrn")
    try:
        visrn = VisRN.parse(typed)
    except BadVisRN:
        return await _form(request, typed, bad_visrn(request))
    own = await _own(request, visrn)
    if own is not None:
        raise web.HTTPSeeOther(f"/account/visits/{own.id}")
    wait = await _count(request)
    if wait:
        return await _form(request, typed, words.too_often(request, math.ceil(wait / 60)), status=429)
    try:
        await gate.check(request, Purpose.STATUS)
    except ProofError as error:
        return await _form(request, typed, gate.words(request, error))
    if await _find(request, visrn) is None:
        return await _form(request, typed, words.unknown(request), status=404)
    session.of(request)[_KEY] = {"visrn": str(visrn), "at": request.app[CLOCK].now().isoformat()}
    raise web.HTTPSeeOther("/status/shown")


async def shown(request: web.Request) -> web.StreamResponse:
    """GET: where the number that was proved stands now."""
    visrn = _remembered(session.of(request).get(_KEY), request.app[CLOCK].now())
    visit = await _find(request, visrn) if visrn is not None else None
    if visit is None:
        raise web.HTTPSeeOther("/status")
    own = await _own(request, visit.visrn)
    return render(
        request,
        "status/shown.html",
        visrn=visit.visrn,
        standing=words.standing(request, visit.status),
        own=own,
        helpline=visit.jail.helpline,
    )


async def _own(request: web.Request, visrn: VisRN) -> Visit | None:
    """The visit of this number if it is that of the account which is signed in here."""
    account = await current_account(request)
    visit = await _find(request, visrn) if account is not None else None
    return visit if visit is not None and account is not None and visit.account_id == account.id else None


async def _find(request: web.Request, visrn: VisRN) -> Visit | None:
    async with request.app[DB].read() as uow:
        return await uow.visits.by_visrn(visrn)


async def _count(request: web.Request) -> int:
    """Count a look-up from this address; 0, or the seconds to wait. Raises RedisError: uncounted nobody looks."""
    app = request.app
    key = derive(app[SETTINGS].secret_key, "client", "status")
    name = hmac.digest(key, client_address(request).encode(), "sha256").hex()
    return await take(app[REDIS], [Limit(keys.address_tries("status", name), MOST_LOOKS, WINDOW_SECONDS)])


def _remembered(stored: object, now: datetime) -> VisRN | None:
    if not isinstance(stored, dict):
        return None
    try:
        looked_at = datetime.fromisoformat(stored["at"])
        return VisRN.parse(stored["visrn"]) if now - REMEMBERED < looked_at <= now else None
    except (KeyError, TypeError, ValueError, BadVisRN):
        return None


async def _form(
    request: web.Request, typed: str = "", problem: str | None = None, *, status: int = 422
) -> web.Response:
    account = await current_account(request)
    if account is not None:
        language.prefer(request, account.language)
    return render(
        request,
        "status/form.html",
        status=status if problem else 200,
        typed=typed[:KEPT_CHARACTERS],
        problem=problem,
        signed_in=account is not None,
    )
