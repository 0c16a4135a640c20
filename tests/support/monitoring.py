"""Live rooms for the monitors' pages: what nodes would write of them, written by the test."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from io import BytesIO
from typing import Any

from PIL import Image

from broker.visit import Visit, VisitStatus
from config import keys
from rooms.presence import PresenceState
from rooms.seats import to_iso
from rooms.wall.alert import Alert, AlertKind
from rooms.wall.meter import Meter
from tests.support.desk import Desk
from web.entry import room_spec


@cache
def jpeg(grey: int = 90) -> bytes:
    """A small picture of one grey, 0 to 255."""
    held = BytesIO()
    Image.new("L", (160, 120), grey).save(held, "JPEG")
    return held.getvalue()


async def live(desk: Desk, visit: Visit) -> Visit:
    """Start the visit's session and let its room be live, both sides in the call."""
    await desk.registry.place(room_spec(visit))
    async with desk.db.begin() as uow:
        await uow.visits.move(visit.id, VisitStatus.OPEN, "staff:1", "", desk.clock.now())
        await uow.commit()
    await desk.registry.open_room(visit.id, "staff:1")
    await desk.show(visit, prison(visit), PresenceState.CONNECTED)
    await desk.show(visit, family(visit), PresenceState.CONNECTED)
    await desk.room_says(visit, "live")
    return visit


def family(visit: Visit) -> str:
    """The first visitor's participant id."""
    return visit.visitors[0].id


def prison(visit: Visit) -> str:
    """The terminal's participant id."""
    assert visit.terminal is not None
    return f"terminal-{visit.terminal.id}"


async def picture(desk: Desk, visit: Visit, participant: str, grey: int = 90, **measured: Any) -> None:
    """Write a small picture and the meter that tells of it."""
    await desk.redis.set(keys.wall_picture(visit.id, participant), jpeg(grey), ex=60)
    now = desk.clock.now()
    meter = Meter(now, connected=True, **({"picture_at": now} | measured))
    await desk.redis.hset(keys.meters(visit.id), participant, meter.to_json())
    await desk.redis.publish(keys.jail_changed(visit.jail.id), "")


async def amiss(
    desk: Desk, visit: Visit, kind: AlertKind, participant: str = "", since: datetime | None = None
) -> Alert:
    """Write that something is amiss, since a minute ago unless told otherwise."""
    began = (since or desk.clock.now() - timedelta(minutes=1)).replace(microsecond=0)
    alert = Alert(kind, participant, began)
    await desk.redis.hset(keys.alerts(visit.id), alert.key, to_iso(began))
    await desk.redis.publish(keys.jail_changed(visit.jail.id), "")
    return alert


async def events_of(desk: Desk) -> list[tuple[str, str]]:
    """The audit's events and who did them, oldest first."""
    async with desk.db.read() as uow:
        return [(str(entry.event), entry.by) for entry in reversed(await uow.audit.newest(100))]
