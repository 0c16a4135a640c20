"""What is sent again to one receiver of one source's video. Pure; `now` is monotonic seconds.

A receiver's NACK is answered here and goes no further: what was lost between the relay and it is in the route's
history, and what never came is being asked for already (gaps.py) and will go out as video. So nothing a receiver asks
for reaches a source, and a monitor's may be answered like anybody's.

The retransmission stream of each receiver is the relay's own, numbered here: its answers, and whatever the source sends
there to probe the line. Who did not negotiate one is sent the same packet once more, byte for byte, for under the same
number nothing else may ever go out.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..routes import HISTORY, NEVER, Leg
from ..wire.extensions import SEND_TIME_UNIT, send_time, set_send_time
from ..wire.rtp import HEADER, SSRC, SSRC_AT, Stream
from ..wire.rtx import OSN_SIZE, original_seq, renumber, wrap
from ..wire.sdp import ABS_SEND_TIME

AGAIN = 0.04
"""Seconds before a packet is sent again once more."""

SHARE = 0.5
"""Packets sent again for each that is forwarded: what a line that loses a quarter needs, and their retransmissions."""

BURST = 64.0
"""Packets that may be sent again at once: a large keyframe."""

FIRST_SEQ = 1
"""A stream begins far below 2^15, so that no receiver's roll-over counter can be mistaken (RFC 3711 section 3.3.1)."""


class Repeater:
    """The retransmissions to one receiver. video: the leg whose packets are sent again. repeats: that for doing so."""

    __slots__ = ("_counted", "_credit", "_sent", "_seq", "_video", "repeats")

    def __init__(self, video: Leg, repeats: Leg) -> None:
        self.repeats = repeats
        self._video = video
        self._seq = FIRST_SEQ
        self._credit = BURST
        self._counted = 0
        self._sent: dict[int, tuple[int, float]] = {}

    def answer(self, seqs: Iterable[int], now: float, *, rtx: bool) -> list[bytes]:
        """Return the packets to send for those that a receiver misses, by its own numbers.

        rtx: whether it takes retransmissions as such. Empty for what is not there, was sent just now, or too much.
        """
        self._earn()
        packets = []
        for seq in seqs:
            if self._credit < 1:
                break
            if now < self._next_at(seq):
                continue
            packet = self._again(seq, now, rtx=rtx)
            if packet is not None:
                self._credit -= 1
                self._sent[seq % HISTORY] = (seq, now)
                packets.append(packet)
        if not rtx:  # they will be counted on the video's own leg, and earn nothing
            self._counted += len(packets)
        return packets

    def pass_on(self, repeat: bytes) -> bytes | None:
        """Return what a source sent as retransmission, for this receiver; None if it is of what that was never sent.

        repeat: a decrypted packet: padding, or one that is here already.
        """
        video, original = self._video, original_seq(repeat)
        if original is not None and not video.carries(original):
            return None
        packet = renumber(
            repeat,
            ssrc=self.repeats.ssrc,
            seq=self._next_seq(),
            osn_offset=video.seq_offset,
            time_offset=video.time_offset,
        )
        if original is not None:
            video.shift_pictures(memoryview(packet), len(packet), OSN_SIZE)
        return bytes(packet)

    def _earn(self) -> None:
        count = self._video.count
        self._credit = min(BURST, self._credit + (count - self._counted) * SHARE)
        self._counted = count

    def _next_at(self, seq: int) -> float:
        """When a packet may be sent again."""
        sent = self._sent.get(seq % HISTORY)
        return sent[1] + AGAIN if sent is not None and sent[0] == seq else NEVER

    def _again(self, seq: int, now: float, *, rtx: bool) -> bytes | None:
        video, route = self._video, self._video.route
        original = (seq - video.seq_offset) & 0xFFFF
        if route is None or not video.feeding or not video.carries(original):
            return None
        kept = route.recall(original)
        if kept is None:
            return None
        packet = bytearray(kept)
        view = memoryview(packet)
        if video.shifted:
            video.shift(view, original, HEADER.unpack_from(kept)[3])
        if not rtx:
            SSRC.pack_into(view, SSRC_AT, video.ssrc)
            return bytes(packet)
        self._stamp(view, now)
        payload_type = Stream.RTX.payload_type
        wrapped = wrap(bytes(packet), payload_type=payload_type, ssrc=self.repeats.ssrc, seq=self._seq)
        if wrapped is not None:
            self._next_seq()
        return wrapped

    def _stamp(self, packet: memoryview, now: float) -> None:
        """Let a packet say that it is sent now, or its receiver would take the time it lay here for a slow line.

        The source's clock is known from its newest packet.
        """
        route = self._video.route
        newest = route.recall(route.highest) if route is not None else None
        if route is None or newest is None:
            return
        sent = send_time(memoryview(newest), len(newest), ABS_SEND_TIME[0])
        if sent is not None:
            since = round(max(0.0, now - route.last_at) * SEND_TIME_UNIT)
            set_send_time(packet, len(packet), ABS_SEND_TIME[0], sent + since)

    def _next_seq(self) -> int:
        seq, self._seq = self._seq, (self._seq + 1) & 0xFFFF
        return seq
