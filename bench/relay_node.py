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

MOST = 1 << 16
"""Bytes taken from the pipe at once: as much as it holds."""

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


class Lines:
    """What comes by a pipe, line by line: each is done in the turn of the loop in which it is read, as little else as
    possible being measured with it. ended: done when no more will come, or with what went wrong.
    """

    def __init__(self, node: Node, pipe: int) -> None:
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._node = node
        self._pipe = pipe
        self._begun = b""

    def read(self) -> None:
        """There is something, or the end."""
        loop = asyncio.get_running_loop()
        try:
            if self._take(os.read(self._pipe, MOST)):
                return
            self.ended.set_result(None)
        except Exception as error:  # noqa: BLE001 - serve() raises it
            self.ended.set_exception(error)
        loop.remove_reader(self._pipe)

    def _take(self, some: bytes) -> bool:
        *lines, self._begun = (self._begun + some).split(b"\n")
        for line in lines:
            command = json.loads(line)
            sys.stdout.write(json.dumps(self._node.commands[command["do"]](command)) + "\n")
            sys.stdout.flush()
        return bool(some)


async def serve(node: Node) -> None:
    """Do what the lines of the input say, until it ends."""
    lines = Lines(node, sys.stdin.fileno())
    asyncio.get_running_loop().add_reader(sys.stdin.fileno(), lines.read)
    await lines.ended


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
