"""What a wall takes from the relay: one keyframe now and then, and how loud somebody is. Nothing is decoded here.

A tap hangs on a route only while it has something to wait for; for all other routes the packet path tests one
attribute. A picture's tap wakes when the relay asks the source for a keyframe, which it does by its own schedule, on a
wall or not (keyframes.py), and sleeps as soon as it has one. It asks for nothing itself, so nobody can notice it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from .counters import Loudness
from .forwarding import Kind
from .routes import Path, Route
from .wire.levels import audio_level
from .wire.rtp import Stream, payload
from .wire.vp8 import KeyframeCollector

PAUSE = 12.0
"""Seconds after a picture for which none is wanted. With a request each 8 s, that makes one each 16 s."""

SPEECH = 45
"""-dBov. Speech at a desk is at 20 to 35, the room around it below 50."""

ATTACK, RELEASE = 0.5, 0.1
"""The share of a packet's difference (20 ms each) that is taken over upwards and downwards: up at once, down slowly."""

SILENT = 127.0

TakesKeyframe = Callable[[bytes], None]


class LevelTap:
    """How loud a participant is, from the packets of one audio route."""

    __slots__ = ("_known", "_level", "_loudest")

    def __init__(self) -> None:
        self._known = False
        self._level = self._loudest = SILENT

    def take(self, packet: memoryview, size: int, _second: int, _seq: int, _timestamp: int) -> None:
        """Take a packet from the packet path."""
        level = audio_level(packet, size)
        if level is None:
            return
        self._known = True
        self._level += (level - self._level) * (ATTACK if level < self._level else RELEASE)
        self._loudest = min(self._loudest, self._level)

    def read(self) -> Loudness | None:
        """Return the loudest since the last reading; None if the packets never said."""
        if not self._known:
            return None
        loudest, self._loudest = self._loudest, SILENT
        return Loudness(-round(loudest), speaking=loudest <= SPEECH)


class PictureTap:
    """One keyframe of a video route and of the retransmissions that belong to it."""

    __slots__ = ("_collector", "_got")

    def __init__(self, got: TakesKeyframe) -> None:
        self._collector = KeyframeCollector()
        self._got = got

    def take(self, packet: memoryview, size: int, second: int, seq: int, timestamp: int) -> None:
        """Take a packet of video from the packet path."""
        found = payload(packet, size)
        frame = self._collector.push(seq, timestamp, bytes(found), marker=second >= 0x80)
        if frame:
            self._got(frame)

    def take_repeat(self, packet: memoryview, size: int, second: int, _seq: int, timestamp: int) -> None:
        """Take a retransmission: the original sequence number stands before the payload (RFC 4588 section 4)."""
        found = bytes(payload(packet, size))
        if len(found) < 2:  # padding, to probe the line
            return
        frame = self._collector.push(int.from_bytes(found[:2]), timestamp, found[2:], marker=second >= 0x80)
        if frame:
            self._got(frame)


class Taps:
    """The taps of one participant; at first there are none."""

    __slots__ = ("_due", "_level", "_level_route", "_picture", "_repeats", "_takes", "_video")

    def __init__(self) -> None:
        self._takes: TakesKeyframe | None = None
        self._level = LevelTap()
        self._level_route: Route | None = None
        self._picture: PictureTap | None = None
        self._video: Route | None = None
        self._repeats: Route | None = None
        self._due = float("-inf")

    def lay(self, path: Path, kinds: Collection[Kind], takes: TakesKeyframe | None) -> None:
        """Tap those streams of these kinds that the participant sends now, and no others; called as that changes."""
        video = path.current.get(Stream.VIDEO) if takes is not None and Kind.VIDEO in kinds else None
        audio = path.current.get(Stream.AUDIO) if takes is not None and Kind.AUDIO in kinds else None
        self._takes = takes
        if audio is not self._level_route:
            self._untap(self._level_route)
            self._level, self._level_route = LevelTap(), audio
            if audio is not None:
                audio.tap = self._level.take
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
        return self._level.read() if self._level_route is not None else None

    def _wake(self, path: Path) -> None:
        if self._video is not None and self._picture is None:
            self._picture = PictureTap(self._got)
            self._hang(path)

    def _hang(self, path: Path) -> None:
        """Hang the picture's tap on the video route, and on whatever route its retransmissions come on now."""
        if self._picture is None or self._video is None:
            return
        self._video.tap = self._picture.take
        repeats = path.current.get(Stream.RTX)
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
