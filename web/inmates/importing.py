"""A file of a jail's people: sent, shown against the register line by line, and only then applied.

The page of the dry run is worked out anew at each look. What is confirmed is what was shown: if the register has
changed in between, the new difference is shown instead.
"""

from __future__ import annotations

import hashlib

from aiohttp import web

from broker.audit.events import AuditEvent
from broker.register.errors import BadFile, BadLines, Overtaken
from broker.register.plan import Gone, Plan
from broker.register.rows import MAX_BYTES, Parsed
from broker.register.service import apply, dry_run
from web import errors
from web.family.forms import field
from web.inmates import upload
from web.inmates.register import choose_jail
from web.inmates.upload import Upload
from web.inmates.words import CATEGORIES, COLUMNS, FAULTS, FILES, STATUSES
from web.keys import CLOCK, DB, REDIS, SETTINGS
from web.render import render
from web.serving import bodies
from web.staff import looks
from web.staff.guard import STAFF, permitted, require_scope
from web.staff.permissions import Permission

routes = web.RouteTableDef()

#: Lines of each kind that a page shows; the counts are of all.
SHOWN = 200
_MEGABYTES = MAX_BYTES // bodies.MEGABYTE + 1


@routes.get("/inmates/import")
@permitted(Permission.INMATE_EDIT)
async def ask(request: web.Request) -> web.StreamResponse:
    """Which file, for which jail."""
    problem = "too_large" if "large" in request.query else ""
    return await _form(request, problem, status=413 if problem else 200)


@permitted(Permission.INMATE_EDIT)
async def send(request: web.Request) -> web.StreamResponse:
    """Keep the file and show what it would do."""
    form, staff = await request.post(), request[STAFF]
    jail_id, gone = str(form.get("jail", "")), str(form.get("gone", ""))
    name, content = _file(form.get("file"))
    if not jail_id.isdecimal() or int(jail_id) not in staff.jail_ids:
        raise web.HTTPForbidden
    if gone not in set(Gone):
        raise web.HTTPBadRequest
    if not content:
        return await _form(request, "empty" if name else "missing")
    kept = Upload(int(jail_id), staff.id, Gone(gone), content)
    try:
        kept.parsed()
    except BadFile as error:
        return await _form(request, error.why, error.detail)
    token = await upload.keep(request.app[REDIS], request.app[SETTINGS].secret_key, kept)
    raise web.HTTPSeeOther(f"/inmates/import/{token}")


routes.post("/inmates/import")(bodies.takes(send, megabytes=_MEGABYTES, instead="/inmates/import?large=1"))


@routes.get("/inmates/import/{token:[A-Za-z0-9_-]{24}}")
@permitted(Permission.INMATE_EDIT)
async def look(request: web.Request) -> web.StreamResponse:
    """What the file would do."""
    return await _look(request, await _kept(request))


@routes.post("/inmates/import/{token:[A-Za-z0-9_-]{24}}")
@permitted(Permission.INMATE_EDIT)
async def confirm(request: web.Request) -> web.StreamResponse:
    """Do what was shown."""
    app, kept = request.app, await _kept(request)
    parsed, shown = kept.parsed(), await field(request, "shown")
    if shown != fingerprint(await dry_run(app[DB], kept.jail_id, parsed.rows, kept.gone)):
        return await _look(request, kept, changed=True)
    try:
        done = await apply(
            app[DB],
            kept.jail_id,
            parsed.rows,
            f"staff:{request[STAFF].id}",
            app[CLOCK].now(),
            gone=kept.gone,
            faults=parsed.faults,
        )
    except (BadLines, Overtaken):
        return await _look(request, kept, changed=True)
    await upload.forget(app[REDIS], request.match_info["token"])
    raise web.HTTPSeeOther(f"/inmates?jail={kept.jail_id}&said=imported&reviews={len(done.reviews)}")


def fingerprint(plan: Plan) -> str:
    """Names a difference: the same one again has the same fingerprint."""
    parts = [
        *(f"+{row.line}" for row in plan.added),
        *(f"~{change.before.id}:{','.join(change.columns)}:{change.row.line}" for change in plan.changed),
        *(f"-{inmate.id}" for inmate in plan.gone),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _file(sent: object) -> tuple[str, bytes]:
    """A file's name and content; neither where none was chosen."""
    if not isinstance(sent, web.FileField):
        return "", b""
    with sent.file:
        return sent.filename, sent.file.read(MAX_BYTES + 1)


async def _kept(request: web.Request) -> Upload:
    app, staff = request.app, request[STAFF]
    kept = await upload.find(app[REDIS], app[SETTINGS].secret_key, request.match_info["token"], staff.id)
    if kept is None:
        raise errors.NotFound
    require_scope(staff, kept.jail_id)
    return kept


async def _look(request: web.Request, kept: Upload, *, changed: bool = False) -> web.Response:
    parsed: Parsed = kept.parsed()
    plan = await dry_run(request.app[DB], kept.jail_id, parsed.rows, kept.gone)
    async with request.app[DB].read() as uow:
        jail = await uow.jails.get(kept.jail_id)
    await looks.note(request, AuditEvent.INMATE_LIST, jail_id=jail.id, details={"done": "dry_run"})
    return render(
        request,
        "inmates/dry_run.html",
        status=409 if changed else 200,
        staff=request[STAFF],
        jail=jail,
        plan=plan,
        touched=len(list(plan.causes())),
        faults=parsed.faults,
        shown=SHOWN,
        fingerprint=fingerprint(plan),
        changed=changed,
        columns=COLUMNS,
        words=FAULTS,
        statuses=STATUSES,
        categories=CATEGORIES,
    )


async def _form(request: web.Request, why: str = "", detail: str = "", *, status: int = 0) -> web.Response:
    staff = request[STAFF]
    jail, jails = await choose_jail(request, staff)
    chosen = await field(request, "jail") if request.method == "POST" else str(jail.id)
    gone = await field(request, "gone") if request.method == "POST" else ""
    return render(
        request,
        "inmates/import.html",
        status=status or (422 if why else 200),
        staff=staff,
        jails=jails,
        chosen=chosen,
        gone=gone if gone in set(Gone) else Gone.KEPT,
        columns=COLUMNS,
        problem=FILES[why] if why else "",
        detail=detail,
    )
