"""The jail's register: who is in it, a file held against it and then applied, and single people by hand."""

from __future__ import annotations

from aiohttp import web

from web.inmates import importing, one, register


def add_routes(app: web.Application) -> None:
    """Hang them on the application."""
    app.add_routes(register.routes)
    app.add_routes(importing.routes)
    app.add_routes(one.routes)
