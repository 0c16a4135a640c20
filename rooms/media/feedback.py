"""RTCP between participants: translated, never relayed (RFC 7667 section 3.2.1.3, media translator). Pure.

Each side has its own SSRCs, so a packet that says anything about a stream is said again under the other side's numbers:

* downstream, a source's sender report goes to whoever now receives that stream;
* upstream, a receiver's report blocks and keyframe requests go to the source they speak of. What it says of
  retransmissions goes nowhere: they are the relay's own;
* a NACK is for the relay itself, and so is what a receiver says of its line (REMB, see rates/).

Upstream has one gate: `Path.upstream`. A monitor's is closed, and so nothing a monitor says has any effect on others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from .routes import Leg, Path, Route
from .wire import rtcp
from .wire.rtp import Stream

NTP_SECOND = 1 << 32
"""How many units of an NTP timestamp are a second (RFC 3550 section 4)."""


@dataclass(slots=True)
class Translation:
    """What one compound packet becomes.

    outgoing: RTCP to send, by receiver. keyframes: routes of which a keyframe is asked. missed: what the one who
    says it misses on a leg of video, in the leg's numbers. heard: of a leg of sound, what share it says it
    lost last, and how unevenly packets come, in seconds.
    """

    outgoing: dict[Path, list[bytes]] = field(default_factory=dict)
    keyframes: list[Route] = field(default_factory=list)
    missed: list[tuple[Leg, rtcp.Nack]] = field(default_factory=list)
    heard: list[tuple[Leg, float, float]] = field(default_factory=list)

    def say(self, to: Path, packet: bytes) -> None:
        """Add a packet for a participant."""
        self.outgoing.setdefault(to, []).append(packet)


def translate(sender: Path, packets: Sequence[rtcp.Packet]) -> Translation:
    """Say what a participant's RTCP is to the others. Changes nothing but a route's last reports, from and to it."""
    result = Translation()
    blocks: dict[Path, list[rtcp.ReportBlock]] = {}
    for packet in packets:
        if isinstance(packet, rtcp.SenderReport):
            _to_receivers(sender, packet, result)
            continue
        _to_relay(sender, packet, result)
        if not sender.upstream:
            continue
        if not isinstance(packet, rtcp.Estimate | rtcp.Nack) and (leg := _fed(sender, packet.ssrc)) is not None:
            _to_source(leg, packet, result, blocks)
    for source, own in blocks.items():
        result.say(source, rtcp.receiver_report(sender.reporter, own))
    return result


def compound(reporter: int, packets: Sequence[bytes]) -> bytes:
    """Join packets for one participant; a compound packet begins with a report (RFC 3550 section 6.1)."""
    first = b"" if packets[0][1] in (rtcp.SR, rtcp.RR) else rtcp.receiver_report(reporter)
    return first + b"".join(packets)


def _fed(path: Path, ssrc: int) -> Leg | None:
    """The leg a participant speaks of, if anything is being forwarded on it."""
    leg = path.legs.get(ssrc)
    return leg if leg is not None and leg.feeding else None


def _to_receivers(sender: Path, report: rtcp.SenderReport, result: Translation) -> None:
    route = sender.routes.get(report.ssrc)
    if route is not None:
        route.reported = (int.from_bytes(report.ntp) / NTP_SECOND, report.timestamp)
    for leg in route.legs if route is not None else ():
        offset = leg.primary.time_offset if leg.primary else leg.time_offset
        timestamp = (report.timestamp + offset) & 0xFFFFFFFF
        result.say(leg.path, rtcp.sender_report(replace(report, ssrc=leg.ssrc, timestamp=timestamp)))


def _to_relay(receiver: Path, packet: rtcp.Packet, result: Translation) -> None:
    """What the relay itself sees to, for monitors too: packets of video to send again, and how much sound is lost."""
    if not isinstance(packet, rtcp.Nack | rtcp.ReportBlock):
        return
    leg = _fed(receiver, packet.ssrc)
    if leg is None:
        return
    if isinstance(packet, rtcp.Nack) and leg.stream is Stream.VIDEO:
        result.missed.append((leg, packet))
    elif isinstance(packet, rtcp.ReportBlock) and leg.stream is Stream.AUDIO:
        jitter = int.from_bytes(packet.timing[:4]) / leg.stream.clock_rate
        result.heard.append((leg, packet.lost[0] / 256, jitter))


def _to_source(
    leg: Leg,
    packet: rtcp.KeyframeRequest | rtcp.ReportBlock,
    result: Translation,
    blocks: dict[Path, list[rtcp.ReportBlock]],
) -> None:
    route = leg.route
    if route is None:
        return
    if isinstance(packet, rtcp.ReportBlock):
        if leg.stream is Stream.RTX:
            return
        highest = (packet.highest - leg.seq_offset) & 0xFFFFFFFF
        lost = bytes([min(packet.lost[0], rtcp.ALL_LOST - 1)]) + packet.lost[1:]
        route.judged = replace(packet, ssrc=route.ssrc, lost=lost, highest=highest)
        blocks.setdefault(route.path, []).append(route.judged)
    elif leg.stream is not Stream.AUDIO and route not in result.keyframes:
        result.keyframes.append(route)
