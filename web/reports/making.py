"""From an address to a report: whose jails, which of them, and the numbers that the table and its charts need."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from aiohttp import web

from broker.audit.chain import Details
from broker.audit.events import AuditEvent
from broker.people import Jail
from broker.reports.asked import Asked, Dimension
from broker.reports.numbers import IDENTITIES, NUMBERS, SETS
from broker.reports.report import Report, make
from broker.staff import Staff
from web import language
from web.keys import CLOCK, DB
from web.reports.chart import part_of
from web.reports.query import Query, read
from web.reports.table import Table, build, numbers_of
from web.reports.words import Places, label
from web.staff.guard import STAFF
from web.superintendent.desk.scope import actor, chosen, jails_of

#: What of the address stands in the audit as it is.
_TOLD = frozenset({"category", "kind", "mode", "show"})


@dataclass(frozen=True, slots=True)
class Made:
    """A report, its table, and what its words need. `jails`: those in the reader's scope; `jail`: the one asked for."""

    query: Query
    report: Report
    table: Table
    places: Places
    jails: tuple[Jail, ...]
    jail: Jail | None
    today: date


async def made(request: web.Request, event: AuditEvent, *, all_numbers: bool = False) -> Made:
    """Make the report of this request's address, for this reader, after it was put on record that they look at it.
    `all_numbers`: every number there is, whatever set is shown. Raises 403 and 404 for jails that aren't theirs.
    """
    staff, code = request[STAFF], language.of(request)
    async with request.app[DB].read() as uow:
        jails = await jails_of(uow, staff)
        states = {state.code: state for state in await uow.jails.states()}
        every = len(await uow.jails.all()) == len(jails)
    today = request.app[CLOCK].now().astimezone(ZoneInfo(jails[0].timezone)).date()
    query = read(request.query, today, Dimension.JAIL if len(jails) > 1 else Dimension.MONTH)
    jail = chosen(jails, query.jail)
    asked = _asked(query, _within(jails, jail, query.state), every=every, all_numbers=all_numbers)
    await _on_record(request, staff, event, query, jail)
    report = await make(request.app[DB], asked)
    places = Places(states, {each.id: each for each in jails})
    shown = report.asked.numbers if all_numbers else SETS[query.show]
    table = build(report, query, lambda by, key: label(by, key, places, code), shown)
    return Made(query, report, table, places, tuple(jails), jail, today)


def _within(jails: list[Jail], jail: Jail | None, state: str) -> list[Jail]:
    if jail is not None:
        return [jail]
    if not state:
        return jails
    found = [each for each in jails if str(each.state_code) == state]
    if not found:
        raise web.HTTPForbidden
    return found


def _asked(query: Query, jails: list[Jail], *, every: bool, all_numbers: bool) -> Asked:
    whole = every and not query.jail and not query.state
    shown = tuple(NUMBERS) if all_numbers else SETS[query.show]
    numbers = numbers_of(query, shown)
    part = part_of(query.show)
    if not query.crossed and not all_numbers and part:
        numbers = tuple(dict.fromkeys((*numbers, *IDENTITIES[part])))
    return Asked(
        query.period,
        query.divided,
        numbers,
        None if whole else frozenset(jail.id for jail in jails),
        query.category,
        query.kind,
        query.mode,
        people_within=not query.crossed,
    )


async def _on_record(request: web.Request, staff: Staff, event: AuditEvent, query: Query, jail: Jail | None) -> None:
    told = {name: word for name, word in query.fields().items() if name in _TOLD}
    details: Details = {
        "since": query.period.first.isoformat(),
        "until": query.period.last.isoformat(),
        "by": [each.value for each in query.divided],
        **told,
        **({"states": [int(query.state)]} if query.state else {}),
    }
    async with request.app[DB].begin() as uow:
        uow.audit.record(
            event,
            by=actor(staff),
            at=request.app[CLOCK].now(),
            jail_id=jail.id if jail else None,
            details=details,
        )
        await uow.commit()
