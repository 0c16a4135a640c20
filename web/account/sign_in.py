"""/account/sign-in and /account/code: a verified address and a code from its mail, and no password.

Whether an address has an account is not told: an unknown one gets the same pages at the same time (`web.family.grid`)
and no mail.
"""

from __future__ import annotations

from datetime import datetime

import structlog
from aiohttp import web

from broker.accounts.account import normalised
from broker.identity.email import parse_email
from broker.identity.errors import BadEmail
from broker.mail.post import Post
from broker.mail.wake import wake_worker
from broker.onetime import OneTimeCodes
from broker.onetime.errors import Locked, OneTimeError, Throttled, TryLater, WrongCode
from web.account import signing, words
from web.account.session import current_account, sign_in, sign_out
from web.account.signing import Signing
from web.family.forms import field
from web.family.grid import on_grid
from web.family.mailwords import masked
from web.keys import CLOCK, DB, REDIS, SETTINGS
from web.proof import gate
from web.proof.errors import ProofError
from web.proof.work import Purpose
from web.render import render
from web.serving.access import client_address

log = structlog.get_logger(__name__)

SCOPE = "account"
CODE = "/account/code"
_KEPT_CHARACTERS = 254


async def page(request: web.Request) -> web.StreamResponse:
    """GET: the address's field."""
    back = signing.safe(request.query.get("next", ""))
    if await current_account(request) is not None:
        raise web.HTTPSeeOther(back)
    return _form(request, back)


async def submit(request: web.Request) -> web.StreamResponse:
    """POST: a code goes to the address, if it is known; the code's page follows either way."""
    typed, back = await field(request, "email"), signing.safe(await field(request, "next"))
    try:
        email = normalised(parse_email(typed))
    except BadEmail:
        return _form(request, back, typed, words.bad_email(request))
    try:
        await gate.check(request, Purpose.ACCOUNT)
    except ProofError as refused:
        return _form(request, back, typed, gate.words(request, refused))
    now = request.app[CLOCK].now()
    async with on_grid(request.app[CLOCK]):
        try:
            resend_at = await _send(request, email, now)
        except Throttled as throttled:
            # A code went out a moment ago: it is what to type.
            resend_at = throttled.retry_at
        except OneTimeError as refused:
            return _form(request, back, typed, words.code_refused(request, refused, now), status=_status(refused))
        signing.save(request, email, resend_at, back)
    raise web.HTTPSeeOther(CODE)


async def code_page(request: web.Request) -> web.StreamResponse:
    """GET: the code's field."""
    return _code_form(request, _signing(request))


async def code_submit(request: web.Request) -> web.StreamResponse:
    """POST: the right code signs this browser in."""
    own = _signing(request)
    now = request.app[CLOCK].now()
    codes = OneTimeCodes(request.app[REDIS], request.app[SETTINGS].secret_key)
    async with on_grid(request.app[CLOCK]):
        try:
            await codes.check(SCOPE, own.email, await field(request, "otp"), now)
            async with request.app[DB].read() as uow:
                account = await uow.accounts.by_email(own.email)
            if account is None:
                raise WrongCode(0)
        except OneTimeError as refused:
            return _code_form(request, own, words.code_refused(request, refused, now), status=_status(refused))
    sign_in(request, account.id)
    log.info("account.signed_in", account=account.id)
    raise web.HTTPSeeOther(own.back)


async def resend(request: web.Request) -> web.StreamResponse:
    """POST: a fresh code; the old one is dead from then on."""
    own = _signing(request)
    now = request.app[CLOCK].now()
    async with on_grid(request.app[CLOCK]):
        try:
            resend_at = await _send(request, own.email, now)
        except OneTimeError as refused:
            return _code_form(request, own, words.code_refused(request, refused, now), status=_status(refused))
        signing.save(request, own.email, resend_at, own.back)
    raise web.HTTPSeeOther(CODE)


async def leave(request: web.Request) -> web.StreamResponse:
    """POST: sign out."""
    sign_out(request)
    raise web.HTTPSeeOther("/")


def _signing(request: web.Request) -> Signing:
    own = signing.load(request)
    if own is None:
        raise web.HTTPSeeOther(signing.SIGN_IN)
    return own


async def _send(request: web.Request, email: str, now: datetime) -> datetime:
    """Make a code, and mail it if somebody has this address; return when the next may be asked for."""
    app = request.app
    codes = OneTimeCodes(app[REDIS], app[SETTINGS].secret_key)
    issued = await codes.issue(SCOPE, email, now, client=client_address(request))
    async with app[DB].begin() as uow:
        account = await uow.accounts.by_email(email)
        if account is not None:
            letter = Post(app[SETTINGS]).sign_in
            await letter(uow, account.email, account.language, issued.code, issued.expires_at, now)
            await uow.commit()
    if account is not None:
        await wake_worker(app[REDIS])
    return issued.resend_at


def _status(refused: OneTimeError) -> int:
    match refused:
        case Locked() | Throttled():
            return 429
        case TryLater():
            return 503
        case _:
            return 422


def _form(
    request: web.Request, back: str, typed: str = "", problem: str | None = None, *, status: int = 422
) -> web.Response:
    return render(
        request,
        "account/sign_in.html",
        status=status if problem else 200,
        back=back,
        typed=typed[:_KEPT_CHARACTERS],
        problem=problem,
    )


def _code_form(request: web.Request, own: Signing, problem: str | None = None, *, status: int = 200) -> web.Response:
    return render(
        request,
        "account/code.html",
        status=status,
        address=masked(own.email),
        resend_in=int(own.wait(request.app[CLOCK].now())) + 1,
        problem=problem,
    )
