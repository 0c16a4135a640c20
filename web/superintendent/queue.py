"""The queue: what is to be decided, what waits for a family, what must be looked at again; approving many at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from broker.audit.events import AuditEvent
from broker.deciding.approving import approve_all
from broker.deciding.queue import Order, load_queue, load_reviews
from broker.errors import BrokerError
from broker.people import Jail
from broker.storage.unit import UnitOfWork
from broker.visit import Visit, VisitStatus
from web import sse
from web.console import part
from web.keys import CLOCK, DB, SETTINGS
from web.render import render
from web.sse import Payload
from web.staff import looks
from web.staff.guard import STAFF, permitted, still_permitted
from web.staff.permissions import Permission
from web.superintendent import rounds
from web.superintendent.desk.forms import Typed
from web.superintendent.desk.said import heard, say
from web.superintendent.desk.scope import Powers, actor, chosen, jails_of
from web.superintendent.desk.when import When

routes = web.RouteTableDef()

#: More rows than these nobody reads at once, and the flags of each cost several look-ups; the page says how many more
#: there are.
SHOWN = 60
#: How old the news of the queue may be: a count is not worth a look every two seconds.
NEWS_EVERY = timedelta(seconds=10)


@routes.get("/superintendent")
@permitted(Permission.REQUEST_READ)
async def page(request: web.Request) -> web.StreamResponse:
    """Everything that waits, the most urgent first."""
    staff = request[STAFF]
    now = request.app[CLOCK].now()
    order = _order(request.query.get("order", ""))
    async with request.app[DB].read() as uow:
        jails = await jails_of(uow, staff)
        jail = chosen(jails, request.query.get("jail", ""))
        wanted = _ids(jails, jail)
        entries = await load_queue(uow, wanted, now, order, limit=SHOWN)
        undecided = await uow.visits.undecided(wanted)
        reviews = await load_reviews(uow, wanted)
        known = await _current(uow, wanted, undecided)
    one, details = looks.several(wanted)
    await looks.note(request, AuditEvent.REQUEST_LIST, jail_id=one, details=details)
    shown = [entry for entry in entries if not entry.waiting]
    rounds.begin(request, [entry.visit.id for entry in shown])
    return render(
        request,
        "superintendent/queue.html",
        staff=staff,
        powers=Powers.of(staff),
        when=When.of(request, now),
        said=heard(request),
        now=now,
        jails=jails,
        jail=jail,
        order=order,
        orders=tuple(Order),
        shown=shown,
        to_decide=sum(visit.status is VisitStatus.REQUESTED for visit in undecided),
        clear=sum(entry.clear for entry in shown),
        waiting=[entry for entry in entries if entry.waiting],
        waits=sum(visit.status is VisitStatus.ASKED for visit in undecided),
        reviews=reviews,
        known=known,
    )


@routes.get("/superintendent/events")
@permitted(Permission.REQUEST_READ)
async def events(request: web.Request) -> web.StreamResponse:
    """Whether the queue is still the one that the page shows. The page itself does not move under its reader's hand: it
    says that there is news, and is loaded again when they like.
    """
    app, known = request.app, request.query.get("known", "")
    async with app[DB].read() as uow:
        jails = await jails_of(uow, request[STAFF])
    wanted = _ids(jails, chosen(jails, request.query.get("jail", "")))
    last: tuple[datetime, Payload] | None = None

    async def take() -> Payload | None:
        nonlocal last
        staff = await still_permitted(request, Permission.REQUEST_READ)
        if staff is None or not set(wanted) <= staff.jail_ids:
            return None
        now = app[CLOCK].now()
        if last is None or now - last[0] >= NEWS_EVERY:
            async with app[DB].read() as uow:
                current = await _current(uow, wanted, await uow.visits.undecided(wanted))
            last = now, _news(request, current, known)
        return last[1]

    return await sse.stream(request, wanted, take)


@routes.post("/superintendent/approve")
@permitted(Permission.REQUEST_DECIDE)
async def approve_many(request: web.Request) -> web.StreamResponse:
    """Approve the ticked requests, each into the slot it holds; those that have got a flag meanwhile stay."""
    staff = request[STAFF]
    app = request.app
    typed = await Typed.read(request)
    wanted = list(dict.fromkeys(typed.values("visit")))[:SHOWN]
    numbers: dict[str, str] = {}
    async with app[DB].read() as uow:
        for visit in await uow.visits.undecided(staff.jail_ids):
            numbers[visit.id] = str(visit.visrn)
    ids = [each for each in wanted if each in numbers]
    done = await approve_all(app[DB], app[SETTINGS], ids, actor(staff), app[CLOCK].now()) if ids else {}
    failed = {numbers[each]: result.id for each, result in done.items() if isinstance(result, BrokerError)}
    say(request, "approved_many" if wanted else "nothing_ticked", count=len(done) - len(failed), failed=failed)
    raise web.HTTPSeeOther(_back(typed, staff.jail_ids))


def _back(typed: Typed, jail_ids: frozenset[int]) -> str:
    jail = typed.value("jail")
    known = {str(jail_id) for jail_id in jail_ids}
    return f"/superintendent?jail={jail}" if jail in known else "/superintendent"


def _order(asked: str) -> Order:
    try:
        return Order(asked)
    except ValueError:
        return Order.ESCALATED


def _ids(jails: Sequence[Jail], jail: Jail | None) -> list[int]:
    return [each.id for each in jails] if jail is None else [jail.id]


async def _current(uow: UnitOfWork, jail_ids: Sequence[int], undecided: Sequence[Visit]) -> str:
    """The state of the queue, short enough for an address: how much there is, and the newest."""
    newest = max((visit.created_at for visit in undecided if visit.created_at), default=None)
    reviews = {review.visit_id for review in await uow.decisions.open_reviews(jail_ids)}
    return f"{len(undecided)}-{int(newest.timestamp()) if newest else 0}-{len(reviews)}"


def _news(request: web.Request, current: str, known: str) -> dict[str, Any]:
    changed = current != known
    again = {name: value for name in ("jail", "order") if (value := request.query.get(name, ""))}
    html = part(request, "superintendent/news.html", {"changed": changed, "again": urlencode(again)})
    return {"fixed": {"news": html}, "items": {}, "order": []}
