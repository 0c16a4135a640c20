"""Routes of: registering a visit, page by page.

Pages (GET and POST): /visits/new, then /visits/new/ you, contact, proof, photo, jail, prisoner, how, companions, times,
letter, check, code; and done (GET). Buttons send `go` (next, back); fields are named as in `broker.registration.form`.
"""

from __future__ import annotations

from aiohttp import web

from broker.registration.draft import Step
from web.register import asking, companions, jails, pages, photo, sending, start, times
from web.serving import bodies


def add_routes(app: web.Application) -> None:
    """Hang them on the application."""
    asking.open_desk(app)
    router = app.router
    router.add_get(asking.HOME, start.page)
    router.add_post(asking.HOME, start.submit)
    for step in pages.FIELDS:
        router.add_get(asking.path(step), pages.page(step))
        router.add_post(asking.path(step), pages.submit(step))
        router.add_post(f"{asking.path(step)}/kept", pages.remember(step))
    router.add_get(asking.path(Step.PHOTO), photo.page)
    router.add_post(
        asking.path(Step.PHOTO),
        bodies.takes(photo.submit, megabytes=photo.MOST_MEGABYTES, instead=photo.TOO_LARGE),
    )
    router.add_get(asking.path(Step.JAIL), jails.page)
    router.add_post(asking.path(Step.JAIL), jails.submit)
    router.add_get(asking.path(Step.COMPANIONS), companions.page)
    router.add_post(asking.path(Step.COMPANIONS), companions.submit)
    router.add_post(f"{asking.path(Step.COMPANIONS)}/kept", companions.remember)
    router.add_get(asking.path(Step.TIMES), times.page)
    router.add_post(asking.path(Step.TIMES), times.submit)
    router.add_get(sending.CHECK, sending.check)
    router.add_post(sending.CHECK, sending.send)
    router.add_get(sending.CODE, sending.code_page)
    router.add_post(sending.CODE, sending.code_submit)
    router.add_post(f"{sending.CODE}/again", sending.again)
    router.add_get(sending.DONE, sending.done)
    router.add_post(f"{asking.HOME}/leave", sending.leave)
