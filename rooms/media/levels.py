"""How loud somebody is, from the packets of one audio route, each of which says how loud it is (RFC 6464)."""

from __future__ import annotations

from .counters import Loudness
from .wire.levels import audio_level

SPEECH = 45
"""-dBov. Speech at a desk is at 20 to 35, the room around it below 50."""

ATTACK, RELEASE = 0.5, 0.1
"""The share of a packet's difference (20 ms each) that is taken over upwards and downwards: up at once, down slowly."""

SILENT = 127.0


class LevelMeter:
    """What a wall learns of a participant's sound. The packet path fills it, the compiled one with contents.c.

    known: whether any packet said how loud it is. level: -dBov, smoothed. loudest: since the last reading.
    """

    __slots__ = ("known", "level", "loudest")

    def __init__(self) -> None:
        self.known = False
        self.level = self.loudest = SILENT

    def take(self, packet: memoryview, size: int) -> None:
        """Take a packet from the packet path."""
        level = audio_level(packet, size)
        if level is None:
            return
        self.known = True
        self.level += (level - self.level) * (ATTACK if level < self.level else RELEASE)
        self.loudest = min(self.loudest, self.level)

    def read(self) -> Loudness | None:
        """Return the loudest since the last reading; None if the packets never said."""
        if not self.known:
            return None
        loudest, self.loudest = self.loudest, SILENT
        return Loudness(-round(loudest), speaking=loudest <= SPEECH)
