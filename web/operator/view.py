"""The operator's board from storage and live state, and as parts of a page."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from aiohttp import web
from markupsafe import Markup

from broker.admission.mailstate import mail_states
from broker.admission.window import opens_at
from broker.staff import Staff
from broker.visit import Jail
from config import keys
from web.console import Parts, part
from web.keys import CLOCK, DB, REDIS, REGISTRY
from web.operator.board import Board, Group, Live, build
from web.operator.reasons import StaffReason
from web.staff.permissions import Permission, may


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


def day_of(jail: Jail, now: datetime) -> tuple[datetime, datetime]:
    """Today on the jail's own calendar, as [start, end) in UTC."""
    zone = ZoneInfo(jail.timezone)
    today = now.astimezone(zone).date()
    start = datetime(today.year, today.month, today.day, tzinfo=zone)
    tomorrow = today + timedelta(days=1)
    end = datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=zone)
    return start.astimezone(UTC), end.astimezone(UTC)


async def load(app: web.Application, jail: Jail) -> Board:
    """The jail's board now. Raises RedisError or SQLAlchemyError when either side cannot be read."""
    now = app[CLOCK].now()
    start, end = day_of(jail, now)
    async with app[DB].read() as uow:
        visits = await uow.visits.day([jail.id], start, end)
        terminals = await uow.jails.terminals(jail.id)
        mails = await uow.outbox.for_visits([visit.id for visit in visits if visit.live])
    near = [visit for visit in visits if opens_at(visit) <= now and visit.live]
    rooms, presence, seen = await asyncio.gather(
        app[REGISTRY].rooms(visit.id for visit in near),
        asyncio.gather(*(app[REGISTRY].presence(visit.id) for visit in near)),
        terminals_seen(app, [terminal.id for terminal in terminals]),
    )
    live = {visit.id: Live(mail=mail_states(mails.get(visit.id, ()))) for visit in visits}
    for visit, people in zip(near, presence, strict=True):
        live[visit.id] = Live(rooms.get(visit.id), people, live[visit.id].mail)
    return build(visits, terminals, live, seen, now)


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


def parts(request: web.Request, staff: Staff, jail: Jail, board: Board) -> Parts:
    """The board as HTML, part by part."""
    context = {
        "jail": jail,
        "board": board,
        "reasons": list(StaffReason),
        "may_pair": may(staff.role, Permission.TERMINAL_PAIR),
        "may_start": may(staff.role, Permission.VISIT_START),
        "may_end": may(staff.role, Permission.VISIT_END),
    }

    def show(template: str, **more: object) -> Markup:
        return part(request, template, {**context, **more})

    items: dict[str, Markup] = {}
    for group in board.current:
        items.update(_group(group, show))
    if board.earlier:
        items["earlier"] = show("operator/heading.html", group=None)
    for group in board.earlier:
        items.update(_group(group, show))
    if not items:
        items["empty"] = show("operator/empty.html")
    return Parts(
        fixed={
            "summary": show("operator/summary.html"),
            "terminals": show("operator/terminals.html"),
        },
        items=items,
    )


def _group(group: Group, show: Callable[..., Markup]) -> Iterator[tuple[str, Markup]]:
    yield f"at-{int(group.starts_at.timestamp())}", show("operator/heading.html", group=group)
    for row in group.rows:
        yield f"visit-{row.visit.id}", show("operator/row.html", row=row)
