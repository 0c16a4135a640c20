"""Routes of visits in person: the pass, and the gate."""

from __future__ import annotations

from aiohttp import web

from web.passes import gate, pass_page


def add_routes(app: web.Application) -> None:
    """Hang them on the application."""
    router = app.router
    router.add_get("/pass/{token}", pass_page.page)
    router.add_get("/gate", gate.page)
    router.add_post("/gate/visits/{visit}/let-in", gate.let_in)
    router.add_post("/gate/visits/{visit}/did-not-come", gate.did_not_come)
