"""`python -m broker bounce`: a mail server's pipe for what comes back.

A pipe that fails makes the server answer with a report of its own, so the command fails only where a later try would do
better: then with 75 (EX_TEMPFAIL in sysexits.h), which mail servers know.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from broker.mail import bounces
from broker.outbox import OutboxMail
from broker.storage.database import Database
from config import keys, live
from config.settings import Settings

NAME = "bounce"
EX_TEMPFAIL = 75

_log = structlog.get_logger(__name__)


def add_parser(commands: argparse._SubParsersAction[Any]) -> None:
    """Declare the command."""
    commands.add_parser(NAME, help="read a delivery report (RFC 3464) from standard input and mark its letter")


def run(settings: Settings, _arguments: argparse.Namespace) -> None:
    """Read one message from standard input. Raises SystemExit(75) where the database does not answer."""
    raw = sys.stdin.buffer.read(bounces.MAX_BYTES)
    try:
        asyncio.run(_run(settings, raw))
    except (SQLAlchemyError, OSError, TimeoutError) as error:
        _log.warning("bounce_not_marked", error=type(error).__name__)
        raise SystemExit(EX_TEMPFAIL) from None


async def _run(settings: Settings, raw: bytes) -> None:
    db = Database(settings.database_url)
    redis = live.connect(settings)
    try:
        await take_back(db, redis, raw)
    finally:
        await redis.aclose()
        await db.close()


async def take_back(db: Database, redis: Redis, raw: bytes) -> OutboxMail | None:
    """Mark the letter that a report is about, and tell the board of its jail; None where it is about none of ours.
    Raises SQLAlchemyError.
    """
    report = bounces.read(raw)
    if report is None:
        _log.info("no_bounce")
        return None
    async with db.begin() as uow:
        mail = await uow.outbox.mark_bounced(report.mail_id, report.why.value)
        jail_id = None
        if mail is not None and mail.visit_id is not None:
            jail_id = (await uow.visits.get(mail.visit_id)).jail.id
        await uow.commit()
    _log.info("bounced", mail_id=report.mail_id, error=report.why.value, known=mail is not None)
    if jail_id is not None:
        await _tell(redis, jail_id)
    return mail


async def _tell(redis: Redis, jail_id: int) -> None:
    try:
        await redis.publish(keys.jail_changed(jail_id), "")
    except (RedisError, OSError, TimeoutError) as error:
        _log.warning("consoles_not_told", error=type(error).__name__)
