"""GET /healthz: whether this process can do its work, for a load balancer."""

from __future__ import annotations

import asyncio

import structlog
from aiohttp import web

from web.keys import DB, REDIS
from web.serving.answers import OUTAGES

TIMEOUT_SECONDS = 2.0

log = structlog.get_logger(__name__)


async def healthz(request: web.Request) -> web.Response:
    """200 `{"status": "ok"}`, or 503 naming what doesn't answer (`database`, `redis`)."""
    failing = [
        name for name, check in (("database", _database), ("redis", _redis)) if not await _answers(check(request.app))
    ]
    body = {"status": "failing" if failing else "ok", "failing": failing}
    return web.json_response(body, status=503 if failing else 200)


async def _answers(check: object) -> bool:
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            await check  # type: ignore[misc]
    except OUTAGES as outage:
        log.warning("health_check_failed", kind=type(outage).__name__)
        return False
    return True


async def _database(app: web.Application) -> None:
    async with app[DB].read() as uow:
        await uow.jails.all()


async def _redis(app: web.Application) -> None:
    await app[REDIS].ping()


def add_routes(app: web.Application) -> None:
    """The health check."""
    app.router.add_get("/healthz", healthz)
