"""What a wall takes from the relay: one keyframe now and then, and how loud somebody is. Nothing is decoded here.

A tap hangs on a route only while it has something to wait for; for all other routes the packet path tests two
attributes. A picture's tap wakes when the relay asks the source for a keyframe, which it does by its own schedule, on a
wall or not (keyframes.py), and sleeps as soon as it has one. It asks for nothing itself, so nobody can notice it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from .counters import Loudness
from .forwarding import Kind
from .levels import LevelMeter
from .routes import A_KEYFRAME, HISTORY, Path, Route
from .wire.rtp import HEADER, MARKED, Stream, payload
from .wire.vp8 import KeyframeCollector

PAUSE = 12.0
"""Seconds after a picture for which none is wanted. With a request each 8 s, that makes one each 16 s."""

TakesKeyframe = Callable[[bytes], None]


class PictureTap:
    """One keyframe of a video route and of the retransmissions that belong to it.

    Until one begins it takes the packets that may begin one, and no others. If that one comes late, the packets that
    overtook it are taken from the route's history, which there is while anybody receives the route.
    """

    __slots__ = ("_collector", "_got", "_video")

    def __init__(self, video: Route, got: TakesKeyframe) -> None:
        self._collector = KeyframeCollector()
        self._video = video
        self._got = got
        video.awaits = A_KEYFRAME

    def take(self, packet: memoryview, size: int, second: int, seq: int, timestamp: int) -> None:
        """Take a packet of video from the packet path."""
        self._push(seq, timestamp, bytes(payload(packet, size)), second)

    def take_repeat(self, packet: memoryview, size: int, second: int, _seq: int, timestamp: int) -> None:
        """Take a retransmission: the original sequence number stands before the payload (RFC 4588 section 4)."""
        found = bytes(payload(packet, size))
        if len(found) >= 2:  # otherwise it is padding, to probe the line
            self._push(int.from_bytes(found[:2]), timestamp, found[2:], second)

    def _push(self, seq: int, timestamp: int, found: bytes, second: int) -> None:
        collector, before = self._collector, self._collector.collecting
        frame = collector.push(seq, timestamp, found, marker=second >= MARKED)
        if frame is None and collector.collecting not in {None, before}:
            frame = self._catch_up(seq)
        self._video.awaits = A_KEYFRAME if collector.collecting is None else collector.collecting
        if frame:
            self._got(frame)

    def _catch_up(self, first: int) -> bytes | None:
        """Take what overtook the first packet of a keyframe; return the frame if it is whole by that."""
        overtook = (self._video.highest - first) & 0xFFFF
        for ahead in range(1, overtook + 1 if overtook < HISTORY else 1):
            packet = self._video.recall((first + ahead) & 0xFFFF)
            if packet is None:
                continue
            _, second, seq, timestamp, _ = HEADER.unpack_from(packet)
            found = bytes(payload(memoryview(packet), len(packet)))
            frame = self._collector.push(seq, timestamp, found, marker=second >= MARKED)
            if frame:
                return frame
        return None


class Taps:
    """The taps of one participant; at first there are none. new_meter: makes what the packet path fills."""

    __slots__ = ("_due", "_heard", "_meter", "_new_meter", "_picture", "_repeats", "_takes", "_video")

    def __init__(self, new_meter: Callable[[], LevelMeter]) -> None:
        self._takes: TakesKeyframe | None = None
        self._new_meter = new_meter
        self._meter: LevelMeter | None = None
        self._heard: Route | None = None
        self._picture: PictureTap | None = None
        self._video: Route | None = None
        self._repeats: Route | None = None
        self._due = float("-inf")

    def lay(self, path: Path, kinds: Collection[Kind], takes: TakesKeyframe | None) -> None:
        """Tap those streams of these kinds that the participant sends now, and no others; called as that changes."""
        video = path.smallest.get(Stream.VIDEO) if takes is not None and Kind.VIDEO in kinds else None
        audio = path.current.get(Stream.AUDIO) if takes is not None and Kind.AUDIO in kinds else None
        self._takes = takes
        if audio is not self._heard:
            self._hear(audio)
        if video is not self._video:
            # A new stream begins with a keyframe, and somebody who has just looked up wants the next one.
            self._sleep()
            self._video, self._due = video, float("-inf")
            self._wake(path)
        elif self._picture is not None:
            self._hang(path)

    def asked(self, path: Path, now: float) -> None:
        """The source was asked for a keyframe, for whatever reason: take it, unless the last one was not long ago."""
        if self._video is not None and now >= self._due:
            self._wake(path)

    def loudness(self) -> Loudness | None:
        """Return how loud the participant was since the last reading; None where no level may be, or can be, known."""
        return self._meter.read() if self._meter is not None else None

    def _hear(self, audio: Route | None) -> None:
        if self._heard is not None:
            self._heard.meter = None
        self._heard, self._meter = audio, None
        if audio is not None:
            audio.meter = self._meter = self._new_meter()

    def _wake(self, path: Path) -> None:
        if self._video is not None and self._picture is None:
            self._picture = PictureTap(self._video, self._got)
            self._hang(path)

    def _hang(self, path: Path) -> None:
        """Hang the picture's tap on the video route, and on whatever route its retransmissions come on now."""
        if self._picture is None or self._video is None:
            return
        self._video.tap = self._picture.take
        repeats = path.smallest.get(Stream.RTX)
        if repeats is not self._repeats:
            self._untap(self._repeats)
            self._repeats = repeats
        if repeats is not None:
            repeats.tap = self._picture.take_repeat

    def _got(self, frame: bytes) -> None:
        takes, video = self._takes, self._video
        self._sleep()
        if takes is not None and video is not None:
            self._due = video.last_at + PAUSE
            takes(frame)

    def _sleep(self) -> None:
        self._untap(self._video)
        self._untap(self._repeats)
        self._picture = self._repeats = None

    @staticmethod
    def _untap(route: Route | None) -> None:
        if route is not None:
            route.tap = None
