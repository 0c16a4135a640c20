"""`/api/v1/reports`: the counts of the reports' pages for another system. docs/api.md is its reference."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date
from enum import StrEnum
from typing import TypeVar

from aiohttp import web

from broker.audit.events import AuditEvent
from broker.people import Jail
from broker.register.api_keys import ApiKey
from broker.reports.asked import Asked, Dimension, Key, Period
from broker.reports.numbers import NUMBERS, Unit
from broker.reports.report import Group, Report, make
from broker.vocabulary import InmateCategory, VisitKind, VisitMode
from web.api.auth import refuse, reporting
from web.keys import CLOCK, DB

routes = web.RouteTableDef()

W = TypeVar("W", bound=StrEnum)

_MOST = 2


@routes.get("/api/v1/reports")
async def read(request: web.Request) -> web.StreamResponse:
    """The numbers of a period, divided by up to two things."""
    key, jails = await reporting(request)
    asked = _asked(request.query, jails)
    await _on_record(request, key, asked)
    report = await make(request.app[DB], asked)
    codes = {jail.id: f"{jail.state_code}/{jail.code}" for jail in jails}
    return web.json_response(
        {
            "from": asked.period.first.isoformat(),
            "to": asked.period.last.isoformat(),
            "by": [each.value for each in asked.by],
            "total": _numbers(report.total),
            "lines": [_line(asked, group, codes) for group in report.groups],
            "waiting": report.waiting,
            "counted_at": _moment(report),
        },
        headers={"Cache-Control": "no-store"},
        dumps=lambda value: json.dumps(value, ensure_ascii=False),
    )


def _asked(query: Mapping[str, str], jails: list[Jail]) -> Asked:
    try:
        period = Period(date.fromisoformat(query.get("from", "")), date.fromisoformat(query.get("to", "")))
    except ValueError:
        refuse(400, "bad_period")
    try:
        by = tuple(Dimension(word) for word in query.get("by", "").split(",") if word)
        category = _word(query, "category", InmateCategory)
        kind, mode = _word(query, "kind", VisitKind), _word(query, "mode", VisitMode)
    except ValueError:
        refuse(400, "bad_parameter")
    if len(by) > _MOST or len(set(by)) < len(by):
        refuse(400, "bad_parameter")
    return Asked(period, by, tuple(NUMBERS), frozenset(jail.id for jail in jails), category, kind, mode)


def _word(query: Mapping[str, str], name: str, words: type[W]) -> W | None:
    text = query.get(name, "")
    return words(text) if text else None


async def _on_record(request: web.Request, key: ApiKey, asked: Asked) -> None:
    """Who read what, before it is told."""
    async with request.app[DB].begin() as uow:
        uow.audit.record(
            AuditEvent.REPORT_READ,
            by=f"api_key:{key.id}",
            at=request.app[CLOCK].now(),
            jail_id=key.jail_id,
            details={
                "since": asked.period.first.isoformat(),
                "until": asked.period.last.isoformat(),
                "by": [each.value for each in asked.by],
            },
        )
        await uow.commit()


def _line(asked: Asked, group: Group, codes: Mapping[int, str], above: Mapping[str, str] | None = None) -> object:
    dimension = asked.by[1 if above else 0]
    keys = {**(above or {}), dimension.value: _key(dimension, group.key, codes)}
    inner = [_line(asked, part, codes, keys) for part in group.parts]
    return {**keys, "numbers": _numbers(group.numbers), **({"lines": inner} if inner else {})}


def _key(dimension: Dimension, key: Key, codes: Mapping[int, str]) -> str:
    """A jail's two codes, a state's code, a month as 2024-02, a word; "" for requests matched with nobody."""
    match dimension:
        case Dimension.JAIL:
            return codes[int(key)]
        case Dimension.MONTH:
            return f"{int(key) // 100}-{int(key) % 100:02d}"
        case _:
            return str(key)


def _numbers(numbers: Mapping[str, int]) -> dict[str, int]:
    """By id; durations say that they are seconds."""
    return {f"{each}_seconds" if NUMBERS[each].unit is Unit.SECONDS else each: value for each, value in numbers.items()}


def _moment(report: Report) -> str | None:
    at = report.counted_at
    return None if at is None else at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
