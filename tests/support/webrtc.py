"""WebRTC clients other than browsers: they answer an offer, send sound and pictures, and count what they decode."""

from __future__ import annotations

import asyncio
import json
from array import array
from asyncio.subprocess import PIPE, Process
from collections import Counter
from pathlib import Path
from typing import Protocol

from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import AudioStreamTrack, MediaStreamError, MediaStreamTrack, VideoStreamTrack
from av import AudioFrame

#: The distribution's own interpreter: GStreamer's bindings are installed for no other.
SYSTEM_PYTHON = "/usr/bin/python3"
ANSWER_SECONDS = 20
#: Of a sample's 32,767.
AUDIBLE = 500


class Client(Protocol):
    """A client. decoded: frames of `audio` and `video`."""

    decoded: Counter[str]

    async def answer(self, offer: str) -> str:
        """Take an offer, once, and begin to connect."""
        ...

    async def close(self) -> None:
        """Hang up."""
        ...


class AiortcClient:
    """A stock aiortc client: full ICE, its own encoders and decoders; it sends silence and green, or nothing.

    Of the sound it counts as `loud` what can be heard.
    """

    def __init__(self, *, sends: bool = True) -> None:
        self.pc = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.decoded: Counter[str] = Counter()
        self._sends = sends
        self._readers: list[asyncio.Task[None]] = []
        self.pc.on("track", lambda track: self._readers.append(asyncio.create_task(self._read(track))))

    async def answer(self, offer: str) -> str:
        """See Client."""
        await self.pc.setRemoteDescription(RTCSessionDescription(offer, "offer"))
        if self._sends:
            self.pc.addTrack(AudioStreamTrack())
            self.pc.addTrack(VideoStreamTrack())
        await self.pc.setLocalDescription(await self.pc.createAnswer())
        return str(self.pc.localDescription.sdp)

    async def _read(self, track: MediaStreamTrack) -> None:
        try:
            while True:
                frame = await track.recv()
                self.decoded[track.kind] += 1
                if isinstance(frame, AudioFrame) and max(array("h", bytes(frame.planes[0]))) > AUDIBLE:
                    self.decoded["loud"] += 1
        except MediaStreamError:
            return

    async def close(self) -> None:
        """See Client."""
        await self.pc.close()
        await asyncio.gather(*self._readers)


class GStreamerClient:
    """GStreamer's webrtcbin, in a process of its own: libnice, a tone, a ball that moves."""

    def __init__(self) -> None:
        self.decoded: Counter[str] = Counter()
        self._process: Process | None = None
        self._answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._reader: asyncio.Task[None] | None = None

    async def answer(self, offer: str) -> str:
        """See Client."""
        script = Path(__file__).with_name("gstreamer_peer.py")
        # In isolation: a virtual environment's settings are not for this interpreter.
        self._process = await asyncio.create_subprocess_exec(
            SYSTEM_PYTHON, "-I", str(script), stdin=PIPE, stdout=PIPE, limit=1 << 20
        )
        self._reader = asyncio.create_task(self._read(self._process))
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"offer": offer}).encode() + b"\n")
        return await asyncio.wait_for(self._answer, ANSWER_SECONDS)

    async def _read(self, process: Process) -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            said = json.loads(line)
            if "answer" in said:
                self._answer.set_result(said["answer"])
            else:
                self.decoded = Counter(said["decoded"])
        if not self._answer.done():
            self._answer.set_exception(RuntimeError("GStreamer ended without an answer; what it said is on stderr"))

    async def close(self) -> None:
        """See Client."""
        if self._process is None or self._reader is None:
            return
        assert self._process.stdin is not None
        self._process.stdin.close()
        await asyncio.wait_for(self._process.wait(), ANSWER_SECONDS)
        await self._reader
