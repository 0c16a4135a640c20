"""One person's record as decisions need it: restrictions, the ledger of allowances, visits past and to come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import structlog
from aiohttp import web

from broker.audit.events import AuditEvent
from broker.deciding.amending import adjust_quota, lift_restriction
from broker.deciding.reviews import restrict
from broker.errors import BrokerError, NotFound
from broker.people import Inmate, Jail
from broker.quota.ledger import QuotaLeft
from broker.rules.errors import NoRule
from broker.rules.model import RuleVersion
from broker.storage.unit import UnitOfWork
from broker.visit import VisitKind, VisitMode
from broker.vocabulary import RestrictionKind
from web.keys import CLOCK, DB
from web.render import render
from web.staff import looks
from web.staff.guard import STAFF, permitted
from web.staff.permissions import Permission
from web.superintendent.desk.forms import Typed
from web.superintendent.desk.said import heard, say
from web.superintendent.desk.scope import NUMBER, Powers, actor, inmate_of
from web.superintendent.desk.when import When, today

log = structlog.get_logger(__name__)
routes = web.RouteTableDef()

#: How far back visits are listed.
SINCE = timedelta(days=180)
#: Lines of the ledger that are shown.
LINES = 60
#: The most that one adjustment moves.
MOST = 20


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of one kind of visit in the period of today."""

    kind: VisitKind
    mode: VisitMode
    left: QuotaLeft


@routes.get(f"/superintendent/inmates/{NUMBER}")
@permitted(Permission.INMATE_READ)
async def page(request: web.Request) -> web.StreamResponse:
    """The record."""
    return await _show(request, Typed())


@routes.post(f"/superintendent/inmates/{NUMBER}/restrict")
@permitted(Permission.INMATE_EDIT)
async def add_restriction(request: web.Request) -> web.StreamResponse:
    """Restrict this person's visits; those that are touched come to the queue."""
    typed = await Typed.read(request)
    inmate, jail = await _inmate(request)
    now = request.app[CLOCK].now()
    kind = typed.choice("restriction", RestrictionKind, "no_kind")
    reason = typed.text("restriction_reason", "no_words")
    until = typed.day_or_never("restriction_until", "no_day")
    if until is not None and until < today(now, jail.timezone):
        typed.refuse("restriction_until", "until_is_past")
    if typed.problems or kind is None:
        return await _show(request, typed, status=422)
    _, raised = await restrict(request.app[DB], inmate.id, kind, reason, until, actor(request[STAFF]), now)
    say(request, "restricted", count=len(raised))
    raise web.HTTPSeeOther(f"/superintendent/inmates/{inmate.id}")


@routes.post(f"/superintendent/inmates/{NUMBER}/restrictions/{{restriction:[0-9]{{1,9}}}}/lift")
@permitted(Permission.INMATE_EDIT)
async def lift(request: web.Request) -> web.StreamResponse:
    """Take a restriction back."""
    inmate, _ = await _inmate(request)
    restriction_id = int(request.match_info["restriction"])
    async with request.app[DB].begin() as uow:
        if restriction_id not in {each.id for each in await uow.restrictions.of(inmate.id)}:
            raise web.HTTPNotFound
        await lift_restriction(uow, inmate, restriction_id, actor(request[STAFF]), request.app[CLOCK].now())
        await uow.commit()
    log.info("superintendent.restriction_lifted", restriction=restriction_id, staff=request[STAFF].id)
    say(request, "restriction_lifted")
    raise web.HTTPSeeOther(f"/superintendent/inmates/{inmate.id}")


@routes.post(f"/superintendent/inmates/{NUMBER}/quota")
@permitted(Permission.QUOTA_ADJUST)
async def adjust(request: web.Request) -> web.StreamResponse:
    """Set the allowance right by hand, with the reason on record."""
    typed = await Typed.read(request)
    inmate, jail = await _inmate(request)
    now = request.app[CLOCK].now()
    kind = typed.choice("quota_kind", VisitKind, "no_kind")
    mode = typed.choice("quota_mode", VisitMode, "no_kind")
    on = typed.day("quota_day", "no_day")
    amount = typed.number("quota_amount", "no_adjustment")
    if amount is not None and not 0 < abs(amount) <= MOST:
        typed.refuse("quota_amount", "no_adjustment")
    note = typed.text("quota_note", "no_words")
    if typed.problems or kind is None or mode is None or on is None or amount is None:
        return await _show(request, typed, status=422)
    try:
        async with request.app[DB].begin() as uow:
            version = await uow.rules.in_force(jail.state_code, on)
            by = actor(request[STAFF])
            await adjust_quota(uow, inmate, kind, mode, on, amount, note, by, now, version)
            await uow.commit()
    except BrokerError as error:
        typed.refuse("quota_amount", error.id)
        return await _show(request, typed, status=422)
    say(request, "adjusted")
    raise web.HTTPSeeOther(f"/superintendent/inmates/{inmate.id}")


async def _inmate(request: web.Request) -> tuple[Inmate, Jail]:
    async with request.app[DB].read() as uow:
        inmate = await inmate_of(uow, request[STAFF], int(request.match_info["id"]))
        return inmate, await uow.jails.get(inmate.jail_id)


async def _show(request: web.Request, typed: Typed, *, status: int = 200) -> web.StreamResponse:
    staff, now = request[STAFF], request.app[CLOCK].now()
    async with request.app[DB].read() as uow:
        inmate = await inmate_of(uow, staff, int(request.match_info["id"]))
        jail = await uow.jails.get(inmate.jail_id)
        on = today(now, jail.timezone)
        version = await _rule(uow, jail, on)
        allowances = await _allowances(uow, inmate, version, on) if version else []
        restrictions = await uow.restrictions.of(inmate.id)
        entries = await uow.quotas.entries(inmate.id)
        visits = await uow.visits.of_inmate(inmate.id, now - SINCE)
    await looks.note(request, AuditEvent.INMATE_READ, jail_id=jail.id, subject=f"inmate:{inmate.id}")
    return render(
        request,
        "superintendent/inmate.html",
        status=status,
        staff=staff,
        powers=Powers.of(staff),
        when=When.of(request, now),
        said=heard(request),
        typed=typed,
        inmate=inmate,
        jail=jail,
        zone=jail.timezone,
        today=on,
        allowances=allowances,
        restrictions=[each for each in restrictions if _stands(each.lifted_at, each.until, on)],
        over=[each for each in restrictions if not _stands(each.lifted_at, each.until, on)],
        entries=entries[:LINES],
        to_come=[visit for visit in visits if visit.ends_at > now],
        past=[visit for visit in reversed(visits) if visit.ends_at <= now],
        restriction_kinds=tuple(RestrictionKind),
        kinds=tuple(VisitKind),
        modes=tuple(VisitMode),
    )


def _stands(lifted_at: datetime | None, until: date | None, on: date) -> bool:
    return lifted_at is None and (until is None or on <= until)


async def _rule(uow: UnitOfWork, jail: Jail, on: date) -> RuleVersion | None:
    try:
        return await uow.rules.in_force(jail.state_code, on)
    except (NoRule, NotFound):
        return None


async def _allowances(uow: UnitOfWork, inmate: Inmate, version: RuleVersion, on: date) -> list[Allowance]:
    """Every kind of visit that the state's rule limits for this person."""
    return [
        Allowance(kind, mode, await uow.quotas.left(inmate, kind, mode, on, version.rule))
        for kind in VisitKind
        for mode in VisitMode
        if version.rule.quota(inmate.category, kind, mode) is not None
    ]
