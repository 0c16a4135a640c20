"""Approving requests: one into a slot, many that nothing stands against, one outside the ordinary rules."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import structlog

from broker.audit.events import AuditEvent
from broker.deciding.case import bars, desk_rule, find
from broker.deciding.commands import Approval
from broker.deciding.errors import (
    BadDecision,
    Flagged,
    InmateElsewhere,
    NobodyAdmitted,
    NoObjectionNeeded,
    NotPermitted,
    SlotNotOffered,
    TooManyVisitors,
    VisitorBanned,
)
from broker.deciding.flags import agency_to_ask, local_day
from broker.deciding.queue import meant
from broker.deciding.restrictions import first_against
from broker.deciding.store import Decision
from broker.errors import BrokerError, NotFound, SlotTaken
from broker.lifecycle import VisitStatus, transition
from broker.mail.post import Post
from broker.people import Inmate
from broker.quota.ledger import QuotaLeft
from broker.rules.model import RuleVersion
from broker.slots.availability import Unavailable, days
from broker.slots.calendar import day_bounds
from broker.storage.database import Database
from broker.storage.unit import UnitOfWork
from broker.visit import Slot, Visit
from broker.vocabulary import DecisionKind, InmateStatus
from config.settings import Settings

_log = structlog.get_logger(__name__)


async def approve(db: Database, settings: Settings, approval: Approval, by: str, now: datetime) -> Visit:
    """Approve a requested visit into a slot, spend the allowance, tell the family. Records rule version and quota.

    What makes up for a lost visit is not counted. With `approval.special` the allowance, the jail's hours and blocks,
    and the number of visitors are left aside; bans, restrictions and no-objections are not. Raises a DecidingError,
    IllegalTransition, InmateBooked, NotFound, NoRule, QuotaSpent or SlotTaken (SlotFull where the jail's capacity is
    reached), and has then changed nothing.
    """
    async with db.begin() as uow:
        await uow.visits.lock(approval.visit_id)
        visit = await _approve(uow, settings, approval, by, now)
        await uow.commit()
    _log.info("visit_approved", visit=visit.id, by=by, special=bool(approval.special))
    return visit


async def approve_all(
    db: Database, settings: Settings, visit_ids: Sequence[str], by: str, now: datetime
) -> dict[str, Visit | BrokerError]:
    """Approve each of these that has no flag, for the person who is meant beyond doubt, into the slot it holds. Each in
    a transaction of its own: the answer says for each what became of it.
    """
    answers: dict[str, Visit | BrokerError] = {}
    for visit_id in dict.fromkeys(visit_ids):
        try:
            async with db.begin() as uow:
                approval = await _unflagged(uow, visit_id, now)
                answers[visit_id] = await _approve(uow, settings, approval, by, now)
                await uow.commit()
        except BrokerError as error:
            answers[visit_id] = error
            _log.info("visit_not_approved", visit=visit_id, error=error.id)
        else:
            _log.info("visit_approved", visit=visit_id, by=by, special=False)
    return answers


async def check_slot(uow: UnitOfWork, visit: Visit, slot: Slot, version: RuleVersion, now: datetime) -> None:
    """Raises SlotNotOffered unless the jail's calendar has this slot and nothing blocks it; SlotTaken where it has it,
    and others hold it. What the visit holds already it may keep, whatever its calendar says by now.
    """
    on = local_day(visit.jail, slot.starts_at)
    start, end = day_bounds(on, on, visit.jail.timezone)
    picture = await uow.calendars.picture(visit.jail, visit.mode, start, end, now, except_hold=visit.id)
    if any(block.covers(slot.terminal_id, slot.starts_at, slot.ends_at) for block in picture.blocks):
        raise SlotNotOffered(Unavailable.BLOCKED)
    if slot == await uow.holds.of_visit(visit.id):
        return
    rule = desk_rule(version.rule)
    (day,) = days(picture, rule, visit.kind, 1, first=on, last=on, now=now)
    offer = next((o for o in day.offers if (o.starts_at, o.ends_at) == (slot.starts_at, slot.ends_at)), None)
    if offer is None:
        raise SlotNotOffered(day.reason or Unavailable.NOT_OFFERED)
    if slot.terminal_id not in {station.id for station in picture.free_stations(slot.starts_at, slot.ends_at)}:
        raise SlotTaken(slot.terminal_id)
    # The stations' locks, and the jail's capacity under them. Approving ends this hold.
    await uow.holds.replace(
        visit.id, visit.jail.id, visit.mode, starts_at=slot.starts_at, ends_at=slot.ends_at, now=now
    )


async def check_inmate(uow: UnitOfWork, visit: Visit, inmate: Inmate, slot: Slot) -> None:
    """Raises InmateElsewhere or NotPermitted unless this person may be visited then."""
    if inmate.status is not InmateStatus.HELD:
        raise InmateElsewhere(inmate.status)
    on = local_day(visit.jail, slot.starts_at)
    against = first_against(await uow.restrictions.of(inmate.id), visit.kind, visit.mode, on)
    if against is not None:
        raise NotPermitted(against.kind, against.until)


def quota_details(left: QuotaLeft | None) -> dict[str, Any] | None:
    """What a decision remembers of the allowance (JSON)."""
    if left is None:
        return None
    return {
        "limit": left.limit,
        "used": left.used,
        "left": left.left,
        "period_start": left.period_start.isoformat(),
        "period_end": left.period_end.isoformat(),
    }


def slot_details(slot: Slot) -> dict[str, Any]:
    """What a decision remembers of a slot (JSON)."""
    return {
        "terminal": slot.terminal_id,
        "starts_at": slot.starts_at.isoformat(),
        "ends_at": slot.ends_at.isoformat(),
    }


async def _unflagged(uow: UnitOfWork, visit_id: str, now: datetime) -> Approval:
    visit = await uow.visits.lock(visit_id)
    transition(visit.status, VisitStatus.APPROVED)
    request = await uow.visits.request(visit_id)
    inmate = await meant(uow, visit, request)
    findings = await find(uow, visit, request, inmate, now, sure=inmate is not None)
    if findings.flags or inmate is None or findings.hold is None:
        raise Flagged(tuple(sorted(findings.flags)))
    return Approval(visit_id, inmate.id, findings.hold)


async def _approve(uow: UnitOfWork, settings: Settings, approval: Approval, by: str, now: datetime) -> Visit:
    """The rest of it, in a transaction that has the visit's lock."""
    visit = await uow.visits.get(approval.visit_id)
    transition(visit.status, VisitStatus.APPROVED)
    inmate = await uow.inmates.lock(approval.inmate_id)
    if inmate.jail_id != visit.jail.id:
        raise NotFound("inmate")
    slot, special = approval.slot, approval.special.strip()
    version = await uow.rules.in_force(visit.jail.state_code, local_day(visit.jail, slot.starts_at))
    await _check_visitors(uow, visit, approval, inmate, version)
    await check_inmate(uow, visit, inmate, slot)
    agency = agency_to_ask(inmate, version.rule)
    if agency is not None and not approval.no_objection:
        raise NoObjectionNeeded(agency)
    if slot.starts_at <= now:
        raise SlotNotOffered(Unavailable.PAST)
    on = local_day(visit.jail, slot.starts_at)
    if special or await uow.makeups.in_the_place_of(visit.id) is not None:
        left = await uow.quotas.left(inmate, visit.kind, visit.mode, on, version.rule)
    else:
        left = await uow.quotas.spend(visit.id, inmate, visit.kind, visit.mode, on, version=version, by=by, now=now)
    if not special:
        await check_slot(uow, visit, slot, version, now)
    approved = await uow.visits.approve(
        visit.id,
        slot,
        by,
        now,
        reason=special,
        inmate_id=inmate.id,
        rule_version_id=version.id,
        refused=approval.refused,
    )
    await uow.decisions.add(_decision(approval, left, version, by, now))
    await uow.decisions.settle_reviews(visit.id, by, now)
    _note(uow, visit, approval, version, by, now)
    await Post(settings).approved(uow, approved, await uow.visits.request(visit.id), now)
    return approved


def _decision(approval: Approval, left: QuotaLeft, version: RuleVersion, by: str, now: datetime) -> Decision:
    special = approval.special.strip()
    return Decision(
        approval.visit_id,
        now,
        by,
        DecisionKind.SPECIAL if special else DecisionKind.APPROVED,
        text=special,
        rule_version_id=version.id,
        details={
            "rule": version.version,
            "quota": quota_details(left),
            "inmate": approval.inmate_id,
            "slot": slot_details(approval.slot),
            "refused": dict(approval.refused),
            "no_objection": approval.no_objection,
        },
    )


def _note(  # noqa: PLR0917 - what of which visit by which rule, then who and when
    uow: UnitOfWork, visit: Visit, approval: Approval, version: RuleVersion, by: str, now: datetime
) -> None:
    special = approval.special.strip()
    uow.audit.record(
        AuditEvent.VISIT_APPROVE,
        by=by,
        at=now,
        jail_id=visit.jail.id,
        visit_id=visit.id,
        subject=f"inmate:{approval.inmate_id}",
        why=special,
        details={"rule": version.version, "special": bool(special), "refused": len(approval.refused)},
    )


async def _check_visitors(
    uow: UnitOfWork, visit: Visit, approval: Approval, inmate: Inmate, version: RuleVersion
) -> None:
    admitted = {visitor.id for visitor in visit.visitors} - set(approval.refused)
    if set(approval.refused) - {visitor.id for visitor in visit.visitors}:
        raise BadDecision("refused")
    if any(not reason.strip() for reason in approval.refused.values()):
        raise BadDecision("refused")
    if not admitted:
        raise NobodyAdmitted("every visitor would be refused")
    barred = admitted & set(await bars(uow, visit, inmate, local_day(visit.jail, approval.slot.starts_at)))
    if barred:
        raise VisitorBanned(tuple(sorted(barred)))
    most = version.rule.visitors_max.get(visit.mode, 0)
    if not approval.special.strip() and len(admitted) > most:
        raise TooManyVisitors(most)
