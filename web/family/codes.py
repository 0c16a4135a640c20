"""/join/codes: the two codes from the mail, new ones, and what became of the mail.

By the link, the page names the masked address and says what is wrong. By hand, it says the same for every number, at
the same time.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import replace

import structlog
from aiohttp import web

from broker.admission.errors import AdmissionError, Over, Throttled
from broker.admission.window import check_window
from broker.errors import TicketTooLate
from broker.visit import Visit, Visitor
from broker.visrn import VisRN
from rooms.errors import RoomEnded, RoomError
from web import language, session
from web.entry import enter
from web.family import by_hand, codeform, joining, mailwords, standing
from web.family.codeform import Known
from web.family.forms import field
from web.family.grid import on_grid
from web.family.joining import Joining
from web.keys import ADMISSION, CLOCK
from web.render import render
from web.serving.access import client_address
from web.timewords import iso

log = structlog.get_logger(__name__)


async def page(request: web.Request) -> web.StreamResponse:
    """GET: both fields."""
    own = await _joining(request)
    by_link = await codeform.known(request, own)
    closed = standing.closed_page(request, by_link.visit, request.app[CLOCK].now()) if by_link else None
    return closed or await codeform.show(request, own, by_link)


async def submit(request: web.Request) -> web.StreamResponse:
    """POST: the codes; right ones lead to the call."""
    own = await _joining(request)
    async with _evenly(request, own):
        by_link = await codeform.known(request, own)
        visit = by_link.visit if by_link else await by_hand.find(request, VisRN.parse(own.visrn))
        return await _check(request, own, by_link, visit)


async def resend(request: web.Request) -> web.StreamResponse:
    """POST /join/resend: fresh codes; the old ones are dead from then on."""
    own = await _joining(request)
    async with _evenly(request, own):
        by_link = await codeform.known(request, own)
        return await _send_again(request, own, by_link)


async def back(_request: web.Request) -> web.StreamResponse:
    """GET /join/resend: somebody reloaded; the codes page is meant."""
    raise web.HTTPSeeOther("/join/codes")


async def mail(request: web.Request) -> web.StreamResponse:
    """GET /join/codes/mail.json: `{"state", "text"}` of the link's newest code mail; by hand, nothing is told."""
    own = joining.load(session.of(request))
    by_link = await codeform.known(request, own) if own else None
    told = await mailwords.tell(request, by_link.visit, by_link.visitor) if by_link else mailwords.NOTHING
    return web.json_response(told, headers={"Cache-Control": "no-store"})


async def _joining(request: web.Request) -> Joining:
    own = joining.load(session.of(request))
    if own is None:
        raise web.HTTPSeeOther("/join")
    return own


def _evenly(request: web.Request, own: Joining) -> AbstractAsyncContextManager[None]:
    return on_grid(request.app[CLOCK]) if own.door == "hand" else nullcontext()


async def _check(request: web.Request, own: Joining, by_link: Known | None, visit: Visit | None) -> web.StreamResponse:
    candidates = [by_link.visitor] if by_link else visit.admitted if visit else ()
    now = request.app[CLOCK].now()
    try:
        admitted = _admitted_before(own, candidates) or await request.app[ADMISSION].check_codes(
            own.visrn,
            candidates,
            visit,
            await field(request, "otp"),
            await field(request, "pin"),
            now,
            by_link=by_link is not None,
            client=client_address(request),
        )
        if visit is not None:
            check_window(visit, now)
    except AdmissionError as refused:
        if visit is not None and isinstance(refused, standing.ABOUT_THE_VISIT):
            return standing.refusal_page(request, visit, refused, now)
        return await codeform.refuse(request, own, by_link, refused, now)
    return await _admit(request, own, Known(visit, admitted)) if visit else await codeform.show(request, own, by_link)


def _admitted_before(own: Joining, candidates: Sequence[Visitor]) -> Visitor | None:
    """The visitor whose codes were right while there was no room to go to: used codes are not asked for again."""
    return next((one for one in candidates if one.id == own.admitted), None)


async def _admit(request: web.Request, own: Joining, who: Known) -> web.StreamResponse:
    try:
        entry = await enter(
            request.app, who.visit, who.visitor.id, "visitor", language=language.of(request), label=who.visitor.name
        )
    except (RoomEnded, TicketTooLate) as over:
        ended = Over(over.ended_at if isinstance(over, RoomEnded) else who.visit.ends_at)
        return standing.refusal_page(request, who.visit, ended, request.app[CLOCK].now())
    except RoomError as refused:
        log.error("no_room", visit=who.visit.id, error=refused.id)
        joining.save(session.of(request), replace(own, admitted=who.visitor.id))
        shown = standing.when(request, who.visit)
        return render(request, "family/no_room.html", status=503, headers={"Retry-After": "5"}, **shown)
    joining.admit(session.renew(request), who.visit, entry, who.visitor.language)
    raise web.HTTPSeeOther("/call")


async def _send_again(request: web.Request, own: Joining, by_link: Known | None) -> web.StreamResponse:
    now = request.app[CLOCK].now()
    try:
        if by_link is None:
            fresh = await by_hand.ask(request, VisRN.parse(own.visrn), now)
        else:
            sent = await request.app[ADMISSION].send_codes(
                by_link.visit, by_link.visitor, now, client=client_address(request)
            )
            fresh = replace(own, resend_at=iso(sent.resend_at))
    except AdmissionError as refused:
        if by_link is not None and isinstance(refused, standing.ABOUT_THE_VISIT):
            return standing.refusal_page(request, by_link.visit, refused, now)
        if isinstance(refused, Throttled):
            own = replace(own, resend_at=iso(refused.retry_at))
        return await codeform.refuse(request, own, by_link, refused, now)
    joining.save(session.of(request), fresh)
    raise web.HTTPSeeOther("/join/codes")
