"""`python -m broker bounce`: a report on standard input marks its letter."""

from __future__ import annotations

import argparse
import io
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest
from redis.asyncio import Redis

from broker.mail import command
from broker.mail.smtp import as_email
from broker.outbox import MailStatus, OutboxMail
from broker.storage.database import Database
from config import keys, live
from config.settings import Settings
from tests.broker.samples import a_mail
from tests.support.clock import NOON
from tests.support.reports import delivery_report
from tests.support.visits import Place, booked

FROM = "Mulakat <no-reply@prisons.example>"


async def sent(db: Database, place: Place) -> OutboxMail:
    """A letter about a visit that a server took."""
    visit = await booked(db, place)
    mail = a_mail(visit_id=visit.id, visitor_id=visit.visitors[0].id)
    async with db.begin() as uow:
        await uow.outbox.add(mail)
        await uow.outbox.claim(NOON, timedelta(seconds=30), 1)
        await uow.outbox.mark_sent(mail.id, NOON)
        await uow.commit()
    return mail


def report(mail: OutboxMail) -> bytes:
    """What comes back."""
    return delivery_report(as_email(mail, FROM).as_bytes())


async def test_bounce_shows_on_the_visit_and_wakes_its_jails_board(
    db: Database, place: Place, settings: Settings
) -> None:
    """The operator sees at slot time that a mail came back. A second report changes nothing."""
    mail = await sent(db, place)
    async with live.connect(settings) as redis, redis.pubsub() as channel:
        await channel.subscribe(keys.jail_changed(place.jail.id))
        await channel.get_message(timeout=5)
        taken = await command.take_back(db, redis, report(mail))
        assert taken is not None
        woken = await channel.get_message(ignore_subscribe_messages=True, timeout=5)
        assert woken is not None
        assert await command.take_back(db, redis, report(mail)) is None
    async with db.read() as uow:
        [kept] = await uow.outbox.pending_for(mail.visit_id or "")
    assert (kept.status, kept.error_id) == (MailStatus.BOUNCED, "address_unknown")


async def test_what_is_no_report_of_ours_changes_nothing(db: Database, place: Place, settings: Settings) -> None:
    """A holiday notice, and a report about a letter that is not in the outbox."""
    mail = await sent(db, place)
    async with live.connect(settings) as redis:
        assert await command.take_back(db, redis, b"Subject: away\n\nuntil Monday") is None
        assert await command.take_back(db, redis, report(a_mail())) is None
    async with db.read() as uow:
        [kept] = await uow.outbox.for_visit(mail.visit_id or "")
    assert kept.status is MailStatus.SENT


async def test_bounce_is_marked_while_the_live_state_is_away(
    db: Database, place: Place, make_settings: Callable[..., Settings]
) -> None:
    """The board then sees it at its next look."""
    mail = await sent(db, place)
    redis: Redis = live.connect(make_settings(redis_url="unix:///nowhere/redis.sock"))
    assert await command.take_back(db, redis, report(mail)) is not None
    await redis.aclose()


def _pipe(monkeypatch: pytest.MonkeyPatch, raw: bytes) -> None:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(raw)))


def test_command_reads_standard_input(
    migrated_sqlite_url: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The parser knows it, and what is no report is answered with success: a mail server needs no report about it."""
    parser = argparse.ArgumentParser()
    command.add_parser(parser.add_subparsers(dest="command"))
    arguments = parser.parse_args(["bounce"])
    _pipe(monkeypatch, b"Subject: hello\n\n")
    command.run(settings.model_copy(update={"database_url": migrated_sqlite_url}), arguments)


def test_database_that_is_away_asks_the_mail_server_to_try_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """75 is EX_TEMPFAIL: the report stays in the server's queue."""
    _pipe(monkeypatch, report(a_mail()))
    away = settings.model_copy(update={"database_url": "sqlite+aiosqlite:////nowhere/at/all.db"})
    with pytest.raises(SystemExit) as stopped:
        command.run(away, argparse.Namespace())
    assert stopped.value.code == 75
