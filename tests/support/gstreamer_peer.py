"""GStreamer's webrtcbin as a participant: run by the system's own Python, which has its bindings.

Speaks JSON, a line each. In: {"offer": SDP}; the end of input ends the process. Out: {"answer": SDP}, then
{"decoded": {"audio": COUNT, "video": COUNT}} five times a second: buffers of sound and pictures that left a decoder.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstSdp", "1.0")
gi.require_version("GstWebRTC", "1.0")
from gi.repository import GLib, Gst, GstSdp, GstWebRTC  # noqa: E402 - versions first

SENDS = """
    webrtcbin name=peer bundle-policy=max-bundle
    audiotestsrc is-live=true ! audioconvert ! audioresample ! opusenc ! rtpopuspay pt=111
      ! application/x-rtp,media=audio,encoding-name=OPUS,payload=111,clock-rate=48000 ! peer.
    videotestsrc is-live=true pattern=ball ! video/x-raw,width=320,height=240,framerate=15/1 ! vp8enc deadline=1
      target-bitrate=200000 keyframe-max-dist=1000 ! rtpvp8pay pt=96 picture-id-mode=15-bit
      ! application/x-rtp,media=video,encoding-name=VP8,payload=96,clock-rate=90000 ! peer.
"""

DECODERS = {"OPUS": ("audio", "rtpopusdepay ! opusdec"), "VP8": ("video", "rtpvp8depay ! vp8dec")}


class Participant:
    """One connection, and what it decodes."""

    def __init__(self) -> None:
        self.pipeline = Gst.parse_launch(SENDS)
        self.peer = self.pipeline.get_by_name("peer")
        self.peer.connect("pad-added", self._receive)
        # Asks for consent again and again, as browsers do by themselves: who does not is taken for gone (RFC 7675).
        # Kept, because the bindings take the only reference to it.
        self.ice = self.peer.get_property("ice-agent")
        self.ice.get_property("agent").props.keepalive_conncheck = True
        self.decoded = {"audio": 0, "video": 0}
        self.pipeline.set_state(Gst.State.PLAYING)

    def answer(self, offer: str) -> None:
        """Take the offer; the answer is said once there is one."""
        _, message = GstSdp.SDPMessage.new_from_text(offer)
        description = GstWebRTC.WebRTCSessionDescription.new(GstWebRTC.WebRTCSDPType.OFFER, message)
        self.peer.emit("set-remote-description", description, Gst.Promise.new_with_change_func(self._ask, None))

    def _ask(self, _promise: Any, _data: Any) -> None:
        self.peer.emit("create-answer", None, Gst.Promise.new_with_change_func(self._set, None))

    def _set(self, promise: Any, _data: Any) -> None:
        reply = promise.get_reply()  # owns the answer: without it there is none
        answer = reply.get_value("answer")
        self.peer.emit("set-local-description", answer, None)
        say(answer=answer.sdp.as_text())

    def _receive(self, _peer: Any, pad: Any) -> None:
        if pad.direction != Gst.PadDirection.SRC:
            return
        kind, decoder = DECODERS[pad.get_current_caps().get_structure(0).get_string("encoding-name")]
        description = f"{decoder} ! fakesink name=end signal-handoffs=true"
        rest = Gst.parse_bin_from_description(bin_description=description, ghost_unlinked_pads=True)
        rest.get_by_name("end").connect("handoff", self._count, kind)
        self.pipeline.add(rest)
        rest.sync_state_with_parent()
        pad.link(rest.get_static_pad("sink"))

    def _count(self, _sink: Any, _buffer: Any, _pad: Any, kind: str) -> None:
        self.decoded[kind] += 1

    def tell(self) -> bool:
        """Say what has been decoded; again later."""
        say(decoded=self.decoded)
        return True


def say(**words: Any) -> None:
    """Write a line."""
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Take part until the input ends."""
    Gst.init(None)
    loop, participant = GLib.MainLoop(), Participant()

    def heard(_channel: Any, _condition: Any) -> bool:
        line = sys.stdin.readline()
        if not line:
            loop.quit()
            return False
        participant.answer(json.loads(line)["offer"])
        return True

    arrival = GLib.IOCondition.IN | GLib.IOCondition.HUP
    GLib.io_add_watch(GLib.IOChannel.unix_new(sys.stdin.fileno()), GLib.PRIORITY_DEFAULT, arrival, heard)
    GLib.timeout_add(200, participant.tell)
    loop.run()
    participant.pipeline.set_state(Gst.State.NULL)


if __name__ == "__main__":
    main()
