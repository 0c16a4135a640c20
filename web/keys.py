"""The application's typed keys: everything a handler may reach, wired once in `web.app`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    import redis.asyncio
    from jinja2 import Environment

    from broker.admission.service import AdmissionService
    from broker.audit.looks import LookBook
    from broker.storage.database import Database
    from broker.tickets import TicketStore
    from config.clock import Clock
    from config.settings import Settings
    from rooms.registry import Registry
    from web.serving.assets import Assets

SETTINGS: web.AppKey[Settings] = web.AppKey("settings")
CLOCK: web.AppKey[Clock] = web.AppKey("clock")
DB: web.AppKey[Database] = web.AppKey("db")
REDIS: web.AppKey[redis.asyncio.Redis] = web.AppKey("redis")
REGISTRY: web.AppKey[Registry] = web.AppKey("registry")
TICKETS: web.AppKey[TicketStore] = web.AppKey("tickets")
LOOKS: web.AppKey[LookBook] = web.AppKey("looks")
ADMISSION: web.AppKey[AdmissionService] = web.AppKey("admission")

ASSETS: web.AppKey[Assets] = web.AppKey("assets")
TEMPLATES: web.AppKey[dict[str, Environment]] = web.AppKey("templates")

# Set once headers are on their way: an error can then no longer become a page.
BEGUN: web.RequestKey[bool] = web.RequestKey("begun", bool)
LANGUAGE: web.RequestKey[str] = web.RequestKey("language", str)
REQUEST_ID: web.RequestKey[str] = web.RequestKey("request_id", str)
