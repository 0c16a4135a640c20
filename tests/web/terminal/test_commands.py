"""web.terminal.commands: what staff ask of a terminal's page, and when it is done."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from config import keys
from tests.support.clock import NOON
from tests.support.desk import Desk
from web.terminal import commands
from web.terminal.commands import OBEYED, Command, CommandName
from web.terminal.health import DeviceState, Health

HEALTH = Health(NOON, DeviceState.OK, DeviceState.OK, NOON, 20, NOON, "Chrome, Linux", in_call=False)
COMMAND = Command("c" * 32, CommandName.TEST, "staff:1", NOON)


async def test_the_newest_wish_replaces_the_one_before(desk: Desk) -> None:
    """A page does what was asked last, and each terminal its own."""
    await commands.ask(desk.redis, 1, CommandName.TEST, "staff:1", NOON)
    second = await commands.ask(desk.redis, 1, CommandName.RELOAD, "staff:2", NOON)
    other = await commands.ask(desk.redis, 2, CommandName.TEST, "staff:1", NOON)
    assert await commands.asked(desk.redis, [1, 2, 3]) == {1: second, 2: other}
    assert await commands.asked(desk.redis, []) == {}


async def test_a_terminals_words_are_read_back_by_terminal(desk: Desk) -> None:
    """Those that never spoke are left out."""
    await desk.redis.set(keys.terminal_health(1), HEALTH.to_json())
    assert await commands.healths(desk.redis, [1, 2]) == {1: HEALTH}
    assert await commands.healths(desk.redis, []) == {}


def test_a_wish_waits_for_a_minute_or_until_it_is_done() -> None:
    """A page that comes back later does not reload itself for what was asked an hour ago."""
    assert COMMAND.waits(None, NOON)
    assert COMMAND.waits(HEALTH, NOON + OBEYED - timedelta(milliseconds=1))
    assert not COMMAND.waits(HEALTH, NOON + OBEYED)
    assert not COMMAND.waits(replace(HEALTH, done=COMMAND.id), NOON)
    assert COMMAND.waits(replace(HEALTH, done="d" * 32), NOON)
