"""What a node can be watched by: numbers only, nothing about anybody."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from typing import Protocol

from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from rooms.host import RoomHost

#: How often the loop's lateness is measured, in seconds.
_EVERY = 0.1


class Losses(Protocol):
    """What became of lost packets of video."""

    @property
    def asked(self) -> int:
        """Requests for packets that did not come."""

    @property
    def recovered(self) -> int:
        """Packets that came on request."""

    @property
    def given_up(self) -> int:
        """Packets that did not come in time."""

    @property
    def repeated(self) -> int:
        """Packets sent again to receivers."""


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
    def losses(self) -> Losses:
        """What became of those that were lost."""


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
        packets = CounterMetricFamily("mulakat_packets", "SRTP packets, by what became of them.", labels=["fate"])
        totals = self._media.totals
        for fate in ("received", "forwarded", "rejected", "refused"):
            packets.add_metric([fate], getattr(totals, fate))
        yield packets
        lost = CounterMetricFamily(
            "mulakat_lost_packets", "Packets of video that were lost, by what was done.", labels=["fate"]
        )
        for fate in ("asked", "recovered", "given_up", "repeated"):
            lost.add_metric([fate], getattr(totals.losses, fate))
        yield lost
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


class NodeMetrics:
    """The node's metrics, and the task that measures how late the loop runs."""

    def __init__(self, host: RoomHost, media: MediaTotals) -> None:
        self.registry = CollectorRegistry()
        self.registry.register(_NodeCollector(host, media))
        self._stall = Histogram(
            "mulakat_loop_stall_seconds",
            "How late the event loop ran a timer.",
            buckets=(0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5),
            registry=self.registry,
        )

    def text(self) -> bytes:
        """Return the metrics in Prometheus' text format."""
        return generate_latest(self.registry)

    async def measure_the_loop(self) -> None:
        """Measure until cancelled."""
        while True:
            due = time.monotonic() + _EVERY
            await asyncio.sleep(_EVERY)
            self._stall.observe(max(0.0, time.monotonic() - due))
