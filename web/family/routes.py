"""The family's routes."""

from __future__ import annotations

from aiohttp import web

from web.family import by_hand, by_link, call, codes, home


def add_routes(app: web.Application) -> None:
    """Home, the two doors, the codes, the call."""
    router = app.router
    router.add_get("/", home.page)
    router.add_get("/helplines", home.helplines)
    router.add_get("/join", by_hand.page)
    router.add_post("/join", by_hand.submit)
    router.add_get("/join/codes", codes.page)
    router.add_post("/join/codes", codes.submit)
    router.add_get("/join/resend", codes.back)
    router.add_post("/join/resend", codes.resend)
    router.add_get("/join/codes/mail.json", codes.mail)
    # After the fixed names: the first match is taken.
    router.add_get("/join/{token}", by_link.page)
    router.add_post("/join/{token}", by_link.submit)
    router.add_get("/call", call.page)
    router.add_post("/call/entry", call.hand_out)
    router.add_post("/call/after", call.after)
