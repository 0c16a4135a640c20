"""What an operator does to a session: start, hold, let go on, end, call a no-show.

Each is written down before it is done, in the transaction that finds out whether a colleague was faster; `seen` is the
newest act the operator's page knew of. Answers who did the very same before, if a colleague did: that is no refusal.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

import structlog
from aiohttp import web

from broker.admission.window import opens_at
from broker.audit.events import AuditEvent
from broker.errors import IllegalTransition, NotFound
from broker.sessions import acting
from broker.sessions.noshow import NoShowReason
from broker.sessions.turns import Act, Turn
from broker.staff import Staff
from broker.visit import Visit, VisitMode, VisitStatus
from config.facts import EndReason
from rooms.errors import UnknownRoom
from rooms.registry import RoomState
from web.entry import room_spec
from web.keys import CLOCK, DB, REGISTRY, SETTINGS
from web.operator.errors import (
    FamilyHere,
    NothingToEnd,
    NothingToHold,
    NotStartable,
    ReasonNeeded,
    TooEarly,
    TooLate,
)
from web.operator.reasons import HoldReason, StaffReason
from web.operator.rules import no_show_minutes
from web.staff.guard import require_scope

log = structlog.get_logger(__name__)

Word = TypeVar("Word", bound=StrEnum)
# Two who hold and resume at once: whoever comes second with the room finds the first one's wish, a few times at most.
_SETTLES = 3


async def start(app: web.Application, staff: Staff, visit_id: str, seen: int | None = None) -> Act | None:
    """Start the session: place its room, write it on paper, open the room.

    Paper comes before the room, so that no session runs without a name under it. Each
    step may be repeated: a start that broke half way is finished by pressing again, and
    starting twice is one start. Raises NoNode, NotStartable, RoomEnded, TooEarly, TooLate,
    ColleagueActed; 404 and 403 for a visit that does not exist or is not in scope.
    """
    visit = await visit_in_scope(app, staff, visit_id)
    now = app[CLOCK].now()
    if not visit.live or visit.mode is not VisitMode.VIDEO:
        raise NotStartable
    if now < opens_at(visit):
        raise TooEarly
    if now >= visit.ends_at:
        raise TooLate
    registry = app[REGISTRY]
    await registry.place(room_spec(visit))
    theirs = await _open_on_paper(app, visit, Turn(actor(staff), AuditEvent.VISIT_START, seen))
    await registry.open_room(visit.id, actor(staff))
    log.info("operator.started", visit=visit.id, room=visit.id, staff=staff.id)
    return theirs


async def hold(
    app: web.Application, staff: Staff, visit_id: str, reason: str, seen: int | None = None, *, held: bool
) -> Act | None:
    """Hold the session, for a reason, or let it go on; the slot's time runs on. Raises NothingToHold, ReasonNeeded,
    ColleagueActed; 404 and 403 as `start`.
    """
    visit = await visit_in_scope(app, staff, visit_id)
    why = _chosen(HoldReason, reason).value if held else ""
    if await _running(app, visit) is None:
        raise NothingToHold
    event = AuditEvent.VISIT_HOLD if held else AuditEvent.VISIT_RESUME
    turn = Turn(actor(staff), event, seen)
    theirs = await acting.hold_or_resume(app[DB], visit.id, turn, why, app[CLOCK].now())
    await _settle(app, visit.id, actor(staff))
    log.info("operator.held" if held else "operator.resumed", visit=visit.id, room=visit.id, staff=staff.id)
    return theirs


async def end(app: web.Application, staff: Staff, visit_id: str, reason: str, seen: int | None = None) -> Act | None:
    """End the session now. Raises NothingToEnd, ReasonNeeded, ColleagueActed; 404 and 403 as `start`."""
    visit = await visit_in_scope(app, staff, visit_id)
    chosen = _chosen(StaffReason, reason)
    turn = Turn(actor(staff), AuditEvent.VISIT_END, seen)
    now = app[CLOCK].now()
    over = await _running(app, visit) is None
    async with app[DB].begin() as uow:
        theirs = await acting.take(uow, await uow.visits.lock(visit.id), turn, now, why=chosen.value)
        if theirs is not None:
            return theirs
        if over:
            raise NothingToEnd
        await uow.visits.note(visit.id, actor(staff), chosen.value, now)
        await uow.commit()
    await _end_room(app, visit.id, EndReason.ENDED_BY_STAFF, staff)
    log.info("operator.ended", visit=visit.id, room=visit.id, staff=staff.id, reason=chosen.value)
    return None


async def no_show(
    app: web.Application, staff: Staff, visit_id: str, reason: str, seen: int | None = None
) -> Act | None:
    """Write down that the family did not come, and end what was started for it. Raises FamilyHere, NotYet,
    ReasonNeeded, NotStartable (it is over), ColleagueActed; 404 and 403 as `start`.
    """
    visit = await visit_in_scope(app, staff, visit_id)
    chosen = _chosen(NoShowReason, reason)
    presence = await app[REGISTRY].presence(visit.id)
    if any(visitor.id in presence for visitor in visit.admitted):
        raise FamilyHere
    turn = Turn(actor(staff), AuditEvent.VISIT_NO_SHOW, seen)
    minutes = await no_show_minutes(app, visit)
    now = app[CLOCK].now()
    try:
        _, theirs = await acting.call_no_show(app[DB], app[SETTINGS], visit.id, minutes, turn, chosen.value, now)
    except IllegalTransition:
        raise NotStartable from None
    if theirs is None and await app[REGISTRY].room(visit.id) is not None:
        await _end_room(app, visit.id, EndReason.NO_SHOW, staff)
    log.info("operator.no_show", visit=visit.id, room=visit.id, staff=staff.id, reason=chosen.value)
    return theirs


def actor(staff: Staff) -> str:
    """The staff member as history rows and rooms name them: by number, never by name."""
    return f"staff:{staff.id}"


async def visit_in_scope(app: web.Application, staff: Staff, visit_id: str) -> Visit:
    """A visit of the staff member's jails; 404 where there is none, 403 elsewhere."""
    async with app[DB].read() as uow:
        try:
            visit = await uow.visits.get(visit_id)
        except NotFound:
            raise web.HTTPNotFound from None
    require_scope(staff, visit.jail.id)
    return visit


def _chosen(words: type[Word], reason: str) -> Word:
    try:
        return words(reason)
    except ValueError:
        raise ReasonNeeded from None


async def _running(app: web.Application, visit: Visit) -> RoomState | None:
    """The visit's room, if it was opened and has not ended."""
    state = await app[REGISTRY].room(visit.id)
    over = state is None or state.opened is None or state.ending(app[CLOCK].now()) is not None
    return None if over else state


async def _settle(app: web.Application, visit_id: str, by: str) -> None:
    """Make the room what is written down, whoever wrote it last."""
    for _ in range(_SETTLES):
        wanted = await acting.to_be_held(app[DB], visit_id)
        await app[REGISTRY].hold(visit_id, wanted, by)
        if await acting.to_be_held(app[DB], visit_id) is wanted:
            return


async def _end_room(app: web.Application, visit_id: str, reason: EndReason, staff: Staff) -> None:
    try:
        await app[REGISTRY].request_end(visit_id, reason, actor(staff))
    except UnknownRoom:
        raise NothingToEnd from None


async def _open_on_paper(app: web.Application, visit: Visit, turn: Turn) -> Act | None:
    """Approved to open, with history and audit; a colleague who was faster is no error."""
    now = app[CLOCK].now()
    async with app[DB].begin() as uow:
        locked = await uow.visits.lock(visit.id)
        if locked.status is VisitStatus.OPEN:
            return await acting.in_the_way_of(uow, visit.id, turn)
        theirs = await acting.take(uow, locked, turn, now)
        if theirs is not None:
            return theirs
        try:
            await uow.visits.move(visit.id, VisitStatus.OPEN, turn.by, "", now)
        except IllegalTransition:
            raise NotStartable from None
        await uow.commit()
    return None
