"""/operator/losses: visits that lost much of their time, what was measured of it, and what staff say to that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from aiohttp import web

from broker.audit.events import AuditEvent
from broker.errors import NotFound
from broker.losses.errors import AlreadyJudged, BadJudgement
from broker.losses.judging import Judged, judge
from broker.losses.right import CHOICES
from broker.losses.store import Loss
from broker.mail.wake import wake_worker
from broker.people import Jail
from broker.storage.unit import UnitOfWork
from broker.visit import Visit
from config import keys
from web import language
from web.keys import CLOCK, DB, REDIS, SETTINGS
from web.losses import forms, view, words
from web.operator.actions import actor
from web.operator.view import choose_jail
from web.render import render
from web.staff.guard import STAFF, permitted, require_scope
from web.staff.permissions import Permission
from web.superintendent.desk.when import When

PATH = "/operator/losses"
#: What a form can be sent back for, beside a cause that can't be.
_FIELDS = frozenset({"note", "nothing"})
#: How many of those that are done with are shown.
_DONE = 20
_SAID = frozenset({"agreed", "corrected", "given"})

routes = web.RouteTableDef()


def add_routes(app: web.Application) -> None:
    """Hang the page on the application."""
    app.add_routes(routes)


@routes.get(PATH)
@permitted(Permission.LOSS_CONFIRM)
async def page(request: web.Request) -> web.StreamResponse:
    """The jail's visits to look at, then those that were looked at."""
    jail, jails = await choose_jail(request, request[STAFF])
    return await _show(request, jail, jails)


@routes.post(PATH + "/{id:[0-9a-f]{32}}")
@permitted(Permission.LOSS_CONFIRM)
async def say(request: web.Request) -> web.StreamResponse:
    """Agree with what was measured, or correct it."""
    staff, app = request[STAFF], request.app
    typed = {name: text for name, text in (await request.post()).items() if isinstance(text, str)}
    async with app[DB].read() as uow:
        visit = await _visit(uow, request.match_info["id"])
        require_scope(staff, visit.jail.id)
        losses = await uow.losses.of_visit(visit.id)
    problem, status = "", 422
    try:
        judgement = forms.parse(typed, visit.id, losses)
        judged = await judge(app[DB], app[SETTINGS], judgement, actor(staff), app[CLOCK].now())
    except NotFound:
        raise web.HTTPNotFound from None
    except AlreadyJudged as error:
        problem, status = error.id, 409
    except BadJudgement as error:
        problem = error.field if error.field in _FIELDS else "cause"
    else:
        await _tell(request, judged)
        said = "given" if judged.newly else "agreed" if typed.get("act") == "agree" else "corrected"
        query = urlencode({"jail": visit.jail.id, "said": said, "visit": str(visit.visrn)})
        raise web.HTTPSeeOther(f"{PATH}?{query}")
    return await _show(request, visit.jail, [visit.jail], problem=(visit.id, problem), typed=typed, status=status)


async def _tell(request: web.Request, judged: Judged) -> None:
    """After the commit: a letter may wait, and the jail's pages have something new."""
    await wake_worker(request.app[REDIS])
    await request.app[REDIS].publish(keys.jail_changed(judged.visit.jail.id), "")


async def _show(
    request: web.Request,
    jail: Jail,
    jails: Sequence[Jail],
    *,
    problem: tuple[str, str] = ("", ""),
    typed: dict[str, str] | None = None,
    status: int = 200,
) -> web.Response:
    async with request.app[DB].read() as uow:
        waiting = await _load(uow, await uow.losses.waiting([jail.id]))
        done = await _load(uow, await uow.losses.looked_at([jail.id], _DONE))
    await _look(request, jail, [each.visit for each in (*waiting, *done)])
    reader, said = language.of(request), request.query.get("said", "")
    return render(
        request,
        "losses/list.html",
        status=status,
        staff=request[STAFF],
        jail=jail,
        jails=jails,
        waiting=waiting,
        done=done,
        shown_done=_DONE,
        choices=[(forms.value(*each), words.cause(*each, reader)) for each in CHOICES],
        value=forms.value,
        said=said if said in _SAID else "",
        said_of=request.query.get("visit", "")[:20],
        problem_at=problem[0],
        problem=problem[1],
        typed=typed or {},
        when=When.of(request, request.app[CLOCK].now()),
        **in_words(request, jail),
        longest_note=forms.LONGEST_NOTE,
    )


def in_words(request: web.Request, jail: Jail) -> dict[str, Any]:
    """What the templates of losses say things with, for a jail's clock and the reader's language."""
    reader, zone = language.of(request), ZoneInfo(jail.timezone)
    return {
        "cause": lambda loss: words.cause(loss.cause, loss.side, reader),
        "measured": lambda loss: words.cause(loss.measured, loss.measured_side, reader),
        "why": lambda what: words.why(what, reader),
        "clock": lambda at: at.astimezone(zone).strftime("%H:%M:%S"),
        "length": lambda seconds: words.length(seconds, reader),
        "width": view.WIDTH,
    }


async def _load(uow: UnitOfWork, visit_ids: Sequence[str]) -> list[view.Shown]:
    losses = await uow.losses.of_visits(visit_ids)
    return [
        one for visit_id in visit_ids if (one := await one_visit(uow, visit_id, losses.get(visit_id, []))) is not None
    ]


async def one_visit(uow: UnitOfWork, visit_id: str, losses: Sequence[Loss]) -> view.Shown | None:
    """A visit's losses to be shown; None for one without a record."""
    record = await uow.losses.record(visit_id)
    if record is None:
        return None
    names = await uow.staff.names_of({loss.confirmed_by for loss in losses if loss.confirmed_by})
    return view.shown(await uow.visits.get(visit_id), record, losses, await uow.makeups.of_visit(visit_id), names)


async def _visit(uow: UnitOfWork, visit_id: str) -> Visit:
    try:
        return await uow.visits.get(visit_id)
    except NotFound:
        raise web.HTTPNotFound from None


async def _look(request: web.Request, jail: Jail, visits: Sequence[Visit]) -> None:
    """Write down who opened the list, before anything of it is shown."""
    async with request.app[DB].begin() as uow:
        uow.audit.record(
            AuditEvent.VISIT_READ,
            by=actor(request[STAFF]),
            at=request.app[CLOCK].now(),
            jail_id=jail.id,
            subject="losses",
            details={"visits": [visit.id for visit in visits]},
        )
        await uow.commit()
