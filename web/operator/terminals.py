"""The jail's terminals from the console: paired by a code, asked to try their devices, asked to load anew."""

from __future__ import annotations

from urllib.parse import urlencode

import structlog
from aiohttp import web

from broker.audit.events import AuditEvent
from broker.errors import NotFound, PairCodeTaken
from broker.staff import Staff
from broker.storage.unit import UnitOfWork
from broker.visit import Terminal
from config import keys
from config.secrets import digest
from web.keys import CLOCK, DB, REDIS, SETTINGS
from web.operator.actions import actor
from web.operator.board import TERMINAL_SILENT
from web.operator.errors import TerminalAway
from web.operator.said import Said
from web.operator.view import terminals_seen
from web.render import render, render_text
from web.serving.answers import wants_json
from web.staff.guard import STAFF, permitted, require_scope
from web.staff.permissions import Permission
from web.terminal import commands
from web.terminal.commands import Command, CommandName
from web.terminal.pairing import CODE_LIFETIME, new_code, show_code

routes = web.RouteTableDef()
log = structlog.get_logger(__name__)

TERMINAL = "{id:[0-9]{1,9}}"


@routes.get(f"/operator/terminals/{TERMINAL}/{{act:pair|test|reload}}")
async def gone(_request: web.Request) -> web.StreamResponse:
    """The address of a form, asked for again: a code is shown once, and what was asked for was asked."""
    raise web.HTTPSeeOther("/operator")


@routes.post(f"/operator/terminals/{TERMINAL}/pair")
@permitted(Permission.TERMINAL_PAIR)
async def pair(request: web.Request) -> web.StreamResponse:
    """Show a pairing code, this once: it is stored as a digest only."""
    staff = request[STAFF]
    terminal, code = await make_pair_code(request.app, staff, int(request.match_info["id"]))
    terminal_url = f"{request.app[SETTINGS].public_url}/terminal"
    return render(
        request,
        "operator/pair.html",
        staff=staff,
        terminal=terminal,
        code=show_code(code),
        terminal_url=terminal_url,
    )


@routes.post(f"/operator/terminals/{TERMINAL}/{{act:test|reload}}")
@permitted(Permission.TERMINAL_COMMAND)
async def command(request: web.Request) -> web.StreamResponse:
    """Ask the terminal's page to try its devices, or to load itself anew."""
    name = CommandName(request.match_info["act"])
    terminal_id = int(request.match_info["id"])
    said = Said(f"{name.value}_asked")
    try:
        terminal, _ = await ask(request.app, request[STAFF], terminal_id, name)
        jail_id = str(terminal.jail_id)
    except TerminalAway as away:
        said, jail_id = Said(away.id), ""
    if wants_json(request):
        text = render_text(request, "operator/said.html", {"said": said, "zone": "UTC"}).strip()
        body = {"done" if said.good else "error": said.id, "message": text}
        return web.json_response(body, status=200 if said.good else 409)
    query = {"said": said.id} | ({"jail": jail_id} if jail_id else {})
    raise web.HTTPSeeOther(f"/operator?{urlencode(query)}")


async def make_pair_code(app: web.Application, staff: Staff, terminal_id: int) -> tuple[Terminal, str]:
    """A fresh pairing code for the terminal; the one before dies. 404 for no terminal, 403 for another jail's."""
    now = app[CLOCK].now()
    expires_at = now + CODE_LIFETIME
    async with app[DB].begin() as uow:
        terminal = await _terminal(uow, staff, terminal_id)
        code = new_code()
        try:
            await uow.terminals.set_pair_code(terminal_id, digest(code), expires_at)
        except PairCodeTaken:
            code = new_code()
            await uow.terminals.set_pair_code(terminal_id, digest(code), expires_at)
        uow.audit.record(
            AuditEvent.TERMINAL_PAIR,
            by=actor(staff),
            at=now,
            jail_id=terminal.jail_id,
            subject=f"terminal:{terminal_id}",
            details={"step": "code_made"},
        )
        await uow.commit()
    log.info("operator.pair_code_made", terminal=terminal_id, staff=staff.id)
    await app[REDIS].publish(keys.jail_changed(terminal.jail_id), "")
    return terminal, code


async def ask(app: web.Application, staff: Staff, terminal_id: int, name: CommandName) -> tuple[Terminal, Command]:
    """Ask something of the terminal's page, once it is written down who did. Raises TerminalAway; 404 and 403 as
    `make_pair_code`.
    """
    now = app[CLOCK].now()
    seen_at = (await terminals_seen(app, [terminal_id])).get(terminal_id)
    async with app[DB].begin() as uow:
        terminal = await _terminal(uow, staff, terminal_id)
        if not terminal.paired or seen_at is None or now - seen_at >= TERMINAL_SILENT:
            raise TerminalAway
        uow.audit.record(
            AuditEvent.TERMINAL_COMMAND,
            by=actor(staff),
            at=now,
            jail_id=terminal.jail_id,
            subject=f"terminal:{terminal_id}",
            details={"command": name.value},
        )
        await uow.commit()
    asked = await commands.ask(app[REDIS], terminal_id, name, actor(staff), now)
    log.info("operator.terminal_asked", terminal=terminal_id, staff=staff.id, command=name.value)
    await app[REDIS].publish(keys.jail_changed(terminal.jail_id), "")
    return terminal, asked


async def _terminal(uow: UnitOfWork, staff: Staff, terminal_id: int) -> Terminal:
    try:
        terminal = await uow.jails.terminal(terminal_id)
    except NotFound:
        raise web.HTTPNotFound from None
    require_scope(staff, terminal.jail_id)
    return terminal
