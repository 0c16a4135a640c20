"""web.dev.routes: pages of the demonstration, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from aiohttp.test_utils import TestClient, TestServer

from broker.storage.migrate import migrate
from config.settings import Settings
from tests.support.desk import Desk
from web.app import create_app

PATHS = ["/dev/inbox", "/dev/inbox.json", "/dev/inbox/0/0", "/dev/mails", "/dev/mails/approved/en", "/dev/terminal/x"]


@pytest.mark.parametrize("changes", [{"smtp_host": "mail.example"}, {"environment": "production"}])
async def test_with_real_mail_or_in_production_they_do_not_exist(
    make_settings: Callable[..., Settings], redis_url: str, changes: dict[str, str]
) -> None:
    """Not hidden: there is no such route."""
    settings = make_settings(redis_url=redis_url, **changes)
    await migrate(settings.database_url)  # production looks into its database for demonstration data
    app = create_app(settings)
    assert not [r for r in app.router.resources() if r.canonical.startswith("/dev")]
    async with TestClient(TestServer(app)) as client:
        for path in PATHS:
            assert (await client.get(path)).status == 404
        assert "/dev/inbox" not in await (await client.get("/")).text()


async def test_in_the_demonstration_the_first_page_leads_to_them(desk: Desk) -> None:
    """Nobody has to know the address."""
    async with desk.browser() as browser:
        assert 'href="/dev/inbox"' in await (await browser.get("/")).text()
        assert (await browser.get("/dev/inbox")).status == 200
