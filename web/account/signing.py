"""How far a browser has come on its way into an account: kept in its session between the address and the code."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime

from aiohttp import web

from broker.accounts.account import Account
from web import language, session
from web.account.session import current_account
from web.timewords import iso

HOME = "/account"
SIGN_IN = "/account/sign-in"
_KEY = "signing_in"
_LONGEST_PATH = 200


@dataclass(frozen=True, slots=True)
class Signing:
    """A code was asked for. `resend_at` (ISO 8601): when the next may be; `back`: the page to go to afterwards."""

    email: str = field(repr=False)
    resend_at: str
    back: str = HOME

    def wait(self, now: datetime) -> float:
        """Seconds until the next code may be asked for."""
        return max(0.0, (datetime.fromisoformat(self.resend_at) - now).total_seconds())


def load(request: web.Request) -> Signing | None:
    """What `save` kept, or None."""
    stored = session.of(request).get(_KEY)
    return Signing(**stored) if isinstance(stored, dict) else None


def save(request: web.Request, email: str, resend_at: datetime, back: str) -> None:
    """Keep it for the next page."""
    session.of(request)[_KEY] = asdict(Signing(email, iso(resend_at), back))


def safe(path: str) -> str:
    """A page of the account to lead to, whatever an address asked for: never another site."""
    parts = path.split("/")
    own = path.startswith(f"{HOME}/") and all(part.replace("-", "").isalnum() for part in parts[1:])
    return path if own and path != SIGN_IN and len(path) <= _LONGEST_PATH else HOME


async def account_of(request: web.Request) -> Account:
    """Who is signed in. Nobody: leads to the sign-in, and from there back to a page that was asked for."""
    found = await current_account(request)
    if found is None:
        back = request.path if request.method == "GET" else HOME
        raise web.HTTPSeeOther(SIGN_IN if back == HOME else f"{SIGN_IN}?next={back}")
    language.prefer(request, found.language)
    return found
