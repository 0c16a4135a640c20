"""Putting on paper what a call lost, with its closing: the record, the losses as measured, and what follows by rule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from broker.audit.events import AuditEvent
from broker.closing import Record, is_prison, side
from broker.losses.attribution import Piece, Reading, Why
from broker.losses.offering import make_good
from broker.losses.right import is_owed
from broker.losses.store import CallRecord, Loss
from broker.rules.errors import NoRule
from broker.rules.model import Rule
from broker.storage.unit import UnitOfWork
from broker.visit import Visit
from config.facts import Fact, FactName, Way
from config.settings import Settings

_log = structlog.get_logger(__name__)

#: Where no state says otherwise.
DEFAULT_PERCENT: int = Rule.model_fields["lost_percent"].default


@dataclass(frozen=True, slots=True)
class Measured:
    """A call that is over: what is known of it, where its seconds went, and what the relay forwarded."""

    record: Record
    reading: Reading
    ways: tuple[Way, ...] = ()


async def settle(
    uow: UnitOfWork, settings: Settings, visit: Visit, measured: Measured, *, by: str, now: datetime
) -> bool:
    """Write a closed visit's record and losses, and make good what is owed, without committing; whether anything was.
    The visit must be locked.
    """
    percent = await lost_percent(uow, visit)
    record = call_record(visit, measured, percent)
    losses = _losses(visit, measured.reading)
    await uow.losses.write(record, losses)
    if losses:
        uow.audit.record(
            AuditEvent.LOSS_ATTRIBUTE,
            by=by,
            at=now,
            jail_id=visit.jail.id,
            visit_id=visit.id,
            details={f"{loss.measured}/{loss.measured_side}": loss.seconds for loss in losses}
            | {"offered": record.offered, "had": record.had},
        )
    _log.info("call_recorded", visit=visit.id, offered=record.offered, had=record.had, lost=record.lost)
    if not is_owed((loss.share for loss in losses), record.offered, percent):
        return False
    await make_good(uow, settings, visit, record, losses, by, now)
    return True


async def lost_percent(uow: UnitOfWork, visit: Visit) -> int:
    """The share that is made good, by the rule the visit was approved by, else by the one in force on its day."""
    if visit.rule_version_id is not None:
        return (await uow.rules.get(visit.rule_version_id)).rule.lost_percent
    on = visit.starts_at.astimezone(ZoneInfo(visit.jail.timezone)).date()
    try:
        return (await uow.rules.in_force(visit.jail.state_code, on)).rule.lost_percent
    except NoRule:
        return DEFAULT_PERCENT


def call_record(visit: Visit, measured: Measured, percent: int) -> CallRecord:
    """The measurements as they are kept."""
    record, reading = measured.record, measured.reading
    end = min(record.ended_at or record.ends_at, record.ends_at)
    family, prison = (side(record, end, of_prison=each) for each in (False, True))
    first = reading.first
    return CallRecord(
        visit_id=visit.id,
        offered=reading.offered,
        family_seconds=round(family.connected.total_seconds()),
        prison_seconds=round(prison.connected.total_seconds()),
        had=reading.had,
        lost=reading.lost,
        family_first=_first(record.facts, of_prison=False),
        prison_first=_first(record.facts, of_prison=True),
        both_first=None if first is None else record.starts_at + timedelta(seconds=first),
        ended_at=end,
        ways=measured.ways,
        pieces=tuple(_stretch(piece) for piece in reading.pieces),
        lost_percent=percent,
    )


def _losses(visit: Visit, reading: Reading) -> list[Loss]:
    """What was lost by cause, the most first; ids come with the storing."""
    found = [
        Loss(0, visit.id, cause, side, cause, side, sum(p.seconds for p in pieces), tuple(map(_stretch, pieces)))
        for (cause, side), pieces in reading.losses().items()
    ]
    return sorted(found, key=lambda loss: loss.seconds, reverse=True)


def _stretch(piece: Piece) -> tuple[int, int, Why]:
    return piece.start, piece.end, piece.why


def _first(facts: Iterable[Fact], *, of_prison: bool) -> datetime | None:
    came = (
        fact.at
        for fact in facts
        if fact.name is FactName.PARTICIPANT_JOINED and fact.participant and is_prison(fact.participant) is of_prison
    )
    return min(came, default=None)
