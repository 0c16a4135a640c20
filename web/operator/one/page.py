"""One session's page: who is expected, with photo and proof to compare, who is here, mails, and all that happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from broker.audit.events import AuditEvent
from broker.documents.press import JPEG
from broker.outbox import OutboxMail
from broker.sessions.model import IncidentKind, Severity
from broker.staff import Staff
from broker.storage.unit import UnitOfWork
from broker.visit import Visit
from web import sse
from web.console import Parts, diff, part
from web.keys import CLOCK, DB
from web.operator import view
from web.operator.board import Board, Row
from web.operator.one import story
from web.operator.one.attendance import Attended, attendance
from web.operator.one.scope import VISIT, is_today, record_look, visit_to_read
from web.operator.one.story import Line
from web.operator.parts import context
from web.operator.said import heard
from web.render import render
from web.sse import Payload
from web.staff.guard import STAFF, permitted, still_permitted
from web.staff.permissions import Permission
from web.superintendent.desk.when import When

routes = web.RouteTableDef()


@dataclass(frozen=True, slots=True)
class Session:
    """What the page shows. `today`: it is the visit's day, when identities are compared; `pictures`: visitors whose
    proof is a picture, `papers`: whose is a PDF; by id. `attended`: who had come, once it is over.
    """

    row: Row
    today: bool
    board: Board
    mails: list[OutboxMail]
    lines: tuple[Line, ...]
    pictures: frozenset[str]
    papers: frozenset[str]
    attended: Mapping[str, Attended]


@routes.get(f"/operator/visits/{VISIT}")
@permitted(Permission.VISIT_HELP)
async def page(request: web.Request) -> web.StreamResponse:
    """The session's page; the look is on record first."""
    staff, now = request[STAFF], request.app[CLOCK].now()
    async with request.app[DB].begin() as uow:
        visit = await visit_to_read(uow, staff, request.match_info["id"], now)
        record_look(uow, AuditEvent.VISIT_READ, staff, visit, now)
        await uow.commit()
    session = await _load(request.app, visit)
    given = await _context(request, staff, session)
    return render(
        request,
        "operator/visit.html",
        **given,
        staff=staff,
        now=now,
        shown=_parts(request, given),
        said=heard(request),
        kinds=list(IncidentKind),
        severities=[Severity.MINOR, Severity.SERIOUS, Severity.GRAVE],
    )


@routes.get(f"/operator/visits/{VISIT}/events")
@permitted(Permission.VISIT_HELP)
async def events(request: web.Request) -> web.StreamResponse:
    """The page's live parts again, whenever one has changed."""
    async with request.app[DB].read() as uow:
        visit = await visit_to_read(uow, request[STAFF], request.match_info["id"], request.app[CLOCK].now())

    async def take() -> Payload | None:
        staff = await still_permitted(request, Permission.VISIT_HELP)
        if staff is None or visit.jail.id not in staff.jail_ids:
            return None
        given = await _context(request, staff, await _load(request.app, visit))
        return _parts(request, given).payload()

    return await sse.stream(request, [visit.jail.id], take, diff)


async def _load(app: web.Application, visit: Visit) -> Session:
    board = await view.load(app, visit.jail)
    row = next((each for each in board.rows if each.visit.id == visit.id), None) or await view.alone(app, visit)
    if row is None:
        raise web.HTTPNotFound
    async with app[DB].read() as uow:
        mails = await uow.outbox.for_visit(visit.id)
        lines = story.tell(
            await uow.visits.history(visit.id),
            await uow.sessions.acts(visit.id),
            await uow.sessions.notes(visit.id),
            await uow.sessions.incidents(visit.id),
            await uow.sessions.helps(visit.id),
        )
        today = is_today(visit, app[CLOCK].now())
        pictures, papers = await _documents(uow, visit) if today else (frozenset[str](), frozenset[str]())
        attended = attendance(row, await uow.losses.record(visit.id))
    return Session(row, today, board, list(reversed(mails)), lines, pictures, papers, attended)


async def _documents(uow: UnitOfWork, visit: Visit) -> tuple[frozenset[str], frozenset[str]]:
    types = {
        visitor.id: (await uow.documents.get(visitor.identity.document_id)).content_type
        for visitor in visit.admitted
        if visitor.identity is not None and visitor.identity.document_id is not None
    }
    pictures = frozenset(visitor for visitor, content_type in types.items() if content_type == JPEG)
    return pictures, frozenset(types) - pictures


async def _context(request: web.Request, staff: Staff, session: Session) -> dict[str, Any]:
    visit = session.row.visit
    actors = {line.by for line in session.lines}
    return {
        **context(request, staff, visit.jail, session.board),
        "names": await view.names(request.app, actors),
        "session": session,
        "row": session.row,
        "attended": session.attended,
        "visit": visit,
        "zone": visit.jail.timezone,
        "when": When.of(request, request.app[CLOCK].now()),
        "back": "visit",
    }


def _parts(request: web.Request, given: dict[str, Any]) -> Parts:
    names = {
        "needs": "operator/needs.html",
        "head": "operator/visit_head.html",
        "people": "operator/visit_people.html",
        "mails": "operator/visit_mails.html",
        "story": "operator/visit_story.html",
    }
    return Parts(fixed={name: part(request, template, given) for name, template in names.items()}, items={})
