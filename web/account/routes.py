"""Routes of: what a verified address sees: its visits."""

from __future__ import annotations

from aiohttp import web

from web.account import answering, changing, sign_in, signing, visits
from web.serving import bodies


def add_routes(app: web.Application) -> None:
    """Hang them on the application."""
    router = app.router
    router.add_get(signing.SIGN_IN, sign_in.page)
    router.add_post(signing.SIGN_IN, sign_in.submit)
    router.add_get(sign_in.CODE, sign_in.code_page)
    router.add_post(sign_in.CODE, sign_in.code_submit)
    router.add_post("/account/code/resend", sign_in.resend)
    router.add_post("/account/sign-out", sign_in.leave)
    router.add_get(signing.HOME, visits.listed)
    router.add_post("/account/next", visits.again)
    router.add_get("/account/visits/{visit}", visits.show)
    router.add_get("/account/visits/{visit}/withdraw", visits.leaving)
    router.add_post("/account/visits/{visit}/withdraw", visits.leave)
    router.add_get("/account/visits/{visit}/change", changing.page)
    router.add_post("/account/visits/{visit}/change", changing.submit)
    router.add_get("/account/visits/{visit}/answer", answering.page)
    upload = bodies.takes(answering.submit, megabytes=answering.MOST_MEGABYTES, instead=answering.TOO_LARGE)
    router.add_post("/account/visits/{visit}/answer", upload)
