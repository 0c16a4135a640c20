"""Real browsers in a call of three: one line gets weak, and nobody else's picture suffers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp.test_utils import TestServer

from bench.caller import Caller
from config.clock import SystemClock
from rooms.host.tasks import end
from rooms.media import MediaNode
from rooms.media.rates.rates import Rates
from rooms.media.wire import rtcp
from rooms.media.wire.rtp import Layer, Stream
from tests.rooms.media.conftest import Ears, until
from tests.web.client.stand import Stand

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Page

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

NAMES = ("terminal-1", "visitor-1", "visitor-2")
READ = Rates.read
UNEVEN = (2_000).to_bytes(4)
"""22 ms of video's jitter: what waits on a narrow line comes as unevenly."""

PATIENCE = 120.0
"""Seconds: a line that was weak is tried anew after ten, and a starved machine takes its time."""
AT_A_SWITCH = 4
"""Pictures that may be missing where layers meet: a third of a second at 12 a second, which nobody sees."""
LOOKS = 5

CALL = """async (sdp) => {
  const { Peer } = await import("/static/js/media/peer.js");
  const media = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 640, height: 480 } });
  const answer = await new Promise((done) => {
    const nothing = () => {};
    const listener = { onAnswer: (_, sdp) => done(sdp), onTrack: show, onCandidate: nothing, onConnected: nothing };
    window.peer = new Peer({ ...listener, onStill: nothing, onTrouble: nothing }, true);
    window.peer.accept(1, sdp);
  });
  await window.peer.send({ audio: media.getAudioTracks()[0], video: media.getVideoTracks()[0] });
  return answer;

  function show(_, track) {
    const shown = Object.assign(document.createElement("video"), { muted: true, autoplay: true });
    shown.srcObject = new MediaStream([track]);
    document.body.append(shown);
  }
}"""

SEEN = """async () => {
  const all = [...(await window.peer.connection.getStats()).values()];
  const video = all.find((each) => each.type === "inbound-rtp" && each.kind === "video" && each.framesDecoded > 0);
  return [video?.frameWidth ?? 0, video?.framesDecoded ?? 0, video?.framesReceived ?? 0, video?.pliCount ?? 0];
}"""

SENT = """async () => {
  const all = [...(await window.peer.connection.getStats()).values()];
  return all.find((each) => each.type === "outbound-rtp" && each.rid === "h").framesSent;
}"""


class Party(Ears):
    """Somebody in the call by a browser; does what the server says of layers."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page = page
        self._tasks: set[asyncio.Task[Any]] = set()

    def on_layers(self, participant_id: str, *, small: bool) -> None:
        """Do it, as lib/visit.js does."""
        super().on_layers(participant_id, small=small)
        said = self.page.evaluate("(small) => window.peer.layers(small)", small)
        self._tasks.add(asyncio.ensure_future(said))

    async def done(self) -> None:
        """Wait for what was to be done."""
        await asyncio.gather(*self._tasks)

    async def seen(self) -> tuple[int, int, int, int]:
        """The width of the picture that is shown, pictures decoded and received, requests for a keyframe."""
        width, decoded, received, wishes = await self.page.evaluate(SEEN)
        return width, decoded, received, wishes

    async def sent(self) -> int:
        """Pictures sent in the main layer, which never rests."""
        return int(await self.page.evaluate(SENT))

    async def shows(self, width: int, more: int) -> None:
        """Wait for so many more pictures of this width."""
        first: int | None = None
        async with asyncio.timeout(PATIENCE):
            while True:
                shown, decoded, _, _ = await self.seen()
                if shown == width:
                    first = decoded if first is None else first
                if first is not None and decoded >= first + more:
                    break
                await asyncio.sleep(0.05)
        assert shown == width


class Call:
    """A terminal and a visitor by browsers, and another visitor, whose line is strong, by hand."""

    def __init__(self, node: MediaNode) -> None:
        self.room = node.add_room("room-1", "family", datetime.now(UTC) + timedelta(minutes=5))
        self.room.set_phase("live")
        self.caller = Caller()
        self.caller.on_rtp = lambda _: None
        self.caller.on_rtcp = lambda _: None
        self.line: int | None = None

    async def join(self, context: BrowserContext, url: str, who: str) -> Party:
        """Let somebody come by a browser."""
        party = Party(await context.new_page())
        await party.page.goto(url)
        peer = self.room.add_peer(who, who[:-2], [each for each in NAMES if each != who], party)
        peer.answer(await party.page.evaluate(CALL, peer.offer()))
        return party

    async def join_by_hand(self) -> None:
        """Let the other visitor come, and say every now and then that its line is strong."""
        peer = self.room.add_peer("visitor-2", "visitor", ["terminal-1"], Ears())
        await self.caller.call(peer.offer(), peer.answer)
        assert self.caller.server is not None
        ssrc = self.caller.server.slots["terminal-1"][1]
        while True:
            self.caller.send_rtcp(rtcp.receiver_report(1) + rtcp.remb(rtcp.Estimate(900_000, (ssrc,))))
            self.caller.consent()
            await asyncio.sleep(0.2)

    def read(self, rates: Rates, packets: Sequence[rtcp.Packet], now: float) -> bool:
        """Let the first visitor's line be what it is to be, whatever a browser makes of loopback."""
        if rates.receiving.path.owner.participant_id == "visitor-1" and self.line is not None:
            packets = [self._of_line(each, self.line) for each in packets]
        return READ(rates, packets, now)

    @staticmethod
    def _of_line(packet: rtcp.Packet, line: int) -> rtcp.Packet:
        if isinstance(packet, rtcp.Estimate):
            return replace(packet, bitrate=line)
        if isinstance(packet, rtcp.ReportBlock) and line < 250_000:
            return replace(packet, timing=UNEVEN + packet.timing[4:])
        return packet


@asynccontextmanager
async def call(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Call, Party, Party]]:
    """The call, its terminal, and the visitor whose line changes."""
    node = MediaNode("0.0.0.0", 0, (), SystemClock())
    await node.open()
    server = TestServer(Stand().app())
    await server.start_server()
    held = Call(node)
    monkeypatch.setattr(Rates, "read", lambda rates, packets, now: held.read(rates, packets, now))  # noqa: PLW0108 - bound to the instance
    by_hand = asyncio.create_task(held.join_by_hand())
    context = await browser.new_context()
    try:
        url = str(server.make_url("/blank"))
        yield held, await held.join(context, url, "terminal-1"), await held.join(context, url, "visitor-1")
    finally:
        await end([by_hand])
        held.caller.close()
        await context.close()
        await server.close()
        await node.close()


async def missing(source: Party, receiver: Party) -> int:
    """Pictures sent that have not come. Those on their way, and sent between two looks, are in it: never too few."""
    _, _, received, _ = await receiver.seen()
    return await source.sent() - received


async def test_a_line_that_gets_weak_gets_the_small_layer_and_later_the_large_one_without_a_break(
    browsers: dict[str, Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chromium sends and decodes: pictures go on, none is missing, nothing is asked for.

    Whether one freezes is up to the machine as well: it is pictures that are counted, and not their seconds.
    """
    async with call(browsers["chromium"], monkeypatch) as (held, terminal, visitor):
        held.line = 900_000
        await visitor.shows(640, 12)
        main = held.room.peers[1].path.layers[Layer.MAIN][Stream.VIDEO]
        _, _, _, wishes = await visitor.seen()
        before = min([await missing(terminal, visitor) for _ in range(LOOKS)])

        async def nothing_broke(switches: int) -> None:
            async with asyncio.timeout(PATIENCE):
                while await missing(terminal, visitor) > before + switches * AT_A_SWITCH:  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
            assert (await visitor.seen())[3] == wishes

        held.line = 150_000
        await until(lambda: ("small layer on", "terminal-1") in terminal.heard, PATIENCE)
        await visitor.shows(320, 24)
        await nothing_broke(1)
        assert [leg.path.owner.participant_id for leg in main.legs] == ["visitor-2"]
        held.line = 900_000
        await until(lambda: len(main.legs) == 2, PATIENCE)
        await visitor.shows(640, 24)
        await nothing_broke(2)
        await until(lambda: ("small layer off", "terminal-1") in terminal.heard, PATIENCE)
        await terminal.done()
