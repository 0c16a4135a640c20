"""Routes of the page that gives a visit in the place of a lost one."""

from __future__ import annotations

from aiohttp import web

from web.makeup import pages


def add_routes(app: web.Application) -> None:
    """Hang them on the application."""
    app.router.add_get("/makeup/{token}", pages.page)
    app.router.add_post("/makeup/{token}", pages.take_it)
