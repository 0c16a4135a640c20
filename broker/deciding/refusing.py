"""Refusing a request, asking its family for more, and what happens to one that nobody decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Any

import structlog

from broker.audit.events import AuditEvent
from broker.deciding.approving import quota_details
from broker.deciding.case import Findings, find
from broker.deciding.commands import Question, Refusal
from broker.deciding.errors import BadDecision
from broker.deciding.store import Decision
from broker.errors import NotFound
from broker.lifecycle import VisitStatus, transition
from broker.losses.offering import offer_again
from broker.mail.offers import Offer
from broker.mail.post import Post
from broker.people import Inmate
from broker.reasons import STAFF_REFUSES, TEXT_NEEDED, RefusalReason
from broker.rules.model import Clause, RuleVersion
from broker.rules.words import cite
from broker.storage.database import Database
from broker.storage.unit import UnitOfWork
from broker.visit import Visit
from broker.vocabulary import DecisionKind, QuotaReason
from config.settings import Settings

#: Who acts when nobody decides.
WORKER = "system:worker"

_CLAUSES: Mapping[RefusalReason, Clause] = MappingProxyType(
    {
        RefusalReason.NOT_ANSWERED: Clause.DECIDE,
        RefusalReason.NOT_DECIDED: Clause.DECIDE,
        RefusalReason.NOT_ON_LIST: Clause.RELATIONSHIPS,
        RefusalReason.NO_ALLOWANCE: Clause.QUOTA,
        RefusalReason.NO_OBJECTION: Clause.NO_OBJECTION,
        RefusalReason.SLOT_UNAVAILABLE: Clause.BOOKING_WINDOW,
    }
)

_log = structlog.get_logger(__name__)


async def refuse(db: Database, settings: Settings, refusal: Refusal, by: str, now: datetime) -> Visit:
    """Refuse an undecided request, citing the rule's clause where there is one, and tell the family. A refusal for want
    of allowance offers the next day that has some. Raises BadDecision (reason, text, offer), IllegalTransition,
    NotFound.
    """
    if refusal.reason not in STAFF_REFUSES:
        raise BadDecision("reason")
    if refusal.reason in TEXT_NEEDED and not refusal.text.strip():
        raise BadDecision("text")
    if any(starts_at <= now for starts_at in refusal.offer.slots):
        raise BadDecision("offer")
    async with db.begin() as uow:
        visit = await uow.visits.lock(refusal.visit_id)
        transition(visit.status, VisitStatus.REFUSED)
        refused = await _refuse(uow, settings, visit, refusal, DecisionKind.REFUSED, by, now)
        await uow.commit()
    _log.info("visit_refused", visit=visit.id, by=by, reason=refusal.reason.value)
    return refused


async def ask(db: Database, settings: Settings, question: Question, by: str, now: datetime) -> Visit:
    """Ask the family for something; the visit waits for them and keeps its slot. Raises BadDecision (wants, text),
    IllegalTransition, NotFound.
    """
    wants, text = tuple(dict.fromkeys(question.wants)), question.text.strip()
    if not wants:
        raise BadDecision("wants")
    if TEXT_NEEDED & set(wants) and not text:
        raise BadDecision("text")
    async with db.begin() as uow:
        reason = ", ".join(wants)
        visit = await uow.visits.move(question.visit_id, VisitStatus.ASKED, by, reason, now)
        details = {"wants": [want.value for want in wants]}
        await uow.decisions.add(
            Decision(visit.id, now, by, DecisionKind.ASKED, reason=wants[0], text=text, details=details)
        )
        uow.audit.record(
            AuditEvent.VISIT_ASK, by=by, at=now, jail_id=visit.jail.id, visit_id=visit.id, details={"wants": [*wants]}
        )
        await Post(settings).asked(uow, visit, await uow.visits.request(visit.id), wants, now, text=text)
        await uow.commit()
    _log.info("visit_asked", visit=visit.id, by=by)
    return visit


async def escalate(uow: UnitOfWork, visit_id: str, now: datetime) -> Visit | None:
    """Mark an undecided request whose `decide_by` has passed, once, without committing. None if there is nothing to
    mark: it was decided or marked meanwhile, or isn't due.
    """
    visit = await uow.visits.lock(visit_id)
    request = await uow.visits.request(visit_id)
    if not visit.undecided or request is None or request.escalated_at is not None or request.decide_by > now:
        return None
    await uow.visits.escalate(visit_id, now)
    await uow.decisions.add(Decision(visit_id, now, WORKER, DecisionKind.ESCALATED))
    uow.audit.record(AuditEvent.VISIT_ESCALATE, by=WORKER, at=now, jail_id=visit.jail.id, visit_id=visit_id)
    return visit


async def lapse(db: Database, settings: Settings, visit_id: str, now: datetime) -> Visit | None:
    """Refuse an undecided request whose `lapse_at` has passed: with an apology where the jail was silent, else because
    what it asked for did not come. The allowance is untouched. None if it was decided meanwhile, or isn't due.
    """
    async with db.begin() as uow:
        visit = await uow.visits.lock(visit_id)
        request = await uow.visits.request(visit_id)
        if not visit.undecided or request is None or request.lapse_at > now:
            return None
        asked = visit.status is VisitStatus.ASKED
        reason = RefusalReason.NOT_ANSWERED if asked else RefusalReason.NOT_DECIDED
        refused = await _refuse(uow, settings, visit, Refusal(visit_id, reason), DecisionKind.LAPSED, WORKER, now)
        await uow.commit()
    _log.warning("visit_lapsed", visit=visit_id, reason=reason.value)
    return refused


async def _refuse(  # noqa: PLR0917 - what is refused and why, then who and when
    uow: UnitOfWork, settings: Settings, visit: Visit, refusal: Refusal, what: DecisionKind, by: str, now: datetime
) -> Visit:
    request = await uow.visits.request(visit.id)
    inmate = await _looked_at(uow, visit, refusal)
    findings = await find(uow, visit, request, inmate, now, sure=False)
    offer = _offer(refusal, findings)
    text = refusal.text.strip()
    refused = await uow.visits.move(visit.id, VisitStatus.REFUSED, by, refusal.reason.value, now)
    # A family that changed an approved visit late still counts it until now.
    await uow.quotas.give_back(visit.id, QuotaReason.CANCELLED, by, now)
    await uow.decisions.add(
        Decision(
            visit.id,
            now,
            by,
            what,
            reason=refusal.reason,
            text=text,
            rule_version_id=None if findings.rule is None else findings.rule.id,
            details=_details(findings, inmate, offer),
        )
    )
    await uow.decisions.settle_reviews(visit.id, by, now)
    event = AuditEvent.VISIT_LAPSE if what is DecisionKind.LAPSED else AuditEvent.VISIT_REFUSE
    uow.audit.record(event, by=by, at=now, jail_id=visit.jail.id, visit_id=visit.id, why=refusal.reason.value)
    await Post(settings).refused(
        uow,
        refused,
        request,
        refusal.reason.value,
        now,
        text=text,
        citation=_citation(findings.rule, refusal.reason, visit, inmate),
        offer=offer,
    )
    await offer_again(uow, settings, visit, by, now)
    return refused


async def _looked_at(uow: UnitOfWork, visit: Visit, refusal: Refusal) -> Inmate | None:
    if refusal.inmate_id is None:
        return visit.inmate
    inmate = await uow.inmates.get(refusal.inmate_id)
    if inmate.jail_id != visit.jail.id:
        raise NotFound("inmate")
    return inmate


def _offer(refusal: Refusal, findings: Findings) -> Offer:
    if refusal.reason is RefusalReason.NO_ALLOWANCE and not refusal.offer and findings.quota is not None:
        return Offer(from_date=findings.quota.next_start)
    return refusal.offer


def _details(findings: Findings, inmate: Inmate | None, offer: Offer) -> dict[str, Any]:
    return {
        "rule": None if findings.rule is None else findings.rule.version,
        "quota": quota_details(findings.quota),
        "inmate": None if inmate is None else inmate.id,
        "flags": sorted(findings.flags),
        "offer": {
            "slots": [starts_at.isoformat() for starts_at in offer.slots],
            "from_date": None if offer.from_date is None else offer.from_date.isoformat(),
        },
    }


def _citation(
    version: RuleVersion | None, reason: RefusalReason, visit: Visit, inmate: Inmate | None
) -> str | Callable[[str], str]:
    """The rule's clause in each reader's language; nothing where no clause, or no rule, is behind the reason."""
    clause = _CLAUSES.get(reason)
    if version is None or clause is None:
        return ""
    category = None if inmate is None else inmate.category
    return partial(cite, version, clause, category=category, kind=visit.kind, mode=visit.mode)
