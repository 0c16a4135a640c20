"""The interface for other systems, under `/api/v1`."""

from __future__ import annotations

from aiohttp import web

from web.api import inmates, reports


def add_routes(app: web.Application) -> None:
    """Hang it on the application."""
    app.add_routes(inmates.routes)
    app.add_routes(reports.routes)
