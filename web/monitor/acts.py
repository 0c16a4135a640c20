"""What a monitor does to a live room: warn, take sound or picture from a side and give it back, end, tick off.

Each act is written into the audit, with its reason, in a transaction that is committed before the room is asked: no act
goes without a name under it. The room's hash in Redis then holds it on whichever node the room is; the relay enforces.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import structlog
from aiohttp import web

from broker.audit.chain import Details
from broker.audit.events import AuditEvent
from broker.monitoring.store import Tick
from broker.staff import Staff
from broker.storage.unit import UnitOfWork
from broker.visit import new_id
from config import keys
from config.facts import EndReason
from rooms import moderation
from rooms.standing import RoomState
from rooms.wall import meters
from web.keys import CLOCK, DB, REDIS, REGISTRY
from web.monitor.card import SideName, participants
from web.monitor.errors import AlertGone, DoneAlready, RoomOver, SideNeeded, WarningNeeded
from web.monitor.reasons import parse
from web.operator.actions import actor
from web.staff.guard import require_scope

log = structlog.get_logger(__name__)

_NOTE = 200
_TAKEN: Mapping[str, tuple[str, bool, AuditEvent]] = {
    "mute": ("muted", True, AuditEvent.ROOM_MUTE),
    "unmute": ("muted", False, AuditEvent.ROOM_UNMUTE),
    "blank": ("blanked", True, AuditEvent.ROOM_BLANK),
    "unblank": ("blanked", False, AuditEvent.ROOM_UNBLANK),
}


async def moderate(app: web.Application, staff: Staff, room_id: str, act: str, fields: Mapping[str, str]) -> None:
    """Take sound or picture from a side, or give it back; taking asks for a reason. `act`: a key of the acts above.

    Raises DoneAlready, ReasonNeeded, RoomOver, SideNeeded; 404 and 403 for a room not placed or not in scope.
    """
    room = await _room(app, staff, room_id)
    side = _side(fields.get("side", ""))
    what, wanted, event = _TAKEN[act]
    why = parse(fields.get("reason", ""), fields.get("note", ""))[1] if wanted else ""
    ids = participants(room, side)
    if all(getattr(room.moderation.get(each, moderation.UNMODERATED), what) is wanted for each in ids):
        raise DoneAlready
    await _record(app, staff, room, event, why, {"side": side.value})
    for participant in ids:
        if what == "muted":
            await app[REGISTRY].moderate(room_id, participant, muted=wanted, by=actor(staff))
        else:
            await app[REGISTRY].moderate(room_id, participant, blanked=wanted, by=actor(staff))
    log.info("monitor.moderated", visit=room_id, room=room_id, staff=staff.id, act=act, side=side.value)


async def warn(app: web.Application, staff: Staff, room_id: str, fields: Mapping[str, str]) -> None:
    """Warn one side or both, with a prepared notice or a typed text. Raises RoomOver, SideNeeded, WarningNeeded; 404
    and 403 as `moderate`.
    """
    room = await _room(app, staff, room_id)
    side = fields.get("side", "")
    to = () if side == "both" else participants(room, _side(side))
    notice, text = fields.get("notice", ""), " ".join(fields.get("text", "").split())
    try:
        warning = moderation.Warning(new_id(), to, notice, text)
    except ValueError:
        raise WarningNeeded from None
    await _record(app, staff, room, AuditEvent.ROOM_WARN, notice or text, {"side": side, "warning": warning.id})
    await app[REGISTRY].warn(room_id, warning, actor(staff))
    log.info("monitor.warned", visit=room_id, room=room_id, staff=staff.id, side=side, notice=notice)


async def end(app: web.Application, staff: Staff, room_id: str, fields: Mapping[str, str]) -> None:
    """End the visit now, for good, with its reason. Raises ReasonNeeded, RoomOver; 404 and 403 as `moderate`."""
    room = await _room(app, staff, room_id)
    reason, why = parse(fields.get("reason", ""), fields.get("note", ""))
    async with app[DB].begin() as uow:
        now = app[CLOCK].now()
        await uow.visits.note(room_id, actor(staff), reason.value, now)
        _entry(uow, staff, room, AuditEvent.VISIT_END, why, {"from": "monitor"}, now)
        await uow.commit()
    await app[REGISTRY].request_end(room_id, EndReason.ENDED_BY_STAFF, actor(staff))
    log.info("monitor.ended", visit=room_id, room=room_id, staff=staff.id, reason=reason.value)


async def tick(app: web.Application, staff: Staff, room_id: str, fields: Mapping[str, str]) -> None:
    """Tick an alert off, for all monitors at once. Raises AlertGone, broker's AlreadyTicked, RoomOver; 404 and 403 as
    `moderate`.
    """
    room = await _room(app, staff, room_id)
    alerts = (await meters.alerts(app[REDIS], [room_id])).get(room_id, ())
    alert = next((each for each in alerts if each.key == fields.get("alert")), None)
    if alert is None or alert.since.isoformat() != fields.get("since"):
        raise AlertGone
    note = " ".join(fields.get("note", "").split())[:_NOTE]
    now = app[CLOCK].now()
    async with app[DB].begin() as uow:
        await uow.monitoring.tick(Tick(room_id, alert.kind.value, alert.participant, alert.since, staff.id, now, note))
        details = {"alert": alert.kind.value, "participant": alert.participant}
        _entry(uow, staff, room, AuditEvent.ALERT_TICK, note, details, now)
        await uow.commit()
    await app[REDIS].publish(keys.jail_changed(room.spec.jail_id), "")
    log.info("monitor.ticked", visit=room_id, room=room_id, staff=staff.id, alert=alert.kind.value)


async def _record(  # noqa: PLR0917 - what an entry of the audit says
    app: web.Application, staff: Staff, room: RoomState, event: AuditEvent, why: str, details: Details
) -> None:
    async with app[DB].begin() as uow:
        _entry(uow, staff, room, event, why, details, app[CLOCK].now())
        await uow.commit()


def _entry(  # noqa: PLR0917 - what an entry of the audit says
    uow: UnitOfWork, staff: Staff, room: RoomState, event: AuditEvent, why: str, details: Details, now: datetime
) -> None:
    uow.audit.record(
        event, by=actor(staff), at=now, jail_id=room.spec.jail_id, visit_id=room.room_id, why=why, details=details
    )


async def _room(app: web.Application, staff: Staff, room_id: str) -> RoomState:
    room = await app[REGISTRY].room(room_id)
    if room is None:
        raise web.HTTPNotFound
    require_scope(staff, room.spec.jail_id)
    if room.opened is None or room.ending(app[CLOCK].now()) is not None:
        raise RoomOver
    return room


def _side(name: str) -> SideName:
    try:
        return SideName(name)
    except ValueError:
        raise SideNeeded from None
