"""web.operator.terminals: pairing codes, and what is asked of a terminal's page, only in the own jails."""

from __future__ import annotations

import pytest
from aiohttp import web

from broker.audit.events import AuditEvent
from broker.staff import Role
from config import keys
from config.secrets import digest
from tests.support.desk import Desk, post, sign_in
from web.operator import terminals
from web.operator.errors import TerminalAway
from web.sse import stamp
from web.terminal import commands
from web.terminal.commands import CommandName
from web.terminal.pairing import CODE_LIFETIME


async def redeemed(desk: Desk, code: str) -> int | None:
    """The terminal that a browser becomes with this code."""
    async with desk.db.begin() as uow:
        terminal = await uow.terminals.redeem_pair_code(digest(code), desk.clock.now(), digest(f"secret for {code}"))
        await uow.commit()
    return None if terminal is None else terminal.id


async def test_a_new_pairing_code_kills_the_one_before(desk: Desk) -> None:
    """A code left on a screen pairs nothing once another was made; each works once, until it is too old."""
    staff = await desk.hire("asha", Role.OPERATOR, desk.here)
    terminal = desk.here.terminals[1]
    _, old = await terminals.make_pair_code(desk.app, staff, terminal.id)
    shown, code = await terminals.make_pair_code(desk.app, staff, terminal.id)
    assert shown.id == terminal.id
    assert [await redeemed(desk, each) for each in (old, code, code)] == [None, terminal.id, None]
    _, late = await terminals.make_pair_code(desk.app, staff, terminal.id)
    desk.clock.advance(CODE_LIFETIME.total_seconds())
    assert await redeemed(desk, late) is None


async def test_terminals_of_other_jails_are_not_paired(desk: Desk) -> None:
    """Refused for one that exists elsewhere, not found for one that doesn't, and neither gets a code."""
    staff = await desk.hire("asha", Role.OPERATOR, desk.here)
    with pytest.raises(web.HTTPForbidden):
        await terminals.make_pair_code(desk.app, staff, desk.elsewhere.terminals[0].id)
    with pytest.raises(web.HTTPNotFound):
        await terminals.make_pair_code(desk.app, staff, 4711)


async def speaking(desk: Desk, terminal: int = 0) -> int:
    """A terminal that is paired and whose page speaks to us now."""
    terminal_id = desk.here.terminals[terminal].id
    async with desk.db.begin() as uow:
        await uow.terminals.pair(terminal_id, digest(f"secret of {terminal_id}"))
        await uow.commit()
    await desk.redis.set(keys.terminal_seen(terminal_id), stamp(desk.clock.now()))
    return terminal_id


@pytest.mark.parametrize("name", list(CommandName))
async def test_what_is_asked_of_a_terminal_is_on_record_before_it_is_asked(desk: Desk, name: CommandName) -> None:
    """Who asked for what on which terminal; the wish then waits for the page."""
    staff = await desk.hire("asha", Role.OPERATOR, desk.here)
    terminal_id = await speaking(desk)
    _, command = await terminals.ask(desk.app, staff, terminal_id, name)
    assert await commands.asked(desk.redis, [terminal_id]) == {terminal_id: command}
    async with desk.db.read() as uow:
        entry = (await uow.audit.newest(1))[0]
    assert (entry.event, entry.by, entry.subject) == (
        AuditEvent.TERMINAL_COMMAND,
        f"staff:{staff.id}",
        f"terminal:{terminal_id}",
    )
    assert entry.details == {"command": name.value}


async def test_a_terminal_that_does_not_listen_is_asked_for_nothing(desk: Desk) -> None:
    """Never paired, or silent for twenty seconds: the operator is told to go and look, and nothing waits for later."""
    staff = await desk.hire("asha", Role.OPERATOR, desk.here)
    unpaired = desk.here.terminals[1].id
    silent = await speaking(desk)
    desk.clock.advance(20)
    for terminal_id in (unpaired, silent):
        with pytest.raises(TerminalAway):
            await terminals.ask(desk.app, staff, terminal_id, CommandName.TEST)
    assert await commands.asked(desk.redis, [unpaired, silent]) == {}


async def test_terminals_of_other_jails_are_asked_for_nothing(desk: Desk) -> None:
    """Scope holds for commands as for codes."""
    staff = await desk.hire("asha", Role.OPERATOR, desk.here)
    with pytest.raises(web.HTTPForbidden):
        await terminals.ask(desk.app, staff, desk.elsewhere.terminals[0].id, CommandName.RELOAD)


async def test_the_console_says_what_became_of_the_wish(desk: Desk) -> None:
    """In words to a script, by the page to a browser without one."""
    await desk.hire("asha", Role.OPERATOR, desk.here)
    terminal_id = await speaking(desk)
    async with desk.browser() as browser:
        await sign_in(browser, "asha")
        path = f"/operator/terminals/{terminal_id}/test"
        asked = await post(browser, path, accept="application/json")
        assert (asked.status, (await asked.json())["done"]) == (200, "test_asked")
        page = await (await browser.get("/operator")).text()
        assert "Name of asha asked for a test" in page
        plain = await post(browser, path)
        assert plain.headers["Location"].startswith("/operator?said=test_asked")
        desk.clock.advance(20)
        away = await post(browser, path, accept="application/json")
        assert (away.status, (await away.json())["error"]) == (409, "terminal_away")
