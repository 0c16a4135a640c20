"""The visit that is offered in the place of a lost one: written down and told by a letter; never taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from broker.audit.events import AuditEvent
from broker.links import makeup_token
from broker.losses.makeups import Makeup
from broker.losses.proposing import propose
from broker.losses.standing import may_come
from broker.losses.store import CallRecord, Loss
from broker.mail.offers import MadeGood
from broker.mail.post import Post
from broker.rules.errors import NoRule
from broker.rules.model import Clause, RuleVersion
from broker.rules.words import cite
from broker.slots.availability import Day, Unavailable, days
from broker.slots.calendar import day_bounds
from broker.storage.unit import UnitOfWork
from broker.visit import Visit
from broker.vocabulary import LossSide, QuotaReason
from config.secrets import digest
from config.settings import Settings

#: How long an offer can be taken.
LIFETIME = timedelta(days=60)

_log = structlog.get_logger(__name__)


async def make_good(  # noqa: PLR0917 - of which visit, by what was found out, then who and when
    uow: UnitOfWork,
    settings: Settings,
    visit: Visit,
    record: CallRecord,
    losses: list[Loss],
    by: str,
    now: datetime,
) -> bool:
    """Give the allowance back and offer another visit, without committing; False where that was done before. The visit
    must be locked. Where something stands against another visit, the allowance is given back and nothing is offered.
    """
    await uow.quotas.give_back(visit.id, QuotaReason.FAILED, by, now, note="lost")
    if await uow.makeups.of_visit(visit.id) is not None:
        return False
    version = await rule_today(uow, visit, now)
    if version is None or not await may_come(uow, visit, version, now):
        await Post(settings).makeup(uow, visit, await uow.visits.request(visit.id), now)
        return True
    await _offer(uow, settings, visit, record, losses, version=version, by=by, now=now)
    return True


async def offer_again(uow: UnitOfWork, settings: Settings, taken: Visit, by: str, now: datetime) -> None:
    """A visit that made up for a lost one does not take place: what it made up for is offered again, unless something
    stands against it by now.
    """
    lost_id = await uow.makeups.in_the_place_of(taken.id)
    if lost_id is None:
        return
    visit, record = await uow.visits.get(lost_id), await uow.losses.record(lost_id)
    version = await rule_today(uow, visit, now)
    if record is not None and version is not None and await may_come(uow, visit, version, now):
        losses = await uow.losses.of_visit(lost_id)
        await _offer(uow, settings, visit, record, losses, version=version, by=by, now=now)


async def rule_today(uow: UnitOfWork, visit: Visit, now: datetime) -> RuleVersion | None:
    """The rule by which another visit is given now."""
    try:
        return await uow.rules.in_force(visit.jail.state_code, _today(visit, now))
    except NoRule:
        return None


async def free_days(
    uow: UnitOfWork, visit: Visit, version: RuleVersion, now: datetime, first: date | None = None
) -> tuple[Day, ...]:
    """What could be had in the place of a visit, on every day that a family may ask for, from `first` on. Times at
    which the person in prison has another visit are left out.
    """
    rule, today = version.rule, _today(visit, now)
    earliest, last = today + timedelta(days=rule.first_day), today + timedelta(days=rule.last_day)
    begin = min(max(earliest, first or earliest), last)
    start, end = day_bounds(begin, last, visit.jail.timezone)
    picture = await uow.calendars.picture(visit.jail, visit.mode, start, end, now)
    # As many as were let in before may come again, whatever the rule says of their number by now.
    found = days(picture, rule, visit.kind, 1, first=begin, last=last, now=now)
    others = await uow.visits.of_inmate(visit.inmate_known.id, start)
    return tuple(_without(day, [other for other in others if other.live and other.id != visit.id]) for day in found)


def _without(day: Day, others: Sequence[Visit]) -> Day:
    """The day without what overlaps these visits."""
    left = tuple(
        offer
        for offer in day.offers
        if not any(other.starts_at < offer.ends_at and offer.starts_at < other.ends_at for other in others)
    )
    return Day(day.date, day.reason if any(offer.free for offer in left) else day.reason or Unavailable.FULL, left)


async def _offer(
    uow: UnitOfWork,
    settings: Settings,
    visit: Visit,
    record: CallRecord,
    losses: list[Loss],
    *,
    version: RuleVersion,
    by: str,
    now: datetime,
) -> Makeup:
    found = propose(await free_days(uow, visit, version, now), visit.starts_at, visit.jail.timezone)
    slots = tuple(offer.starts_at for offer in found)
    digests = {
        each.id: digest(makeup_token(settings.secret_key, each.id)) for each in {*visit.admitted, visit.visitors[0]}
    }
    makeup = await uow.makeups.offer(visit.id, slots, digests, now + LIFETIME, now)
    made = MadeGood(
        had=record.had,
        offered=record.offered,
        causes=tuple((loss.cause, loss.side) for loss in losses if loss.side is LossSide.PRISON),
        slots=slots,
        until=makeup.expires_at,
        citation=lambda language: cite(version, Clause.LOST, language),
    )
    await Post(settings).makeup(uow, visit, await uow.visits.request(visit.id), now, made=made)
    uow.audit.record(
        AuditEvent.MAKEUP_OFFER,
        by=by,
        at=now,
        jail_id=visit.jail.id,
        visit_id=visit.id,
        details={"slots": [slot.isoformat() for slot in slots], "rule": version.version},
    )
    _log.info("makeup_offered", visit=visit.id, slots=len(slots))
    return makeup


def _today(visit: Visit, now: datetime) -> date:
    return now.astimezone(ZoneInfo(visit.jail.timezone)).date()
