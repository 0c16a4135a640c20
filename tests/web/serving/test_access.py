"""web.serving.access: what is logged of a request, and whose address is counted."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import aiohttp
import pytest
import structlog
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from broker.storage.migrate import migrate
from config.settings import Settings
from tests.support.clock import ManualClock
from web.app import create_app
from web.serving.access import AccessLogger, client_address

TOKEN = "q7Jv0SecretLinkToken_42x"


@pytest.fixture
async def served(settings: Settings) -> AsyncIterator[str]:
    """The application with its own access log, as `python -m web` runs it."""
    await migrate(settings.database_url)
    runner = web.AppRunner(create_app(settings, clock=ManualClock(datetime.now(UTC))), access_log_class=AccessLogger)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", settings.port)
    await site.start()
    yield f"http://127.0.0.1:{settings.port}"
    await runner.cleanup()


async def test_the_log_names_the_route_and_never_the_token(served: str, caplog: pytest.LogCaptureFixture) -> None:
    """Neither in the path nor in a query or a referrer does the link's token reach any logger."""
    caplog.set_level(logging.DEBUG)
    with structlog.testing.capture_logs() as lines:
        async with aiohttp.ClientSession() as browser:
            await browser.get(f"{served}/join/{TOKEN}?lang=xx", headers={"Referer": f"{served}/join/{TOKEN}"})
            await browser.post(f"{served}/join/{TOKEN}", data={"visrn": "1/2/3/2026"})
            await browser.get(f"{served}/joi/{TOKEN}")
    told = [line for line in lines if line["event"] == "request"]
    assert [(line["method"], line["route"], line["status"]) for line in told] == [
        ("GET", "/join/{token}", 404),
        ("POST", "/join/{token}", 403),
        ("GET", "-", 404),
    ]
    assert TOKEN not in str(lines)
    web_records = [record for record in caplog.records if record.name.startswith(("web", "aiohttp"))]
    assert TOKEN not in str([(record.getMessage(), record.__dict__) for record in web_records])


async def test_each_request_has_an_id_that_the_error_page_shows(served: str) -> None:
    """The number a helpline is told is the one in the log."""
    with structlog.testing.capture_logs() as lines:
        async with aiohttp.ClientSession() as browser:
            page = await (await browser.get(f"{served}/nowhere")).text()
            await browser.get(f"{served}/", headers={"X-Request-Id": "chosen-by-the-client"})
    ids = [line["request"] for line in lines if line["event"] == "request"]
    assert len(set(ids)) == 2
    assert f"Number of this message: {ids[0]}" in page
    assert "chosen-by-the-client" not in str(lines)


@pytest.mark.parametrize(
    ("remote", "forwarded", "counted"),
    [
        ("203.0.113.7", None, "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "192.0.2.9, 198.51.100.1", "198.51.100.1"),
        ("::1", "2001:db8::5", "2001:db8::5"),
        ("127.0.0.1", None, "127.0.0.1"),
    ],
)
def test_only_a_proxy_on_this_machine_is_believed(remote: str, forwarded: str | None, counted: str) -> None:
    """And of what it forwards only the entry that it has added itself."""
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    asked = make_mocked_request("GET", "/", headers=headers).clone(remote=remote)
    assert client_address(asked) == counted
