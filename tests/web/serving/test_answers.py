"""web.serving.answers: errors as pages and as data."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from structlog.testing import capture_logs

from config.settings import Settings
from tests.support.clock import ManualClock
from tests.support.desk import Desk
from tests.support.family import get
from web.app import create_app
from web.errors import TooMany

Client = TestClient[web.Request, web.Application]


@pytest.fixture
async def homeless(make_settings: Callable[..., Settings], tmp_path: Path) -> AsyncIterator[Client]:
    """An application whose database has no tables and whose Redis does not exist."""
    settings = make_settings(redis_url=f"unix://{tmp_path}/nobody.sock")
    app = create_app(settings, clock=ManualClock(datetime.now(UTC)))

    async def broken(_request: web.Request) -> web.Response:
        raise ValueError("something with sunita@example.org in it")

    async def too_often(_request: web.Request) -> web.Response:
        raise TooMany

    app.router.add_get("/broken", broken)
    app.router.add_get("/too-often", too_often)
    async with TestClient(TestServer(app)) as client:
        yield client


@pytest.mark.parametrize(("language", "path"), [("en", "/join"), ("hi", "/join"), ("bn", "/helplines")])
async def test_an_outage_is_a_503_in_the_readers_language(homeless: Client, language: str, path: str) -> None:
    """Redis away (a form wants to start a session) or the database away: a page, not a stack trace."""
    answer = await homeless.get(path, headers={"Accept-Language": language})
    text = await answer.text()
    assert answer.status == 503
    assert f'<html lang="{language}"' in text
    assert "Traceback" not in text
    assert "sqlite" not in text.lower()


async def test_the_log_has_what_the_database_calls_an_outage(homeless: Client) -> None:
    """And none of its text: a missing table, a lock and a full disk look the same otherwise."""
    with capture_logs() as logs:
        await homeless.get("/helplines")
    outage = next(entry for entry in logs if entry["event"] == "outage")
    assert outage == {"event": "outage", "log_level": "error", "kind": "OperationalError", "state": "SQLITE_ERROR"}


async def test_a_page_that_needs_neither_is_served_in_an_outage(homeless: Client) -> None:
    """The first page tells the way also while Redis and the database are away."""
    assert (await homeless.get("/")).status == 200


async def test_an_unexpected_error_says_nothing_of_itself(homeless: Client) -> None:
    """A 500 with a number to tell, and nobody's address."""
    answer = await homeless.get("/broken")
    text = await answer.text()
    assert answer.status == 500
    assert "Something went wrong on our side" in text
    assert "Number of this message" in text
    assert "sunita" not in text


async def test_too_many_has_its_own_words(homeless: Client) -> None:
    """429, with what to do."""
    answer = await homeless.get("/too-often")
    assert answer.status == 429
    assert "Please wait a few minutes" in await answer.text()


async def test_a_script_gets_the_stable_id(homeless: Client) -> None:
    """Whoever asks for JSON is answered in it."""
    for path, status, error in [
        ("/broken", 500, "internal"),
        ("/too-often", 429, "too_many"),
        ("/nowhere", 404, "not_found"),
        ("/helplines", 503, "unavailable"),
    ]:
        answer = await homeless.get(path, headers={"Accept": "application/json"})
        assert (answer.status, await answer.json()) == (status, {"error": error})


async def test_a_method_that_is_not_there_names_the_ones_that_are(desk: Desk) -> None:
    """RFC 9110, section 15.5.6."""
    async with desk.browser() as browser:
        answer = await browser.put("/join", data={})
        assert answer.status in {403, 405}
        answer = await browser.get("/call/entry")
        assert (answer.status, answer.headers["Allow"]) == (405, "POST")


async def test_a_body_that_is_too_large_is_refused_unread(desk: Desk) -> None:
    """The largest thing anybody pastes is a mail."""
    async with desk.browser() as browser:
        answer = await browser.post("/join", data={"visrn": "9" * 100_000})
        assert answer.status == 413
        assert "That was too much at once" in await answer.text()


async def test_nothing_that_was_typed_into_an_address_comes_back(desk: Desk) -> None:
    """An error page repeats no part of the address."""
    async with desk.browser() as browser:
        page = await get(browser, "/sunita@example.org")
    assert page.status == 404
    assert "sunita" not in page.words
