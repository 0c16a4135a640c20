"""Server-side sessions in Redis: the cookie holds a random name and nothing else, Redis knows only its hash.

Staff have sessions of their own (`web.staff.session`); these are the families', and carry every page's form token.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Middleware
from redis.asyncio import Redis

from config import keys, secrets

#: Seconds a session lives after it was last written: longer than any visit and the waiting before it, and as long as
#: what was typed of a registration is kept.
LIFETIME_SECONDS = 24 * 3600
_NAME_CHARACTERS_MAX = 128
_WITHOUT_SESSION = ("/static/", "/healthz", "/text/")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Session(MutableMapping[str, Any]):
    """A browser's data (JSON values). Set a key to keep a change: what is changed inside of a value is not noticed."""

    def __init__(self, name: str | None = None, data: dict[str, Any] | None = None) -> None:
        self.name = name
        self.replaces: str | None = None
        self.changed = False
        self._data = data if data is not None else {}

    def __getitem__(self, key: str) -> Any:
        return self._data[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self._data[key] = value
        self.changed = True

    def __delitem__(self, key: str) -> None:
        del self._data[key]
        self.changed = True

    def __iter__(self) -> Iterator[str]:
        return iter(self._data)

    def __len__(self) -> int:
        return len(self._data)

    def to_json(self) -> str:
        """Return what is stored."""
        return json.dumps(self._data, separators=(",", ":"))


SESSION: web.RequestKey[Session] = web.RequestKey("session", Session)


def of(request: web.Request) -> Session:
    """The request's session (loaded by the middleware)."""
    return request[SESSION]


def renew(request: web.Request) -> Session:
    """A fresh, empty session under a new name, for every change of privilege (session fixation); the old one dies."""
    fresh = Session()
    fresh.replaces = request[SESSION].name
    request[SESSION] = fresh
    return fresh


class SessionStore:
    """Sessions in Redis. Errors of Redis pass through: without it no form can be trusted."""

    def __init__(self, redis: Redis, *, secure: bool) -> None:
        self._redis = redis
        self._secure = secure
        # The prefix makes browsers refuse the cookie from a subdomain or without TLS (RFC 6265bis, section 4.1.3.2).
        self.cookie = "__Host-session" if secure else "session"

    async def load(self, request: web.Request) -> Session:
        """The stored session, or an empty one for an unknown, overlong or expired name. A name is never taken over."""
        name = request.cookies.get(self.cookie, "")
        if not 0 < len(name) <= _NAME_CHARACTERS_MAX:
            return Session()
        stored = await self._redis.get(_key(name))
        return Session() if stored is None else Session(name, json.loads(stored))

    async def save(self, session: Session, response: web.StreamResponse) -> None:
        """Write the session and its cookie, and delete the one it replaces. One that was ended meanwhile, by a sign-out
        in another tab, is not brought back by a request that began before.
        """
        name = session.name or secrets.new_token()
        known = session.name is not None
        if not await self._redis.set(_key(name), session.to_json(), ex=LIFETIME_SECONDS, xx=known):
            return
        if session.replaces is not None:
            await self._redis.delete(_key(session.replaces))
        response.set_cookie(
            self.cookie,
            name,
            max_age=LIFETIME_SECONDS,
            path="/",
            httponly=True,
            samesite="Lax",
            secure=self._secure,
        )


def middleware(store: SessionStore) -> Middleware:
    """Load the session before the handler, so that pages render without waiting; write it after, if it was changed."""

    @web.middleware
    async def session_middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path.startswith(_WITHOUT_SESSION):
            return await handler(request)
        request[SESSION] = await store.load(request)
        try:
            response = await handler(request)
        except web.HTTPRedirection as redirect:
            if request[SESSION].changed:
                await store.save(request[SESSION], redirect)
            raise
        if request[SESSION].changed and not response.prepared:
            await store.save(request[SESSION], response)
        return response

    return session_middleware


def _key(name: str) -> str:
    return keys.WEB_SESSION + secrets.digest(name)
