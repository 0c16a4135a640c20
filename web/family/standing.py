"""Where a visit stands now, as a page: too early, over, cancelled. All of it may be told to a link's holder."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from aiohttp import web

from broker.admission.errors import AdmissionError, NotAdmitting, NotOpen, Over
from broker.admission.window import check_window
from broker.visit import Visit, VisitStatus
from web.family.lost import NOTHING, Told
from web.keys import CLOCK
from web.render import render
from web.timewords import is_today

#: The refusals that are about the visit, not about what was typed.
ABOUT_THE_VISIT = (NotAdmitting, NotOpen, Over)


def when(request: web.Request, visit: Visit) -> dict[str, Any]:
    """What each page of a known visit shows of it: place and time, and no person."""
    return {
        "jail": visit.jail,
        "zone": visit.jail.timezone,
        "starts_at": visit.starts_at,
        "ends_at": visit.ends_at,
        "today": is_today(visit.starts_at, request.app[CLOCK].now(), visit.jail.timezone),
        "helpline": visit.jail.helpline,
    }


def closed_page(request: web.Request, visit: Visit, now: datetime, told: Told = NOTHING) -> web.StreamResponse | None:
    """The page that says why nobody can come in now, and when; None while admission is open."""
    try:
        check_window(visit, now)
    except ABOUT_THE_VISIT as refused:
        return refusal_page(request, visit, refused, now, told)
    return None


def refusal_page(
    request: web.Request, visit: Visit, refused: AdmissionError, now: datetime, told: Told = NOTHING
) -> web.StreamResponse:
    """The page for one of `ABOUT_THE_VISIT`. told: what may be said of how it went, to who was in it."""
    shown = when(request, visit)
    if isinstance(refused, NotOpen):
        wait = max(0.0, (refused.opens_at - now).total_seconds())
        return render(request, "family/early.html", **shown, opens_at=refused.opens_at, wait=wait)
    if isinstance(refused, Over):
        early = refused.ended_at < visit.ends_at
        shown |= {"ended_at": refused.ended_at, "early": early, "told": told}
        return render(request, "family/over.html", status=410, **shown)
    cancelled = visit.status is not VisitStatus.REQUESTED
    return render(request, "family/not_held.html", status=410, **shown, cancelled=cancelled)
