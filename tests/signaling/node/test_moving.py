"""A page that comes back from another network: who gets its seat, and what its transport is told."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from aiortc import RTCPeerConnection, RTCSessionDescription

from rooms.seats import Role
from tests.support.live import MOTHER
from tests.support.nodes import BOTH, QUICK, Page, TestNode, running


@asynccontextmanager
async def connected(page: Page) -> AsyncIterator[None]:
    """Answer the page's offer for real."""
    await page.send("ready", devices=BOTH)
    offer = await page.hears("offer")
    peer = RTCPeerConnection()
    await peer.setRemoteDescription(RTCSessionDescription(offer["sdp"], "offer"))
    await peer.setLocalDescription(await peer.createAnswer())
    await page.send("answer", offer=offer["offer"], sdp=peer.localDescription.sdp)
    yield
    await peer.close()


async def test_a_restart_is_answered_with_other_credentials_for_the_same_transport(node: TestNode) -> None:
    """The offer that follows is of the same session (o=), with a new user name fragment."""
    async with await node.enter(running(), MOTHER.participant, Role.VISITOR) as page, connected(page):
        first = await page.hears("offer")
        await page.send("restart")
        again = await page.hears("offer", lambda offer: offer["offer"] == 2)
        assert first["sdp"].splitlines()[1].split()[1] == again["sdp"].splitlines()[1].split()[1]
        assert ufrag(first["sdp"]) != ufrag(again["sdp"])


def ufrag(sdp: str) -> str:
    """The ICE user name fragment of an offer."""
    return next(line for line in sdp.splitlines() if line.startswith("a=ice-ufrag:"))


async def test_a_page_that_gave_its_socket_up_is_not_asked_whether_it_is_still_there(
    start_node: Callable[..., Any],
) -> None:
    """Who has heard what the attached socket was told is its page, on another network by now: no second is lost."""
    node = await start_node(replace(QUICK, probe_within=60.0))
    async with await node.enter(running(), MOTHER.participant, Role.VISITOR) as old, node.page() as new:
        old.silent = True
        await new.resume(old.session, old.last_seq)
        assert (await new.hears("welcome"))["resumed"]
        assert await old.closes() == 4009


async def test_a_page_that_was_taken_over_cannot_take_its_seat_back(node: TestNode) -> None:
    """It has not heard what its heir was told; the heir is asked, and answers."""
    async with await node.enter(running(), MOTHER.participant, Role.VISITOR) as first:
        heard, session = first.last_seq, first.session
    async with node.page() as heir, node.page() as former:
        await heir.resume(session, heard)
        await heir.hears("welcome")
        await former.resume(session, heard)
        assert (await former.hears("error"))["id"] == "already_connected"
        assert await former.closes() == 4009
