"""The conversation over a real WebSocket: limits, heartbeats, and the boundary."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import WSServerHandshakeError

from config.facts import EndReason
from rooms.seats import Role, from_iso
from signaling.limits import Limits
from tests.support.live import BROTHER, MOTHER, TERMINAL, until
from tests.support.nodes import BOTH, QUICK, Page, TestNode, running


async def test_a_visitor_is_welcomed_with_how_things_stand(node: TestNode) -> None:
    """The welcome says who one is, when the slot is, what is waited for, and who has a seat."""
    spec = running(visitors=(MOTHER, BROTHER))
    async with await node.enter(spec, MOTHER.participant, Role.VISITOR) as page:
        welcome = page.said[0]
    assert welcome["seq"] == 1
    assert (welcome["participant"], welcome["role"], welcome["kind"]) == (MOTHER.participant, "visitor", "family")
    assert (welcome["state"], welcome["awaiting"]) == ("waiting", "prison")
    assert (welcome["resumed"], welcome["media"]) == (False, "new")
    assert 895 <= welcome["left"] <= 900
    assert abs((from_iso(welcome["now"]) - datetime.now(UTC)).total_seconds()) < 2
    assert [person["participant"] for person in welcome["people"]] == [
        TERMINAL.participant,
        MOTHER.participant,
        BROTHER.participant,
    ]
    assert not any(person["present"] for person in welcome["people"])


async def test_two_sides_see_each_other_come_and_the_room_go_live(node: TestNode) -> None:
    """Ready makes an offer for oneself and a presence for the other; opening makes the room live for both."""
    spec = running()
    async with (
        await node.enter(spec, MOTHER.participant, Role.VISITOR) as mother,
        await node.enter(spec, TERMINAL.participant, Role.TERMINAL) as terminal,
    ):
        await mother.send("ready", devices=BOTH)
        offer = await mother.hears("offer")
        assert offer["offer"] == 1
        assert "a=ice-lite" in offer["sdp"]
        people = await terminal.hears("people", lambda told: any(each["present"] for each in told["people"]))
        assert [each["participant"] for each in people["people"] if each["present"]] == [MOTHER.participant]
        await terminal.send("ready", devices=BOTH)
        await node.registry.open_room(spec.room_id, "operator-1")
        for page in (mother, terminal):
            await page.hears("state", lambda told: told["state"] == "live" and told["awaiting"] is None)


async def test_what_one_sends_and_how_it_arrives_is_told_to_the_other(node: TestNode) -> None:
    """A mute and a bad connection show in the list of people."""
    spec = running()
    async with (
        await node.enter(spec, MOTHER.participant, Role.VISITOR) as mother,
        await node.enter(spec, TERMINAL.participant, Role.TERMINAL) as terminal,
    ):
        await mother.send("ready", devices=BOTH)
        await mother.send("media", audio=False, video=True)
        await mother.send("report", rtt_ms=80, loss_in=0.2, loss_out=0.0, fps=12, kbps_in=100, kbps_out=90)

        def muted_and_bad(told: dict[str, Any]) -> bool:
            person = next(each for each in told["people"] if each["participant"] == MOTHER.participant)
            return (person["audio"], person["video"], person["quality"]) == (False, True, "bad")

        await terminal.hears("people", muted_and_bad)


async def test_at_the_boundary_everybody_is_told_and_shown_out(node: TestNode) -> None:
    """`ended` with the planned end, then 4010, on time, also for a page that says nothing."""
    spec = running(seconds=0.8)
    async with (
        await node.enter(spec, MOTHER.participant, Role.VISITOR) as mother,
        await node.enter(spec, TERMINAL.participant, Role.TERMINAL) as terminal,
    ):
        mother.silent = True
        for page in (mother, terminal):
            ended = await page.hears("ended")
            assert (ended["reason"], ended["ended_at"]) == ("slot_over", ended["planned_end"])
            assert await page.closes() == 4010
        late = (datetime.now(UTC) - spec.ends_at).total_seconds()
    assert 0 <= late < 3


async def test_a_blocked_loop_says_the_same_end_late(node: TestNode) -> None:
    """A busy process is late with the words; the end it says is the slot's."""
    spec = running(seconds=0.5)
    async with await node.enter(spec, MOTHER.participant, Role.VISITOR) as mother:
        time.sleep(0.9)  # noqa: ASYNC251 - the point
        ended = await mother.hears("ended")
        assert ended["ended_at"] == ended["planned_end"]
        assert await mother.closes() == 4010


async def test_staff_end_the_visit_for_everybody(node: TestNode) -> None:
    """The reason is said; who comes afterwards, even with a good ticket, is told the same."""
    spec = running()
    late = await node.ticket(spec, TERMINAL.participant, Role.TERMINAL)
    async with await node.enter(spec, MOTHER.participant, Role.VISITOR) as mother, node.page() as terminal:
        await node.registry.request_end(spec.room_id, EndReason.ENDED_BY_STAFF, "operator-1")
        ended = await mother.hears("ended")
        assert ended["reason"] == "ended_by_staff"
        assert from_iso(ended["ended_at"]) < from_iso(ended["planned_end"])
        assert await mother.closes() == 4010
        await terminal.hello(late)
        assert (await terminal.hears("ended"))["reason"] == "ended_by_staff"
        assert await terminal.closes() == 4010


async def test_a_flood_is_stopped(node: TestNode) -> None:
    """Far more messages than anybody needs: 4008, and the others notice nothing."""
    spec = running()
    async with (
        await node.enter(spec, MOTHER.participant, Role.VISITOR) as mother,
        await node.enter(spec, TERMINAL.participant, Role.TERMINAL) as terminal,
    ):
        for _ in range(QUICK.burst * 3):
            await mother.send("pong")
        assert (await mother.hears("error"))["id"] == "too_fast"
        assert await mother.closes() == 4008
        await terminal.send("ready", devices=BOTH)
        await terminal.hears("offer")


async def test_an_oversized_message_is_stopped(node: TestNode) -> None:
    """More than 64 KiB closes with 1009, whatever it says."""
    async with await node.enter(running(), MOTHER.participant, Role.VISITOR) as mother:
        await mother.send("answer", offer=1, sdp="x" * 66_000)
        assert await mother.closes() == 1009


@pytest.mark.parametrize("frame", ["{}", "not json", b"\x00\x01", '{"type": "answer", "offer": 1, "sdp": "v=0"}'])
async def test_what_is_no_message_closes_the_socket(node: TestNode, frame: str | bytes) -> None:
    """Unknown, unreadable, binary, or at the wrong time: bad_message, 4000."""
    async with await node.enter(running(), MOTHER.participant, Role.VISITOR) as mother:
        await mother.send_raw(frame)
        assert (await mother.hears("error"))["id"] == "bad_message"
        assert await mother.closes() == 4000


async def test_a_bad_answer_is_refused_and_a_new_offer_can_be_asked_for(node: TestNode) -> None:
    """The media path refuses the SDP; the page says ready again and gets another offer."""
    async with await node.enter(running(), MOTHER.participant, Role.VISITOR) as mother:
        await mother.send("ready", devices=BOTH)
        await mother.hears("offer")
        await mother.send("answer", offer=1, sdp="v=0 and nothing else")
        error = await mother.hears("error")
        assert (error["id"], error["fatal"]) == ("bad_description", False)
        await mother.send("ready", devices=BOTH)
        await mother.hears("offer", lambda told: told["offer"] == 2)


async def test_who_says_no_hello_is_shown_out(node: TestNode) -> None:
    """A socket that only sits there is closed with 4001."""
    async with node.page() as page:
        assert (await page.hears("error"))["id"] == "hello_timeout"
        assert await page.closes() == 4001


async def test_a_page_that_does_not_answer_is_dropped(start_node: Callable[..., Any]) -> None:
    """No pong, no word: 4015."""
    node = await start_node(Limits(ping_every=0.1, dead_after=0.4))
    async with await node.enter(running(), MOTHER.participant, Role.VISITOR) as mother:
        mother.silent = True
        assert (await mother.hears("error"))["id"] == "silent"
        assert await mother.closes() == 4015
        assert sum(message["type"] == "ping" for message in mother.said) >= 3


@pytest.mark.parametrize("origin", [None, "https://elsewhere.example", "null"])
async def test_a_page_of_another_origin_is_refused(node: TestNode, origin: str | None) -> None:
    """Another site's page gets no WebSocket, whatever ticket it may hold."""
    with pytest.raises(WSServerHandshakeError) as refused:
        await Page(node.url, origin).open()
    assert refused.value.status == 403


async def test_one_address_cannot_take_all_sockets(start_node: Callable[..., Any]) -> None:
    """The third socket of two is refused; when one closes there is room again."""
    node = await start_node(Limits(sockets_an_address=2))
    async with node.page() as first, node.page():
        with pytest.raises(WSServerHandshakeError) as refused:
            await node.page().open()
        assert refused.value.status == 429
        await first.drop()

        async def comes_in() -> bool:
            third = node.page()
            with contextlib.suppress(WSServerHandshakeError):
                await third.open()
                await third.drop()
                return True
            return False

        assert await until(comes_in)


async def test_a_leaving_node_sends_its_pages_on(start_node: Callable[..., Any]) -> None:
    """On SIGTERM: node_leaving, 4011, also for who has not said hello yet."""
    node = await start_node(Limits())
    async with await node.enter(running(), MOTHER.participant, Role.VISITOR) as mother, node.page() as stranger:
        await asyncio.gather(node.stop(), mother.closes(), stranger.closes())
        for page in (mother, stranger):
            assert page.said[-1]["id"] == "node_leaving"
            assert page.close_code == 4011
