"""The live rooms a monitor may see, from storage and live state together."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from aiohttp import web

from broker.monitoring.look import seen
from broker.monitoring.queue import due
from broker.visit import Jail
from rooms.standing import RoomState
from rooms.wall import meters
from web.keys import CLOCK, DB, REDIS, REGISTRY
from web.monitor.card import Card, Known, card, in_order

#: Rooms on one page of the wall: what a person can keep in view. Only the rooms of a page that is shown cost anything.
PER_PAGE = 36


@dataclass(frozen=True, slots=True)
class Wall:
    """One page of the wall. `cards` are this page's; `next_due` is the room to look into next, of all."""

    cards: tuple[Card, ...]
    page: int
    pages: int
    live: int
    waiting: int
    alarming: int
    next_due: Card | None


async def load(app: web.Application, jail_ids: Iterable[int]) -> list[Card]:
    """The started rooms of these jails, in the wall's order. Raises RedisError, SQLAlchemyError."""
    rooms = [room for room in await app[REGISTRY].live_rooms(jail_ids) if room.opened is not None]
    return in_order(await cards_of(app, rooms))


async def cards_of(app: web.Application, rooms: Sequence[RoomState]) -> list[Card]:
    """The cards of these rooms, in their order. Raises RedisError, SQLAlchemyError."""
    if not rooms:
        return []
    ids = [room.room_id for room in rooms]
    measured, alerts, presence = await asyncio.gather(
        meters.meters(app[REDIS], ids),
        meters.alerts(app[REDIS], ids),
        asyncio.gather(*(app[REGISTRY].presence(room_id) for room_id in ids)),
    )
    async with app[DB].read() as uow:
        jails = await uow.jails.several({room.spec.jail_id for room in rooms})
        terminals = await uow.jails.terminal_names({room.spec.terminal_id for room in rooms})
        follows = seen(await uow.monitoring.follows(ids), app[CLOCK].now())
        ticks = await uow.monitoring.ticks(alerts) if alerts else []
        names = await uow.staff.names({tick.staff_id for tick in ticks}) if ticks else {}
    return [
        card(
            room,
            jails[room.spec.jail_id],
            terminals.get(room.spec.terminal_id, ""),
            Known(
                people=people,
                meters=measured.get(room.room_id, {}),
                alerts=alerts.get(room.room_id, ()),
                ticks=[tick for tick in ticks if tick.visit_id == room.room_id],
                seen=follows.get(room.room_id),
            ),
            names,
        )
        for room, people in zip(rooms, presence, strict=True)
    ]


def paged(cards: Sequence[Card], page: int, followed: Collection[str] = ()) -> Wall:
    """One page of the wall, counted from 1; a page beyond the last is the last. `followed`: ids of the rooms beside
    which it is shown, whose look is not due: who opened one reads that before the watch has begun.
    """
    pages = max(1, -(-len(cards) // PER_PAGE))
    page = min(max(1, page), pages)
    states = [each.state for each in cards]
    by_id = {each.room.room_id: each for each in cards}
    order = due(each.candidate() for each in cards if each.room.room_id not in followed)
    return Wall(
        cards=tuple(cards[(page - 1) * PER_PAGE : page * PER_PAGE]),
        page=page,
        pages=pages,
        live=len(states) - states.count("ready"),
        waiting=states.count("ready"),
        alarming=sum(bool(each.open_alerts) for each in cards),
        next_due=by_id[order[0].visit_id] if order else None,
    )


def timezone(jails: Iterable[Jail]) -> str:
    """The clock a monitor reads: that of the first of these jails, UTC for a scope of none."""
    return next((jail.timezone for jail in jails), "UTC")
