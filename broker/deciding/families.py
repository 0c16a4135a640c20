"""What the family does about its own visit: withdraw or cancel it, ask for other slots, answer a question.

An account acts on its own visits only: on another's, each of these raises NotYours.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from broker.deciding.cancelling import cancel_within
from broker.deciding.commands import Answer, Cancellation, Preferences
from broker.deciding.errors import BadDecision, NotYours, SlotNotOffered, TooLate
from broker.deciding.flags import local_day
from broker.errors import IllegalTransition, NotFound
from broker.lifecycle import VisitStatus, transition
from broker.mail.post import Post
from broker.reasons import CancelReason
from broker.rules.model import RuleVersion
from broker.slots.availability import Day, Offer, Unavailable, days
from broker.slots.calendar import day_bounds
from broker.slots.errors import SlotFull
from broker.storage.database import Database
from broker.storage.unit import UnitOfWork
from broker.visit import Request, Visit
from broker.vocabulary import QuotaReason
from config.settings import Settings

#: How many slots may be asked for.
MOST_PREFERENCES = 3

_log = structlog.get_logger(__name__)


async def withdraw(db: Database, settings: Settings, visit_id: str, account_id: str, now: datetime) -> Visit:
    """Withdraw a request, or cancel an approved visit: the slot is free, an allowance given up early enough (by the
    rule's `cancel_hours`) is given back, and everybody who knew is told. Raises NotYours, TooLate (the slot has begun),
    IllegalTransition, NotFound.
    """
    async with db.begin() as uow:
        visit = await _own(uow, visit_id, account_id)
        transition(visit.status, VisitStatus.CANCELLED)
        if visit.live and visit.starts_at <= now:
            raise TooLate("the visit's slot has begun")
        cancelled = await cancel_within(
            uow,
            settings,
            Cancellation(visit_id, CancelReason.BY_VISITOR),
            _actor(account_id),
            now,
            give_back=visit.live and await _early(uow, visit, now),
        )
        await uow.commit()
    _log.info("visit_withdrawn", visit=visit_id)
    return cancelled


async def change(  # noqa: PLR0917 - whose visit, what they want, then when: the order of every act here
    db: Database, settings: Settings, visit_id: str, account_id: str, preferences: Preferences, now: datetime
) -> Visit:
    """Ask for other slots: the first one free is held, and the visit is a request again. An approved one gives its
    allowance back if that is early enough; if not, it stays counted, once. One that waits for an answer still does.

    Raises NotYours, BadDecision (preferences), SlotNotOffered (the first of them), SlotFull (all are gone; the old slot
    is kept), TooLate, NoRule, IllegalTransition, NotFound.
    """
    if not 1 <= len(preferences) <= MOST_PREFERENCES or len(set(preferences)) != len(preferences):
        raise BadDecision("preferences")
    async with db.begin() as uow:
        visit = await _own(uow, visit_id, account_id)
        request = await uow.visits.request(visit_id)
        if request is None:
            raise NotFound("request")
        if visit.live and visit.starts_at <= now:
            raise TooLate("the visit's slot has begun")
        if visit.status is VisitStatus.APPROVED:
            early = await _early(uow, visit, now)
            await uow.visits.move(visit_id, VisitStatus.REQUESTED, _actor(account_id), "changed", now)
            if early:
                await uow.quotas.give_back(visit_id, QuotaReason.CANCELLED, _actor(account_id), now)
            await uow.decisions.settle_reviews(visit_id, _actor(account_id), now)
        elif not visit.undecided:
            raise IllegalTransition(visit.status, VisitStatus.REQUESTED)
        await _hold(uow, visit, request, preferences, now)
        changed = await uow.visits.get(visit_id)
        await Post(settings).registered(uow, changed, await uow.visits.request(visit_id), now)
        await uow.commit()
    _log.info("visit_changed", visit=visit_id)
    return changed


async def answer(  # noqa: PLR0917 - whose visit, what they say, then when
    db: Database,
    settings: Settings,  # noqa: ARG001 - every act here is called alike
    visit_id: str,
    account_id: str,
    answer: Answer,
    now: datetime,
) -> Visit:
    """Answer what was asked; the request goes back to the jail, which gets time to decide anew. Raises NotYours,
    BadDecision (nothing answered, or a visitor of another visit), IllegalTransition, NotFound.
    """
    if not answer.visitors and answer.prisoner is None and not answer.note.strip():
        raise BadDecision("answer")
    async with db.begin() as uow:
        visit = await _own(uow, visit_id, account_id)
        request = await uow.visits.request(visit_id)
        if visit.status is not VisitStatus.ASKED or request is None:
            raise IllegalTransition(visit.status, VisitStatus.REQUESTED)
        if set(answer.visitors) - {visitor.id for visitor in visit.visitors}:
            raise BadDecision("visitors")
        for visitor_id, (name, identity) in answer.visitors.items():
            await uow.visits.set_identity(visitor_id, name=name, identity=identity)
        await uow.visits.set_request(visit_id, await _answered(uow, visit, request, answer, now))
        answered = await uow.visits.move(visit_id, VisitStatus.REQUESTED, _actor(account_id), "answered", now)
        await uow.commit()
    _log.info("visit_answered", visit=visit_id)
    return answered


def _actor(account_id: str) -> str:
    return f"account:{account_id}"


async def _own(uow: UnitOfWork, visit_id: str, account_id: str) -> Visit:
    """The visit, locked. Raises NotFound, NotYours."""
    visit = await uow.visits.lock(visit_id)
    if visit.account_id is None or visit.account_id != account_id:
        raise NotYours("another account's visit")
    return visit


async def _early(uow: UnitOfWork, visit: Visit, now: datetime) -> bool:
    """Whether giving an approved visit up now gives its allowance back, by the rule it was approved by."""
    if visit.rule_version_id is None:
        return True
    rule = (await uow.rules.get(visit.rule_version_id)).rule
    return now <= visit.starts_at - timedelta(hours=rule.cancel_hours)


async def _hold(uow: UnitOfWork, visit: Visit, request: Request, preferences: Preferences, now: datetime) -> None:
    """Hold the first of the preferences that is free, and write down what is wanted now."""
    offers = [await _offered(uow, visit, starts_at, now) for starts_at in preferences]
    for offer, version in offers:
        try:
            slot = await uow.holds.replace(
                visit.id, visit.jail.id, visit.mode, starts_at=offer.starts_at, ends_at=offer.ends_at, now=now
            )
        except SlotFull:
            continue
        await uow.visits.set_slot_wanted(visit.id, slot.starts_at, slot.ends_at)
        decide_by, lapse_at = version.rule.deadlines(slot.starts_at, now)
        wanted = replace(request, preferences=preferences, decide_by=decide_by, lapse_at=lapse_at, escalated_at=None)
        await uow.visits.set_request(visit.id, wanted)
        return
    raise SlotFull(offers[0][0].starts_at, offers[0][0].ends_at)


async def _offered(uow: UnitOfWork, visit: Visit, starts_at: datetime, now: datetime) -> tuple[Offer, RuleVersion]:
    """The slot of the jail's calendar that starts then, full or not. Raises SlotNotOffered, NoRule."""
    on = local_day(visit.jail, starts_at)
    version = await uow.rules.in_force(visit.jail.state_code, on)
    start, end = day_bounds(on, on, visit.jail.timezone)
    picture = await uow.calendars.picture(visit.jail, visit.mode, start, end, now, except_hold=visit.id)
    day: Day = days(picture, version.rule, visit.kind, len(visit.visitors), first=on, last=on, now=now)[0]
    offer = next((each for each in day.offers if each.starts_at == starts_at), None)
    if offer is None or (offer.reason is not None and offer.reason is not Unavailable.FULL):
        raise SlotNotOffered((offer and offer.reason) or day.reason or Unavailable.NOT_OFFERED)
    return offer, version


async def _answered(uow: UnitOfWork, visit: Visit, request: Request, answer: Answer, now: datetime) -> Request:
    """The request with what the family said, and time for the jail to decide it."""
    version = await uow.rules.in_force(visit.jail.state_code, local_day(visit.jail, visit.starts_at))
    decide_by, lapse_at = version.rule.deadlines(visit.starts_at, now)
    note = "\n".join(part for part in (request.note.strip(), answer.note.strip()) if part)
    return replace(
        request,
        prisoner=answer.prisoner or request.prisoner,
        note=note,
        decide_by=max(request.decide_by, decide_by),
        lapse_at=max(request.lapse_at, lapse_at),
    )
