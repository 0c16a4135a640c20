"""Warnings on their way to a page: over real WebSockets and a real Redis, whatever drops between."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rooms import moderation
from rooms.host.tasks import end
from rooms.moderation import WarningNotice
from rooms.seats import Role
from signaling.limits import Limits
from tests.support.live import MOTHER, TERMINAL
from tests.support.nodes import BOTH, TestNode, running

COVER = moderation.Warning("w-1", notice=WarningNotice.COVER)


async def test_a_warning_reaches_those_it_is_for_and_no_monitor(node: TestNode) -> None:
    """To the family only: the terminal and the monitor hear what comes after it, and not this."""
    spec = running()
    to_family = moderation.Warning("w-2", to=(MOTHER.participant,), text="कृपया बैठ जाइए।")
    async with (
        await node.enter(spec, MOTHER.participant, Role.VISITOR) as mother,
        await node.enter(spec, TERMINAL.participant, Role.TERMINAL) as terminal,
        await node.enter(spec, "monitor-1", Role.MONITOR) as monitor,
    ):
        await node.registry.warn(spec.room_id, to_family, "staff:7")
        assert (await mother.hears("warning"))["text"] == "कृपया बैठ जाइए।"
        await node.registry.open_room(spec.room_id, "staff:7")
        for page in (terminal, monitor):
            await page.hears("state", lambda told: told["state"] == "live")
            assert "warning" not in {message["type"] for message in page.said}


async def test_a_page_that_missed_a_warning_is_told_it_once(node: TestNode) -> None:
    """Told to a socket that had gone: it follows the welcome. The next resume brings nothing."""
    spec = running()
    async with await node.enter(spec, MOTHER.participant, Role.VISITOR) as first:
        await first.drop()
        await node.registry.warn(spec.room_id, COVER, "staff:7")
        async with node.page() as again:
            await again.resume(first.session, first.last_seq)
            welcome, warning = await again.hears("welcome"), await again.hears("warning")
            assert (warning["id"], warning["notice"], warning["text"]) == ("w-1", "cover", "")
            assert warning["seq"] > welcome["seq"]
            await again.drop()
        async with node.page() as third:
            await third.resume(first.session, again.last_seq)
            await third.hears("welcome")
            await third.send("ready", devices=BOTH)
            await third.hears("offer")
            assert "warning" not in {message["type"] for message in third.said}


async def test_who_comes_a_moment_after_a_warning_is_told_it_after_the_welcome(node: TestNode) -> None:
    """The message's number is the next after the welcome's; what staff have taken is in the list of people."""
    spec = running()
    await node.registry.place(spec)
    await node.registry.warn(spec.room_id, COVER, "staff:7")
    await node.registry.moderate(spec.room_id, MOTHER.participant, muted=True, by="staff:7")
    async with await node.enter(spec, MOTHER.participant, Role.VISITOR) as page:
        warning = await page.hears("warning")
        [welcome] = [message for message in page.said if message["type"] == "welcome"]
        assert warning["seq"] == welcome["seq"] + 1
        assert [(each["muted"], each["blanked"]) for each in welcome["people"]] == [(False, False), (True, False)]


async def test_a_warning_of_the_last_minute_is_told_again_on_the_next_node(start_node: Callable[..., Any]) -> None:
    """Nobody knows whether the dead node had told it: its id tells the page. Staff's hold and blank are there too."""
    dying = await start_node()
    spec = running(seconds=600)
    page = await dying.enter(spec, MOTHER.participant, Role.VISITOR)
    await dying.registry.open_room(spec.room_id, "staff:7")
    await dying.registry.warn(spec.room_id, COVER, "staff:7")
    first = await page.hears("warning")
    heir = await start_node(Limits())
    await end(dying.host._tasks)  # as SIGKILL would: no word to anybody
    await dying.redis.zrem("mulakat:nodes", dying.host.node)
    await page.drop()
    await heir.registry.hold(spec.room_id, held=True, by="staff:7")
    await heir.registry.moderate(spec.room_id, MOTHER.participant, blanked=True, by="staff:7")
    async with heir.page() as again:
        await again.resume(page.session, page.last_seq)
        welcome, second = await again.hears("welcome"), await again.hears("warning")
    assert (second["id"], second["seq"]) == (first["id"], welcome["seq"] + 1)
    assert (welcome["state"], welcome["people"][1]["blanked"]) == ("held", True)
