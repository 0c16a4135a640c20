"""What an operator does to a visit: start its session, end it, pair a terminal."""

from __future__ import annotations

import structlog
from aiohttp import web

from broker.admission.window import opens_at
from broker.errors import IllegalTransition, NotFound, PairCodeTaken
from broker.staff import Staff
from broker.visit import Terminal, Visit, VisitMode, VisitStatus
from config import keys
from config.facts import EndReason
from config.secrets import digest
from rooms.errors import UnknownRoom
from web.entry import room_spec
from web.keys import CLOCK, DB, REDIS, REGISTRY
from web.operator.errors import NothingToEnd, NotStartable, ReasonNeeded, TooEarly, TooLate
from web.operator.reasons import StaffReason
from web.staff.guard import require_scope
from web.terminal.pairing import CODE_LIFETIME, new_code

log = structlog.get_logger(__name__)


async def start(app: web.Application, staff: Staff, visit_id: str) -> None:
    """Start the session: place its room, write it on paper, open the room.

    Paper comes before the room, so that no session runs without a name under it. Each
    step may be repeated: a start that broke half way is finished by pressing again, and
    starting twice is one start. Raises NoNode, NotStartable, RoomEnded, TooEarly, TooLate;
    404 and 403 for a visit that does not exist or is not in scope.
    """
    visit = await _visit_in_scope(app, staff, visit_id)
    now = app[CLOCK].now()
    if not visit.live or visit.mode is not VisitMode.VIDEO:
        raise NotStartable
    if now < opens_at(visit):
        raise TooEarly
    if now >= visit.ends_at:
        raise TooLate
    registry = app[REGISTRY]
    await registry.place(room_spec(visit))
    await _open_on_paper(app, staff, visit)
    await registry.open_room(visit.id, actor(staff))
    log.info("operator.started", visit=visit.id, room=visit.id, staff=staff.id)


async def end(app: web.Application, staff: Staff, visit_id: str, reason: str) -> None:
    """End the session now. Raises NothingToEnd, ReasonNeeded; 404 and 403 as `start`."""
    visit = await _visit_in_scope(app, staff, visit_id)
    try:
        chosen = StaffReason(reason)
    except ValueError:
        raise ReasonNeeded from None
    state = await app[REGISTRY].room(visit.id)
    now = app[CLOCK].now()
    if state is None or state.opened is None or state.ending(now) is not None:
        raise NothingToEnd
    async with app[DB].begin() as uow:
        await uow.visits.note(visit.id, actor(staff), chosen.value, now)
        await uow.commit()
    try:
        await app[REGISTRY].request_end(visit.id, EndReason.ENDED_BY_STAFF, actor(staff))
    except UnknownRoom:
        raise NothingToEnd from None
    log.info("operator.ended", visit=visit.id, room=visit.id, staff=staff.id, reason=chosen.value)


async def make_pair_code(app: web.Application, staff: Staff, terminal_id: int) -> tuple[Terminal, str]:
    """A fresh pairing code for the terminal; the one before dies. 404 and 403 as `start`."""
    expires_at = app[CLOCK].now() + CODE_LIFETIME
    async with app[DB].begin() as uow:
        try:
            terminal = await uow.jails.terminal(terminal_id)
        except NotFound:
            raise web.HTTPNotFound from None
        require_scope(staff, terminal.jail_id)
        code = new_code()
        try:
            await uow.terminals.set_pair_code(terminal_id, digest(code), expires_at)
        except PairCodeTaken:
            code = new_code()
            await uow.terminals.set_pair_code(terminal_id, digest(code), expires_at)
        await uow.commit()
    log.info("operator.pair_code_made", terminal=terminal_id, staff=staff.id)
    await app[REDIS].publish(keys.jail_changed(terminal.jail_id), "")
    return terminal, code


def actor(staff: Staff) -> str:
    """The staff member as history rows and rooms name them: by number, never by name."""
    return f"staff:{staff.id}"


async def _visit_in_scope(app: web.Application, staff: Staff, visit_id: str) -> Visit:
    async with app[DB].read() as uow:
        try:
            visit = await uow.visits.get(visit_id)
        except NotFound:
            raise web.HTTPNotFound from None
    require_scope(staff, visit.jail.id)
    return visit


async def _open_on_paper(app: web.Application, staff: Staff, visit: Visit) -> None:
    """Approved to open, with the history row; a colleague who was faster is no error."""
    if visit.status is VisitStatus.OPEN:
        return
    async with app[DB].begin() as uow:
        try:
            await uow.visits.move(visit.id, VisitStatus.OPEN, actor(staff), "", app[CLOCK].now())
        except IllegalTransition as error:
            if error.from_ != VisitStatus.OPEN:
                raise NotStartable from None
        else:
            await uow.commit()
