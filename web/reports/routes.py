"""/reports: the counts of a period, divided as the reader likes; the same table as CSV and as a workbook."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from aiohttp import web

from broker.audit.events import AuditEvent
from broker.reports.asked import Dimension
from broker.reports.numbers import NUMBERS, SETS, NumberSet, Unit
from broker.reports.periods import PUBLISHED, presets
from broker.reports.report import APART
from broker.vocabulary import InmateCategory, VisitKind, VisitMode
from config.clock import Clock
from web import language
from web.keys import CLOCK
from web.render import render
from web.reports import chart, figures, files, words
from web.reports.making import Made, made
from web.reports.query import ALONE, Layout, Query
from web.reports.table import Column
from web.staff.guard import STAFF, permitted
from web.staff.permissions import Permission
from web.timewords import clock_time

routes = web.RouteTableDef()

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def add_routes(app: web.Application) -> None:
    """Hang the reports on the application."""
    app.add_routes(routes)


@routes.get("/reports")
@permitted(Permission.REPORT_READ)
async def show(request: web.Request) -> web.StreamResponse:
    """The form, the table, its charts, and what each number means."""
    found = await made(request, AuditEvent.REPORT_READ)
    _ = language.catalogue(request).gettext
    return render(
        request,
        "reports/report.html",
        status=422 if found.query.problem else 200,
        staff=request[STAFF],
        made=found,
        query=found.query,
        table=found.table,
        heading=lambda column: heading(column, _),
        definitions=files.definitions(found.table, _),
        figure=lambda value, column: figures.shown(value, column.unit),
        about=about(found, request),
        counted=counted(found, request),
        charts=charts(found, _),
        figures=figures,
        numbers=NUMBERS,
        named=lambda number: NUMBERS[number].named(_),
        choices=choices(found),
        presets=[(words.PRESETS[name], _preset(found.query, name, found.today)) for name in words.PRESETS],
        published=published(found.query),
        people=not APART.issuperset(found.query.divided)
        and any(each.unit is Unit.PEOPLE for each in found.table.columns),
        seconds=any(each.unit is Unit.SECONDS for each in found.table.columns),
    )


@routes.get("/reports/table.csv")
@permitted(Permission.REPORT_READ)
async def as_csv(request: web.Request) -> web.StreamResponse:
    """Every number of the report, or the table in columns, for a spreadsheet or a program."""
    found = await made(request, AuditEvent.REPORT_EXPORT, all_numbers=True)
    return _file(found, files.as_csv(_sheet(found, request)), "text/csv", "csv")


@routes.get("/reports/table.xlsx")
@permitted(Permission.REPORT_READ)
async def as_workbook(request: web.Request) -> web.StreamResponse:
    """The same as a workbook, with what the numbers mean on a second sheet."""
    found = await made(request, AuditEvent.REPORT_EXPORT, all_numbers=True)
    content = await asyncio.to_thread(files.as_workbook, _sheet(found, request))
    return _file(found, content, _XLSX, "xlsx")


def heading(column: Column, translated: Callable[[str], str]) -> str:
    """A column's heading."""
    name = NUMBERS[column.number].named(translated)
    return column.label or (translated("Total") if column.id == "total" else name)


def about(found: Made, request: web.Request) -> list[str]:
    """What the report is of, one thing a line: for the page's head, for paper, and for files."""
    code, query = language.of(request), found.query
    _ = language.catalogue(request).gettext
    where = found.jail.name if found.jail else found.places.state(int(query.state)) if query.state else ""
    lines = [words.period(query.period, code), where or _("All jails that you see")]
    for dimension, word in (
        (Dimension.CATEGORY, query.category),
        (Dimension.KIND, query.kind),
        (Dimension.MODE, query.mode),
    ):
        if word is not None:
            lines.append(words.label(dimension, word, found.places, code))
    if query.crossed:
        lines.append(NUMBERS[query.charted].named(_))
    return lines


def counted(found: Made, request: web.Request) -> str:
    """How current it is, in a sentence."""
    _ = language.catalogue(request).gettext
    clock: Clock = request.app[CLOCK]
    zone = found.jails[0].timezone
    if found.report.waiting:
        said = _("%(number)s changes are not counted yet. They will be within seconds: load the page again.")
        return said % {"number": figures.grouped(found.report.waiting)}
    said = _("Counted as of %(time)s, %(date)s.")
    day = words.period(replace(found.query.period, first=found.today, last=found.today), language.of(request))
    return said % {"time": clock_time(clock.now(), zone, language.of(request)), "date": day}


def charts(found: Made, translated: Callable[[str], str]) -> list[chart.Chart]:
    """The table's chart, and one of the causes or reasons where the set has them."""
    drawn = [chart.of_lines(found.table, found.query)]
    part = "" if found.query.crossed else chart.part_of(found.query.show)
    if part:
        names = {number.id: number.named(translated) for number in NUMBERS.values()}
        parts = chart.of_parts(part, found.report.total, names)
        drawn += [parts] if parts.bars else []
    return drawn


def choices(found: Made) -> Mapping[str, Any]:
    """What the form offers, by the names of its fields."""
    shown = found.query
    states = sorted({jail.state_code for jail in found.jails})
    return {
        "by": words.DIMENSIONS,
        "show": words.SETS,
        "number": ALONE if shown.crossed else SETS[shown.show],
        "state": [(code, found.places.state(code)) for code in states],
        "jail": sorted(((jail.id, found.places.jail(jail.id)) for jail in found.jails), key=lambda each: each[1]),
        "category": {each.value: words.CATEGORIES[each] for each in InmateCategory},
        "kind": {each.value: words.KINDS[each] for each in VisitKind},
        "mode": {each.value: words.MODES[each] for each in VisitMode},
    }


def published(query: Query) -> Query:
    """The report that has the form of the published table: e-Mulakats by jail and month, with the foreign prisoners."""
    return replace(
        query,
        period=PUBLISHED,
        by=Dimension.JAIL,
        then=Dimension.MONTH,
        layout=Layout.COLUMNS,
        show=NumberSet.SUMMARY,
        number="connected",
        jail="",
        category=None,
        kind=None,
        mode=VisitMode.VIDEO,
        sort="total",
        problem="",
    )


def _preset(query: Query, name: str, today: date) -> Query:
    return replace(query, period=presets(today)[name], problem="")


def _sheet(found: Made, request: web.Request) -> files.Sheet:
    _ = language.catalogue(request).gettext
    return files.Sheet(
        title=_("Reports"),
        about=[*about(found, request), counted(found, request)],
        heads=[_(words.DIMENSIONS[head]) for head in found.table.heads],
        total=_("Total"),
        seconds=_("seconds"),
        table=found.table,
        names=[heading(column, _) for column in found.table.columns],
        says=files.definitions(found.table, _),
    )


def _file(found: Made, content: bytes, content_type: str, ending: str) -> web.Response:
    period = found.query.period
    name = f"mulakat-{period.first.isoformat()}-{period.last.isoformat()}.{ending}"
    return web.Response(
        body=content,
        content_type=content_type,
        charset="utf-8" if content_type.startswith("text/") else None,
        headers={"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{name}"'},
    )
