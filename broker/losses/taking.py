"""Taking the visit that is offered in the place of a lost one: approved at once, outside the allowance.

It is the same visit made up for, so the superintendent decides nothing anew; but who may come, and whether the person
is there, is looked at again, and the time is taken under the terminals' locks like every other.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import structlog
from pydantic import SecretStr

from broker.audit.events import AuditEvent
from broker.deciding.approving import slot_details
from broker.deciding.errors import DecidingError, NobodyAdmitted
from broker.deciding.flags import local_day
from broker.deciding.store import Decision
from broker.errors import InmateBooked, SlotTaken
from broker.lifecycle import VisitStatus
from broker.links import link_digest
from broker.losses import standing
from broker.losses.errors import NoOffer, OfferExpired, OfferStopped, TimeGone
from broker.losses.makeups import Makeup
from broker.losses.offering import free_days
from broker.mail.post import Post
from broker.people import Inmate, Visitor
from broker.rules.errors import NoRule
from broker.rules.model import RuleVersion
from broker.slots.availability import Offer
from broker.slots.errors import SlotFull
from broker.storage.database import Database
from broker.storage.unit import UnitOfWork
from broker.visit import NewVisit, NewVisitor, Request, Slot, Visit, new_id
from broker.vocabulary import DecisionKind, VisitorDecision
from config.settings import Settings

#: A visit that does not take place makes up for nothing: the offer can be taken again.
_FELL_THROUGH = frozenset({VisitStatus.CANCELLED, VisitStatus.REFUSED})

_log = structlog.get_logger(__name__)


async def taken(uow: UnitOfWork, makeup: Makeup) -> Visit | None:
    """The visit that was taken, as long as it stands."""
    if makeup.taken_visit_id is None:
        return None
    visit = await uow.visits.get(makeup.taken_visit_id)
    return None if visit.status in _FELL_THROUGH else visit


async def take(  # noqa: PLR0917 - whose offer, which time, then when
    db: Database, settings: Settings, lost_id: str, visitor_id: str, starts_at: datetime, now: datetime
) -> Visit:
    """Take the slot that begins then; taken twice, the first one stands and is returned. Raises NoOffer, OfferExpired,
    OfferStopped, TimeGone; NotFound for a visit that doesn't exist. Nothing was changed then.
    """
    by = f"visitor:{visitor_id}"
    async with db.begin() as uow:
        lost = await uow.visits.get(lost_id)
        standing_visit = await _takeable(uow, lost, now)
        if standing_visit is not None:
            return standing_visit
        # The number first, then the lost visit's lock: the order of all locks (broker.storage.visits.visits).
        offer, version = await _offered(uow, lost, starts_at, now)
        new = _like(settings.secret_key, lost, await uow.visits.request(lost_id), offer, version, by)
        visit = await uow.visits.add(new, now)
        lost = await uow.visits.lock(lost_id)
        standing_visit = await _takeable(uow, lost, now)
        if standing_visit is not None:
            return standing_visit
        inmate = await _checked(uow, lost, offer, version)
        visit = await _book(uow, settings, visit, lost, inmate, version=version, by=by, now=now)
        await uow.makeups.take(lost_id, visit.id, now)
        await uow.commit()
    _log.info("makeup_taken", visit=visit.id, lost=lost_id)
    return visit


async def _takeable(uow: UnitOfWork, lost: Visit, now: datetime) -> Visit | None:
    """None where the offer can be taken, else the visit that was taken already. Raises NoOffer, OfferExpired,
    OfferStopped.
    """
    makeup = await uow.makeups.of_visit(lost.id)
    if makeup is None:
        raise NoOffer("nothing is offered")
    visit = await taken(uow, makeup)
    if visit is None and makeup.expires_at <= now:
        raise OfferExpired(makeup.expires_at)
    if visit is None and not lost.admitted:
        raise OfferStopped(NobodyAdmitted.id)
    return visit


async def _offered(uow: UnitOfWork, lost: Visit, starts_at: datetime, now: datetime) -> tuple[Offer, RuleVersion]:
    on = local_day(lost.jail, starts_at)
    try:
        version = await uow.rules.in_force(lost.jail.state_code, on)
    except NoRule as error:
        raise OfferStopped(error.id) from error
    found = (offer for day in await free_days(uow, lost, version, now, on) if day.date == on for offer in day.free)
    offer = next((each for each in found if each.starts_at == starts_at), None)
    if offer is None:
        raise TimeGone("not free, or not offered")
    return offer, version


async def _checked(uow: UnitOfWork, lost: Visit, offer: Offer, version: RuleVersion) -> Inmate:
    inmate = await uow.inmates.lock(lost.inmate_known.id)
    try:
        await standing.check(uow, lost, inmate, version, offer.starts_at)
    except DecidingError as error:
        raise OfferStopped(error.id) from error
    return inmate


async def _book(
    uow: UnitOfWork,
    settings: Settings,
    visit: Visit,
    lost: Visit,
    inmate: Inmate,
    *,
    version: RuleVersion,
    by: str,
    now: datetime,
) -> Visit:
    """Take a terminal, approve, tell the family and the audit."""
    try:
        slot = await uow.holds.replace(
            visit.id, visit.jail.id, visit.mode, starts_at=visit.starts_at, ends_at=visit.ends_at, now=now
        )
        visit = await uow.visits.approve(
            visit.id,
            slot,
            by,
            now,
            reason=f"makeup {lost.visrn}",
            inmate_id=inmate.id,
            rule_version_id=version.id,
        )
    except (InmateBooked, SlotFull, SlotTaken) as error:
        raise TimeGone("somebody was faster") from error
    await uow.decisions.add(_decision(visit, lost, slot, version, by, now))
    await Post(settings).approved(uow, visit, await uow.visits.request(visit.id), now)
    uow.audit.record(
        AuditEvent.MAKEUP_TAKE,
        by=by,
        at=now,
        jail_id=visit.jail.id,
        visit_id=visit.id,
        details={"in_the_place_of": lost.id, "rule": version.version, "starts_at": visit.starts_at.isoformat()},
    )
    return visit


def _decision(  # noqa: PLR0917 - what was taken, in the place of what, then by which rule, who and when
    visit: Visit, lost: Visit, slot: Slot, version: RuleVersion, by: str, now: datetime
) -> Decision:
    return Decision(
        visit.id,
        now,
        by,
        DecisionKind.MADE_UP,
        text=str(lost.visrn),
        rule_version_id=version.id,
        details={
            "rule": version.version,
            "quota": None,
            "inmate": lost.inmate_known.id,
            "slot": slot_details(slot),
            "in_the_place_of": lost.id,
            "no_objection": True,
        },
    )


def _like(  # noqa: PLR0917 - the lost visit with its request, then what the new one has instead
    secret_key: SecretStr, lost: Visit, request: Request | None, offer: Offer, version: RuleVersion, by: str
) -> NewVisit:
    """The lost visit once more: the same people, at another time."""
    wanted = None
    if request is not None:
        wanted = replace(request, preferences=(offer.starts_at,), decide_by=offer.starts_at, lapse_at=offer.starts_at)
    return NewVisit(
        jail_id=lost.jail.id,
        inmate_id=lost.inmate_known.id,
        kind=lost.kind,
        starts_at=offer.starts_at,
        ends_at=offer.ends_at,
        visitors=tuple(_again(secret_key, visitor) for visitor in lost.admitted),
        by=by,
        mode=lost.mode,
        account_id=lost.account_id,
        request=wanted,
        rule_version_id=version.id,
        demo=lost.demo,
    )


def _again(secret_key: SecretStr, visitor: Visitor) -> NewVisitor:
    visitor_id = new_id()
    return NewVisitor(
        id=visitor_id,
        name=visitor.name,
        relationship=visitor.relationship,
        email=visitor.email,
        mobile=visitor.mobile,
        language=visitor.language,
        link_digest=link_digest(secret_key, visitor_id),
        decision=VisitorDecision.APPROVED,
        identity=visitor.identity,
    )
