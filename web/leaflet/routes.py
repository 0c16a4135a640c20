"""Routes of: the printed leaflet of a jail."""

from __future__ import annotations

from aiohttp import web

from web.leaflet import pages


def add_routes(app: web.Application) -> None:
    """Hang them on the application."""
    app.router.add_get(pages.PATH, pages.page)
