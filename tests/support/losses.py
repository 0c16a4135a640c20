"""Calls that lost minutes: their facts, told in seconds from the slot's beginning, and visits closed with them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from broker.closing import Record, conclude
from broker.deciding.approving import approve
from broker.deciding.cancelling import close
from broker.deciding.commands import Approval
from broker.losses.attribution import Reading, Why, attribute
from broker.losses.settling import Measured
from broker.losses.timeline import Around
from broker.outbox import OutboxMail
from broker.storage.database import Database
from broker.visit import Visit
from config.facts import DownReason, EndReason, Fact, FactName, LeaveReason
from config.settings import Settings
from tests.support.clock import NOON
from tests.support.deciding import MORNING, STAFF, Office, ask_for, hold_of

FAMILY, OTHER, TERMINAL, MONITOR = "a1" * 16, "b2" * 16, "terminal-3", "monitor-x"
LENGTH = 900


def at(seconds: float, start: datetime = NOON) -> datetime:
    """So many seconds after the slot's beginning."""
    return start + timedelta(seconds=seconds)


def fact(
    name: FactName, seconds: float, who: str | None = None, reason: str | None = None, since: float | None = None
) -> Fact:
    """Something that happened then."""
    moved = None if since is None else at(since)
    return Fact(name, "room", at(seconds), participant=who, reason=reason, since=moved)


def joined(who: str, seconds: float) -> Fact:
    """Somebody takes a seat."""
    return fact(FactName.PARTICIPANT_JOINED, seconds, who)


def up(who: str, seconds: float) -> Fact:
    """Their media path is connected."""
    return fact(FactName.MEDIA_UP, seconds, who)


def down(who: str, seconds: float, reason: DownReason = DownReason.LOST) -> Fact:
    """It is not any more."""
    return fact(FactName.MEDIA_DOWN, seconds, who, reason)


def left(who: str, seconds: float, reason: LeaveReason = LeaveReason.LEFT) -> Fact:
    """Somebody is gone."""
    return fact(FactName.PARTICIPANT_LEFT, seconds, who, reason)


#: Both in time, and connected as the slot begins.
BOTH = (joined(FAMILY, -60), up(FAMILY, -50), joined(TERMINAL, -5), up(TERMINAL, -1))


def record(*facts: Fact, **changes: Any) -> Record:
    """A record of a call whose slot ran out, unless something else is said."""
    fields: dict[str, Any] = {"end": EndReason.SLOT_OVER, "ended_at": at(LENGTH)} | changes
    return Record(NOON, at(LENGTH), facts, **fields)


def around(*, opened: float | None = -30, called_off: bool = False, **silent: Iterable[tuple[float, float]]) -> Around:
    """What is known beside the facts: the session was started in time, and every terminal was heard of."""
    spans = {name: tuple((at(start), at(end)) for start, end in pairs) for name, pairs in silent.items()}
    return Around(None if opened is None else at(opened), called_off=called_off, **spans)


def pieces(reading: Reading) -> list[tuple[int, int, Why]]:
    """The pieces without their causes."""
    return [(piece.start, piece.end, piece.why) for piece in reading.pieces]


async def approved(db: Database, office: Office, settings: Settings, starts_at: datetime = MORNING) -> Visit:
    """A visit of the office's account, asked for and approved into the slot it holds."""
    visit = await ask_for(db, office, starts_at=starts_at)
    return await approve(db, settings, Approval(visit.id, office.inmate.id, await hold_of(db, visit)), STAFF, NOON)


def call_of(visit: Visit, *facts: Fact, known: Around | None = None, **changes: Any) -> Measured:
    """The call of a visit, from facts that were told of NOON's."""
    moved = visit.starts_at - NOON
    ours = {FAMILY: visit.visitors[0].id}
    told = tuple(
        Fact(
            each.name,
            visit.id,
            each.at + moved,
            participant=ours.get(each.participant or "", each.participant),
            reason=each.reason,
        )
        for each in facts
    )
    fields: dict[str, Any] = {"end": EndReason.SLOT_OVER, "ended_at": visit.ends_at} | changes
    whole = Record(visit.starts_at, visit.ends_at, told, **fields)
    return Measured(whole, attribute(whole, known or Around(visit.starts_at)))


async def closed(db: Database, settings: Settings, visit: Visit, measured: Measured) -> Visit:
    """Close it as the worker does."""
    async with db.begin() as uow:
        done = await close(
            uow,
            settings,
            visit.id,
            conclude(measured.record),
            measured.record.seconds,
            by="system:worker",
            now=visit.ends_at,
            measured=measured,
        )
        await uow.commit()
    return done


def terminal_failed(visit: Visit, seconds: float = 300) -> Measured:
    """The terminal goes down then and does not come back; its page is silent as well."""
    silent = ((at(seconds, visit.starts_at), visit.ends_at),)
    talked = dict.fromkeys((visit.visitors[0].id, TERMINAL), seconds)
    return call_of(visit, *BOTH, down(TERMINAL, seconds), known=Around(visit.starts_at, silent), seconds=talked)


def family_failed(visit: Visit, seconds: float = 600) -> Measured:
    """The family's connection is lost then."""
    talked = {visit.visitors[0].id: seconds, TERMINAL: 900.0}
    return call_of(visit, *BOTH, down(FAMILY, seconds), seconds=talked)


async def codes_that_came_back(db: Database, visit: Visit, before: timedelta = timedelta(minutes=5)) -> str:
    """The first visitor asked for codes so long before the slot; a server took the mail, and sent it back: its id."""
    asked = visit.starts_at - before
    visitor = visit.visitors[0]
    mail = OutboxMail(
        name="codes",
        to=visitor.email,
        subject="Codes",
        text="Codes",
        html="",
        created_at=asked,
        visit_id=visit.id,
        visitor_id=visitor.id,
        expires_at=asked + timedelta(minutes=5),
    )
    async with db.begin() as uow:
        await uow.outbox.add(mail)
        await uow.outbox.claim(asked, timedelta(seconds=30), 10)
        await uow.outbox.mark_sent(mail.id, asked)
        assert await uow.outbox.mark_bounced(mail.id, "address_unknown") is not None
        await uow.commit()
    return mail.id
