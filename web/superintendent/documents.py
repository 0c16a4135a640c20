"""GET the photo or scan of a visitor's identity proof: for whoever may read the request, from no public address, kept
by no cache. A picture is shown; a PDF is only ever downloaded, for what is in it isn't ours.
"""

from __future__ import annotations

import structlog
from aiohttp import web

from broker.audit.events import AuditEvent
from broker.documents.errors import DocumentGone
from broker.documents.service import Opened, open_document
from broker.visit import Visit
from web.keys import DB, SETTINGS
from web.staff import looks
from web.staff.guard import STAFF, permitted
from web.staff.permissions import Permission
from web.superintendent.desk.scope import VISIT, visit_of

log = structlog.get_logger(__name__)
routes = web.RouteTableDef()

# Whatever the bytes are, they may load nothing and run nothing.
_POLICY = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"


@routes.get(f"/superintendent/requests/{VISIT}/documents/{{visitor:[0-9a-f]{{32}}}}")
@permitted(Permission.REQUEST_READ)
async def show(request: web.Request) -> web.StreamResponse:
    """The document of one visitor of one visit. 404 where there is none."""
    staff = request[STAFF]
    visitor_id = request.match_info["visitor"]
    async with request.app[DB].read() as uow:
        visit = await visit_of(uow, staff, request.match_info["id"])
        document_id = _document_of(visit, visitor_id)
        try:
            opened = await open_document(uow, document_id, request.app[SETTINGS])
        except DocumentGone:
            raise web.HTTPNotFound from None
    await looks.note(
        request,
        AuditEvent.DOCUMENT_READ,
        jail_id=visit.jail.id,
        visit_id=visit.id,
        subject=f"visitor:{visitor_id}",
    )
    log.info("superintendent.document_opened", visit=visit.id, visitor=visitor_id, staff=staff.id)
    return web.Response(
        body=opened.body,
        content_type=opened.content_type,
        headers={
            "Cache-Control": "no-store",
            "Content-Disposition": _disposition(visit, opened),
            "Content-Security-Policy": _POLICY,
        },
    )


def _document_of(visit: Visit, visitor_id: str) -> str:
    visitor = next((each for each in visit.visitors if each.id == visitor_id), None)
    if visitor is None or visitor.identity is None or visitor.identity.document_id is None:
        raise web.HTTPNotFound
    return visitor.identity.document_id


def _disposition(visit: Visit, opened: Opened) -> str:
    """A name of ours: the visitor's own may say anything."""
    if opened.inline:
        return "inline"
    return f'attachment; filename="proof-{str(visit.visrn).replace("/", "-")}.pdf"'
