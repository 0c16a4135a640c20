"""A decided visit: where it stands, what was decided and written, and what can still be done: another time, cancelling,
leaving it as it is after something has happened.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from broker.audit.events import AuditEvent
from broker.deciding.cancelling import cancel, reschedule
from broker.deciding.case import load_case
from broker.deciding.commands import Cancellation, Reschedule
from broker.deciding.reviews import keep
from broker.errors import BrokerError, IllegalTransition
from broker.outbox import MailStatus, OutboxMail
from broker.reasons import NAMES, PROPOSED, STAFF_CANCELS, TEXT_NEEDED, CancelReason
from broker.storage.unit import UnitOfWork
from broker.visit import Visit, VisitStatus
from web import language
from web.audit.known import look_up
from web.audit.lines import Reader
from web.keys import CLOCK, DB, SETTINGS
from web.losses.routes import in_words, one_visit
from web.render import render
from web.staff import looks
from web.staff.guard import STAFF, permitted
from web.staff.permissions import Permission
from web.superintendent import compare, places
from web.superintendent.desk.forms import Typed, stamp
from web.superintendent.desk.said import heard, say
from web.superintendent.desk.scope import VISIT, Powers, actor, visit_of
from web.superintendent.desk.when import When

routes = web.RouteTableDef()

#: Letters that did not arrive: somebody should call the family.
UNDELIVERED = frozenset({MailStatus.BOUNCED, MailStatus.FAILED})
_OF_THE_TIME = ("inmate_booked", "quota_spent", "slot_full", "slot_not_offered", "slot_taken")
_FIELDS = dict.fromkeys(_OF_THE_TIME, "move_to")

#: Looks at a visit that are listed: the newest.
LOOKS = 30

Act = Callable[[web.Request, Visit, Typed], Awaitable[str]]


@routes.get(f"/superintendent/visits/{VISIT}")
@permitted(Permission.REQUEST_READ)
async def page(request: web.Request) -> web.StreamResponse:
    """The visit; one that is still to be decided leads to its request."""
    return await _show(request)


@routes.post(f"/superintendent/visits/{VISIT}/move")
@permitted(Permission.REQUEST_DECIDE)
async def move(request: web.Request) -> web.StreamResponse:
    """Another time, for a reason the family reads."""
    return await _act(request, _move)


@routes.post(f"/superintendent/visits/{VISIT}/cancel")
@permitted(Permission.REQUEST_DECIDE)
async def cancel_one(request: web.Request) -> web.StreamResponse:
    """Cancel it, with a reason from the list."""
    return await _act(request, _cancel)


@routes.post(f"/superintendent/visits/{VISIT}/keep")
@permitted(Permission.REQUEST_DECIDE)
async def keep_one(request: web.Request) -> web.StreamResponse:
    """Leave it as it is: somebody has looked."""
    return await _act(request, _keep)


async def _show(request: web.Request, typed: Typed | None = None, *, status: int = 200) -> web.StreamResponse:
    staff, now = request[STAFF], request.app[CLOCK].now()
    async with request.app[DB].read() as uow:
        visit = await visit_of(uow, staff, request.match_info["id"])
        if visit.undecided:
            raise web.HTTPSeeOther(f"/superintendent/requests/{visit.id}")
        case = await load_case(uow, visit.id, now)
        story = await _story(request, uow, visit)
        stations = await uow.jails.terminals(visit.jail.id, visit.mode)
    await looks.note(request, AuditEvent.VISIT_READ, jail_id=visit.jail.id, visit_id=visit.id)
    still_open = [review for review in case.reviews if review.settled_at is None]
    return render(
        request,
        "superintendent/visit.html",
        status=status,
        staff=staff,
        powers=Powers.of(staff),
        when=When.of(request, now),
        said=heard(request),
        typed=typed or Typed(),
        case=case,
        visit=visit,
        zone=visit.jail.timezone,
        reviews=still_open,
        **story,
        movable=visit.status is VisitStatus.APPROVED and visit.starts_at > now,
        cancellable=visit.status is VisitStatus.APPROVED and visit.ends_at > now,
        free=compare.free_days(case.days),
        stations=stations,
        stamp=stamp,
        names=NAMES,
        cancellations=STAFF_CANCELS,
        proposed=next((PROPOSED[review.cause] for review in still_open), None),
    )


async def _story(request: web.Request, uow: UnitOfWork, visit: Visit) -> dict[str, Any]:
    """What was written to the family, what happened, what was lost, and who has looked at it before."""
    letters = await uow.outbox.for_visit(visit.id)
    looked = await uow.audit.looks(visit.id, LOOKS)
    helps = await uow.sessions.helps(visit.id)
    reader = Reader(await look_up(uow, looked), language.of(request), visit.jail.timezone)
    return {
        "letters": letters,
        "undelivered": _undelivered(letters),
        "history": await uow.visits.history(visit.id),
        "helps": list(reversed(helps)),
        "helpers": await uow.staff.names_of({each.by for each in helps}),
        "lost": await one_visit(uow, visit.id, await uow.losses.of_visit(visit.id)),
        **in_words(request, visit.jail),
        "looked": reader.lines(looked),
    }


def _undelivered(letters: list[OutboxMail]) -> list[OutboxMail]:
    """What never arrived, codes left out: those are the operator's to help with, and only for minutes."""
    return [letter for letter in letters if letter.status in UNDELIVERED and letter.expires_at is None]


async def _act(request: web.Request, act: Act) -> web.StreamResponse:
    async with request.app[DB].read() as uow:
        visit = await visit_of(uow, request[STAFF], request.match_info["id"])
    typed = await Typed.read(request)
    try:
        done = await act(request, visit, typed)
    except IllegalTransition:
        done = "decided_meanwhile"
    except BrokerError as error:
        typed.refuse(_FIELDS.get(error.id, "acts"), error.id)
        done = ""
    if typed.problems:
        return await _show(request, typed, status=422)
    say(request, done, visrn=str(visit.visrn))
    raise web.HTTPSeeOther(f"/superintendent/visits/{visit.id}")


async def _move(request: web.Request, visit: Visit, typed: Typed) -> str:
    starts_at = typed.instant("move_to", "no_slot_chosen")
    text = typed.text("move_text", "no_words")
    station = typed.value("place")
    terminal_id = int(station) if station.isascii() and station.isdigit() else None
    if typed.problems or starts_at is None:
        return ""
    app = request.app
    now = app[CLOCK].now()
    async with app[DB].read() as uow:
        slot = await places.find(uow, visit, starts_at, now, terminal_id=terminal_id)
    await reschedule(app[DB], app[SETTINGS], Reschedule(visit.id, slot, text), actor(request[STAFF]), now)
    return "moved"


async def _cancel(request: web.Request, visit: Visit, typed: Typed) -> str:
    reason = typed.choice("cancel_reason", CancelReason, "no_reason")
    text = typed.text("cancel_text", "words_needed" if reason in TEXT_NEEDED else "")
    if typed.problems or reason is None:
        return ""
    app = request.app
    command = Cancellation(visit.id, reason, text)
    await cancel(app[DB], app[SETTINGS], command, actor(request[STAFF]), app[CLOCK].now())
    return "cancelled"


async def _keep(request: web.Request, visit: Visit, typed: Typed) -> str:
    text = typed.text("keep_text")
    if not typed.problems:
        await keep(request.app[DB], visit.id, text, actor(request[STAFF]), request.app[CLOCK].now())
    return "kept"
