"""`/api/v1/inmates`: a prison's own system keeps its register current here. docs/api.md is its reference."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from broker.audit.events import AuditEvent
from broker.people import Inmate, Jail
from broker.register.api_keys import ApiKey
from broker.register.errors import BadFile, Overtaken
from broker.register.lines import COLUMNS, Fault, key_of, read_line
from broker.register.plan import Gone, Plan
from broker.register.rows import MAX_BYTES, parse
from broker.register.service import Applied, apply, dry_run
from broker.vocabulary import InmateStatus
from web.api.auth import authorised, refuse
from web.csrf import exempt
from web.keys import CLOCK, DB
from web.staff import looks

routes = web.RouteTableDef()

PAGE = 1000
_YES = {"1": True, "true": True, "0": False, "false": False, "": False}


@routes.get("/api/v1/inmates")
async def listed(request: web.Request) -> web.StreamResponse:
    """A page of the register, in order of registration."""
    key, jail = await authorised(request)
    after, status = request.query.get("after", "0"), request.query.get("status", "")
    if not after.isdecimal() or len(after) > 9 or status not in {"", *InmateStatus}:
        refuse(400, "bad_parameter")
    wanted = InmateStatus(status) if status else None
    async with request.app[DB].read() as uow:
        found = await uow.inmates.page(jail.id, status=wanted, after=int(after), limit=PAGE + 1)
    more = found[PAGE - 1].id if len(found) > PAGE else None
    await looks.note(request, AuditEvent.INMATE_LIST, by=_by(key), jail_id=jail.id)
    return _answer({"jail": _code(jail), "inmates": [_shown(inmate) for inmate in found[:PAGE]], "next": more})


# Asked by programs with a key, which no browser adds by itself: a form token would prove nothing more.
@routes.put("/api/v1/inmates/{number:.+}")
@exempt
async def put(request: web.Request) -> web.StreamResponse:
    """Write one person's line: a new one, or a change."""
    key, jail = await authorised(request)
    number = request.match_info["number"]
    data = _json(await body(request))
    if not isinstance(data, dict):
        refuse(400, "bad_json")
    if key_of(str(data.setdefault("number", number))) != key_of(number):
        refuse(422, "bad_lines", faults=[{"line": 1, "column": "number", "why": "other_number"}])
    row, faults = read_line(1, data)
    if row is None:
        refuse(422, "bad_lines", faults=_faults(faults))
    try:
        done = await apply(request.app[DB], jail.id, [row], _by(key), request.app[CLOCK].now())
    except Overtaken:
        refuse(409, "overtaken")
    result = "added" if done.plan.added else "changed" if done.plan.changed else "same"
    return _answer({"result": result, "reviews": len(done.reviews)}, status=201 if done.plan.added else 200)


@routes.post("/api/v1/inmates")
@exempt
async def bulk(request: web.Request) -> web.StreamResponse:
    """Hold many lines against the register, and unless it is a dry run, write them: all or nothing."""
    key, jail = await authorised(request)
    dry, gone = _YES.get(request.query.get("dry_run", "").lower()), request.query.get("gone", Gone.KEPT.value)
    if dry is None or gone not in set(Gone):
        refuse(400, "bad_parameter")
    try:
        parsed = parse(await body(request))
    except BadFile as error:
        refuse(400, "bad_file", why=error.why)
    if dry:
        plan = await dry_run(request.app[DB], jail.id, parsed.rows, Gone(gone))
        return _answer({"dry_run": True, **_counts(plan, len(list(plan.causes()))), "faults": _faults(parsed.faults)})
    if parsed.faults:
        refuse(422, "bad_lines", faults=_faults(parsed.faults))
    try:
        done = await apply(request.app[DB], jail.id, parsed.rows, _by(key), request.app[CLOCK].now(), gone=Gone(gone))
    except Overtaken:
        refuse(409, "overtaken")
    return _answer({"dry_run": False, **_done(done), "faults": []})


async def body(request: web.Request) -> bytes:
    """The whole body, up to the register's own limit: the application's is for forms. Raises 400 as JSON."""
    taken = bytearray()
    async for chunk in request.content.iter_any():
        taken += chunk
        if len(taken) > MAX_BYTES:
            refuse(400, "bad_file", why="too_large")
    return bytes(taken)


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        refuse(400, "bad_json")


def _shown(inmate: Inmate) -> dict[str, object]:
    return {column: getattr(inmate, column) for column in COLUMNS}


def _faults(faults: tuple[Fault, ...]) -> list[dict[str, object]]:
    """What was wrong, without repeating what was written there: answers end up in logs."""
    return [{"line": fault.line, "column": fault.column, "why": fault.why.value} for fault in faults]


def _counts(plan: Plan, reviews: int) -> dict[str, object]:
    return {
        "added": len(plan.added),
        "changed": len(plan.changed),
        "gone": len(plan.gone),
        "absent": plan.absent,
        "same": plan.same,
        "reviews": reviews,
    }


def _done(done: Applied) -> dict[str, object]:
    return _counts(done.plan, len(done.reviews))


def _answer(data: dict[str, object], *, status: int = 200) -> web.Response:
    return web.json_response(
        data,
        status=status,
        headers={"Cache-Control": "no-store"},
        dumps=lambda value: json.dumps(value, ensure_ascii=False),
    )


def _by(key: ApiKey) -> str:
    return f"api_key:{key.id}"


def _code(jail: Jail) -> str:
    return f"{jail.state_code}/{jail.code}"
