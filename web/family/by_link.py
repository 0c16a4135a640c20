"""/join/{token}: the door of the mail's link.

The link alone opens nothing: its page shows place and time. The VisRN from the same mail makes codes go out to the
visitor whose link it is, and the next page may name the (masked) address.
"""

from __future__ import annotations

from aiohttp import web

from broker.admission.errors import AdmissionError, Throttled
from broker.errors import BadVisRN
from broker.visit import Visit, VisitMode, Visitor, VisitStatus
from broker.visrn import VisRN
from config.secrets import digest
from web import language, session
from web.family import joining, lost, standing, words
from web.family.forms import KEPT_CHARACTERS, field
from web.family.joining import Joining
from web.keys import ADMISSION, CLOCK, DB
from web.render import render
from web.serving.access import client_address
from web.timewords import iso


async def page(request: web.Request) -> web.StreamResponse:
    """GET: the visit's place and time, and the number's field; or when it can be joined."""
    found = await _find(request)
    if found is None:
        return _no_such_link(request)
    visit, visitor = found
    language.prefer(request, visitor.language)
    told = await _told(request, visit)
    return standing.closed_page(request, visit, request.app[CLOCK].now(), told) or _form(request, visit)


async def _told(request: web.Request, visit: Visit) -> lost.Told:
    """How a visit went, once that is on paper, and only to a browser that was in it: links are passed on."""
    call = joining.call(session.of(request))
    if call is None or call.get("visit") != visit.id or visit.status is not VisitStatus.CLOSED:
        return lost.NOTHING
    async with request.app[DB].read() as uow:
        return lost.tell(await lost.lost_of(uow, visit), language.of(request))


async def submit(request: web.Request) -> web.StreamResponse:
    """POST: the number; codes go out and the codes page follows."""
    found = await _find(request)
    if found is None:
        return _no_such_link(request)
    visit, visitor = found
    language.prefer(request, visitor.language)
    closed = standing.closed_page(request, visit, request.app[CLOCK].now())
    if closed is not None:
        return closed
    typed = await field(request, "visrn")
    try:
        visrn = VisRN.parse(typed)
    except BadVisRN:
        return _form(request, visit, typed, words.bad_visrn(request))
    if visrn != visit.visrn:
        return _form(request, visit, typed, words.other_visit(request))
    return await _send(request, visit, visitor, typed)


async def _send(request: web.Request, visit: Visit, visitor: Visitor, typed: str) -> web.StreamResponse:
    now = request.app[CLOCK].now()
    try:
        sent = await request.app[ADMISSION].send_codes(visit, visitor, now, client=client_address(request))
        resend_at = sent.resend_at
    except Throttled as throttled:
        # Codes went out a moment ago (a reload, a second browser): they are what to type.
        resend_at = throttled.retry_at
    except standing.ABOUT_THE_VISIT as refused:
        return standing.refusal_page(request, visit, refused, now)
    except AdmissionError as refused:
        return _form(request, visit, typed, words.refusal(request, refused, now, "link"), status=429)
    joining.save(
        session.of(request),
        Joining("link", str(visit.visrn), visit.id, visitor.id, resend_at=iso(resend_at)),
    )
    raise web.HTTPSeeOther("/join/codes")


async def _find(request: web.Request) -> tuple[Visit, Visitor] | None:
    """The visit and the visitor of the link; nobody for a visitor who may not come. A visit in person has a pass."""
    token = request.match_info["token"]
    async with request.app[DB].read() as uow:
        found = await uow.visits.by_link_digest(digest(token))
    if found is None or not found[1].admitted:
        return None
    if found[0].mode is VisitMode.IN_PERSON:
        raise web.HTTPSeeOther(f"/pass/{token}")
    return found


def _form(
    request: web.Request, visit: Visit, typed: str = "", problem: str | None = None, *, status: int = 422
) -> web.Response:
    return render(
        request,
        "family/visrn.html",
        status=status if problem else 200,
        **standing.when(request, visit),
        typed=typed[:KEPT_CHARACTERS],
        problem=problem,
    )


def _no_such_link(request: web.Request) -> web.Response:
    return render(request, "family/no_link.html", status=404)
