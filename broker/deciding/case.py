"""A case: one request with everything that deciding it needs, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from typing import Any

from broker.deciding.bans import Ban
from broker.deciding.flags import Flag, Known, agency_to_ask, flags_of, local_day
from broker.deciding.matching import Candidate, candidates, compared
from broker.deciding.restrictions import Restriction, first_against
from broker.deciding.store import Decision, Review
from broker.errors import NotFound
from broker.people import Inmate
from broker.quota.ledger import QuotaLeft
from broker.rules.errors import NoRule
from broker.rules.model import Rule, RuleVersion
from broker.slots.availability import Day, days
from broker.slots.calendar import day_bounds
from broker.storage.unit import UnitOfWork
from broker.visit import Request, Slot, Visit, VisitStatus

#: Earlier visits shown beside a request at most.
PAST = 10
#: Days shown with their slots beside a request at most.
DAYS = 31

_ANY_DAY = 180


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found out about a visit and one inmate (None: nobody is meant yet). `bans`: those which bar a visitor,
    by visitor id. `restrictions`: the inmate's which have not been lifted, `restriction` the one that stands against
    this visit. `rule` is None where the state has none in force, `quota` without one or the other. `no_objection`: the
    agency whose no-objection is needed ("" for an unnamed one), None where none is. `made_up`: it is given in the place
    of a lost visit, and not counted. `hold`: the slot that waits for the request, or is the visit's. `past`: earlier
    visits of these people, newest first; `duplicates`: others of theirs to come, in that jail on that day.
    """

    rule: RuleVersion | None
    quota: QuotaLeft | None
    made_up: bool
    bans: Mapping[str, tuple[Ban, ...]]
    restrictions: tuple[Restriction, ...]
    restriction: Restriction | None
    no_objection: str | None
    hold: Slot | None
    past: tuple[Visit, ...]
    duplicates: tuple[Visit, ...]
    reviews: tuple[Review, ...]
    flags: frozenset[Flag]


@dataclass(frozen=True, slots=True)
class Case(Findings):
    """A visit with what was found, beside the jail's own record. `inmate` is the one looked at: whom staff picked, or
    the likeliest candidate; nobody has matched them by that. `days`: what is free from today on, the visit's own slot
    included.
    """

    visit: Visit
    request: Request | None
    candidates: tuple[Candidate, ...]
    inmate: Inmate | None
    days: tuple[Day, ...]
    decisions: tuple[Decision, ...]


async def load_case(uow: UnitOfWork, visit_id: str, now: datetime, *, inmate_id: int | None = None) -> Case:
    """The case of a visit, beside the inmate picked (`inmate_id`, of that jail) or the likeliest. Raises NotFound
    (visit, or inmate).
    """
    visit = await uow.visits.get(visit_id)
    request = await uow.visits.request(visit_id)
    likely: tuple[Candidate, ...] = ()
    if request is not None:
        likely = candidates(request.prisoner, await uow.inmates.of_jail(visit.jail.id))
    inmate = visit.inmate or (likely[0].inmate if likely else None)
    if inmate_id is not None:
        inmate = await uow.inmates.get(inmate_id)
        if inmate.jail_id != visit.jail.id:
            raise NotFound("inmate")
    findings = await find(uow, visit, request, inmate, now, sure=is_sure(visit, request, inmate))
    found: dict[str, Any] = {each.name: getattr(findings, each.name) for each in fields(findings)}
    return Case(
        **found,
        visit=visit,
        request=request,
        candidates=likely,
        inmate=inmate,
        days=await free_days(uow, visit, findings.rule, now),
        decisions=tuple(await uow.decisions.of_visit(visit_id)),
    )


def is_sure(visit: Visit, request: Request | None, inmate: Inmate | None) -> bool:
    """Whether this is the person somebody has picked for the visit before, or of whom number and details leave no
    doubt.
    """
    if inmate is None:
        return False
    picked = visit.inmate is not None and visit.inmate.id == inmate.id
    return picked or (request is not None and compared(request.prisoner, inmate).certain)


async def find(
    uow: UnitOfWork, visit: Visit, request: Request | None, inmate: Inmate | None, now: datetime, *, sure: bool
) -> Findings:
    """Look everything up that speaks for or against a visit to this inmate."""
    hold = visit.slot or await uow.holds.of_visit(visit.id)
    on = local_day(visit.jail, hold.starts_at if hold else visit.starts_at)
    rule = await rule_on(uow, visit, on)
    standing = [] if inmate is None else [r for r in await uow.restrictions.of(inmate.id) if r.lifted_at is None]
    quota = None
    if inmate is not None and rule is not None:
        quota = await uow.quotas.left(inmate, visit.kind, visit.mode, on, rule.rule)
    others = await _others(uow, visit)
    made_up = await uow.makeups.in_the_place_of(visit.id) is not None
    found = Findings(
        rule=rule,
        quota=quota,
        made_up=made_up,
        bans=await bars(uow, visit, inmate, on),
        restrictions=tuple(standing),
        restriction=first_against(standing, visit.kind, visit.mode, on),
        no_objection=None if inmate is None else agency_to_ask(inmate, None if rule is None else rule.rule),
        hold=hold,
        past=tuple(each for each in others if each.ends_at <= now)[:PAST],
        duplicates=tuple(each for each in others if _doubles(each, visit, on)),
        reviews=tuple(await uow.decisions.reviews(visit.id)),
        flags=frozenset(),
    )
    return replace(found, flags=flags_of(_known(found, visit, request, inmate, sure=sure), now))


async def bars(uow: UnitOfWork, visit: Visit, inmate: Inmate | None, on: date) -> dict[str, tuple[Ban, ...]]:
    """The bans that keep visitors of this visit from this inmate on that day, by visitor id."""
    bans = await uow.bans.of(visit.visitors, visit.jail.id, visit.jail.state_code)
    inmate_id = None if inmate is None else inmate.id
    barred = {v.id: tuple(ban for ban in bans if ban.bars(v, inmate_id, on)) for v in visit.visitors}
    return {visitor_id: found for visitor_id, found in barred.items() if found}


async def rule_on(uow: UnitOfWork, visit: Visit, on: date) -> RuleVersion | None:
    """The rule of the jail's state in force on a day; None without one."""
    try:
        return await uow.rules.in_force(visit.jail.state_code, on)
    except NoRule:
        return None


async def free_days(uow: UnitOfWork, visit: Visit, version: RuleVersion | None, now: datetime) -> tuple[Day, ...]:
    """What is free from today on for this visit; its own slot or hold is not in its way."""
    if version is None:
        return ()
    first = local_day(visit.jail, now)
    last = first + timedelta(days=min(DAYS, version.rule.last_day))
    start, end = day_bounds(first, last, visit.jail.timezone)
    picture = await uow.calendars.picture(visit.jail, visit.mode, start, end, now, except_hold=visit.id)
    people = len(visit.admitted) or 1
    return days(picture, desk_rule(version.rule), visit.kind, people, first=first, last=last, now=now)


def desk_rule(rule: Rule) -> Rule:
    """The rule as it binds the jail: the days on which a family may ask don't keep the jail from deciding late, or from
    moving a visit further away.
    """
    return rule.model_copy(update={"first_day": 0, "last_day": _ANY_DAY})


def _doubles(other: Visit, visit: Visit, on: date) -> bool:
    """Whether another visit of these people is still to come in the same jail on that day."""
    coming = other.live or other.undecided
    return coming and other.jail == visit.jail and local_day(other.jail, other.starts_at) == on


def _known(found: Findings, visit: Visit, request: Request | None, inmate: Inmate | None, *, sure: bool) -> Known:
    return Known(
        visit,
        request,
        inmate,
        sure,
        found.hold,
        past=found.past,
        duplicates=found.duplicates,
        banned=bool(found.bans),
        restricted=found.restriction is not None,
        ruled=found.rule is not None,
        # An approved visit is counted itself, and one that makes up for a lost one never is.
        spent=not found.made_up
        and found.quota is not None
        and found.quota.spent
        and visit.status is not VisitStatus.APPROVED,
        no_objection=found.no_objection is not None,
        reviewed=any(review.settled_at is None for review in found.reviews),
    )


async def _others(uow: UnitOfWork, visit: Visit) -> list[Visit]:
    """The other visits of these people, newest first."""
    emails = {visitor.email for visitor in visit.visitors if visitor.email}
    proofs = {visitor.identity.id_digest for visitor in visit.visitors if visitor.identity}
    found = await uow.visits.of_person(emails, {proof for proof in proofs if proof})
    return [each for each in found if each.id != visit.id]
