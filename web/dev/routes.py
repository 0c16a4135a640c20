"""The developer's routes. `web.app` adds them only where `Settings.dev_pages` holds, so elsewhere they are a 404."""

from __future__ import annotations

from aiohttp import web

from web.dev import inbox, terminal


def add_routes(app: web.Application) -> None:
    """The inbox, the same as data, and the terminal links of `./run demo`."""
    app.router.add_get("/dev/inbox", inbox.page)
    app.router.add_get("/dev/inbox.json", inbox.data)
    app.router.add_get("/dev/terminal/{token}", terminal.pair)
