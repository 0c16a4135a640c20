"""Who is let in, who is refused, and who comes back: over real WebSockets, a real Redis and a real media path."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from aiortc import RTCPeerConnection, RTCSessionDescription
from redis.asyncio import Redis

from config.facts import EndReason
from config.secrets import new_token
from rooms.host.tasks import end
from rooms.presence import PresenceState
from rooms.room import MAX_WATCHERS
from rooms.seats import Role
from signaling.limits import Limits
from tests.support.live import BROTHER, MOTHER, TERMINAL, until
from tests.support.nodes import BOTH, QUICK, Page, TestNode, running
from tests.support.proxy import Proxy


async def refused(page: Page, error_id: str, code: int) -> None:
    """Wait until the page is refused with this id and code."""
    assert (await page.hears("error"))["id"] == error_id
    assert await page.closes() == code


@asynccontextmanager
async def connected(node: TestNode, page: Page) -> AsyncIterator[RTCPeerConnection]:
    """Connect the page's media for real, receiving only."""
    await page.send("ready", devices=BOTH)
    offer = await page.hears("offer")
    peer = RTCPeerConnection()
    await peer.setRemoteDescription(RTCSessionDescription(offer["sdp"], "offer"))
    await peer.setLocalDescription(await peer.createAnswer())
    await page.send("answer", offer=offer["offer"], sdp=peer.localDescription.sdp)
    await present(node, MOTHER.participant, PresenceState.CONNECTED)
    yield peer
    await peer.close()


async def present(node: TestNode, participant: str, state: PresenceState) -> None:
    """Wait until the consoles see the participant in this state."""

    async def seen() -> bool:
        presence = (await node.registry.presence("room-1")).get(participant)
        return presence is not None and presence.state is state

    assert await until(seen, seconds=10)


# --- tickets ----------------------------------------------------------------------------------------------------------


async def test_a_ticket_nobody_issued_opens_nothing(node: TestNode) -> None:
    """ticket_refused, 4003."""
    async with node.page() as page:
        await page.hello("made-up")
        await refused(page, "ticket_refused", 4003)


async def test_a_ticket_works_once(node: TestNode) -> None:
    """The second who brings it is refused; the first goes on."""
    spec = running()
    ticket = await node.ticket(spec, MOTHER.participant, Role.VISITOR)
    async with node.page() as first, node.page() as second:
        await first.hello(ticket)
        await first.hears("welcome")
        await second.hello(ticket)
        await refused(second, "ticket_refused", 4003)
        await first.send("ready", devices=BOTH)
        await first.hears("offer")


async def test_a_hello_whose_welcome_was_lost_can_be_said_again(node: TestNode) -> None:
    """The ticket is used, but the proposed session token shows that it was used by the same page."""
    spec, proposed = running(), new_token()
    ticket = await node.ticket(spec, MOTHER.participant, Role.VISITOR)
    async with node.page() as first:
        await first.hello(ticket, proposed)
        await first.hears("welcome")
    async with node.page() as again:
        await again.hello(ticket, proposed)
        welcome = await again.hears("welcome")
        assert (welcome["session"], welcome["resumed"]) == (proposed, True)
        await again.send("ready", devices=BOTH)
        await again.hears("offer")
    async with node.page() as thief:
        await thief.hello(ticket, new_token())
        await refused(thief, "ticket_refused", 4003)


async def test_a_ticket_for_another_nodes_room_is_refused_here(start_node: Callable[..., Any]) -> None:
    """A ticket is bound to the node that holds the room, as long as that one lives."""
    owner, other = await start_node(), await start_node()
    spec = running()
    ticket = await owner.ticket(spec, MOTHER.participant, Role.VISITOR)
    holder = (await owner.registry.place(spec)).node
    wrong = other if holder == owner.host.node else owner
    async with wrong.page() as page:
        await page.hello(ticket)
        await refused(page, "ticket_refused", 4003)


async def test_a_ticket_of_a_boot_that_died_meanwhile_is_good_for_the_next(start_node: Callable[..., Any]) -> None:
    """The node died between the codes and the socket: the family does not have to begin again."""
    node = await start_node()
    ticket = await node.ticket(running(), MOTHER.participant, Role.VISITOR)
    await node.host._announce()  # a new boot behind the same address buries the old one
    async with node.page() as page:
        await page.hello(ticket)
        await page.hears("welcome")


# --- seats ------------------------------------------------------------------------------------------------------------


async def test_a_second_tab_is_refused_and_the_first_stays(node: TestNode) -> None:
    """A new ticket for a seat whose page answers: already_connected, 4009."""
    spec = running()
    async with await node.enter(spec, MOTHER.participant, Role.VISITOR) as first, node.page() as second:
        await second.hello(await node.ticket(spec, MOTHER.participant, Role.VISITOR))
        await refused(second, "already_connected", 4009)
        await first.send("ready", devices=BOTH)
        await first.hears("offer")


async def test_a_ticket_that_met_a_taken_seat_is_good_once_the_seat_is_free(node: TestNode) -> None:
    """The second window says that the visit is open elsewhere; when that one is closed, trying again is enough."""
    spec = running()
    ticket = await node.ticket(spec, MOTHER.participant, Role.VISITOR)
    async with await node.enter(spec, MOTHER.participant, Role.VISITOR), node.page() as second:
        await second.hello(ticket)
        await refused(second, "already_connected", 4009)
    async with node.page() as again:
        await again.hello(ticket)
        await again.hears("welcome")


async def test_a_copied_session_is_refused_while_its_page_lives(node: TestNode) -> None:
    """A duplicated tab takes the session token with it, and has heard nothing; the page that has it stays."""
    async with await node.enter(running(), MOTHER.participant, Role.VISITOR) as first, node.page() as second:
        await second.resume(first.session, 0)
        await refused(second, "already_connected", 4009)
        assert first.close_code is None


async def test_a_page_that_does_not_answer_loses_its_seat_to_its_own_resume(node: TestNode) -> None:
    """The old socket is dead although nobody has noticed: the new one takes over, and the old one is closed."""
    async with await node.enter(running(), MOTHER.participant, Role.VISITOR) as old, node.page() as new:
        old.silent = True
        await new.resume(old.session, 0)
        welcome = await new.hears("welcome")
        assert welcome["resumed"]
        assert welcome["seq"] > 1
        assert await old.closes() == 4009


async def test_two_who_come_at_once_do_not_both_get_the_seat(node: TestNode) -> None:
    """One is welcomed, the other told that the seat is taken."""
    spec = running()
    tickets = [await node.ticket(spec, MOTHER.participant, Role.VISITOR) for _ in range(2)]
    async with node.page() as one, node.page() as two:
        await asyncio.gather(one.hello(tickets[0]), two.hello(tickets[1]))

        async def decided() -> bool:
            return bool(one.said and two.said) and 4009 in (one.close_code, two.close_code)

        assert await until(decided)
        assert sorted(page.said[0]["type"] for page in (one, two) if page.close_code is None) == ["welcome"]


async def test_somebody_without_a_seat_finds_the_room_full(node: TestNode) -> None:
    """A ticket for a participant who is not among the seats: room_full, 4013."""
    async with node.page() as page:
        await page.hello(await node.ticket(running(), "visitor-of-another-visit", Role.VISITOR))
        await refused(page, "room_full", 4013)


async def test_no_more_monitors_than_may_watch(node: TestNode) -> None:
    """The fifth is refused with room_full."""
    spec = running()
    pages = [await node.enter(spec, f"monitor-{number}", Role.MONITOR) for number in range(MAX_WATCHERS)]
    async with node.page() as late:
        await late.hello(await node.ticket(spec, "monitor-late", Role.MONITOR))
        await refused(late, "room_full", 4013)
    await asyncio.gather(*(page.drop() for page in pages))


async def test_nothing_that_is_said_betrays_a_monitor(node: TestNode) -> None:
    """While a monitor comes, watches and goes, a participant hears nothing but pings, in the same numbers."""
    spec = running()
    async with await node.enter(spec, MOTHER.participant, Role.VISITOR) as mother:
        await mother.send("ready", devices=BOTH)
        await mother.hears("offer")
        before = list(mother.said)
        monitor = await node.enter(spec, "monitor-1", Role.MONITOR)
        await monitor.send("ready", devices={"camera": False, "microphone": False})
        offer = await monitor.hears("offer")
        assert TERMINAL.participant in offer["sdp"]
        await monitor.send("media", audio=True, video=True)
        await monitor.send("report", rtt_ms=5, loss_in=1, loss_out=1, fps=0, kbps_in=0, kbps_out=0)
        people = next(each for each in monitor.said if each["type"] == "welcome")["people"]
        await monitor.send("leave")
        await monitor.closes()
        await monitor.drop()
        await mother.send("media", audio=False, video=True)  # after which the next word is about this
        await mother.hears("people", lambda told: not told["people"][1]["audio"] and told["people"][1]["present"])
        after = [message for message in mother.said[len(before) :] if message["type"] != "ping"]
        assert [message["type"] for message in after] == ["people"]
        for told in (after[0]["people"], people):
            assert {person["participant"] for person in told} == {MOTHER.participant, TERMINAL.participant}
    assert "monitor-1" not in await node.registry.presence(spec.room_id)


# --- coming back ------------------------------------------------------------------------------------------------------


async def test_a_dropped_page_resumes_and_is_told_what_it_missed(start_node: Callable[..., Any]) -> None:
    """Media was kept, numbers go on, and a notice from the meantime follows the welcome."""
    node = await start_node(replace(QUICK, kept=30))
    spec = running(seconds=31.5)
    async with await node.enter(spec, MOTHER.participant, Role.VISITOR) as first, connected(node, first):
        await first.drop()
        await asyncio.sleep(2)  # the notice at 30 s is given meanwhile
        async with node.page() as again:
            await again.resume(first.session, first.last_seq)
            welcome = await again.hears("welcome")
            assert (welcome["resumed"], welcome["media"]) == (True, "kept")
            assert welcome["seq"] > first.last_seq
            notice = await again.hears("notice")
            assert (notice["left"], notice["seq"]) == (30, welcome["seq"] + 1)


async def test_media_goes_on_while_the_socket_is_gone(node: TestNode) -> None:
    """For the others nothing happens: the participant is present, and connected."""
    spec = running()
    async with (
        await node.enter(spec, MOTHER.participant, Role.VISITOR) as mother,
        await node.enter(spec, TERMINAL.participant, Role.TERMINAL) as terminal,
        connected(node, mother),
    ):
        heard = len([message for message in terminal.said if message["type"] == "people"])
        await mother.drop()
        async with node.page() as again:
            await again.resume(mother.session, mother.last_seq)
            assert (await again.hears("welcome"))["people"][1]["present"]
        assert len([message for message in terminal.said if message["type"] == "people"]) == heard
        presence = await node.registry.presence(spec.room_id)
        assert presence[MOTHER.participant].state is PresenceState.CONNECTED


async def test_a_reloaded_page_resumes_with_a_new_offer(node: TestNode) -> None:
    """Media was not up: the welcome says so, and ready brings a fresh offer under a new number."""
    async with await node.enter(running(), MOTHER.participant, Role.VISITOR) as first:
        await first.send("ready", devices=BOTH)
        await first.hears("offer")
        await first.drop()
        async with node.page() as again:
            await again.resume(first.session, first.last_seq)
            assert (await again.hears("welcome"))["media"] == "new"
            await again.send("ready", devices=BOTH)
            assert (await again.hears("offer"))["offer"] == 2


async def test_after_the_time_it_is_kept_a_session_resumes_without_a_replay(start_node: Callable[..., Any]) -> None:
    """What was missed so long ago is not told any more; the session still is good."""
    node = await start_node(replace(QUICK, kept=0.1))
    async with await node.enter(running(seconds=31.5), MOTHER.participant, Role.VISITOR) as first:
        await first.drop()
        await asyncio.sleep(2)
        async with node.page() as again:
            await again.resume(first.session, first.last_seq)
            await again.hears("welcome")
            await again.send("ready", devices=BOTH)
            await again.hears("offer")
            assert "notice" not in {message["type"] for message in again.said}


async def test_a_made_up_session_is_unknown(node: TestNode) -> None:
    """session_unknown, 4004."""
    async with node.page() as page:
        await page.resume("made-up", 0)
        await refused(page, "session_unknown", 4004)


async def test_who_has_left_cannot_resume_but_may_come_again(node: TestNode) -> None:
    """Leaving makes the session worthless; a new ticket opens a new one."""
    spec = running()
    async with await node.enter(spec, MOTHER.participant, Role.VISITOR) as first:
        await first.send("leave")
        assert await first.closes() == 1000
        async with node.page() as again:
            await again.resume(first.session, first.last_seq)
            await refused(again, "session_unknown", 4004)
    async with await node.enter(spec, MOTHER.participant, Role.VISITOR) as back:
        assert not back.said[0]["resumed"]


async def test_a_newer_ticket_makes_the_older_session_worthless(node: TestNode) -> None:
    """The seat belongs to one session, the newest; the page left behind is told so."""
    spec = running()
    async with await node.enter(spec, MOTHER.participant, Role.VISITOR) as first:
        await first.drop()
    async with await node.enter(spec, MOTHER.participant, Role.VISITOR), node.page() as old:
        await old.resume(first.session, first.last_seq)
        await refused(old, "session_unknown", 4004)


async def test_a_resume_after_the_end_is_told_how_it_ended(node: TestNode) -> None:
    """The session outlives the room by a minute, to say just this."""
    spec = running()
    async with await node.enter(spec, MOTHER.participant, Role.VISITOR) as first:
        await first.drop()
    await node.registry.request_end(spec.room_id, EndReason.ENDED_BY_STAFF, "operator-1")
    async with node.page() as again:
        await again.resume(first.session, first.last_seq)
        ended = await again.hears("ended")
        assert ended["reason"] == "ended_by_staff"
        assert await again.closes() == 4010


async def test_people_get_back_in_on_another_node_to_the_same_boundary(start_node: Callable[..., Any]) -> None:
    """The node is gone without a word: another takes the room, with the session, the slot and the opening."""
    dying = await start_node()
    spec = running(seconds=600, visitors=(MOTHER, BROTHER))
    page = await dying.enter(spec, MOTHER.participant, Role.VISITOR)
    await dying.registry.open_room(spec.room_id, "operator-1")
    await page.hears("state", lambda told: told["state"] == "live")
    heir = await start_node(Limits())
    await end(dying.host._tasks)  # as SIGKILL would: no word to anybody
    await dying.redis.zrem("mulakat:nodes", dying.host.node)
    await page.drop()
    async with heir.page() as again:
        await again.resume(page.session, page.last_seq)
        welcome = await again.hears("welcome")
    assert (welcome["resumed"], welcome["media"], welcome["state"]) == (True, "new", "live")
    assert welcome["ends_at"] == page.said[0]["ends_at"]
    assert welcome["seq"] == page.last_seq + 1
    assert (await heir.registry.place(spec)).node == heir.host.node


async def test_a_page_that_comes_to_the_wrong_node_is_sent_on(start_node: Callable[..., Any]) -> None:
    """A session whose room a living node holds elsewhere: node_leaving, so that the page asks where."""
    one, other = await start_node(), await start_node()
    spec = running()
    holder = (await one.registry.place(spec)).node
    owner, stranger = (one, other) if holder == one.host.node else (other, one)
    page = await owner.enter(spec, MOTHER.participant, Role.VISITOR)
    await page.drop()
    async with stranger.page() as lost:
        await lost.resume(page.session, page.last_seq)
        await refused(lost, "node_leaving", 4011)


@pytest.mark.parametrize("greeting", ["hello", "resume"])
async def test_without_live_state_nobody_comes_in(
    start_node: Callable[..., Any], redis_url: str, greeting: str
) -> None:
    """Redis does not answer: refused, and the page may try again; nothing is let in on trust."""
    proxy = await Proxy.start(redis_url)
    client = Redis.from_url(proxy.url, decode_responses=True, socket_timeout=0.3, socket_connect_timeout=0.3)
    node = await start_node(client=client)
    ticket = await node.ticket(running(), TERMINAL.participant, Role.TERMINAL)
    page = await node.enter(running(), MOTHER.participant, Role.VISITOR)
    await page.drop()
    await proxy.cut()
    async with node.page() as again:
        await (again.hello(ticket) if greeting == "hello" else again.resume(page.session, page.last_seq))
        await refused(again, "node_leaving", 4011)
    await node.stop()
    await client.aclose()
