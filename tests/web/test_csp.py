"""web.csp: the headers around every answer."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from config.settings import Settings
from tests.support.desk import Desk
from web import csp


@pytest.mark.parametrize(
    "path", ["/", "/join", "/nowhere", "/static/css/base.css", "/healthz", "/text/en.json", "/dev/inbox"]
)
async def test_every_answer_is_fenced_in(desk: Desk, path: str) -> None:
    """Pages, errors, files and data alike; nothing inline, nothing from elsewhere, no referrer."""
    async with desk.browser() as browser:
        headers = (await browser.get(path)).headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "base-uri 'none'" in policy
    assert "form-action 'self'" in policy
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Cache-Control" in headers
    assert "aiohttp" not in headers["Server"]


@pytest.mark.parametrize("path", ["/", "/join", "/nowhere", "/dev/inbox", "/dev/inbox.json", "/healthz"])
async def test_no_page_is_kept_by_a_cache(desk: Desk, path: str) -> None:
    """Any page may carry a person's visit."""
    async with desk.browser() as browser:
        assert (await browser.get(path)).headers["Cache-Control"] == "no-store"


def test_scripts_may_talk_to_the_room_nodes_and_nobody_else() -> None:
    """The nodes' sockets are named one by one."""
    assert "connect-src 'self' wss://a.example wss://b.example;" in csp.policy(["wss://a.example", "wss://b.example"])


def test_tls_is_insisted_on_once_it_is_there(make_settings: Callable[..., Settings]) -> None:
    """Only where the public address is https."""
    assert "Strict-Transport-Security" in csp.headers(make_settings(public_url="https://visits.example"))
    assert "Strict-Transport-Security" not in csp.headers(make_settings())
