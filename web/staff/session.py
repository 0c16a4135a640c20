"""A staff member's session: a random token in a cookie, its record in Redis.

Apart from the family's session, so that one browser can hold both. Every sign-in
issues a fresh token and forgets the one presented, so a planted cookie is worth
nothing. A session ends after `IDLE` without an act by hand (live updates are not
acts) and at `ABSOLUTE` after the sign-in, whichever comes first; before that by its
owner from any other session, and with the account. A set for each member of staff
says which sessions there are.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import cast

from aiohttp import web
from redis.asyncio import Redis

from config import keys
from config.secrets import digest, new_token
from web.keys import CLOCK, REDIS, SETTINGS
from web.staff.device import device

IDLE = timedelta(minutes=60)
ABSOLUTE = timedelta(hours=12)
_TOUCH_EVERY = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class StaffSession:
    """Who signed in, when, when they last did something, and with what ("Firefox, Linux"). Times are epoch seconds."""

    staff_id: int
    signed_in_at: float
    seen_at: float
    device: str = ""

    def ended(self, now: datetime) -> bool:
        """Whether the session is over, by idleness or by age."""
        at = now.timestamp()
        return at >= self.seen_at + IDLE.total_seconds() or at >= self.signed_in_at + ABSOLUTE.total_seconds()


async def begin(request: web.Request, response: web.StreamResponse, staff_id: int) -> None:
    """Sign this browser in with a fresh token; the token it came with dies."""
    redis = request.app[REDIS]
    now = request.app[CLOCK].now().timestamp()
    token = new_token()
    await forget(redis, digest_of(request))
    record = StaffSession(staff_id, now, now, device(request.headers.get("User-Agent", "")))
    async with redis.pipeline(transaction=True) as pipe:
        pipe.set(keys.staff_session(digest(token)), _dump(record), ex=_idle_seconds())
        pipe.sadd(keys.staff_sessions(staff_id), digest(token))
        pipe.expire(keys.staff_sessions(staff_id), int(ABSOLUTE.total_seconds()))
        await pipe.execute()
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
    name = digest_of(request)
    stored = None if name is None else cast("str | None", await request.app[REDIS].get(keys.staff_session(name)))
    if stored is None:
        return None
    record = _load(stored)
    return None if record.ended(request.app[CLOCK].now()) else record


async def touch(request: web.Request, record: StaffSession) -> None:
    """Note an act by hand. XX: a session signed out meanwhile is not brought back."""
    now = request.app[CLOCK].now().timestamp()
    name = digest_of(request)
    if name is None or now < record.seen_at + _TOUCH_EVERY.total_seconds():
        return
    await request.app[REDIS].set(
        keys.staff_session(name),
        _dump(replace(record, seen_at=now)),
        ex=_idle_seconds(),
        xx=True,
    )


async def end(request: web.Request, response: web.StreamResponse) -> None:
    """Sign out: forget the token here and in the browser."""
    await forget(request.app[REDIS], digest_of(request))
    response.del_cookie(cookie_name(request), path="/", secure=_secure(request), httponly=True)


async def of_staff(redis: Redis, staff_id: int, now: datetime) -> dict[str, StaffSession]:
    """A member of staff's live sessions by their tokens' digests, the one used last first."""
    names = sorted(await _names(redis, staff_id))
    if not names:
        return {}
    stored = cast("list[str | None]", await redis.mget([keys.staff_session(name) for name in names]))
    found = {name: _load(text) for name, text in zip(names, stored, strict=True) if text is not None}
    live = {name: record for name, record in found.items() if record.staff_id == staff_id and not record.ended(now)}
    return dict(sorted(live.items(), key=lambda pair: pair[1].seen_at, reverse=True))


async def end_all(redis: Redis, staff_id: int, *, keep: str | None = None) -> None:
    """End every session of a member of staff, but for the one whose token has the digest `keep`."""
    for name in await _names(redis, staff_id) - {keep}:
        await forget(redis, name)


async def forget(redis: Redis, name: str | None) -> None:
    """End the session whose token has this digest, if there is one."""
    if name is None:
        return
    stored = cast("str | None", await redis.getdel(keys.staff_session(name)))
    if stored is not None:
        await redis.srem(keys.staff_sessions(_load(stored).staff_id), name)


def digest_of(request: web.Request) -> str | None:
    """The digest of this browser's token, by which its session is known; None without a token."""
    token = request.cookies.get(cookie_name(request))
    return digest(token) if token else None


def cookie_name(request: web.Request) -> str:
    """The cookie's name; the prefix makes browsers refuse it without TLS (RFC 6265bis, 4.1.3.2)."""
    return "__Host-staff" if _secure(request) else "staff"


async def _names(redis: Redis, staff_id: int) -> set[str]:
    return cast("set[str]", await redis.smembers(keys.staff_sessions(staff_id)))


def _secure(request: web.Request) -> bool:
    return request.app[SETTINGS].public_url.startswith("https:")


def _dump(record: StaffSession) -> str:
    return json.dumps(asdict(record))


def _load(stored: str) -> StaffSession:
    return StaffSession(**json.loads(stored))


def _idle_seconds() -> int:
    return int(IDLE.total_seconds())
