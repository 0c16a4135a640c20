"""The web process's application, wired once: clients, middlewares, feature folders.

A feature folder has a `routes.py` with `add_routes(app: web.Application) -> None`; it is named in `FEATURES` here.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

from aiohttp import web
from redis.asyncio import Redis

from broker.admission.service import AdmissionService
from broker.audit.looks import LookBook
from broker.demo import refuse_demo_data
from broker.storage.database import Database
from broker.tickets import TicketStore
from config import live
from config.clock import Clock, SystemClock
from config.settings import Settings
from rooms.registry import Registry
from web import csp, csrf, language, render, resume, session
from web.account import routes as account
from web.api import routes as api
from web.audit import routes as audit
from web.calendar import routes as calendar
from web.dev import routes as dev
from web.family import routes as family
from web.inmates import routes as inmates
from web.keys import ADMISSION, ASSETS, CLOCK, DB, LOOKS, REDIS, REGISTRY, SETTINGS, TEMPLATES, TICKETS
from web.leaflet import routes as leaflet
from web.losses import routes as losses
from web.makeup import routes as makeup
from web.members import routes as members
from web.monitor import routes as monitor
from web.operator import routes as operator
from web.passes import routes as passes
from web.proof import routes as proof
from web.register import routes as register
from web.reports import routes as reports
from web.rules import routes as rules
from web.serving import access, answers, assets, bodies, health, texts
from web.staff import routes as staff
from web.status import routes as status
from web.superintendent import routes as superintendent
from web.terminal import routes as terminal

# The largest form is a pasted mail; a page sends nothing bigger.
MAX_BODY_BYTES = 64 * 1024

FEATURES: tuple[Callable[[web.Application], None], ...] = (
    assets.add_routes,
    health.add_routes,
    texts.add_routes,
    family.add_routes,
    resume.add_routes,
    staff.add_routes,
    operator.add_routes,
    losses.add_routes,
    terminal.add_routes,
    monitor.add_routes,
    register.add_routes,
    account.add_routes,
    makeup.add_routes,
    status.add_routes,
    superintendent.add_routes,
    calendar.add_routes,
    rules.add_routes,
    reports.add_routes,
    members.add_routes,
    audit.add_routes,
    inmates.add_routes,
    api.add_routes,
    leaflet.add_routes,
    passes.add_routes,
    proof.add_routes,
)


def create_app(settings: Settings, *, clock: Clock | None = None) -> web.Application:
    """The application for `settings`. Opens nothing until it starts; closes what it opened.

    Starting raises DemoRefused where production finds demonstration data, and DatabaseAway where it finds no database.
    """
    redis = live.connect(settings, timeout=live.PATIENT)
    app = web.Application(
        client_max_size=MAX_BODY_BYTES,
        middlewares=[
            access.request_id_middleware,
            answers.error_middleware,
            language.language_middleware,
            bodies.size_middleware,
            csrf.origin_middleware,
            session.middleware(session.SessionStore(redis, secure=settings.public_url.startswith("https://"))),
            csrf.token_middleware,
        ],
    )
    _wire(app, settings, redis, clock or SystemClock())
    app.on_response_prepare.append(csp.add_headers)
    app.cleanup_ctx.append(_clients)
    for add_routes in FEATURES:
        add_routes(app)
    if settings.dev_pages:
        dev.add_routes(app)
    return app


def _wire(app: web.Application, settings: Settings, redis: Redis, clock: Clock) -> None:
    app[SETTINGS] = settings
    app[CLOCK] = clock
    app[DB] = Database(settings.database_url)
    app[LOOKS] = LookBook(app[DB])
    app[REDIS] = redis
    app[REGISTRY] = Registry(redis, clock)
    app[TICKETS] = TicketStore(redis)
    app[ADMISSION] = AdmissionService(settings, app[DB], redis)
    app[ASSETS] = assets.Assets()
    app[TEMPLATES] = render.environments()


async def _clients(app: web.Application) -> AsyncIterator[None]:
    try:
        await refuse_demo_data(app[DB], app[SETTINGS])
        yield
    finally:
        await app[LOOKS].close()
        await app[REDIS].aclose()
        await app[DB].close()
