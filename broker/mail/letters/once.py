"""Letters that carry codes, each code on a line of its own behind a label that is never translated."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from broker.mail.compose import Message, compose
from broker.mail.letters import when
from broker.mail.letters.envelope import Letter, write
from broker.visit import Visit, Visitor

_MINUTE = timedelta(minutes=1)


def codes(visit: Visit, visitor: Visitor, otp: str, pin: str, expires_at: datetime) -> Message:
    """Fresh codes for the door of a visit, valid until `expires_at` (UTC)."""
    zone = visit.jail.timezone
    return compose(
        "codes",
        visitor.language,
        {
            "otp": otp,
            "pin": pin,
            "visrn": str(visit.visrn),
            "until": when.clock(expires_at, zone),
            "offset": when.offset(expires_at, zone),
            "helpline": visit.jail.helpline,
        },
    )


def verify(language: str, code: str, expires_at: datetime, now: datetime, host: str) -> Letter:
    """The code that proves an address or, in its short form, a mobile. `host`: of the page it is typed on."""
    return write("verify", language, _context(code, expires_at, now, host))


def sign_in(language: str, code: str, expires_at: datetime, now: datetime, host: str) -> Letter:
    """The code that opens an account."""
    return write("sign_in", language, _context(code, expires_at, now, host))


def _context(code: str, expires_at: datetime, now: datetime, host: str) -> dict[str, Any]:
    """No jail is known yet, so the time is said as minutes; never more than there are."""
    return {"code": code, "minutes": max(1, (expires_at - now) // _MINUTE), "host": host}
