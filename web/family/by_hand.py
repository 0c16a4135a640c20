"""/join: the door for a number typed by hand.

Numbers can be guessed, so nothing here may tell whether a visit exists: an unknown number, one whose time has not come
and one whose codes just went out get the same words at the same time (see `web.family.grid`). The prison named by the
number's first two parts is public, and its helpline is shown for any serial.
"""

from __future__ import annotations

from datetime import datetime

from aiohttp import web

from broker.admission.errors import AdmissionError, Throttled
from broker.errors import BadVisRN
from broker.visit import Visit
from broker.visrn import VisRN
from rooms.presence import PresenceState
from web import session
from web.family import joining, words
from web.family.forms import KEPT_CHARACTERS, field
from web.family.grid import on_grid
from web.family.joining import Joining
from web.keys import ADMISSION, CLOCK, DB, REGISTRY
from web.render import render
from web.serving.access import client_address
from web.timewords import iso

_INSIDE = frozenset({PresenceState.CHECKING, PresenceState.CONNECTED, PresenceState.WAITING})


async def page(request: web.Request) -> web.StreamResponse:
    """GET: the number's field."""
    return _form(request)


async def submit(request: web.Request) -> web.StreamResponse:
    """POST: the number; the codes page follows, whatever the number."""
    typed = await field(request, "visrn")
    try:
        visrn = VisRN.parse(typed)
    except BadVisRN:
        return _form(request, typed, words.bad_visrn(request))
    now = request.app[CLOCK].now()
    async with on_grid(request.app[CLOCK]):
        try:
            asked = await ask(request, visrn, now)
        except Throttled as throttled:
            helpline = await _helpline(request, visrn)
            asked = Joining("hand", str(visrn), resend_at=iso(throttled.retry_at), helpline=helpline)
        except AdmissionError as refused:
            return _form(request, typed, words.refusal(request, refused, now, "hand"), status=429)
        joining.save(session.of(request), asked)
    raise web.HTTPSeeOther("/join/codes")


async def ask(request: web.Request, visrn: VisRN, now: datetime) -> Joining:
    """Have codes sent to whoever they belong to, if to anybody. Raises Locked, Throttled, TryLater."""
    visit = await find(request, visrn)
    helpline = await _helpline(request, visrn)
    sent = await request.app[ADMISSION].send_codes_by_hand(
        visrn, visit, now, inside=await _inside(request, visit), client=client_address(request)
    )
    return Joining("hand", str(visrn), resend_at=iso(sent.resend_at), helpline=helpline)


async def find(request: web.Request, visrn: VisRN) -> Visit | None:
    """The visit of a number, if there is one."""
    async with request.app[DB].read() as uow:
        return await uow.visits.by_visrn(visrn)


async def _inside(request: web.Request, visit: Visit | None) -> frozenset[str]:
    """The participants who are in already and need no codes."""
    if visit is None:
        return frozenset()
    present = await request.app[REGISTRY].presence(visit.id)
    return frozenset(who for who, presence in present.items() if presence.state in _INSIDE)


async def _helpline(request: web.Request, visrn: VisRN) -> str | None:
    async with request.app[DB].read() as uow:
        jails = await uow.jails.all()
    return next((jail.helpline for jail in jails if (jail.state_code, jail.code) == (visrn.state, visrn.jail)), None)


def _form(request: web.Request, typed: str = "", problem: str | None = None, *, status: int = 422) -> web.Response:
    return render(
        request,
        "family/visrn.html",
        status=status if problem else 200,
        jail=None,
        typed=typed[:KEPT_CHARACTERS],
        problem=problem,
    )
