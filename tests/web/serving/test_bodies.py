"""Larger bodies, for marked handlers alone; and what aiohttp calls the limit."""

from __future__ import annotations

import io

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer, make_mocked_request

from web.serving import bodies


async def _length(request: web.Request) -> web.StreamResponse:
    return web.Response(text=str(len(await request.read())))


async def _client() -> TestClient[web.Request, web.Application]:
    app = web.Application(client_max_size=1000, middlewares=[bodies.size_middleware])

    async def large(request: web.Request) -> web.StreamResponse:
        return await _length(request)

    app.router.add_post("/large", bodies.takes(large, megabytes=1, instead="/sorry"))
    app.router.add_post("/small", _length)
    return TestClient(TestServer(app))


async def test_a_marked_handler_takes_more_than_the_others() -> None:
    """The others keep the application's limit."""
    async with await _client() as client:
        assert await (await client.post("/large", data=io.BytesIO(bytes(500_000)))).text() == "500000"
        assert (await client.post("/small", data=io.BytesIO(bytes(500_000)))).status == 413


async def test_what_is_too_large_is_led_to_a_page_that_says_so() -> None:
    """By its announced length, before a byte is read; and without one, when the limit is reached."""

    async def chunks() -> object:
        for _ in range(20):
            yield bytes(100_000)

    async with await _client() as client:
        announced = await client.post("/large", data=io.BytesIO(bytes(1_500_000)), allow_redirects=False)
        assert (announced.status, announced.headers["Location"]) == (303, "/sorry")
        streamed = await client.post("/large", data=chunks(), allow_redirects=False)
        assert (streamed.status, streamed.headers["Location"]) == (303, "/sorry")


def test_aiohttp_still_keeps_its_limit_under_this_name() -> None:
    """The middleware writes it; another name would make it a word to nobody."""
    assert isinstance(make_mocked_request("POST", "/")._client_max_size, int)
