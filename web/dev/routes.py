"""The developer's routes. `web.app` adds them only where `Settings.dev_pages` holds, so elsewhere they are a 404."""

from __future__ import annotations

from aiohttp import web

from web.dev import inbox, mails, terminal


def add_routes(app: web.Application) -> None:
    """The inbox, the same as data, every letter there is, and the terminal links of `./run demo`."""
    app.router.add_get("/dev/inbox", inbox.page)
    app.router.add_get("/dev/inbox.json", inbox.data)
    app.router.add_get(r"/dev/inbox/{place:\d{1,6}}/{number:\d{1,3}}", inbox.file)
    app.router.add_get("/dev/mails", mails.listing)
    app.router.add_get("/dev/mails/{key}/{language}", mails.preview)
    app.router.add_get("/dev/mails/{key}/{language}/html", mails.html)
    app.router.add_get(r"/dev/mails/{key}/{language}/files/{number:\d{1,3}}", mails.file)
    app.router.add_get("/dev/terminal/{token}", terminal.pair)
