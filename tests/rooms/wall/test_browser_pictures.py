"""Real video and sound of real browsers, through the relay, the taps and the decoder, to a picture and a level."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp.test_utils import TestServer
from PIL import Image

from rooms.host.tasks import end
from rooms.media import MediaNode, MediaRoom
from rooms.media.keyframes import PERIOD
from rooms.wall.decoder import Decoder, Picture, Source
from tests.rooms.media.conftest import Ears, SteppedClock, until
from tests.web.client.stand import Stand

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

Colour = tuple[int, int, int]
RED, BLUE, GREEN = (200, 30, 30), (30, 40, 190), (30, 150, 50)

PAINT = """async () => {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [640, 480];
  const paint = canvas.getContext("2d");
  window.halves = ["rgb(200,30,30)", "rgb(30,40,190)"];
  let count = 0;
  setInterval(() => {
    window.halves.forEach((colour, half) => { paint.fillStyle = colour; paint.fillRect(320 * half, 0, 320, 480); });
    paint.fillStyle = "white";
    paint.fillRect((count++ * 8) % 640, 460, 20, 20);
  }, 50);
  const context = new AudioContext();
  const [tone, out] = [context.createOscillator(), context.createMediaStreamDestination()];
  window.gain = context.createGain();
  tone.connect(window.gain).connect(out);
  tone.start();
  window.media = new MediaStream([...out.stream.getTracks(), ...canvas.captureStream(20).getTracks()]);
}"""

OPEN = """async () => {
  window.media = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 640, height: 480 } });
}"""

CALL = """async (sdp) => {
  const peer = (window.peer = new RTCPeerConnection({ bundlePolicy: "max-bundle" }));
  await peer.setRemoteDescription({ type: "offer", sdp });
  for (const track of window.media.getTracks()) {
    const transceiver = peer.getTransceivers().find((each) => each.receiver.track.kind === track.kind);
    transceiver.direction = "sendrecv";
    await transceiver.sender.replaceTrack(track);
  }
  await peer.setLocalDescription(await peer.createAnswer());
  return peer.localDescription.sdp;
}"""

ASKED = """async () => {
  const stats = [...(await window.peer.getStats()).values()];
  return stats.find((each) => each.type === "outbound-rtp" && each.kind === "video")?.pliCount ?? 0;
}"""


class Stage:
    """A room with a browser in it, and the pictures a wall is given."""

    def __init__(self, page: Page, room: MediaRoom, clock: SteppedClock) -> None:
        self.page, self.room, self.clock = page, room, clock
        self.pictures: list[Picture] = []
        self.decoder = Decoder(self._keep, clock)

    def _keep(self, _: Source, picture: Picture) -> None:
        self.pictures.append(picture)

    def show(self) -> None:
        """Put the room on a wall."""
        self.room.set_wall(lambda who, frame: self.decoder.offer((self.room.room_id, who), frame))

    async def asked(self) -> int:
        """How many keyframes the browser says it was asked for."""
        return int(await self.page.evaluate(ASKED))

    def level(self) -> int | None:
        """How loud the browser is."""
        loudness = self.room.readings()["visitor-1"].loudness
        return loudness.level if loudness else None


@asynccontextmanager
async def on_stage(browser: Browser, kind: str = "family", devices: str = PAINT) -> AsyncIterator[Stage]:
    """Let a browser call a room of a relay, with painted pictures or an invented camera."""
    clock = SteppedClock()
    node = MediaNode("0.0.0.0", 0, (), clock)  # Firefox wants another address than loopback
    await node.open()
    server = TestServer(Stand().app())
    await server.start_server()
    page = await (await browser.new_context()).new_page()
    room = node.add_room("room-1", kind, clock.now().replace(year=clock.now().year + 1))
    room.set_phase("live")
    stage = Stage(page, room, clock)
    decoding = asyncio.create_task(stage.decoder.run())
    try:
        await page.goto(str(server.make_url("/blank")))
        await page.evaluate(devices)
        peer = room.add_peer("visitor-1", "visitor", ["terminal-1"], Ears())
        answer: Any = await page.evaluate(CALL, peer.offer())
        peer.answer(answer)
        await until(lambda: room.readings()["visitor-1"].frames > 10, 30)
        yield stage
    finally:
        await end([decoding])
        await stage.decoder.close()
        await page.context.close()
        await server.close()
        await node.close()


def halves(picture: Picture) -> tuple[Colour, Colour]:
    """The colours of the left and the right half of a picture."""
    image = Image.open(io.BytesIO(picture.jpeg), formats=["JPEG"]).convert("RGB")
    assert image.width == 320
    small = image.crop((0, 20, 320, image.height - 40)).resize((4, 1), Image.Resampling.BOX)
    left, right = small.getpixel((0, 0)), small.getpixel((3, 0))
    assert isinstance(left, tuple)
    assert isinstance(right, tuple)
    return left[:3], right[:3]  # type: ignore[return-value]


def near(found: Colour, painted: Colour) -> bool:
    """Whether a colour is about the one that was painted: two codecs and two conversions lie between them."""
    return all(abs(a - b) < 45 for a, b in zip(found, painted, strict=True))


async def test_a_browsers_picture_and_voice_come_to_the_wall(browsers: dict[str, Browser]) -> None:
    """Colours as they were painted, the next picture when the schedule has asked, a level while there is sound."""
    async with on_stage(browsers["chromium"]) as stage:
        stage.show()
        stage.clock.ahead += PERIOD
        await until(lambda: stage.pictures, 30)
        left, right = halves(stage.pictures[0])
        assert near(left, RED), left
        assert near(right, BLUE), right
        assert len(stage.pictures[0].jpeg) < 16_000
        await until(lambda: (stage.level() or -127) > -45, 30)
        await stage.page.evaluate("() => { window.gain.gain.value = 0; window.halves[1] = 'rgb(30,150,50)'; }")
        await until(lambda: stage.level() == -127, 30)
        frames = stage.room.readings()["visitor-1"].frames
        await until(lambda: stage.room.readings()["visitor-1"].frames > frames + 10, 30)
        stage.clock.ahead += 2 * PERIOD
        await until(lambda: len(stage.pictures) == 2, 30)
        left, right = halves(stage.pictures[1])
        assert near(left, RED), left
        assert near(right, GREEN), right
        change = stage.pictures[1].change
        assert change is not None
        assert change > 5


async def test_another_browsers_camera_and_microphone_come_to_the_wall(browsers: dict[str, Browser]) -> None:
    """Firefox packs its pictures by itself, and says how loud it is in the same place."""
    async with on_stage(browsers["firefox"], devices=OPEN) as stage:
        stage.show()
        stage.clock.ahead += PERIOD
        await until(lambda: stage.pictures, 30)
        assert max(Image.open(io.BytesIO(stage.pictures[0].jpeg)).size) == 320
        await until(lambda: (stage.level() or -127) > -45, 30)


async def test_a_browser_is_asked_for_nothing_because_of_a_wall(browsers: dict[str, Browser]) -> None:
    """By its own statistics: on the wall, off it and on again, it was not asked once."""
    async with on_stage(browsers["chromium"]) as stage:
        before = await stage.asked()
        for takes in (stage.show, partial(stage.room.set_wall, None), stage.show):
            takes()
            frames = stage.room.readings()["visitor-1"].frames
            await until(lambda frames=frames: stage.room.readings()["visitor-1"].frames > frames + 5, 30)  # type: ignore[misc]
        assert await stage.asked() == before
        stage.clock.ahead += PERIOD
        await until(lambda: stage.pictures, 30)
        assert await stage.asked() == before + 1


async def test_of_a_lawyer_the_wall_gets_the_picture_and_no_level(browsers: dict[str, Browser]) -> None:
    """Real sound comes all the while."""
    async with on_stage(browsers["chromium"], "legal") as stage:
        stage.show()
        stage.clock.ahead += PERIOD
        await until(lambda: stage.pictures, 30)
        reading = stage.room.readings()["visitor-1"]
        assert reading.audio > 0
        assert reading.loudness is None
