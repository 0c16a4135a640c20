"""/audit: who did and saw what, searched and exported; whether the chain is whole stands above it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from aiohttp import web

from broker.audit.events import AuditEvent
from broker.audit.export import export
from broker.audit.form import Format
from broker.audit.search import Place, Search
from web import language, session, sse
from web.audit import chain, search, words
from web.audit.known import look_up
from web.audit.lines import Reader
from web.audit.scope import Scope, scope_of
from web.audit.search import Typed
from web.console import part
from web.keys import CLOCK, DB
from web.render import render
from web.sse import Payload
from web.staff import looks
from web.staff.guard import STAFF, permitted, still_permitted
from web.staff.permissions import Permission

routes = web.RouteTableDef()

#: Entries on one page.
PAGE = 50
#: How old the news may be, and up to how many are counted.
NEWS_EVERY = timedelta(seconds=10)
MOST_NEWS = 1000
_OPENED = "audit_search"
_TYPES = {Format.CSV: "text/csv; charset=utf-8", Format.JSONL: "application/x-ndjson; charset=utf-8"}


def add_routes(app: web.Application) -> None:
    """Hang the audit on the application."""
    sse.setup(app)
    app.add_routes(routes)


@routes.get("/audit")
@permitted(Permission.AUDIT_READ)
async def page(request: web.Request) -> web.StreamResponse:
    """What fits, the newest first. Opening a search is audited; turning its pages is not, again."""
    app, now, before = request.app, request.app[CLOCK].now(), search.place_of(request.query.get("before", ""))
    scope, wanted, typed = await _read(request, request.query)
    if before is None or session.of(request).get(_OPENED) != typed.fingerprint:
        await _note(request, AuditEvent.AUDIT_READ, wanted)
        session.of(request)[_OPENED] = typed.fingerprint
    async with app[DB].read() as uow:
        head = await uow.audit.head()
        found = [] if typed.problems else await uow.audit.find(wanted, PAGE + 1, before)
        shown = found[:PAGE]
        known = await look_up(uow, shown)
    reader, one = Reader(known, language.of(request), scope.timezone), typed["subject"]
    return render(
        request,
        "audit/audit.html",
        status=422 if typed.problems else 200,
        staff=request[STAFF],
        now=now,
        jails=scope.jails,
        typed=typed,
        later=before is not None,
        lines=reader.lines(shown),
        about="" if one.endswith(":") else reader.subject(one),
        subjects=words.KINDS,
        last=search.place_text(Place(shown[-1].at, shown[-1].seq)) if len(found) > PAGE else "",
        known=head[0] if head else 0,
        events=words.EVENTS,
        resources=words.RESOURCES,
        problems=words.PROBLEMS,
        **await chain.context(request, now, scope.timezone),
    )


@routes.get("/audit/events")
@permitted(Permission.AUDIT_READ)
async def events(request: web.Request) -> web.StreamResponse:
    """How many entries have come that fit, and how the chain is. The page does not move under its reader's hand."""
    number = request.query.get("known", "")
    known = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0
    last: tuple[datetime, Payload] | None = None

    async def take() -> Payload | None:
        nonlocal last
        if await still_permitted(request, Permission.AUDIT_READ) is None:
            return None
        now = request.app[CLOCK].now()
        if last is None or now - last[0] >= NEWS_EVERY:
            last = now, await _news(request, known, now)
        return last[1]

    return await sse.stream(request, (), take)


@routes.post("/audit/export")
@permitted(Permission.AUDIT_READ)
async def take_out(request: web.Request) -> web.StreamResponse:
    """The file of a search, as it is made. It is audited before its first byte."""
    form = await request.post()
    if form.get("format") not in set(Format):
        raise web.HTTPBadRequest
    as_ = Format(str(form["format"]))
    _, wanted, typed = await _read(request, form)
    if typed.problems:
        raise web.HTTPSeeOther(f"/audit?{typed.query}")
    await _note(request, AuditEvent.AUDIT_EXPORT, wanted, format=as_.value)
    name = f"audit{'' if wanted.is_whole else '-selection'}-{request.app[CLOCK].now():%Y%m%dT%H%M%SZ}.{as_.value}"
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Type": _TYPES[as_],
    }
    response = web.StreamResponse(headers=headers)
    await response.prepare(request)
    async for piece in export(request.app[DB], wanted, as_):
        await response.write(piece.encode())
    await response.write_eof()
    return response


async def _read(request: web.Request, fields: Mapping[str, object]) -> tuple[Scope, Search, Typed]:
    async with request.app[DB].read() as uow:
        scope = await scope_of(uow, request[STAFF])
        return scope, *await search.read(uow, search.typed(fields), scope.timezone, scope.jail_ids)


async def _note(request: web.Request, event: AuditEvent, wanted: Search, **more: str) -> None:
    """The audit's own look, with what was looked for."""
    details = {**search.noted(wanted), **more}
    await looks.note(request, event, jail_id=wanted.jail_id, visit_id=wanted.visit_id or None, details=details)


async def _news(request: web.Request, known: int, now: datetime) -> Payload:
    scope, wanted, typed = await _read(request, request.query)
    async with request.app[DB].read() as uow:
        count = 0 if typed.problems else await uow.audit.count_after(wanted, known, MOST_NEWS)
    said = {"count": count, "most": MOST_NEWS, "query": typed.query}
    shown = await chain.context(request, now, scope.timezone)
    fixed = {"news": part(request, "audit/news.html", said), "chain": part(request, "audit/chain.html", shown)}
    return {"fixed": fixed, "items": {}, "order": []}
