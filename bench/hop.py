"""What one packet costs when the socket is full: the hop alone, without waking up for it.

Sender, relay and receiver share a process and take turns, so that nothing but the relay's drain is timed, in CPU time.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from statistics import median

from config.clock import SystemClock
from rooms.media import MediaNode, Peer

from .caller import VIDEO, Caller, rtp_packet
from .relay_node import Silence

REPEATS = 100
BURST = 200
PAYLOADS = (bytes(1100), bytes(80))


async def microseconds() -> float:
    """Return the median CPU time of a packet forwarded to one receiver, over bursts of 200."""
    node = MediaNode("127.0.0.1", 0, ["127.0.0.1"], SystemClock())
    await node.open()
    room = node.add_room("hop", "family", datetime.now(UTC) + timedelta(hours=1))
    room.set_phase("live")
    sender, receiver = Caller(), Caller()
    peers: list[Peer] = []
    for caller, who, role, other in ((sender, "a", "visitor", "b"), (receiver, "b", "terminal", "a")):
        peers.append(room.add_peer(who, role, [other], Silence()))
        await caller.call(peers[-1].offer(), peers[-1].answer)
    costs = [_burst(node, peers[0], sender, receiver, repeat * BURST) for repeat in range(REPEATS)]
    await sender.hang_up()
    await receiver.hang_up()
    await node.close()
    return median(costs)


def _burst(node: MediaNode, peer: Peer, sender: Caller, receiver: Caller, first: int) -> float:
    peer.path.refill()
    for seq in range(first, first + BURST):
        sender.send_rtp(rtp_packet(VIDEO, 500, seq, seq * 3000, PAYLOADS[seq % len(PAYLOADS)]))
    before, began = node.totals.forwarded, time.process_time()
    node.engine.drain()
    cost = time.process_time() - began
    receiver.drain()
    receiver.rtp.clear()
    return cost / max(1, node.totals.forwarded - before) * 1e6
