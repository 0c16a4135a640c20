"""The live rooms a monitor may look into, as parts of a page."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web
from markupsafe import Markup

from broker.staff import Staff
from broker.visit import Jail
from rooms.presence import Presence, PresenceState, Quality
from rooms.registry import RoomState
from rooms.seats import Role
from web.console import Parts, part
from web.keys import DB, REGISTRY

# A line that dropped comes back by itself; its side is still in the call.
_IN_THE_CALL = frozenset({PresenceState.CONNECTED, PresenceState.DISCONNECTED})
_WORST_FIRST = (Quality.BAD, Quality.POOR, Quality.GOOD)


@dataclass(frozen=True, slots=True)
class Card:
    """One live room: where it is, who is connected, and the worst connection in it."""

    room: RoomState
    jail: Jail
    terminal: str
    families: int
    family_here: int
    prison_here: bool
    quality: Quality | None

    @property
    def state(self) -> str:
        """`live`, `held`, or `ready`: started, and waiting for the slot or for somebody."""
        if self.room.held:
            return "held"
        return "live" if self.room.state == "live" and self.family_here and self.prison_here else "ready"


async def timezone(app: web.Application, staff: Staff) -> str:
    """The clock a monitor reads: their first jail's, UTC for a scope of none."""
    async with app[DB].read() as uow:
        jails = await uow.jails.all()
    return next((jail.timezone for jail in jails if jail.id in staff.jail_ids), "UTC")


async def load(app: web.Application, staff: Staff) -> list[Card]:
    """The started rooms of the jails in scope, by start and VisRN."""
    rooms = [room for room in await app[REGISTRY].live_rooms(staff.jail_ids) if room.opened is not None]
    presence = await asyncio.gather(*(app[REGISTRY].presence(room.room_id) for room in rooms))
    jail_ids = sorted({room.spec.jail_id for room in rooms})
    async with app[DB].read() as uow:
        jails = {jail_id: await uow.jails.get(jail_id) for jail_id in jail_ids}
        names = {terminal.id: terminal.name for jail_id in jail_ids for terminal in await uow.jails.terminals(jail_id)}
    return [
        card(room, jails[room.spec.jail_id], names.get(room.spec.terminal_id, ""), people)
        for room, people in zip(rooms, presence, strict=True)
    ]


def card(room: RoomState, jail: Jail, terminal: str, people: Mapping[str, Presence]) -> Card:
    """What the list says of one room."""
    connected = [presence for presence in people.values() if presence.state in _IN_THE_CALL]
    qualities = {presence.quality for presence in connected}
    return Card(
        room=room,
        jail=jail,
        terminal=terminal,
        families=sum(seat.role is Role.VISITOR for seat in room.spec.seats),
        family_here=sum(presence.role is Role.VISITOR for presence in connected),
        prison_here=any(presence.role is Role.TERMINAL for presence in connected),
        quality=next((quality for quality in _WORST_FIRST if quality in qualities), None),
    )


def parts(request: web.Request, cards: list[Card]) -> Parts:
    """The list as HTML, part by part."""

    def show(template: str, **context: object) -> Markup:
        return part(request, template, context)

    items = {f"room-{card.room.room_id}": show("monitor/card.html", card=card) for card in cards}
    live = sum(card.state != "ready" for card in cards)
    return Parts(
        fixed={"summary": show("monitor/summary.html", live=live, waiting=len(cards) - live)},
        items=items or {"empty": show("monitor/empty.html")},
    )
