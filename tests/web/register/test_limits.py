"""web.register.limits: counted by network address, each act by itself, and not at all without Redis."""

from __future__ import annotations

from datetime import timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request
from redis.exceptions import RedisError

from tests.support.desk import Desk
from web.register.limits import WINDOW_SECONDS, refused_until


def asked_from(desk: Desk, address: str) -> web.Request:
    """A request that a proxy on this machine has handed on."""
    request = make_mocked_request("POST", "/", headers={"X-Forwarded-For": address}, app=desk.app)
    return request.clone(remote="127.0.0.1")


async def test_one_act_too_many_is_refused_until_the_window_ends(desk: Desk) -> None:
    """Of one address, and of one kind."""
    here, elsewhere = asked_from(desk, "203.0.113.7"), asked_from(desk, "203.0.113.8")
    assert [await refused_until(here, "hold", 2) for _ in range(2)] == [None, None]
    until = await refused_until(here, "hold", 2)
    assert until is not None
    assert timedelta(0) < until - desk.clock.now() <= timedelta(seconds=WINDOW_SECONDS)
    assert await refused_until(here, "upload", 2) is None
    assert await refused_until(elsewhere, "hold", 2) is None


async def test_what_cannot_be_counted_is_not_done(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page says that something is away."""

    async def away(*_: object) -> int:
        raise RedisError

    monkeypatch.setattr("web.register.limits.take", away)
    with pytest.raises(RedisError):
        await refused_until(asked_from(desk, "203.0.113.7"), "hold", 2)
