"""One request on one page: what the family wrote beside the jail's record, who comes, what stands against it, what is
left and what is free, and the decision under it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from aiohttp import web

from broker.audit.events import AuditEvent
from broker.deciding.case import Case, load_case
from broker.deciding.flags import Flag
from broker.deciding.matching import Candidate, compared
from broker.documents.errors import DocumentGone
from broker.errors import NotFound
from broker.people import Identity
from broker.reasons import NAMES, STAFF_REFUSES, AskFor, RefusalReason
from broker.rules.model import Clause
from broker.rules.words import says
from broker.storage.unit import UnitOfWork
from broker.visit import Visit, VisitStatus
from broker.vocabulary import InmateStatus
from web import language
from web.keys import CLOCK, DB
from web.render import render
from web.staff import looks
from web.staff.guard import STAFF, permitted
from web.staff.permissions import Permission
from web.superintendent import compare, rounds
from web.superintendent.desk.forms import Typed, stamp
from web.superintendent.desk.said import heard
from web.superintendent.desk.scope import VISIT, Powers, visit_of
from web.superintendent.desk.when import When, today

routes = web.RouteTableDef()

#: Why one visitor of several may not come: what can be said of a visitor, not of the visit.
VISITOR_REASONS = (
    RefusalReason.BANNED,
    RefusalReason.ID_UNCLEAR,
    RefusalReason.NOT_ON_LIST,
    RefusalReason.NOT_PERMITTED,
)
#: People of the register that a search shows at most.
FOUND = 8
#: What is looked for is a name or a number.
LOOK_FOR_LIMIT = 80
_ID_DIGITS = 9


@routes.get(f"/superintendent/requests/{VISIT}")
@permitted(Permission.REQUEST_READ)
async def page(request: web.Request) -> web.StreamResponse:
    """The request; one that is decided already leads to its visit."""
    return await show(request, request.match_info["id"])


async def show(
    request: web.Request, visit_id: str, typed: Typed | None = None, *, status: int = 200
) -> web.StreamResponse:
    """The page, with what was typed into it and what is wrong with that."""
    staff, now = request[STAFF], request.app[CLOCK].now()
    typed = typed or Typed.of({"inmate": request.query.get("inmate", "")})
    look_for = request.query.get("look_for", "").strip()[:LOOK_FOR_LIMIT]
    async with request.app[DB].read() as uow:
        visit = await visit_of(uow, staff, visit_id)
        if not visit.undecided:
            raise web.HTTPSeeOther(f"/superintendent/visits/{visit.id}")
        case = await _case(uow, visit, typed.value("inmate"), now)
        people = await _people(uow, case, look_for)
        stations = await uow.jails.terminals(visit.jail.id, visit.mode)
        papers = await _papers(uow, visit)
    details = {"done": "search"} if look_for else {}
    await looks.note(request, AuditEvent.REQUEST_READ, jail_id=visit.jail.id, visit_id=visit.id, details=details)
    context = _context(request, case, people, typed, now)
    return render(
        request,
        "superintendent/request.html",
        status=status,
        staff=staff,
        stations=stations,
        papers=papers,
        look_for=look_for,
        said=heard(request),
        **context,
    )


async def _case(uow: UnitOfWork, visit: Visit, picked: str, now: datetime) -> Case:
    """The case beside the person somebody picked; a number that is nobody's here is no choice."""
    if picked.isascii() and picked.isdigit() and len(picked) <= _ID_DIGITS:
        try:
            return await load_case(uow, visit.id, now, inmate_id=int(picked))
        except NotFound:
            pass
    return await load_case(uow, visit.id, now)


async def _papers(uow: UnitOfWork, visit: Visit) -> dict[str, str]:
    """Of which visitors there is a photo or scan, and what it is: a picture is shown, a PDF only downloaded."""
    papers: dict[str, str] = {}
    for visitor in visit.visitors:
        if visitor.identity is not None and visitor.identity.document_id is not None:
            try:
                papers[visitor.id] = (await uow.documents.get(visitor.identity.document_id)).content_type
            except DocumentGone:
                continue
    return papers


async def _people(uow: UnitOfWork, case: Case, look_for: str) -> tuple[Candidate, ...]:
    """Who may be meant: the likely ones, then those whom a search or a choice has brought up."""
    known = {candidate.inmate.id for candidate in case.candidates}
    found = await uow.inmates.page(case.visit.jail.id, text=look_for, limit=FOUND) if look_for else []
    others = {each.id: each for each in (*found, *([case.inmate] if case.inmate else ())) if each.id not in known}
    if case.request is None:
        return tuple(Candidate(each, 0.0, by_number=False) for each in others.values())
    return (*case.candidates, *(compared(case.request.prisoner, each) for each in others.values()))


def _context(
    request: web.Request, case: Case, people: tuple[Candidate, ...], typed: Typed, now: datetime
) -> dict[str, Any]:
    visit = case.visit
    wishes = compare.wishes(visit, case.request, case.hold, case.days)
    free = compare.free_days(case.days)
    return {
        "powers": Powers.of(request[STAFF]),
        "when": When.of(request, now),
        "standing": rounds.standing(request, visit.id),
        "stamp": stamp,
        "names": NAMES,
        "case": case,
        "visit": visit,
        "zone": visit.jail.timezone,
        "candidates": people,
        "rows": compare.rows(case.request.prisoner, people) if case.request else (),
        "picked": _preselected(case, typed),
        "wishes": wishes,
        "best": next((stamp(wish.starts_at) for wish in wishes if wish.free), ""),
        "free": free,
        "nearest": compare.nearest(free, [wish.starts_at for wish in wishes] or [visit.starts_at]),
        "allowance": _allowance(request, case),
        "offer_from": _offer_from(case, now),
        "ages": {visitor.id: _age(visitor.identity, now) for visitor in visit.visitors},
        "typed": typed,
        "refusals": STAFF_REFUSES,
        "proposed": _proposed(case),
        "visitor_reasons": VISITOR_REASONS,
        "questions": tuple(AskFor),
        "waits_for_family": visit.status is VisitStatus.ASKED,
    }


def _preselected(case: Case, typed: Typed) -> str:
    """Whom the page has ticked: whoever was picked, else only somebody with whom nothing differs. A likeness is never
    turned into a choice.
    """
    if typed.value("inmate"):
        return typed.value("inmate")
    certain = [candidate for candidate in case.candidates if candidate.certain]
    return str(certain[0].inmate.id) if len(certain) == 1 else ""


def _allowance(request: web.Request, case: Case) -> str:
    """The rule about how many visits this person may have, as a sentence."""
    version = case.rule
    if version is None or case.inmate is None:
        return ""
    visit = case.visit
    category = case.inmate.category
    return says(version.rule, Clause.QUOTA, language.of(request), category=category, kind=visit.kind, mode=visit.mode)


def _offer_from(case: Case, now: datetime) -> date | None:
    """The next allowed day, where the allowance is what is missing."""
    quota = case.quota
    if Flag.ALLOWANCE_SPENT not in case.flags or quota is None or quota.next_start is None:
        return None
    return quota.next_start if quota.next_start > today(now, case.visit.jail.timezone) else None


_PROPOSED: Mapping[Flag, RefusalReason] = {
    Flag.BANNED: RefusalReason.BANNED,
    Flag.RESTRICTED: RefusalReason.NOT_PERMITTED,
    Flag.INMATE_AWAY: RefusalReason.AWAY,
    Flag.ALLOWANCE_SPENT: RefusalReason.NO_ALLOWANCE,
    Flag.DUPLICATE: RefusalReason.DUPLICATE,
    Flag.NO_SLOT: RefusalReason.SLOT_UNAVAILABLE,
}
_GONE: Mapping[InmateStatus, RefusalReason] = {
    InmateStatus.MOVED: RefusalReason.MOVED,
    InmateStatus.RELEASED: RefusalReason.RELEASED,
}


def _proposed(case: Case) -> RefusalReason | None:
    """The reason a refusal most likely has: chosen already when the form opens, and never sent by itself."""
    if not case.candidates:
        return RefusalReason.NO_MATCH
    found = next((reason for flag, reason in _PROPOSED.items() if flag in case.flags), None)
    return _GONE.get(case.inmate.status, found) if case.inmate and found is RefusalReason.AWAY else found


def _age(identity: Identity | None, now: datetime) -> int | None:
    """A visitor's age in years today."""
    if identity is None:
        return None
    if identity.birth_date is None:
        return identity.age
    born, on = identity.birth_date, now.date()
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
