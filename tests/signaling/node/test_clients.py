"""Clients of other makes in a real room: they hear and see each other, through signalling and relay as served."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from aiohttp.test_utils import TestServer
from redis.asyncio import Redis

from config.clock import SystemClock
from config.settings import Settings
from rooms.media import MediaNode
from rooms.media.link.srtp import AEAD_AES_128_GCM, AES_128_CM_SHA1_80
from rooms.seats import Role, RoomSpec, Seat
from tests.rooms.wall.test_browser_pictures import CALL, OPEN
from tests.support.live import MOTHER, TERMINAL, until
from tests.support.nodes import BOTH, PATIENT, TestNode, running
from tests.support.ports import free_port
from tests.support.webrtc import AiortcClient, Client, GStreamerClient
from tests.web.client.stand import Stand

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

Decoded = Callable[[], Awaitable[Counter[str]]]

ENOUGH = {"audio": 60, "video": 15}
"""Frames: about two seconds of both, over which a keyframe must have come too."""

PLAY = """() => {
  window.speaker = new Audio();
  window.speaker.srcObject = new MediaStream(window.peer.getReceivers().map((each) => each.track));
  window.speaker.play();
}"""
"""Chromium decodes no sound that nobody plays."""

HEARD = """async () => {
  const stats = [...(await window.peer.getStats()).values()].filter((each) => each.type === "inbound-rtp");
  const sum = (kind, field) =>
    stats.filter((each) => each.kind === kind).reduce((total, each) => total + (each[field] ?? 0), 0);
  const loud = sum("audio", "totalAudioEnergy") > 0;
  return { video: sum("video", "framesDecoded"), audio: loud ? sum("audio", "packetsReceived") : 0 };
}"""


@asynccontextmanager
async def opened_room(settings: Settings, redis_url: str) -> AsyncIterator[tuple[TestNode, RoomSpec]]:
    """A node that offers the machine's addresses, for these clients look for no way over loopback; a room in it."""
    redis = Redis.from_url(redis_url, decode_responses=True, protocol=2)
    node = TestNode(settings, redis, PATIENT, free_port(), MediaNode("0.0.0.0", 0, (), SystemClock()))
    await node.start()
    spec = running()
    try:
        await node.registry.place(spec)
        await node.registry.open_room(spec.room_id, "operator-1")
        yield node, spec
    finally:
        await node.stop()
        await redis.aclose()


async def join(
    node: TestNode, spec: RoomSpec, seat: Seat, answer: Callable[[str], Awaitable[str]], stack: AsyncExitStack
) -> None:
    """Take a seat: ticket, hello, ready, offer, answer."""
    page = await stack.enter_async_context(await node.enter(spec, seat.participant, Role(seat.role)))
    await page.send("ready", devices=BOTH)
    offer = await page.hears("offer")
    await page.send("answer", offer=offer["offer"], sdp=await answer(offer["sdp"]))


async def both_ways(*sides: Decoded) -> None:
    """Wait until everybody has decoded enough of sound and of pictures."""

    async def enough() -> bool:
        counted = [await side() for side in sides]
        return all(each[kind] >= least for each in counted for kind, least in ENOUGH.items())

    assert await until(enough, 120)


def decoded_by(client: Client) -> Decoded:
    """What a client that counts by itself has decoded."""

    async def decoded() -> Counter[str]:
        return client.decoded

    return decoded


async def test_aiortc_and_gstreamer_hear_and_see_each_other(settings: Settings, redis_url: str) -> None:
    """Two ICE agents, two DTLS stacks, two jitter buffers, both codecs; GStreamer has AES-CM alone, aiortc AES-GCM."""
    async with opened_room(settings, redis_url) as (node, spec), AsyncExitStack() as stack:
        clients: list[Client] = [AiortcClient(), GStreamerClient()]
        for client, seat in zip(clients, (MOTHER, TERMINAL), strict=True):
            stack.push_async_callback(client.close)
            await join(node, spec, seat, client.answer, stack)
        await both_ways(*map(decoded_by, clients))
        assert clients[0].decoded["loud"] > ENOUGH["audio"] / 2
        (room,) = node.media.rooms.values()
        assert {way[:2] for way, count in room.counters().ways.items() if count} == {
            (MOTHER.participant, TERMINAL.participant),
            (TERMINAL.participant, MOTHER.participant),
        }
        profiles = {peer.participant_id: peer._transport.profile for peer in room.peers}
        assert profiles == {
            MOTHER.participant: AEAD_AES_128_GCM,
            TERMINAL.participant: AES_128_CM_SHA1_80,
        }


@pytest.mark.live
@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("browser", ["chromium", "firefox"])
async def test_a_browser_and_gstreamer_hear_and_see_each_other(
    settings: Settings, redis_url: str, browsers: dict[str, Browser], browser: str
) -> None:
    """The browser with its invented camera and microphone, by its own statistics."""
    async with opened_room(settings, redis_url) as (node, spec), AsyncExitStack() as stack:
        page = await stage(browsers[browser], stack)
        client = GStreamerClient()
        stack.push_async_callback(client.close)

        async def answer(offer: str) -> str:
            described = str(await page.evaluate(CALL, offer))
            await page.evaluate(PLAY)
            return described

        async def decoded() -> Counter[str]:
            return Counter(await page.evaluate(HEARD))

        await asyncio.gather(join(node, spec, MOTHER, answer, stack), join(node, spec, TERMINAL, client.answer, stack))
        await both_ways(decoded, decoded_by(client))


async def stage(browser: Browser, stack: AsyncExitStack) -> Page:
    """A page with a camera and a microphone."""
    server = await stack.enter_async_context(TestServer(Stand().app()))
    context = await browser.new_context()
    stack.push_async_callback(context.close)
    page = await context.new_page()
    await page.goto(str(server.make_url("/blank")))
    await page.evaluate(OPEN)
    return page
