"""Routes of: the status of a visit, for whoever has its number."""

from __future__ import annotations

from aiohttp import web

from web.status import pages


def add_routes(app: web.Application) -> None:
    """Hang them on the application."""
    app.router.add_get("/status", pages.page)
    app.router.add_post("/status", pages.submit)
    app.router.add_get("/status/shown", pages.shown)
