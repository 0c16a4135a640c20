"""Both directions of one participant's line, as its connection sees them. Pure; `now` is monotonic seconds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..counters import Paused, Pictures
from ..routes import Path
from ..wire import rtcp
from ..wire.rtp import Stream
from .receiving import Receiving
from .roundtrip import RoundTrip
from .sending import Sending
from .uplink import LATE

EVERY = 0.5
"""Seconds between two looks."""


class Rates:
    """See receiving.py and sending.py. path: the participant's own. paused: where is counted how long pictures were.

    `pictures`: which ones its line does not carry, as of the last choose().
    """

    __slots__ = ("_looked", "_path", "_paused", "_trip", "pictures", "receiving", "sending")

    def __init__(self, path: Path, paused: Paused) -> None:
        self.receiving = Receiving(path)
        self.sending = Sending(path)
        self.pictures = Pictures()
        self._path = path
        self._paused = paused
        self._trip = RoundTrip()
        self._looked: float | None = None

    @property
    def bounded(self) -> Sequence[Path]:
        """Those whose sending the participant's line may bound. A monitor's bounds nobody's."""
        return self.receiving.wanted if self._path.upstream else ()

    def choose(self, wanted: Sequence[tuple[str, Path]]) -> bool:
        """Take whose pictures there are for the participant, the most important first. Whether `pictures` changed."""
        before = self.pictures
        self.receiving.wanted = [path for _, path in wanted]
        unseen = frozenset(who for who, path in wanted if path in self.receiving.withheld)
        self.pictures = Pictures(unseen, self.sending.weak)
        return self.pictures != before

    def read(self, packets: Sequence[rtcp.Packet], now: float) -> bool:
        """Take what the participant's RTCP says of its line. Whether it said what it takes."""
        estimates = [packet for packet in packets if isinstance(packet, rtcp.Estimate)]
        for packet in packets:
            if isinstance(packet, rtcp.ReportBlock):
                self._reported(packet, now)
            elif isinstance(packet, rtcp.SenderReport):
                video = self._path.current.get(Stream.VIDEO)
                if video is not None and video.ssrc == packet.ssrc:
                    self.sending.reported(video, int.from_bytes(packet.counts[4:8]), now)
        for estimate in estimates:
            self.receiving.estimated(estimate.bitrate, now)
        return bool(estimates)

    def passed_on(self, report: rtcp.SenderReport, now: float) -> None:
        """A source's report goes to the participant."""
        self._trip.passed_on(report.ntp, now)

    def _reported(self, block: rtcp.ReportBlock, now: float) -> None:
        leg = self._path.legs.get(block.ssrc)
        if leg is None or not leg.feeding:
            return
        waited = self._trip.waited(block.timing, now)
        if waited is not None and waited - self.sending.wait >= LATE:  # there, not back
            self.receiving.waited(now)
        lost = block.lost[0] / 256
        if leg.stream is Stream.VIDEO:
            source = leg.route.path if leg.route is not None else None
            if source is not None and source.arrived:  # what was lost before the relay is the source's line's
                lost = 1 - (1 - lost) / source.arrived
            self.receiving.reported(max(0.0, lost), int.from_bytes(block.timing[:4]) / leg.stream.clock_rate, now)
        elif leg.stream is Stream.AUDIO:
            self.receiving.heard(lost)

    def look(self, now: float) -> bool | None:
        """Let time pass, each tick. Whether anything is paused, or tried again; None if it is not time for a look."""
        if self._looked is not None and now - self._looked < EVERY:
            return None
        since = 0.0 if self._looked is None else now - self._looked
        self._looked = now
        self._paused.count(self.pictures, since, monitor=not self._path.upstream)
        changed = self.sending.look(now)
        return self.receiving.look(now) or changed

    def say(self, now: float, *, asked: bool = False) -> bytes | None:
        """Return what the participant is to be told of how much picture to send, as RTCP; see Sending.news()."""
        video = self._path.current.get(Stream.VIDEO)
        rate = self.sending.news(now, asked=asked) if video is not None else None
        if video is None or rate is None:
            return None
        said = rtcp.remb(rtcp.Estimate(rate, (video.ssrc,)))
        if not self.sending.hushed:
            return said
        # With the counts of what a receiver said last, from which browsers reckon what their line loses.
        judged = video.judged or rtcp.ReportBlock(video.ssrc, bytes(4), video.highest, bytes(12))
        word = replace(judged, lost=bytes([rtcp.ALL_LOST]) + judged.lost[1:], timing=bytes(12))
        return rtcp.receiver_report(rtcp.RELAY_SSRC, [word]) + said
