"""Helping one visitor in: codes again, to another registered address, or read out to somebody on the telephone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from broker.admission.errors import AdmissionError, Locked, NotOpen, Throttled
from broker.admission.limits import Limits
from broker.audit.events import AuditEvent
from broker.errors import BrokerError
from broker.sessions.details import NEEDED, Detail, askable
from broker.sessions.errors import DetailsWrong
from broker.sessions.helping import Helper, refused_by_window
from broker.visit import Visit, Visitor
from config import keys
from web.family.mailwords import masked
from web.keys import ADMISSION, CLOCK, DB, REDIS
from web.operator.actions import actor
from web.operator.one.attendance import attendance
from web.operator.one.documents import visitor_of
from web.operator.one.scope import VISIT, record_look, visit_of_today
from web.operator.parts import context
from web.operator.said import heard
from web.operator.view import load
from web.render import render
from web.staff.guard import STAFF, permitted
from web.staff.permissions import Permission

routes = web.RouteTableDef()

_VISITOR = "{visitor:[0-9a-f]{32}}"
_HELP = f"/operator/visits/{VISIT}/help/{_VISITOR}"


@routes.get(_HELP)
@permitted(Permission.VISIT_HELP)
async def page(request: web.Request) -> web.StreamResponse:
    """What can be done for this visitor; the look is on record first."""
    visit, visitor = await _whom(request, look=True)
    return await _show(request, visit, visitor)


@routes.get(_HELP + "/{act:send|read-out}")
async def gone(request: web.Request) -> web.StreamResponse:
    """The address of a form, asked for again: codes are shown once."""
    raise web.HTTPSeeOther(request.path.rpartition("/")[0])


@routes.post(_HELP + "/send")
@permitted(Permission.VISIT_HELP)
async def send(request: web.Request) -> web.StreamResponse:
    """Fresh codes to a registered address; the page stays, as the call goes on."""
    visit, visitor = await _whom(request)
    key = str((await request.post()).get("address", ""))
    now = request.app[CLOCK].now()
    try:
        await helper(request.app).send(visit, visitor, key, actor(request[STAFF]), now)
    except BrokerError as refused:
        return await _show(request, visit, visitor, refused=refused, at="send", typed={"address": key})
    await request.app[REDIS].publish(keys.jail_changed(visit.jail.id), "")
    raise web.HTTPSeeOther(f"{request.path.rpartition('/')[0]}?said=codes_sent")


@routes.post(_HELP + "/read-out")
@permitted(Permission.VISIT_HELP)
async def read_out(request: web.Request) -> web.StreamResponse:
    """Fresh codes for the ear of a caller who has given two details: shown on this answer, and nowhere else."""
    visit, visitor = await _whom(request)
    form = await request.post()
    answers = {detail: text for detail in Detail if (text := str(form.get(detail.value, "")).strip())}
    now = request.app[CLOCK].now()
    try:
        read = await helper(request.app).read_out(visit, visitor, answers, actor(request[STAFF]), now)
    except BrokerError as refused:
        if isinstance(refused, DetailsWrong):
            await request.app[REDIS].publish(keys.jail_changed(visit.jail.id), "")  # the visit's history has grown
        typed = {detail.value: text for detail, text in answers.items()}
        return await _show(request, visit, visitor, refused=refused, at="read_out", typed=typed)
    await request.app[REDIS].publish(keys.jail_changed(visit.jail.id), "")
    return render(
        request,
        "operator/codes.html",
        staff=request[STAFF],
        visit=visit,
        visitor=visitor,
        zone=visit.jail.timezone,
        otp=f"{read.otp[:3]} {read.otp[3:]}",
        pin=f"{read.pin[:2]} {read.pin[2:]}",
        expires_at=read.expires_at,
    )


def helper(app: web.Application) -> Helper:
    """Help, wired to this process's clients."""
    return Helper(app[DB], app[ADMISSION], Limits(app[REDIS]))


async def _whom(request: web.Request, *, look: bool = False) -> tuple[Visit, Visitor]:
    staff, now = request[STAFF], request.app[CLOCK].now()
    async with request.app[DB].begin() as uow:
        visit = await visit_of_today(uow, staff, request.match_info["id"], now)
        visitor = visitor_of(visit, request.match_info["visitor"])
        if look:
            record_look(uow, AuditEvent.VISIT_READ, staff, visit, now, details={"visitor": visitor.id, "page": "help"})
            await uow.commit()
    return visit, visitor


async def _show(
    request: web.Request,
    visit: Visit,
    visitor: Visitor,
    *,
    refused: BrokerError | None = None,
    at: str = "",
    typed: Mapping[str, str] | None = None,
) -> web.Response:
    """The page; with `refused` why the form `at` came back, with what was `typed` into it still there."""
    now = request.app[CLOCK].now()
    board = await load(request.app, visit.jail)
    row = next((each for each in board.rows if each.visit.id == visit.id), None)
    if row is None:
        raise web.HTTPNotFound
    return render(
        request,
        "operator/help.html",
        status=200 if refused is None else 422,
        **context(request, request[STAFF], visit.jail, board),
        staff=request[STAFF],
        row=row,
        attended=attendance(row, None),
        visit=visit,
        zone=visit.jail.timezone,
        person=next(each for each in row.people if each.visitor.id == visitor.id),
        addresses=await helper(request.app).addresses(visit, visitor),
        masked=masked,
        details=askable(visitor),
        needed=NEEDED,
        closed=_words(refused_by_window(visit, now)),
        refused=_words(refused),
        refused_at=at,
        typed=typed or {},
        said=heard(request),
    )


def _words(refused: BrokerError | None) -> dict[str, Any] | None:
    """A refusal for the page: the id of its sentence, and the time or number that goes into it."""
    match refused:
        case None:
            return None
        case Locked(until=at) | Throttled(retry_at=at) | NotOpen(opens_at=at):
            return {"id": refused.id, "at": at, "left": 0}
        case DetailsWrong(left=left):
            return {"id": refused.id, "at": None, "left": left}
        case AdmissionError() | BrokerError():
            return {"id": refused.id, "at": None, "left": 0}
