"""GET the photo of a visitor's identity proof, for the operator who compares it with the face in the waiting room: on
the day of the visit, in no cache, and never before the look is on record.
"""

from __future__ import annotations

import structlog
from aiohttp import web

from broker.audit.events import AuditEvent
from broker.documents.errors import DocumentGone
from broker.documents.service import open_document
from broker.visit import Visit, Visitor
from web.keys import CLOCK, DB, SETTINGS
from web.operator.one.scope import VISIT, record_look, visit_of_today
from web.staff.guard import STAFF, permitted
from web.staff.permissions import Permission

log = structlog.get_logger(__name__)
routes = web.RouteTableDef()

# Whatever the bytes are, they may load nothing and run nothing.
_POLICY = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"


@routes.get(f"/operator/visits/{VISIT}/documents/{{visitor:[0-9a-f]{{32}}}}")
@permitted(Permission.VISIT_HELP)
async def show(request: web.Request) -> web.StreamResponse:
    """The document of one visitor. 404 where there is none. A picture is shown; a PDF is only downloaded."""
    staff, now = request[STAFF], request.app[CLOCK].now()
    async with request.app[DB].begin() as uow:
        visit = await visit_of_today(uow, staff, request.match_info["id"], now)
        visitor = visitor_of(visit, request.match_info["visitor"])
        document_id = visitor.identity.document_id if visitor.identity is not None else None
        if document_id is None:
            raise web.HTTPNotFound
        try:
            opened = await open_document(uow, document_id, request.app[SETTINGS])
        except DocumentGone:
            raise web.HTTPNotFound from None
        record_look(uow, AuditEvent.DOCUMENT_READ, staff, visit, now, details={"visitor": visitor.id})
        await uow.commit()
    log.info("operator.document_opened", visit=visit.id, visitor=visitor.id, staff=staff.id)
    number = str(visit.visrn).replace("/", "-")
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": "inline" if opened.inline else f'attachment; filename="proof-{number}.pdf"',
        "Content-Security-Policy": _POLICY,
    }
    return web.Response(body=opened.body, content_type=opened.content_type, headers=headers)


def visitor_of(visit: Visit, visitor_id: str) -> Visitor:
    """One of a visit's visitors who may come; 404 for anybody else."""
    found = next((each for each in visit.admitted if each.id == visitor_id), None)
    if found is None:
        raise web.HTTPNotFound
    return found
