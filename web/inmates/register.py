"""Who is in a jail's register."""

from __future__ import annotations

from aiohttp import web

from broker.audit.events import AuditEvent
from broker.people import Jail
from broker.staff import Staff
from broker.vocabulary import InmateStatus
from web import errors
from web.inmates.words import CATEGORIES, STATUSES
from web.keys import DB
from web.render import render
from web.staff import looks
from web.staff.guard import STAFF, permitted
from web.staff.permissions import Permission, may

routes = web.RouteTableDef()

#: People on one page.
PAGE = 100
_SAID = frozenset({"imported", "saved", "unchanged"})


@routes.get("/inmates")
@permitted(Permission.INMATE_READ)
async def show(request: web.Request) -> web.StreamResponse:
    """A piece of one jail's register; `q` searches numbers and names."""
    staff = request[STAFF]
    jail, jails = await choose_jail(request, staff)
    text, status, after = request.query.get("q", "")[:80], _status(request), _number(request.query.get("after", ""))
    async with request.app[DB].read() as uow:
        found = await uow.inmates.page(jail.id, text=text, status=status, after=after, limit=PAGE + 1)
        counts = await uow.inmates.counts(jail.id)
    details = {"done": "search"} if text else {}
    await looks.note(request, AuditEvent.INMATE_LIST, jail_id=jail.id, details=details)
    said = request.query.get("said", "")
    return render(
        request,
        "inmates/list.html",
        staff=staff,
        jail=jail,
        jails=jails,
        inmates=found[:PAGE],
        more=found[PAGE - 1].id if len(found) > PAGE else None,
        counts=counts,
        text=text,
        place=status or "",
        after=after,
        categories=CATEGORIES,
        statuses=STATUSES,
        may_edit=may(staff.role, Permission.INMATE_EDIT),
        said=said if said in _SAID else "",
        reviews=_number(request.query.get("reviews", "")),
    )


async def choose_jail(request: web.Request, staff: Staff) -> tuple[Jail, list[Jail]]:
    """The jail asked for (`?jail=<id>`), else the first in scope, and all in scope. Raises NotFound without any, and
    403 for one out of scope.
    """
    async with request.app[DB].read() as uow:
        jails = [jail for jail in await uow.jails.all() if jail.id in staff.jail_ids]
    if not jails:
        raise errors.NotFound
    asked = request.query.get("jail", "")
    if not asked:
        return jails[0], jails
    found = next((jail for jail in jails if str(jail.id) == asked), None)
    if found is None:
        raise web.HTTPForbidden
    return found, jails


def _status(request: web.Request) -> InmateStatus | None:
    asked = request.query.get("status", "")
    return InmateStatus(asked) if asked in set(InmateStatus) else None


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0
