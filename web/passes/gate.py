"""/gate: the desk at a jail's gate. Scan a pass or type a number, see whose visit it is, let them in.

A phone's camera opens a pass's QR code as an address of this page; a scanner at a desk types that address into the
field. Both, and a VisRN from paper, come in as `?pass=`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

import structlog
from aiohttp import web

from broker.audit.events import AuditEvent
from broker.errors import BadVisRN, NotFound
from broker.gate import service
from broker.gate.errors import GateError
from broker.gate.standing import Standing, doors_open, let_in_already, may_be_missed, standing
from broker.staff import Staff
from broker.storage.unit import UnitOfWork
from broker.visit import Visit, VisitMode, Visitor, VisitStatus
from broker.visrn import VisRN
from config import keys
from config.secrets import digest
from web.family.forms import field
from web.keys import CLOCK, DB, REDIS, SETTINGS
from web.operator.actions import actor
from web.operator.view import choose_jail, day_of
from web.render import render
from web.staff import looks
from web.staff.guard import STAFF, permitted, require_scope
from web.staff.permissions import Permission

log = structlog.get_logger(__name__)

_MOST_TYPED = 300
_TOKEN_CHARACTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
_LISTED = frozenset({VisitStatus.APPROVED, VisitStatus.CLOSED, VisitStatus.OPEN})
_SAID = frozenset({"did_not_come", "let_in", "pass_not_good", "too_early_to_miss"})


@dataclass(frozen=True, slots=True)
class Person:
    """A visitor at the gate; `scanned`: it was their pass that was shown."""

    visitor: Visitor
    standing: Standing
    scanned: bool


@permitted(Permission.PASS_CHECK)
async def page(request: web.Request) -> web.StreamResponse:
    """GET: the visit behind a pass; without one, the field for it and the day's visits."""
    typed = request.query.get("pass", "").strip()[:_MOST_TYPED]
    if not typed:
        return await _day(request)
    async with request.app[DB].read() as uow:
        visit, scanned = await _find(uow, typed)
        if visit is None or visit.mode is not VisitMode.IN_PERSON:
            return await _day(request, problem="not_in_person" if visit else "unknown")
        inside = let_in_already(await uow.visits.history(visit.id))
    if visit.jail.id not in request[STAFF].jail_ids:
        return await _day(request, problem="elsewhere")
    await looks.note(request, AuditEvent.VISIT_READ, jail_id=visit.jail.id, visit_id=visit.id)
    return _visit(request, visit, scanned, inside)


@permitted(Permission.PASS_CHECK)
async def let_in(request: web.Request) -> web.StreamResponse:
    """POST: this visitor goes in; the first of them opens the visit."""
    visit = await _own_visit(request)
    visitor_id = await field(request, "visitor")
    if visitor_id not in {visitor.id for visitor in visit.visitors}:
        raise web.HTTPNotFound
    said = "let_in"
    try:
        await service.let_in(request.app[DB], visit.id, visitor_id, *_by(request))
    except GateError as refused:
        said = refused.id
    return await _said(request, visit, said)


@permitted(Permission.PASS_CHECK)
async def did_not_come(request: web.Request) -> web.StreamResponse:
    """POST: nobody came to this visit; it is over."""
    visit = await _own_visit(request)
    said = "did_not_come"
    try:
        await service.did_not_come(request.app[DB], request.app[SETTINGS], visit.id, *_by(request))
    except GateError as refused:
        said = refused.id
    return await _said(request, visit, said)


async def _find(uow: UnitOfWork, typed: str) -> tuple[Visit | None, str]:
    """The visit of a pass's token, of its address, or of a VisRN; and the id of the visitor whose pass it is, or ""."""
    token = token_of(typed)
    if token:
        found = await uow.visits.by_link_digest(digest(token))
        if found is not None:
            return found[0], found[1].id
    try:
        return await uow.visits.by_visrn(VisRN.parse(typed)), ""
    except BadVisRN:
        return None, ""


def token_of(typed: str) -> str:
    """The token in what was scanned: bare, or in the address of a gate or a pass; "" where there is none."""
    try:
        parts = urlsplit(typed)
    except ValueError:
        return ""
    asked = parse_qs(parts.query).get("pass", [""])[0]
    token = asked or parts.path.rpartition("/")[2]
    return token if token and _TOKEN_CHARACTERS.issuperset(token) else ""


async def _day(request: web.Request, problem: str = "") -> web.Response:
    staff: Staff = request[STAFF]
    jail, jails = await choose_jail(request, staff)
    now = request.app[CLOCK].now()
    async with request.app[DB].read() as uow:
        visits = await uow.visits.day([jail.id], *day_of(jail, now), mode=VisitMode.IN_PERSON)
    await looks.note(request, AuditEvent.VISIT_LIST, jail_id=jail.id)
    shown = [visit for visit in visits if visit.status in _LISTED]
    return render(
        request,
        "passes/gate.html",
        status=404 if problem else 200,
        staff=staff,
        jail=jail,
        jails=jails,
        problem=problem,
        coming=[visit for visit in shown if visit.live and visit.ends_at > now],
        past=[visit for visit in shown if not (visit.live and visit.ends_at > now)],
        now=now,
    )


def _visit(request: web.Request, visit: Visit, scanned: str, inside: frozenset[str]) -> web.Response:
    now = request.app[CLOCK].now()
    said = request.query.get("said", "")
    return render(
        request,
        "passes/gate_visit.html",
        staff=request[STAFF],
        visit=visit,
        zone=visit.jail.timezone,
        now=now,
        people=_people(visit, scanned, inside, now),
        doors=doors_open(visit),
        may_be_missed=may_be_missed(visit, now),
        said=said if said in _SAID else "",
    )


def _people(visit: Visit, scanned: str, inside: frozenset[str], now: datetime) -> list[Person]:
    """Whose pass was shown stands first."""
    people = [Person(each, standing(visit, each, inside, now), each.id == scanned) for each in visit.visitors]
    return sorted(people, key=lambda person: not person.scanned)


async def _own_visit(request: web.Request) -> Visit:
    async with request.app[DB].read() as uow:
        try:
            visit = await uow.visits.get(request.match_info["visit"])
        except NotFound:
            raise web.HTTPNotFound from None
    require_scope(request[STAFF], visit.jail.id)
    if visit.mode is not VisitMode.IN_PERSON:
        raise web.HTTPNotFound
    return visit


def _by(request: web.Request) -> tuple[str, datetime]:
    return actor(request[STAFF]), request.app[CLOCK].now()


async def _said(request: web.Request, visit: Visit, said: str) -> web.StreamResponse:
    log.info("gate", visit=visit.id, staff=request[STAFF].id, did=said)
    await request.app[REDIS].publish(keys.jail_changed(visit.jail.id), "")
    raise web.HTTPSeeOther(f"/gate?pass={visit.visrn}&said={said}")
