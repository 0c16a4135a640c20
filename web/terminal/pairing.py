"""A browser becomes a jail's terminal: a one-time code in, a year-long cookie out.

The cookie holds a random secret; storage knows only its SHA-256, so neither a
database dump nor a log can impersonate a terminal. Pairing a terminal again
replaces the secret, which signs the old browser out.
"""

from __future__ import annotations

import secrets
import unicodedata
from datetime import timedelta

from aiohttp import web

from broker.audit.events import AuditEvent
from broker.visit import Terminal
from config.secrets import digest, new_token
from web.keys import CLOCK, DB, SETTINGS

COOKIE_SECONDS = 365 * 24 * 3600
CODE_LENGTH = 8
CODE_LIFETIME = timedelta(minutes=10)

# No 0/O, 1/I/L: the code is read off one screen and typed on another.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def new_code() -> str:
    """A fresh pairing code: 8 characters of a 31-letter alphabet (39 bits)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def show_code(code: str) -> str:
    """The code as people read it out: two groups of four."""
    return f"{code[:4]} {code[4:]}"


def parse_code(text: str) -> str | None:
    """The code somebody typed (any case, spaces, hyphens), or None if it cannot be one."""
    folded = unicodedata.normalize("NFKC", text).upper()
    code = "".join(char for char in folded if not char.isspace() and char != "-")
    if len(code) != CODE_LENGTH or any(char not in ALPHABET for char in code):
        return None
    return code


async def pair_browser(request: web.Request, response: web.StreamResponse, terminal: Terminal) -> None:
    """Make the requesting browser that terminal: store a fresh secret, set its cookie."""
    secret = new_token()
    async with request.app[DB].begin() as uow:
        await uow.terminals.pair(terminal.id, digest(secret))
        await uow.commit()
    set_cookie(request, response, secret)


async def redeem(request: web.Request, code: str) -> tuple[Terminal, str] | None:
    """Exchange a pairing code for (terminal, cookie secret); None if wrong, used or too old."""
    secret = new_token()
    now = request.app[CLOCK].now()
    async with request.app[DB].begin() as uow:
        terminal = await uow.terminals.redeem_pair_code(digest(code), now, digest(secret))
        if terminal is None:
            return None
        uow.audit.record(
            AuditEvent.TERMINAL_PAIR,
            by=f"terminal:{terminal.id}",
            at=now,
            jail_id=terminal.jail_id,
            subject=f"terminal:{terminal.id}",
            details={"step": "paired"},
        )
        await uow.commit()
    return terminal, secret


async def paired_terminal(request: web.Request) -> Terminal | None:
    """The terminal this browser is paired with, or None."""
    secret = request.cookies.get(cookie_name(request))
    if not secret:
        return None
    async with request.app[DB].read() as uow:
        return await uow.terminals.by_secret(digest(secret))


def set_cookie(request: web.Request, response: web.StreamResponse, secret: str) -> None:
    """Put the terminal's secret into a cookie that scripts cannot read, for a year."""
    response.set_cookie(
        cookie_name(request),
        secret,
        max_age=COOKIE_SECONDS,
        path="/",
        httponly=True,
        samesite="Lax",
        secure=_secure(request),
    )


def cookie_name(request: web.Request) -> str:
    """The cookie's name; the prefix makes browsers refuse it without TLS (RFC 6265bis, 4.1.3.2)."""
    return "__Host-terminal" if _secure(request) else "terminal"


def _secure(request: web.Request) -> bool:
    return request.app[SETTINGS].public_url.startswith("https:")
