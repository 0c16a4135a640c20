"""Requests that no browser sent, and an application that is wired and never served: for the parts behind a page."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from config.settings import Settings
from tests.support.clock import ManualClock
from web.app import create_app
from web.keys import DB, LANGUAGE, REDIS
from web.session import SESSION, Session


def asked(
    app: web.Application,
    path: str = "/",
    *,
    method: str = "GET",
    language: str = "en",
    headers: Mapping[str, str] | None = None,
) -> web.Request:
    """A request as a handler gets it from the middlewares: language bound, an empty session loaded."""
    request = make_mocked_request(method, path, headers=dict(headers or {}), app=app)
    request[LANGUAGE] = language
    request[SESSION] = Session()
    return request


@pytest.fixture
async def wired(make_settings: Callable[..., Settings]) -> AsyncIterator[web.Application]:
    """The application at noon. Behind it are neither a Redis nor a database: whoever asks them fails."""
    app = create_app(make_settings(), clock=ManualClock())
    yield app
    await app[REDIS].aclose()
    await app[DB].close()
