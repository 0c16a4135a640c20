"""web.serving.health: whether this process can do its work."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from aiohttp.test_utils import TestClient, TestServer

from config.settings import Settings
from tests.support.desk import Desk
from web.app import create_app


async def test_a_process_with_database_and_redis_is_well(desk: Desk) -> None:
    """200 for a load balancer."""
    async with desk.browser() as browser:
        answer = await browser.get("/healthz")
        assert (answer.status, await answer.json()) == (200, {"status": "ok", "failing": []})


async def test_what_does_not_answer_is_named(make_settings: Callable[..., Settings], tmp_path: Path) -> None:
    """503, with the names and nothing of their addresses."""
    settings = make_settings(redis_url=f"unix://{tmp_path}/nobody.sock")
    async with TestClient(TestServer(create_app(settings))) as client:
        answer = await client.get("/healthz")
        assert (answer.status, await answer.json()) == (503, {"status": "failing", "failing": ["database", "redis"]})
