"""web.app: what is wired to what."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from aiohttp import web

from broker.demo import seed
from broker.errors import DemoRefused
from broker.storage.database import Database
from broker.storage.migrate import migrate
from config import live
from config.settings import Settings
from web.api import inmates
from web.app import create_app
from web.csrf import SAFE_METHODS
from web.keys import REDIS, SETTINGS
from web.resume import resume
from web.terminal.routes import entry, health

# Everything that may be sent without a form token; each says its reason where it is marked.
WITHOUT_TOKEN = {resume, entry, health, inmates.put, inmates.bulk}


async def test_only_named_handlers_do_without_the_form_token(settings: Settings) -> None:
    """A new exemption has to be entered here."""
    exempt = {
        route.handler
        for route in create_app(settings).router.routes()
        if route.method not in SAFE_METHODS and getattr(route.handler, "csrf_exempt", False)
    }
    assert exempt == WITHOUT_TOKEN


async def test_every_route_is_reached_under_one_name(settings: Settings) -> None:
    """No feature hides another one's route."""
    seen = [(route.method, route.resource.canonical) for route in _routes(settings) if route.resource]
    assert len(seen) == len(set(seen))


async def test_making_an_application_opens_nothing(make_settings: Callable[..., Settings]) -> None:
    """Neither database nor Redis needs to be there before the first request."""
    settings = make_settings(redis_url="unix:///nowhere/redis.sock", database_url="sqlite+aiosqlite:////nowhere/a.db")
    assert create_app(settings)[SETTINGS] is settings


async def test_pages_wait_for_live_state_longer_than_nodes(settings: Settings) -> None:
    """They hold no lease, and a short pause of the machine is not to be shown as an outage."""
    assert (
        create_app(settings)[REDIS].connection_pool.connection_kwargs["socket_timeout"] == live.PATIENT > live.TIMEOUT
    )


async def test_production_does_not_start_on_demo_data(settings: Settings) -> None:
    """The demonstration's sign-ins are public."""
    await migrate(settings.database_url)
    db = Database(settings.database_url)
    await seed(db)
    await db.close()
    production = settings.model_copy(update={"environment": "production"})
    with pytest.raises(DemoRefused):
        await web.AppRunner(create_app(production)).setup()


def _routes(settings: Settings) -> list[web.AbstractRoute]:
    return list(create_app(settings).router.routes())
