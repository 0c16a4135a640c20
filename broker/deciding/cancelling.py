"""After the decision: cancelling one visit or many, moving one to another slot, and closing one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import structlog

from broker.audit.events import AuditEvent
from broker.deciding.approving import check_inmate, check_slot, quota_details, slot_details
from broker.deciding.case import bars
from broker.deciding.commands import Cancellation, Reschedule
from broker.deciding.errors import BadDecision, SlotNotOffered, TooLate, VisitorBanned
from broker.deciding.flags import local_day
from broker.deciding.store import Decision
from broker.errors import BrokerError, IllegalTransition
from broker.lifecycle import Outcome, VisitStatus, transition
from broker.losses.offering import offer_again
from broker.losses.settling import Measured, settle
from broker.mail.post import Post
from broker.people import Inmate
from broker.quota.ledger import QuotaLeft
from broker.reasons import STAFF_CANCELS, TEXT_NEEDED, CancelReason
from broker.rules.model import RuleVersion
from broker.sessions.noshow import NoShow
from broker.slots.availability import Unavailable
from broker.storage.database import Database
from broker.storage.unit import UnitOfWork
from broker.visit import Visit
from broker.vocabulary import DecisionKind, QuotaReason
from config.settings import Settings

#: Outcomes that failed the family: the visit is not counted, and another one is offered.
NOT_THEIR_FAULT = frozenset({Outcome.CANCELLED_BY_JAIL, Outcome.PRISON_ABSENT, Outcome.TECHNICAL_FAILURE})
#: Outcomes for which nobody of the family was seen.
MISSED = frozenset({Outcome.NOBODY_CAME, Outcome.VISITOR_ABSENT})

_log = structlog.get_logger(__name__)


async def cancel(db: Database, settings: Settings, cancellation: Cancellation, by: str, now: datetime) -> Visit:
    """Cancel a visit that is approved or undecided: the slot is free, the allowance is given back, the family is told.
    Raises BadDecision (reason, text), TooLate (its slot is over), IllegalTransition, NotFound.
    """
    _check(cancellation.reason, cancellation.text)
    async with db.begin() as uow:
        visit = await uow.visits.lock(cancellation.visit_id)
        transition(visit.status, VisitStatus.CANCELLED)
        if visit.live and visit.ends_at <= now:
            raise TooLate("the visit's slot is over")
        cancelled = await cancel_within(uow, settings, cancellation, by, now, give_back=True)
        await uow.commit()
    _log.info("visit_cancelled", visit=visit.id, by=by, reason=cancellation.reason.value)
    return cancelled


async def cancel_many(  # noqa: PLR0917 - which visits, why, then who and when: the order of every decision
    db: Database,
    settings: Settings,
    visit_ids: Sequence[str],
    reason: CancelReason,
    text: str,
    by: str,
    now: datetime,
) -> dict[str, Visit | BrokerError]:
    """Cancel each, in a transaction of its own; the answer says for each what became of it. Raises BadDecision."""
    _check(reason, text)
    answers: dict[str, Visit | BrokerError] = {}
    for visit_id in dict.fromkeys(visit_ids):
        try:
            answers[visit_id] = await cancel(db, settings, Cancellation(visit_id, reason, text), by, now)
        except BrokerError as error:
            answers[visit_id] = error
            _log.info("visit_not_cancelled", visit=visit_id, error=error.id)
    return answers


async def cancel_within(
    uow: UnitOfWork, settings: Settings, cancellation: Cancellation, by: str, now: datetime, *, give_back: bool
) -> Visit:
    """Cancel a visit whose lock the transaction has; what of the allowance it counted is given back, or not."""
    visit = await uow.visits.get(cancellation.visit_id)
    cancelled = await uow.visits.move(visit.id, VisitStatus.CANCELLED, by, cancellation.reason.value, now)
    given = await uow.quotas.give_back(visit.id, QuotaReason.CANCELLED, by, now) if give_back else 0
    text = cancellation.text.strip()
    await uow.decisions.add(
        Decision(
            visit.id,
            now,
            by,
            DecisionKind.CANCELLED,
            reason=cancellation.reason,
            text=text,
            rule_version_id=visit.rule_version_id,
            details={"given_back": given, "slot": None if visit.slot is None else slot_details(visit.slot)},
        )
    )
    await uow.decisions.settle_reviews(visit.id, by, now)
    uow.audit.record(
        AuditEvent.VISIT_CANCEL,
        by=by,
        at=now,
        jail_id=visit.jail.id,
        visit_id=visit.id,
        why=cancellation.reason.value,
        details={"given_back": given},
    )
    request = await uow.visits.request(visit.id)
    await Post(settings).cancelled(uow, cancelled, request, cancellation.reason.value, now, text=text)
    if give_back or visit.undecided:
        await offer_again(uow, settings, visit, by, now)
    return cancelled


async def reschedule(db: Database, settings: Settings, move: Reschedule, by: str, now: datetime) -> Visit:
    """Put an approved visit into another slot, of another period of the allowance if need be, and tell the family. With
    `move.special`, or where the visit was special already, allowance and hours are left aside.

    Raises BadDecision (text), InmateBooked, InmateElsewhere, NotPermitted, VisitorBanned, SlotNotOffered, SlotTaken,
    SlotFull, QuotaSpent, TooLate, NoRule, IllegalTransition, NotFound.
    """
    if not move.text.strip():
        raise BadDecision("text")
    async with db.begin() as uow:
        before = await uow.visits.lock(move.visit_id)
        if before.status is not VisitStatus.APPROVED:
            raise IllegalTransition(before.status, VisitStatus.APPROVED)
        if before.starts_at <= now:
            raise TooLate("the visit's slot has begun")
        inmate = await uow.inmates.lock(before.inmate_known.id)
        version = await uow.rules.in_force(before.jail.state_code, local_day(before.jail, move.slot.starts_at))
        special = bool(move.special.strip()) or await _was_special(uow, before.id)
        left = await _check_move(uow, before, inmate, move, version, special=special, by=by, now=now)
        # Availability was asked under a hold, which the visit's own slot makes needless.
        await uow.holds.release(visit_id=before.id)
        visit = await uow.visits.reschedule(before.id, move.slot, by, now, move.text.strip())
        await uow.decisions.add(_moved(before, move, left, version, by, now))
        await uow.decisions.settle_reviews(visit.id, by, now)
        uow.audit.record(
            AuditEvent.VISIT_MOVE,
            by=by,
            at=now,
            jail_id=visit.jail.id,
            visit_id=visit.id,
            why=move.special.strip() or move.text.strip(),
            details={"rule": version.version, "special": special},
        )
        await Post(settings).changed(
            uow, visit, await uow.visits.request(visit.id), before, now, text=move.text.strip()
        )
        await uow.commit()
    _log.info("visit_moved", visit=visit.id, by=by, special=special)
    return visit


async def close(
    uow: UnitOfWork,
    settings: Settings,
    visit_id: str,
    outcome: Outcome,
    seconds: Mapping[str, float],
    *,
    by: str,
    now: datetime,
    reason: str = "",
    measured: Measured | None = None,
    no_show: NoShow | None = None,
) -> Visit:
    """Close a live visit, without committing. A call's measurements are written down with it, and lost minutes made
    good by rule. A visit that failed gives its allowance back, whatever failed it; one that the family missed is told
    as missed, as staff wrote it down (`no_show`) where they did. Raises NotFound, IllegalTransition.
    """
    visit = await uow.visits.close(visit_id, outcome, seconds, by, now, reason=reason)
    await uow.decisions.settle_reviews(visit_id, by, now)
    details = {"outcome": outcome.value}
    uow.audit.record(
        AuditEvent.VISIT_CLOSE, by=by, at=now, jail_id=visit.jail.id, visit_id=visit_id, why=reason, details=details
    )
    post, request = Post(settings), await uow.visits.request(visit_id)
    made = measured is not None and await settle(uow, settings, visit, measured, by=by, now=now)
    if made:
        return visit
    if outcome in NOT_THEIR_FAULT:
        await uow.quotas.give_back(visit_id, QuotaReason.FAILED, by, now, note=outcome.value)
        await post.makeup(uow, visit, request, now)
    elif outcome in MISSED:
        await post.missed(uow, visit, request, now, no_show=no_show)
    return visit


def _check(reason: CancelReason, text: str) -> None:
    if reason not in STAFF_CANCELS:
        raise BadDecision("reason")
    if reason in TEXT_NEEDED and not text.strip():
        raise BadDecision("text")


async def _check_move(
    uow: UnitOfWork,
    visit: Visit,
    inmate: Inmate,
    move: Reschedule,
    version: RuleVersion,
    *,
    special: bool,
    by: str,
    now: datetime,
) -> QuotaLeft:
    on = local_day(visit.jail, move.slot.starts_at)
    await check_inmate(uow, visit, inmate, move.slot)
    barred = {visitor.id for visitor in visit.admitted} & set(await bars(uow, visit, inmate, on))
    if barred:
        raise VisitorBanned(tuple(sorted(barred)))
    if move.slot.starts_at <= now:
        raise SlotNotOffered(Unavailable.PAST)
    if special:
        return await uow.quotas.left(inmate, visit.kind, visit.mode, on, version.rule)
    if await uow.makeups.in_the_place_of(visit.id) is not None:
        left = await uow.quotas.left(inmate, visit.kind, visit.mode, on, version.rule)
    else:
        left = await uow.quotas.spend(visit.id, inmate, visit.kind, visit.mode, on, version=version, by=by, now=now)
    await check_slot(uow, visit, move.slot, version, now)
    return left


async def _was_special(uow: UnitOfWork, visit_id: str) -> bool:
    approvals = {DecisionKind.APPROVED, DecisionKind.SPECIAL}
    decided = [decision.what for decision in await uow.decisions.of_visit(visit_id) if decision.what in approvals]
    return bool(decided) and decided[-1] is DecisionKind.SPECIAL


def _moved(  # noqa: PLR0917 - what was and what is, then by which rule, who and when
    before: Visit, move: Reschedule, left: QuotaLeft, version: RuleVersion, by: str, now: datetime
) -> Decision:
    return Decision(
        before.id,
        now,
        by,
        DecisionKind.MOVED,
        text=move.special.strip() or move.text.strip(),
        rule_version_id=version.id,
        details={
            "rule": version.version,
            "quota": quota_details(left),
            "before": None if before.slot is None else slot_details(before.slot),
            "slot": slot_details(move.slot),
            "special": bool(move.special.strip()),
        },
    )
