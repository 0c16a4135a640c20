"""A line too weak for a picture, as the family's page lives it: what it says, and what it sends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.web.client.stand import FAMILY, PRISON, eventually
from tests.web.client.test_staff import live, people, says

if TYPE_CHECKING:
    from playwright.async_api import Page

    from tests.web.client.stand import Stand

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_both_sides_of_a_weak_line_are_said_in_words_and_read_out(page: Page, stand: Stand) -> None:
    """On the tile of who is not seen, and below for who does not see us; gone when it is over."""
    await live(page, stand)
    await people(stand, theirs={"unseen_by": [FAMILY]})
    await says(
        page,
        ".tile__words",
        "You do not see Yerwada Central Prison just now, but the voice goes on: the connection on your side is weak",
    )
    await people(stand, theirs={"weak": True})
    await says(page, ".tile__words", "just now, but the voice goes on: the connection there is weak")
    await people(stand, mine={"unseen_by": [PRISON]})
    await says(page, "[data-say=line]", "You are heard but not seen by Yerwada Central Prison just now")
    for place in (".tile__words", "[data-say=line]"):
        assert await page.get_attribute(f"[data-screen=stage] {place}", "role") == "status"
    await page.set_viewport_size(
        {"width": 740, "height": 360}
    )  # a phone on its side: nothing is pushed out, or covered
    leave, said, name = [
        await page.locator(f"[data-screen=stage] {place}").bounding_box()
        for place in ("[data-action=leave]", "[data-say=line]", ".tile__name")
    ]
    assert leave is not None
    assert said is not None
    assert name is not None
    assert leave["y"] + leave["height"] <= 360
    assert said["y"] + said["height"] <= name["y"]
    await people(stand)
    await page.wait_for_selector("[data-screen=stage] [data-say=line]", state="hidden")


async def test_a_picture_our_line_does_not_carry_is_not_sent_and_the_camera_stays_on(page: Page, stand: Stand) -> None:
    """The page says so, and its own picture stays; its voice takes less, for what is said beside it.

    Once it is tried again it is sent again by itself.
    """
    await page.add_init_script(
        """const replace = RTCRtpSender.prototype.replaceTrack;
        window.sent = { audio: null, video: null };
        RTCRtpSender.prototype.replaceTrack = function (track) {
          const kind = this.__kind ??= track?.kind ?? "none";
          window.sent[kind] = track ? track.kind : null;
          return replace.call(this, track);
        };
        const limit = RTCRtpSender.prototype.setParameters;
        window.bits = {};
        RTCRtpSender.prototype.setParameters = function (parameters) {
          window.bits[this.__kind] = parameters.encodings[0].maxBitrate;
          return limit.call(this, parameters);
        };"""
    )
    await live(page, stand)
    sdp = await page.evaluate(OFFER)
    await stand.say("offer", offer=1, sdp=sdp)
    await eventually(page, "window.sent.video === 'video' && window.sent.audio === 'audio'")
    await people(stand, mine={"weak": True})
    await says(page, "[data-say=line]", "The others hear you but do not see you")
    await eventually(page, "window.sent.video === null && window.sent.audio === 'audio' && window.bits.audio < 20_000")
    assert (
        await page.evaluate("document.querySelector('[data-from=self]').srcObject.getVideoTracks()[0].readyState")
        == "live"
    )
    await people(stand)
    await eventually(page, "window.sent.video === 'video' && window.bits.audio === 40_000")
    await page.evaluate(HUSHED)  # the same word by the media path, before signalling brings it
    await eventually(page, "window.sent.video === null && window.bits.audio < 20_000")
    await people(stand, mine={"quality": "poor"})  # what was under way on the socket
    await says(page, "[data-say=line]", "The others hear you but do not see you")
    assert await page.evaluate("window.sent.video") is None
    await people(stand, mine={"weak": True})
    await people(stand)
    await eventually(page, "window.sent.video === 'video' && window.bits.audio === 40_000")


HUSHED = """() => {
  const report = { type: "remote-inbound-rtp", kind: "video", timestamp: Date.now(), fractionLost: 255 / 256 };
  RTCPeerConnection.prototype.getStats = async () => new Map([["video", report]]);
}"""

OFFER = """async () => {
  const peer = new RTCPeerConnection();
  peer.addTransceiver("audio", { direction: "sendrecv" });
  peer.addTransceiver("video", { direction: "sendrecv" });
  const { sdp } = await peer.createOffer();
  peer.close();
  return sdp;
}"""
