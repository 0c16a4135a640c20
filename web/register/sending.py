"""/visits/new/check and /visits/new/code: everything once more, then the codes, then the number."""

from __future__ import annotations

import math
from typing import Any

from aiohttp import web

from broker.identity.phones import masked as masked_number
from broker.onetime import Locked, OneTimeError, Throttled, TryLater
from broker.registration.draft import Sent, Step
from broker.registration.errors import (
    CodeRefused,
    DraftGone,
    Incomplete,
    NoSuchJail,
    NotBegun,
    SlotsGone,
    TooManyWaiting,
)
from broker.registration.service import Typed, begin, finish
from broker.registration.whole import first_gap
from web.account.session import current_account, sign_in, sign_out
from web.account.words import code_refused
from web.family.forms import field
from web.family.mailwords import masked
from web.proof import gate
from web.proof.errors import ProofError
from web.register import asking, limits, own, summary, times
from web.register.asking import Asking
from web.register.words import too_many_waiting
from web.render import render
from web.serving.access import client_address

CHECK = f"{asking.HOME}/check"
CODE = f"{asking.HOME}/code"
DONE = f"{asking.HOME}/done"


async def check(request: web.Request) -> web.StreamResponse:
    """GET: everything that was typed, each part with its way back."""
    found = await asking.needed(request)
    gap = first_gap(found.draft, found.today)
    if gap is not None:
        raise web.HTTPSeeOther(f"{asking.path(gap)}?look=1")
    if not found.draft.reached:
        await asking.change(request, found, reached=True)
    return await _check_page(request, found)


async def send(request: web.Request) -> web.StreamResponse:
    """POST: hold a slot, send the codes."""
    found = await asking.needed(request)
    if await field(request, "go") == "back":
        raise web.HTTPSeeOther(asking.path(Step.LETTER))
    try:
        await gate.check(request, "register")
    except ProofError as refused:
        return await _check_page(request, found, gate.words(request, refused), status=422)
    wait_until = await limits.refused_until(request, "hold", limits.MOST_HOLDS)
    if wait_until is not None:
        return await _not_sent(request, Throttled(wait_until))
    return await _begin(request, found)


async def code_page(request: web.Request) -> web.StreamResponse:
    """GET: the fields for what was sent."""
    found = await asking.needed(request)
    return await _code_page(request, found, _sent(found))


async def code_submit(request: web.Request) -> web.StreamResponse:
    """POST: the codes; right ones make the visit."""
    found = await asking.needed(request)
    _sent(found)
    return await _finish(request, found, Typed(await field(request, "otp"), await field(request, "sms")))


async def again(request: web.Request) -> web.StreamResponse:
    """POST: new codes; the old ones are dead from then on."""
    found = await asking.needed(request)
    if _sent(found).expires_at <= found.now:
        # The slot is no longer held: another is to be held, and for that the page before asks for its proof of work.
        raise web.HTTPSeeOther(CHECK)
    return await _begin(request, found)


async def done(request: web.Request) -> web.StreamResponse:
    """GET: the number."""
    found = await asking.load(request)
    if found is None or found.draft.visit_id is None:
        raise web.HTTPSeeOther(asking.HOME)
    return await summary.done_page(request, found)


async def leave(request: web.Request) -> web.StreamResponse:
    """POST: forget what was typed, for whoever holds this phone next."""
    found = await asking.load(request)
    if found is not None and found.draft.visit_id is None:
        await asking.forget(request, found)
    sign_out(request)
    own.forget(request)
    raise web.HTTPSeeOther("/")


async def _begin(request: web.Request, found: Asking) -> web.Response:
    account = await current_account(request)
    try:
        draft = await begin(
            request.app[asking.DESK],
            found.draft.id,
            found.now,
            client=client_address(request),
            trusted=frozenset({account.email}) if account else frozenset(),
        )
    except (Throttled, Locked, TryLater) as refused:
        return await _not_sent(request, refused)
    except (Incomplete, NoSuchJail, SlotsGone, DraftGone) as refused:
        raise await _elsewhere(request, refused) from None
    if draft.sent is not None and not (draft.sent.email or draft.sent.mobile):
        return await _finish(request, found, Typed())
    raise web.HTTPSeeOther(CODE)


async def _finish(request: web.Request, found: Asking, typed: Typed) -> web.Response:
    try:
        visit = await finish(request.app[asking.DESK], found.draft.id, typed, found.now)
    except CodeRefused as refused:
        changed = await asking.needed(request)
        return await _code_page(request, changed, _sent(changed), refused.cause, refused.channel)
    except TooManyWaiting as refused:
        return await _check_page(request, found, too_many_waiting(request, refused.most), status=409)
    except (Incomplete, NoSuchJail, NotBegun, SlotsGone, DraftGone) as refused:
        raise await _elsewhere(request, refused) from None
    if visit.account_id is not None:
        # The code has just shown whose address it is: "My visits" asks for no second one.
        sign_in(request, visit.account_id)
    raise web.HTTPSeeOther(DONE)


async def _not_sent(request: web.Request, refused: OneTimeError) -> web.Response:
    """No new code now. Where one is on its way already, its page says so; else this one."""
    found = await asking.needed(request)
    if found.draft.sent is not None and isinstance(refused, Throttled):
        return await _code_page(request, found, found.draft.sent, refused)
    return await _check_page(request, found, code_refused(request, refused, found.now), status=_status(refused))


async def _elsewhere(request: web.Request, refused: Exception) -> web.HTTPSeeOther:
    """The page on which what is in the way can be changed."""
    match refused:
        case Incomplete(step=step):
            return web.HTTPSeeOther(f"{asking.path(Step(step))}?look=1")
        case NoSuchJail():
            return web.HTTPSeeOther(f"{asking.path(Step.JAIL)}?look=1")
        case SlotsGone():
            # All of them are gone: an empty list says more than three that can't be had.
            await asking.keep(request, Step.TIMES, times.numbered([]))
            return web.HTTPSeeOther(f"{asking.path(Step.TIMES)}?gone=1")
        case NotBegun():
            return web.HTTPSeeOther(CHECK)
        case _:
            return web.HTTPSeeOther(asking.HOME)


def _sent(found: Asking) -> Sent:
    if found.draft.sent is None:
        raise web.HTTPSeeOther(CHECK)
    return found.draft.sent


async def _check_page(
    request: web.Request, found: Asking, problem: str | None = None, *, status: int = 200
) -> web.Response:
    return render(
        request,
        "register/check.html",
        status=status,
        problem=problem,
        sms=found.place is not None and found.place.version.rule.sms,
        helpline=found.place.jail.helpline if found.place else None,
        parts_typed=await summary.parts(request, found),
    )


async def _code_page(
    request: web.Request, found: Asking, sent: Sent, refused: OneTimeError | None = None, channel: str = ""
) -> web.Response:
    left = found.draft.verified
    context: dict[str, Any] = {
        "email": masked(sent.email) if sent.email and sent.email not in left else "",
        "mobile": masked_number(sent.mobile) if sent.mobile and sent.mobile not in left else "",
        "problem": code_refused(request, refused, found.now) if refused else None,
        "channel": channel,
        "resend_in": max(0, math.ceil((sent.resend_at - found.now).total_seconds())),
        "held_minutes": max(0, math.ceil((sent.expires_at - found.now).total_seconds() / 60)),
        "when": times.moment(request, found, found.place, sent.starts_at) if found.place else None,
        "jail": found.place.jail if found.place else None,
        "helpline": found.place.jail.helpline if found.place else None,
    }
    return render(request, "register/code.html", status=_status(refused) if refused else 200, **context)


def _status(refused: OneTimeError) -> int:
    match refused:
        case Throttled() | Locked():
            return 429
        case TryLater():
            return 503
        case _:
            return 422
