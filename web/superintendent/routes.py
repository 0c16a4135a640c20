"""Routes of: the superintendent's queue and decisions."""

from __future__ import annotations

from aiohttp import web

from web import sse
from web.superintendent import bans, decisions, documents, inmates, lockdown, queue, requests, visits


def add_routes(app: web.Application) -> None:
    """Hang them on the application."""
    sse.setup(app)
    for pages in (bans, decisions, documents, inmates, lockdown, queue, requests, visits):
        app.add_routes(pages.routes)
