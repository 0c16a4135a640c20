"""web.session: a cookie with a random name, and data that only Redis has."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from config import live
from config.keys import WEB_SESSION
from config.secrets import digest
from config.settings import Settings
from tests.support.desk import Desk
from tests.support.family import get
from web.session import LIFETIME_SECONDS, Session, SessionStore


async def test_the_cookie_is_strict_and_redis_does_not_know_it(desk: Desk) -> None:
    """No script reads it, no other site sends it, and a copy of Redis opens nothing."""
    async with desk.browser() as browser:
        answer = await browser.get("/join")
        cookie = answer.cookies["session"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"
    assert int(cookie["max-age"]) == LIFETIME_SECONDS
    stored = await desk.redis.keys(f"{WEB_SESSION}*")
    assert stored == [WEB_SESSION + digest(cookie.value)]
    assert 0 < await desk.redis.ttl(stored[0]) <= LIFETIME_SECONDS


async def test_over_tls_the_cookie_cannot_come_from_elsewhere(make_settings: Callable[..., Settings]) -> None:
    """The prefix and the flag, as soon as the public address is https."""
    settings = make_settings(public_url="https://visits.example")
    redis = live.connect(settings)
    store = SessionStore(redis, secure=True)
    assert store.cookie == "__Host-session"
    await redis.aclose()


async def test_a_name_that_the_server_did_not_make_is_not_taken_over(desk: Desk) -> None:
    """A planted cookie gets a session under a new name."""
    async with desk.browser() as browser:
        browser.cookie_jar.update_cookies({"session": "planted"}, desk.server.make_url("/"))
        answer = await browser.get("/join")
        assert answer.cookies["session"].value != "planted"
        browser.cookie_jar.update_cookies({"session": "x" * 5000}, desk.server.make_url("/"))
        assert (await get(browser, "/join")).status == 200


async def test_data_survive_a_round_trip_and_a_replaced_session_dies(settings: Settings) -> None:
    """What is saved is loaded; the session a new one replaces is gone from Redis."""
    redis = live.connect(settings)
    store = SessionStore(redis, secure=False)
    first, response = Session(), web.Response()
    first["joining"] = {"visrn": "25/35/55/2021"}
    await store.save(first, response)
    name = response.cookies["session"].value
    loaded = await store.load(make_mocked_request("GET", "/", headers={"Cookie": f"session={name}"}))
    assert dict(loaded) == {"joining": {"visrn": "25/35/55/2021"}}
    assert not loaded.changed

    second = Session()
    second.replaces = name
    await store.save(second, web.Response())
    gone = await store.load(make_mocked_request("GET", "/", headers={"Cookie": f"session={name}"}))
    assert gone.name is None
    assert len(gone) == 0
    await redis.aclose()


async def test_a_session_that_was_ended_meanwhile_is_not_brought_back(settings: Settings) -> None:
    """A request that began before the sign-out in another tab writes nothing after it, and sets no cookie."""
    redis = live.connect(settings)
    store = SessionStore(redis, secure=False)
    first, response = Session(), web.Response()
    first["account"] = {"id": "1"}
    await store.save(first, response)
    request = make_mocked_request("GET", "/", headers={"Cookie": f"session={response.cookies['session'].value}"})
    slow, ended = await store.load(request), Session()
    ended.replaces = slow.name
    await store.save(ended, web.Response())
    slow["said"] = "done"
    late = web.Response()
    await store.save(slow, late)
    assert not late.cookies
    assert len(await store.load(request)) == 0
    await redis.aclose()
