"""What a node can be watched by: numbers only, nothing about anybody."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from rooms.host import RoomHost
from rooms.host.ports import MediaLosses
from signaling.node.loop import REMEMBERED, LoopWatch


class Paused(Protocol):
    """For how long pictures were paused, in seconds."""

    @property
    def receiver(self) -> float:
        """Because a participant's line did not take one."""

    @property
    def monitor(self) -> float:
        """Because a monitor's did not."""

    @property
    def sender(self) -> float:
        """Because a participant's line did not carry its own."""


class Totals(Protocol):
    """What the media path counted since the process started."""

    @property
    def received(self) -> int:
        """Packets taken."""

    @property
    def forwarded(self) -> int:
        """Packets sent."""

    @property
    def rejected(self) -> int:
        """Packets that did not authenticate."""

    @property
    def refused(self) -> int:
        """Packets for rooms that were over."""

    @property
    def ignored(self) -> int:
        """Datagrams of nobody known, or of no known protocol."""

    @property
    def dropped(self) -> int:
        """Packets that the kernel would not take."""

    @property
    def losses(self) -> MediaLosses:
        """What became of those that were lost."""

    @property
    def paused(self) -> Paused:
        """For how long pictures were paused."""


class MediaTotals(Protocol):
    """A media path that counts."""

    @property
    def totals(self) -> Totals:
        """The counts."""


class _NodeCollector(Collector):
    def __init__(self, host: RoomHost, media: MediaTotals) -> None:
        self._host = host
        self._media = media

    def collect(self) -> Iterable[Metric]:
        yield GaugeMetricFamily("mulakat_rooms", "Rooms held by this node.", value=self._host.rooms)
        yield GaugeMetricFamily(
            "mulakat_participants", "People in them, monitors included.", value=self._host.participants
        )
        yield GaugeMetricFamily("mulakat_lease", "1 while the node may hold rooms.", value=int(self._host.holds_lease))
        packets = CounterMetricFamily("mulakat_packets", "Packets, by what became of them.", labels=["fate"])
        totals = self._media.totals
        for fate in ("received", "forwarded", "rejected", "refused", "ignored", "dropped"):
            packets.add_metric([fate], getattr(totals, fate))
        yield packets
        lost = CounterMetricFamily(
            "mulakat_lost_packets", "Packets of video that were lost, by what was done.", labels=["fate"]
        )
        for fate in ("asked", "recovered", "given_up", "repeated"):
            lost.add_metric([fate], getattr(totals.losses, fate))
        yield lost
        paused = CounterMetricFamily(
            "mulakat_pictures_paused_seconds",
            "For how long pictures were paused, by whose line was too weak for them.",
            labels=["line"],
        )
        for line in ("receiver", "monitor", "sender"):
            paused.add_metric([line], getattr(totals.paused, line))
        yield paused
        wall, decoder = self._host.wall, self._host.wall.decoder.totals
        yield GaugeMetricFamily("mulakat_wall_rooms", "Rooms on somebody's wall.", value=wall.on_wall)
        keyframes = CounterMetricFamily(
            "mulakat_wall_keyframes", "Keyframes for walls, by what became of them.", labels=["fate"]
        )
        for fate in ("made", "refused", "dropped"):
            keyframes.add_metric([fate], getattr(decoder, fate))
        yield keyframes
        yield CounterMetricFamily(
            "mulakat_wall_decoder_deaths", "How often the wall's decoder died or was ended.", value=decoder.deaths
        )


class _LoopCollector(Collector):
    def __init__(self, watch: LoopWatch) -> None:
        self._watch = watch

    def collect(self) -> Iterable[Metric]:
        stalls = HistogramMetricFamily(
            "mulakat_loop_stall_seconds", "How long each turn of the event loop kept all others waiting."
        )
        stalls.add_metric([], self._watch.buckets(), self._watch.sum)
        yield stalls
        yield GaugeMetricFamily(
            "mulakat_loop_longest_stall_seconds",
            f"The longest of the turns of the last {REMEMBERED} seconds.",
            value=self._watch.longest,
        )


class NodeMetrics:
    """The node's metrics. watch: of the loop that the node runs in."""

    def __init__(self, host: RoomHost, media: MediaTotals, watch: LoopWatch) -> None:
        self.registry = CollectorRegistry()
        self.registry.register(_NodeCollector(host, media))
        self.registry.register(_LoopCollector(watch))

    def text(self) -> bytes:
        """Return the metrics in Prometheus' text format."""
        return generate_latest(self.registry)
