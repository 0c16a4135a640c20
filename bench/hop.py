"""What one packet costs when the socket is full: the hop alone, without waking up for it.

Sender, relay and receiver share a process and take turns, so that nothing but the relay's drain is timed, in CPU time.
Where there are two engines their bursts alternate, so that a slow minute of the machine falls on both.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from statistics import median

from config.clock import SystemClock
from rooms.media import MediaNode, Peer
from rooms.media.backends import EngineChoice, compiled
from rooms.media.errors import EngineMissing

from .caller import VIDEO, Caller, rtp_packet
from .relay_node import Silence

REPEATS = 100
BURST = 200
PAYLOADS = (bytes(1100), bytes(80))


class Hop:
    """A relay, one who sends to it, and one who receives from it."""

    def __init__(self, engine: EngineChoice) -> None:
        self.node = MediaNode("127.0.0.1", 0, ["127.0.0.1"], SystemClock(), engine=engine)
        self.sender, self.receiver = Caller(), Caller()
        self.peers: list[Peer] = []
        self._seq = 0

    async def connect(self) -> None:
        """Open the relay and put both into a live room."""
        await self.node.open()
        room = self.node.add_room("hop", "family", datetime.now(UTC) + timedelta(hours=1))
        room.set_phase("live")
        for caller, who, role, other in ((self.sender, "a", "visitor", "b"), (self.receiver, "b", "terminal", "a")):
            self.peers.append(room.add_peer(who, role, [other], Silence()))
            await caller.call(self.peers[-1].offer(), self.peers[-1].answer)

    def burst(self) -> float:
        """Fill the socket, drain it, and return the CPU microseconds of each packet that was forwarded."""
        self.peers[0].path.refill()
        for seq in range(self._seq, self._seq + BURST):
            self.sender.send_rtp(rtp_packet(VIDEO, 500, seq, seq * 3000, PAYLOADS[seq % len(PAYLOADS)]))
        self._seq += BURST
        before, began = self.node.totals.forwarded, time.process_time()
        self.node.engine.drain()
        cost = time.process_time() - began
        self.receiver.drain()
        self.receiver.rtp.clear()
        return cost / max(1, self.node.totals.forwarded - before) * 1e6

    async def close(self) -> None:
        """Hang up and close."""
        await self.sender.hang_up()
        await self.receiver.hang_up()
        await self.node.close()


def engines() -> list[EngineChoice]:
    """The engines there are."""
    try:
        compiled()
    except EngineMissing:
        return ["python"]
    return ["python", "compiled"]


async def microseconds(repeats: int = REPEATS) -> dict[str, float]:
    """Return the median CPU time of a packet forwarded to one receiver, over bursts of 200, by engine."""
    hops = {engine: Hop(engine) for engine in engines()}
    for hop in hops.values():
        await hop.connect()
    costs: dict[str, list[float]] = {engine: [] for engine in hops}
    for _ in range(repeats):
        for engine, hop in hops.items():
            costs[engine].append(hop.burst())
    for hop in hops.values():
        await hop.close()
    return {engine: round(median(each), 2) for engine, each in costs.items()}


def sentence(costs: Mapping[str, float]) -> str:
    """Say the costs in a line."""
    each = ", ".join(f"{engine} {cost}" for engine, cost in costs.items())
    return f"the hop alone, in bursts of {BURST}, us of CPU a packet: {each}"
