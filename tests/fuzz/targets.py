"""What is fuzzed: each target takes any bytes, has them read, and fails if a reader raised or its result can do harm.

A target is the same for hypothesis, atheris and a single input at a time. But for the node it keeps nothing between two
inputs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rooms.media.wire.rtp import MAX_PACKET
from rooms.media.wire.stun import MAX_REQUEST
from tests.fuzz import datagrams, handshakes, reports, texts
from tests.fuzz.besieged import Besieged

CORPUS = Path(__file__).with_name("corpus")


@dataclass(frozen=True)
class Target:
    """One of them. longest: bytes of an input beyond which nothing new is to be found."""

    name: str
    run: Callable[[bytes], None]
    longest: int = MAX_PACKET

    def seeds(self) -> list[Path]:
        """Files with inputs to begin from."""
        return sorted((CORPUS / self.name).iterdir())


@cache
def _besieged() -> Besieged:
    return Besieged()


def _relay(data: bytes) -> None:
    """Datagrams at a node's port; the first byte says what attack they are (see Besieged)."""
    _besieged().meet(data[:1], list(datagrams.packets(data[1:])))


TARGETS = {
    target.name: target
    for target in (
        Target("stun", datagrams.check, MAX_REQUEST + 100),
        Target("rtp", datagrams.media, 4 * MAX_PACKET),
        Target("rtcp", reports.control),
        Target("dtls", handshakes.handshake, 4 * MAX_PACKET),
        Target("sdp", texts.answer, 4096),
        Target("signalling", texts.conversation, 2048),
        Target("relay", _relay, 4 * MAX_PACKET),
    )
}
