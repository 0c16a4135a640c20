"""The relay's process under measurement: a MediaNode that does what it is told line by line.

A line in is {"do": ..., ...}, a line out is its answer, both JSON. It is the relay as it runs in a room node, with
nothing beside it, so that its CPU time is the media's.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import cast

import structlog

from config.clock import SystemClock
from rooms.media import Kind, MediaNode
from rooms.media.backends import EngineChoice
from signaling.node import garbage

Command = dict[str, str]
Result = dict[str, float | int | str]


class Silence:
    """A Listener that hears nothing."""

    def on_connected(self, participant_id: str) -> None:
        """Pay no heed."""

    def on_media(self, participant_id: str, kind: Kind) -> None:
        """Pay no heed."""

    def on_offer(self, participant_id: str) -> None:
        """Pay no heed."""

    def on_pictures(self, participant_id: str, unseen: frozenset[str], *, weak: bool) -> None:
        """Pay no heed."""

    def on_layers(self, participant_id: str, *, small: bool) -> None:
        """Pay no heed."""

    def on_lost(self, participant_id: str) -> None:
        """Pay no heed."""


class Node:
    """The commands."""

    def __init__(self, media: MediaNode) -> None:
        self.media = media
        self.commands = {"join": self.join, "answer": self.answer, "stat": self.stat}

    def join(self, command: Command) -> Result:
        """Add a participant to a room, made when it is the first; the answer is its offer. other: whom it receives."""
        room = self.media.rooms.get(command["room"])
        if room is None:
            room = self.media.add_room(command["room"], "family", datetime.now(UTC) + timedelta(hours=1))
            room.set_phase("live")
        peer = room.add_peer(command["who"], command["role"], command["other"].split(), Silence())
        return {"offer": peer.offer()}

    def answer(self, command: Command) -> Result:
        """Take a participant's answer."""
        for peer in self.media.rooms[command["room"]].peers:
            if peer.participant_id == command["who"]:
                peer.answer(command["sdp"])
        return {}

    def stat(self, _: Command) -> Result:
        """Say what was moved so far, and at what cost in CPU seconds."""
        totals = self.media.totals
        connected = sum(peer.connected for room in self.media.rooms.values() for peer in room.peers)
        return {
            "cpu": time.process_time(),
            "forwarded": totals.forwarded,
            "rejected": totals.rejected,
            "dropped": totals.dropped,
            "connected": connected,
            "engine": self.media.backend.name,
        }


def media_node(host: str) -> MediaNode:
    """Make one with the engine that the setting asks for. Raises EngineMissing."""
    engine = cast("EngineChoice", os.environ.get("MULAKAT_MEDIA_ENGINE", "auto"))
    return MediaNode(host, 0, [host], SystemClock(), engine=engine)


def quieten() -> None:
    """Log warnings only, and beside the figures."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


async def serve(node: Node) -> None:
    """Do what the lines of the input say, until it ends."""
    lines = asyncio.StreamReader(limit=1 << 20)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while line := await lines.readline():
        command = json.loads(line)
        sys.stdout.write(json.dumps(node.commands[command["do"]](command)) + "\n")
        sys.stdout.flush()


async def main() -> None:
    """Serve until the input ends. The first argument is the address to take media at; the engine is the setting's."""
    quieten()
    media = media_node(sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1")
    await media.open()
    garbage.begin()  # as the real node's process does
    await serve(Node(media))
    await media.close()


if __name__ == "__main__":
    asyncio.run(main())
