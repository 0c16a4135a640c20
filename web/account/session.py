"""Who is signed in: kept in the browser's server-side session, for a while.

Families share phones, so it ends by itself `SIGNED_IN` after the code was typed, whatever is done meanwhile, and at
once by the button.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from broker.accounts.account import Account
from broker.errors import NotFound
from web import session
from web.keys import CLOCK, DB

#: How long a browser stays signed in after its code.
SIGNED_IN = timedelta(hours=12)

_KEY = "account"
#: What a browser keeps when it signs in or out; a half-typed request must not get lost by it.
_KEPT = ("draft", "draft_id", "joining", "entry", "call")
_ACCOUNT: web.RequestKey[Account] = web.RequestKey("account", Account)


async def current_account(request: web.Request) -> Account | None:
    """The account that is signed in in this browser, or None. Read from storage once a request."""
    if _ACCOUNT in request:
        return request[_ACCOUNT]
    stored = session.of(request).get(_KEY)
    if not isinstance(stored, dict) or _ended(stored, request.app[CLOCK].now()):
        return None
    try:
        async with request.app[DB].read() as uow:
            account = await uow.accounts.get(str(stored.get("id")))
    except NotFound:
        return None
    request[_ACCOUNT] = account
    return account


def sign_in(request: web.Request, account_id: str) -> None:
    """Sign this browser in, for an address that a code has just reached. The session gets a fresh name (fixation), and
    keeps a request that is being typed.
    """
    fresh = _renewed(request, _KEPT)
    fresh[_KEY] = {"id": account_id, "at": request.app[CLOCK].now().isoformat()}


def sign_out(request: web.Request) -> None:
    """Forget everything this browser had open: the next person at this phone sees none of it."""
    session.renew(request).changed = True


def _renewed(request: web.Request, kept: Iterable[str]) -> session.Session:
    before = dict(session.of(request))
    fresh = session.renew(request)
    for name in kept:
        if name in before:
            fresh[name] = before[name]
    return fresh


def _ended(stored: dict[str, Any], now: datetime) -> bool:
    try:
        began = datetime.fromisoformat(stored["at"])
    except (KeyError, TypeError, ValueError):
        return True
    return not began <= now + timedelta(minutes=1) or now >= began + SIGNED_IN
