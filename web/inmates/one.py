"""One person of the register, written by hand."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from broker.audit.events import AuditEvent
from broker.errors import NotFound
from broker.identity.countries import names
from broker.people import Inmate, Jail
from broker.register.errors import Overtaken
from broker.register.lines import COLUMNS as FIELDS
from broker.register.lines import Fault, Row, Why, read_line
from broker.register.service import apply
from web import errors, language
from web.family.forms import KEPT_CHARACTERS, field
from web.inmates.register import choose_jail
from web.inmates.words import CATEGORIES, COLUMNS, FAULTS, GENDERS, STATUSES
from web.keys import CLOCK, DB
from web.render import render
from web.staff import looks
from web.staff.guard import STAFF, permitted, require_scope
from web.staff.permissions import Permission

routes = web.RouteTableDef()
_ONE = "/inmates/{id:[0-9]{1,9}}/edit"


@routes.get("/inmates/new")
@permitted(Permission.INMATE_EDIT)
async def ask(request: web.Request) -> web.StreamResponse:
    """The form for somebody whom the register does not know."""
    jail, _ = await choose_jail(request, request[STAFF])
    return _form(request, jail, {"nationality": "IN", "status": "held"})


@routes.post("/inmates/new")
@permitted(Permission.INMATE_EDIT)
async def add(request: web.Request) -> web.StreamResponse:
    """Put somebody on the register. A number that is there already is a mistake, not a change."""
    jail, _ = await choose_jail(request, request[STAFF])
    typed = await _typed(request)
    row, faults = read_line(1, typed)
    if row is not None:
        async with request.app[DB].read() as uow:
            known = await uow.inmates.by_number(jail.id, row.number)
        if known is not None:
            row, faults = None, (Fault(1, "number", Why.REPEATED, typed["number"]),)
    return await _save(request, jail, row, typed, faults)


@routes.get(_ONE)
@permitted(Permission.INMATE_EDIT)
async def show(request: web.Request) -> web.StreamResponse:
    """Somebody's line of the register."""
    inmate, jail = await _inmate(request)
    await looks.note(request, AuditEvent.INMATE_READ, jail_id=jail.id, subject=f"inmate:{inmate.id}")
    return _form(request, jail, {name: str(getattr(inmate, name)) for name in FIELDS}, inmate=inmate)


@routes.post(_ONE)
@permitted(Permission.INMATE_EDIT)
async def change(request: web.Request) -> web.StreamResponse:
    """Change it; the number is what the line is known by, and stays."""
    inmate, jail = await _inmate(request)
    typed = await _typed(request) | {"number": inmate.number}
    row, faults = read_line(1, typed)
    return await _save(request, jail, row, typed, faults, inmate=inmate)


async def _save(
    request: web.Request,
    jail: Jail,
    row: Row | None,
    typed: Mapping[str, str],
    faults: tuple[Fault, ...],
    *,
    inmate: Inmate | None = None,
) -> web.StreamResponse:
    if row is None:
        return _form(request, jail, typed, faults, inmate=inmate)
    by = f"staff:{request[STAFF].id}"
    try:
        done = await apply(request.app[DB], jail.id, [row], by, request.app[CLOCK].now())
    except Overtaken:
        return _form(request, jail, typed, (Fault(1, "number", Why.REPEATED),), inmate=inmate)
    said = "unchanged" if done.plan.is_empty else "saved"
    raise web.HTTPSeeOther(f"/inmates?jail={jail.id}&said={said}&reviews={len(done.reviews)}")


async def _inmate(request: web.Request) -> tuple[Inmate, Jail]:
    try:
        async with request.app[DB].read() as uow:
            inmate = await uow.inmates.get(int(request.match_info["id"]))
            jail = await uow.jails.get(inmate.jail_id)
    except NotFound as error:
        raise errors.NotFound from error
    require_scope(request[STAFF], jail.id)
    return inmate, jail


async def _typed(request: web.Request) -> dict[str, str]:
    return {name: (await field(request, name))[: 2 * KEPT_CHARACTERS] for name in FIELDS}


def _form(
    request: web.Request,
    jail: Jail,
    typed: Mapping[str, str],
    faults: tuple[Fault, ...] = (),
    *,
    inmate: Inmate | None = None,
) -> web.Response:
    return render(
        request,
        "inmates/one.html",
        status=422 if faults else 200,
        staff=request[STAFF],
        jail=jail,
        inmate=inmate,
        typed=typed,
        faults={fault.column: FAULTS[fault.why] for fault in sorted(faults, key=_place)},
        columns=COLUMNS,
        categories=CATEGORIES,
        genders=GENDERS,
        statuses=STATUSES,
        countries=names(language.of(request)),
    )


def _place(fault: Fault) -> int:
    """Where on the form the field stands."""
    return FIELDS.index(fault.column) if fault.column in FIELDS else len(FIELDS)
