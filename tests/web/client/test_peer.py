"""js/media/peer.js with offers of the real relay: what a browser answers to them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from config.clock import SystemClock
from rooms.media import MediaNode

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

ANSWER = """async ([sdp, sends]) => {
  const { Peer } = await import("/static/js/media/peer.js");
  const tracks = [];
  let answer = null;
  const listener = { onCandidate() {}, onConnected() {}, onStill() {}, onTrouble() {},
    onAnswer: (offer, sdp) => (answer = [offer, sdp]),
    onTrack: (participant, track) => tracks.push([participant, track.kind]) };
  const servers = [{ urls: ["turns:turn.test:443?transport=tcp"], username: "1772432101:me", credential: "signed" }];
  const peer = new Peer(listener, sends, servers);
  await peer.accept(7, sdp);
  const first = answer;
  await peer.accept(8, sdp.replaceAll("SAVPF 111 63", "SAVPF 63 111"));
  const twice = answer;
  const senders = () => peer.connection.getSenders();
  const sent = () => senders().map((sender) => sender.track?.kind ?? null);
  const limits = senders().map((sender) => sender.getParameters().encodings?.[0]?.maxBitrate ?? null);
  const restarted = sdp.replace(/ice-ufrag:\\S+/g, "ice-ufrag:other");
  const other = sdp.replace(/^o=- \\d+/m, "o=- 1");
  const fits = [sdp, restarted, other].map((each) => peer.fits(each));
  const found = { tracks, answer: first, twice, sending: sent(), limits, fits };
  found.servers = peer.connection.getConfiguration().iceServers;
  if (sends) {
    const { tracks: open } = await devices();
    await peer.send(open);
    found.live = sent();
    await peer.send({ audio: null, video: null });
    found.held = sent();
    found.layers = [encodings()];
    for (const small of [true, false]) {
      await peer.layers(small);
      found.layers.push(encodings());
    }
  }
  peer.close();
  return found;

  function encodings() {
    const { encodings } = senders()[1].getParameters();
    return encodings.map((each) => [each.rid, each.active, each.maxBitrate, each.scaleResolutionDownBy]);
  }

  async function devices() {
    const { Devices } = await import("/static/js/media/devices.js");
    const found = new Devices();
    await found.open();
    return found;
  }
}"""


class Deaf:
    """A listener that nobody needs here."""

    def on_connected(self, participant_id: str) -> None:
        """Nothing."""

    def on_media(self, participant_id: str, kind: object) -> None:
        """Nothing."""

    def on_offer(self, participant_id: str) -> None:
        """Nothing."""

    def on_pictures(self, participant_id: str, unseen: frozenset[str], *, weak: bool) -> None:
        """Nothing."""

    def on_layers(self, participant_id: str, *, small: bool) -> None:
        """Nothing."""

    def on_lost(self, participant_id: str) -> None:
        """Nothing."""


async def answered(page: Page, role: str, sources: list[str]) -> dict[str, Any]:
    """What the page makes of a real offer, after the relay has taken its answer."""
    node = MediaNode("127.0.0.1", 0, ["127.0.0.1"], SystemClock())
    await node.open()
    try:
        room = node.add_room("room", "family", datetime.now(UTC) + timedelta(minutes=5))
        peer = room.add_peer("me", role, sources, Deaf())
        found: dict[str, Any] = await page.evaluate(ANSWER, [peer.offer(), role != "monitor"])
        peer.answer(found["answer"][1])
    finally:
        await node.close()
    return found


def directions(sdp: str) -> list[str]:
    """The direction of each media section of a description; what stands before the first is overruled by them."""
    media = sdp[sdp.index("m=") :]
    return [line[2:] for line in media.splitlines() if line in ("a=sendrecv", "a=recvonly", "a=sendonly", "a=inactive")]


async def test_a_participant_is_ready_to_send_but_sends_nothing_while_waiting(modules: Page) -> None:
    """The first audio and video sections are for both ways, without a track until the visit is live."""
    found = await answered(modules, "visitor", ["terminal-1", "v2"])
    assert found["answer"][0] == 7
    assert directions(found["answer"][1]) == ["sendrecv", "sendrecv", "recvonly", "recvonly"]
    assert found["sending"] == [None] * 4
    assert found["live"][:2] == ["audio", "video"]
    assert found["held"] == [None] * 4
    assert found["limits"][1] in (600_000, None)


async def test_each_track_is_named_after_whom_it_comes_from(modules: Page) -> None:
    """The stream's id is the participant's; so a tile knows its picture before the first packet."""
    found = await answered(modules, "visitor", ["terminal-1", "v2"])
    assert sorted(map(tuple, found["tracks"])) == [
        ("terminal-1", "audio"), ("terminal-1", "video"), ("v2", "audio"), ("v2", "video"),
    ]  # fmt: skip


async def test_a_monitor_answers_that_it_only_receives(modules: Page) -> None:
    """No section of a monitor's answer could carry anything towards the room."""
    found = await answered(modules, "monitor", ["v1", "terminal-1"])
    assert set(directions(found["answer"][1])) == {"recvonly"}


async def test_another_transport_needs_another_connection(modules: Page) -> None:
    """The same session is the same transport, also where ICE restarts with new credentials; another is another."""
    found = await answered(modules, "visitor", ["terminal-1"])
    assert found["fits"] == [True, True, False]


async def test_the_browser_is_told_the_turn_servers_of_the_entry(modules: Page) -> None:
    """With the participant's own credentials, for a network that lets no UDP through."""
    found = await answered(modules, "visitor", ["terminal-1"])
    [server] = found["servers"]
    assert server["urls"] in ("turns:turn.test:443?transport=tcp", ["turns:turn.test:443?transport=tcp"])
    assert (server["username"], server["credential"]) == ("1772432101:me", "signed")


async def test_another_offer_of_the_connection_makes_sound_redundant_where_the_browser_can(modules: Page) -> None:
    """By the first codec of an answer a browser sends; Firefox goes on as before."""
    found = await answered(modules, "visitor", ["terminal-1"])
    offer, sdp = found["twice"]
    assert offer == 8
    chromium = "Chrome" in await modules.evaluate("navigator.userAgent")
    assert re.findall(r"^m=audio .*SAVPF ([\d ]+)", sdp, re.MULTILINE) == ["63 111" if chromium else "111"]
    assert len(found["tracks"]) == 2


async def test_the_small_layer_is_sent_when_it_is_wanted_and_only_then(modules: Page) -> None:
    """Both browsers answer that they can; until the server says so they send one picture at its full size."""
    found = await answered(modules, "visitor", ["terminal-1"])
    assert "a=simulcast:send h;l" in found["answer"][1]
    before, during, after = found["layers"]
    assert before == [["h", True, 600_000, 1], ["l", False, 80_000, 2]]
    assert during == [["h", True, 600_000, 1], ["l", True, 80_000, 2]]
    assert after == before
