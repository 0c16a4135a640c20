"""Which jails' papers somebody sees, and the refusals of what is elsewhere: 404 for what isn't there, 403 for what
isn't theirs.
"""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from broker.errors import NotFound
from broker.people import Inmate, Jail
from broker.staff import Staff
from broker.storage.unit import UnitOfWork
from broker.visit import Visit
from web.staff.guard import require_scope
from web.staff.permissions import Permission, may

#: A visit's id in a route.
VISIT = "{id:[0-9a-f]{32}}"
#: A number's in a route.
NUMBER = "{id:[0-9]{1,9}}"


@dataclass(frozen=True, slots=True)
class Powers:
    """What the reader may do on a page, beside reading it."""

    ban: bool
    block: bool
    decide: bool
    restrict: bool
    set_quota: bool

    @classmethod
    def of(cls, staff: Staff) -> Powers:
        """By the role."""
        return cls(
            ban=may(staff.role, Permission.BAN_EDIT),
            block=may(staff.role, Permission.CALENDAR_EDIT) and may(staff.role, Permission.REQUEST_DECIDE),
            decide=may(staff.role, Permission.REQUEST_DECIDE),
            restrict=may(staff.role, Permission.INMATE_EDIT),
            set_quota=may(staff.role, Permission.QUOTA_ADJUST),
        )


def actor(staff: Staff) -> str:
    """The staff member as decisions name them: by number, never by name."""
    return f"staff:{staff.id}"


async def jails_of(uow: UnitOfWork, staff: Staff) -> list[Jail]:
    """The jails in the staff member's scope. Raises 403 where there is none."""
    jails = [jail for jail in await uow.jails.all() if jail.id in staff.jail_ids]
    if not jails:
        raise web.HTTPForbidden
    return jails


def chosen(jails: list[Jail], asked: str) -> Jail | None:
    """The jail that `?jail=` asks for; None for all of them. Raises 403 for one out of scope, 404 for nonsense."""
    if not asked:
        return None
    if not (asked.isascii() and asked.isdigit()):
        raise web.HTTPNotFound
    # Compared as text: no number is too long, and none written otherwise ("07") is taken for another jail.
    found = next((jail for jail in jails if str(jail.id) == asked), None)
    if found is None:
        raise web.HTTPForbidden
    return found


async def visit_of(uow: UnitOfWork, staff: Staff, visit_id: str) -> Visit:
    """A visit of the staff member's jails."""
    try:
        visit = await uow.visits.get(visit_id)
    except NotFound:
        raise web.HTTPNotFound from None
    require_scope(staff, visit.jail.id)
    return visit


async def inmate_of(uow: UnitOfWork, staff: Staff, inmate_id: int) -> Inmate:
    """A person in one of the staff member's jails."""
    try:
        inmate = await uow.inmates.get(inmate_id)
    except NotFound:
        raise web.HTTPNotFound from None
    require_scope(staff, inmate.jail_id)
    return inmate
