"""The operator's board from storage and live state."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from aiohttp import web

from broker.admission.mailstate import mail_states
from broker.admission.window import opens_at
from broker.deciding.flags import local_day
from broker.slots.calendar import day_bounds
from broker.staff import Staff
from broker.storage.unit import UnitOfWork
from broker.visit import Jail, Visit
from config import keys
from rooms.wall import meters
from web.keys import CLOCK, DB, REDIS, REGISTRY
from web.operator.board import Board, Row, build
from web.operator.rules import minutes_within
from web.operator.states import Live
from web.terminal import commands

#: Lost minutes older than this are no news for a day's console.
LOSSES_SINCE = timedelta(days=7)


async def choose_jail(request: web.Request, staff: Staff) -> tuple[Jail, list[Jail]]:
    """The jail whose day is asked for (`?jail=`, else the first in scope), and all in scope. Raises 403, 404."""
    async with request.app[DB].read() as uow:
        jails = [jail for jail in await uow.jails.all() if jail.id in staff.jail_ids]
    asked = request.query.get("jail", "")
    if asked and not (asked.isascii() and asked.isdigit()):
        raise web.HTTPNotFound
    # Compared as text: no number is too long, and none written otherwise ("07") is taken for another jail.
    chosen = next((jail for jail in jails if not asked or str(jail.id) == asked), None)
    if chosen is None:
        raise web.HTTPForbidden
    return chosen, jails


def day_asked(request: web.Request, today: date) -> date:
    """The day asked for (`?day=2026-03-02`), else today. Raises 404."""
    asked = request.query.get("day", "")
    try:
        day = date.fromisoformat(asked) if asked else today
    except ValueError:
        raise web.HTTPNotFound from None
    # The calendar's ends are left out: a day before the first and after the last can't be linked to.
    if not date(2000, 1, 1) <= day <= date(2999, 1, 1):
        raise web.HTTPNotFound
    return day


def day_of(jail: Jail, now: datetime) -> tuple[datetime, datetime]:
    """Today on the jail's own calendar, as [start, end) in UTC."""
    today = local_day(jail, now)
    start, end = day_bounds(today, today, jail.timezone)
    return start.astimezone(UTC), end.astimezone(UTC)


async def load(app: web.Application, jail: Jail) -> Board:
    """The jail's board now. Raises RedisError or SQLAlchemyError when either side cannot be read."""
    now = app[CLOCK].now()
    start, end = day_of(jail, now)
    async with app[DB].read() as uow:
        visits = await uow.visits.day([jail.id], start, end)
        terminals = await uow.jails.terminals(jail.id)
        paper = await _paper(uow, visits)
        losses = await uow.losses.count_waiting([jail.id], now - LOSSES_SINCE)
    terminal_ids = [terminal.id for terminal in terminals]
    live, seen, healths, asked = await asyncio.gather(
        _live(app, visits, paper, now),
        terminals_seen(app, terminal_ids),
        commands.healths(app[REDIS], terminal_ids),
        commands.asked(app[REDIS], terminal_ids),
    )
    return build(visits, terminals, live, seen, now, healths=healths, commands=asked, losses=losses)


async def alone(app: web.Application, visit: Visit) -> Row | None:
    """The row of a visit that is not of this day: what paper has of it."""
    async with app[DB].read() as uow:
        terminals = await uow.jails.terminals(visit.jail.id)
        paper = await _paper(uow, [visit])
    return next(iter(build([visit], terminals, paper, {}, app[CLOCK].now()).rows), None)


async def terminals_seen(app: web.Application, terminal_ids: Sequence[int]) -> dict[int, datetime]:
    """When each terminal's page last spoke to us."""
    if not terminal_ids:
        return {}
    stamps = await app[REDIS].mget([keys.terminal_seen(terminal_id) for terminal_id in terminal_ids])
    return {
        terminal_id: datetime.fromisoformat(str(stamp))
        for terminal_id, stamp in zip(terminal_ids, stamps, strict=True)
        if stamp
    }


async def _paper(uow: UnitOfWork, visits: Sequence[Visit]) -> dict[str, Live]:
    """What paper adds to each visit: its mails, its newest turn, what was written down, and its rule's minutes."""
    ids = [visit.id for visit in visits]
    mails = await uow.outbox.for_visits([visit.id for visit in visits if visit.live])
    turns = await uow.sessions.newest_turns(ids)
    written = await uow.sessions.written(ids)
    minutes: dict[int | None, int] = {}
    found: dict[str, Live] = {}
    for visit in visits:
        notes, incidents = written.get(visit.id, (0, 0))
        found[visit.id] = Live(
            mail=mail_states(mails.get(visit.id, ())),
            turn=turns.get(visit.id),
            notes=notes,
            incidents=incidents,
            no_show_minutes=await minutes_within(uow, visit, minutes),
        )
    return found


async def _live(
    app: web.Application, visits: Iterable[Visit], paper: dict[str, Live], now: datetime
) -> dict[str, Live]:
    """The same with what the rooms tell, of visits whose doors have opened."""
    near = [visit.id for visit in visits if opens_at(visit) <= now and visit.live]
    rooms, alerts, presence = await asyncio.gather(
        app[REGISTRY].rooms(near),
        meters.alerts(app[REDIS], near),
        asyncio.gather(*(app[REGISTRY].presence(visit_id) for visit_id in near)),
    )
    live = dict(paper)
    for visit_id, people in zip(near, presence, strict=True):
        live[visit_id] = replace(
            paper[visit_id], room=rooms.get(visit_id), presence=people, alerts=alerts.get(visit_id, ())
        )
    return live


async def names(app: web.Application, actors: Iterable[str]) -> dict[str, str]:
    """The names behind actors of staff."""
    async with app[DB].read() as uow:
        return await uow.staff.names_of(actors)
