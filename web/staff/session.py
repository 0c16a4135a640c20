"""A staff member's session: a random token in a cookie, its record in Redis.

Apart from the family's session, so that one browser can hold both. Every sign-in
issues a fresh token and forgets the one presented, so a planted cookie is worth
nothing. A session ends after `IDLE` without an act by hand (live updates are not
acts) and at `ABSOLUTE` after the sign-in, whichever comes first.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from aiohttp import web
from redis.asyncio import Redis

from config import keys
from config.secrets import digest, new_token
from web.keys import CLOCK, REDIS, SETTINGS

IDLE = timedelta(minutes=60)
ABSOLUTE = timedelta(hours=12)
_TOUCH_EVERY = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class StaffSession:
    """Who signed in, when, and when they last did something. Times are epoch seconds."""

    staff_id: int
    signed_in_at: float
    seen_at: float

    def ended(self, now: datetime) -> bool:
        """Whether the session is over, by idleness or by age."""
        at = now.timestamp()
        return at >= self.seen_at + IDLE.total_seconds() or at >= self.signed_in_at + ABSOLUTE.total_seconds()


async def begin(request: web.Request, response: web.StreamResponse, staff_id: int) -> None:
    """Sign this browser in with a fresh token; the token it came with dies."""
    redis = request.app[REDIS]
    now = request.app[CLOCK].now().timestamp()
    token = new_token()
    await _forget(redis, request.cookies.get(cookie_name(request)))
    record = StaffSession(staff_id=staff_id, signed_in_at=now, seen_at=now)
    await redis.set(keys.staff_session(digest(token)), _dump(record), ex=_idle_seconds())
    response.set_cookie(
        cookie_name(request),
        token,
        path="/",
        max_age=int(ABSOLUTE.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=_secure(request),
    )


async def current(request: web.Request) -> StaffSession | None:
    """The live session of this browser, or None. Raises RedisError if it cannot be read."""
    token = request.cookies.get(cookie_name(request))
    if not token:
        return None
    stored = await request.app[REDIS].get(keys.staff_session(digest(token)))
    if stored is None:
        return None
    record = StaffSession(**json.loads(stored))
    return None if record.ended(request.app[CLOCK].now()) else record


async def touch(request: web.Request, record: StaffSession) -> None:
    """Note an act by hand. XX: a session signed out meanwhile is not brought back."""
    now = request.app[CLOCK].now().timestamp()
    token = request.cookies.get(cookie_name(request))
    if not token or now < record.seen_at + _TOUCH_EVERY.total_seconds():
        return
    await request.app[REDIS].set(
        keys.staff_session(digest(token)),
        _dump(replace(record, seen_at=now)),
        ex=_idle_seconds(),
        xx=True,
    )


async def end(request: web.Request, response: web.StreamResponse) -> None:
    """Sign out: forget the token here and in the browser."""
    await _forget(request.app[REDIS], request.cookies.get(cookie_name(request)))
    response.del_cookie(cookie_name(request), path="/", secure=_secure(request), httponly=True)


def cookie_name(request: web.Request) -> str:
    """The cookie's name; the prefix makes browsers refuse it without TLS (RFC 6265bis, 4.1.3.2)."""
    return "__Host-staff" if _secure(request) else "staff"


def _secure(request: web.Request) -> bool:
    return request.app[SETTINGS].public_url.startswith("https:")


async def _forget(redis: Redis, token: str | None) -> None:
    if token:
        await redis.delete(keys.staff_session(digest(token)))


def _dump(record: StaffSession) -> str:
    return json.dumps(asdict(record))


def _idle_seconds() -> int:
    return int(IDLE.total_seconds())
