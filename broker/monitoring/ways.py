"""What the relay forwarded in a call, summed up by side: who saw and heard whom, in packets. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from config.facts import Way


class Party(StrEnum):
    """Who a participant is, told by the form of the id."""

    FAMILY = "family"
    MONITORS = "monitors"
    PRISON = "prison"


#: The ways there can be, in the order they are read; one that carried nothing is shown as nothing, not left out.
PAIRS = (
    (Party.FAMILY, Party.PRISON),
    (Party.PRISON, Party.FAMILY),
    (Party.FAMILY, Party.MONITORS),
    (Party.PRISON, Party.MONITORS),
)


@dataclass(frozen=True, slots=True)
class Sum:
    """Packets of picture and sound that went from one party to another."""

    sender: Party
    receiver: Party
    video: int
    audio: int


def party(participant: str) -> Party:
    """The party of a participant's id: "terminal-…", "monitor-…", or else a visitor."""
    if participant.startswith("terminal-"):
        return Party.PRISON
    return Party.MONITORS if participant.startswith("monitor-") else Party.FAMILY


def sums(ways: Iterable[Way]) -> list[Sum]:
    """The packets of each way that there can be; visitors of one family who saw each other follow, if any did."""
    counted: Counter[tuple[Party, Party, str]] = Counter()
    for sender, receiver, kind, packets in ways:
        counted[party(sender), party(receiver), kind] += packets
    others = sorted({(sender, receiver) for sender, receiver, _ in counted} - set(PAIRS))
    return [Sum(*pair, counted[*pair, "video"], counted[*pair, "audio"]) for pair in (*PAIRS, *others)]


def to_monitors(ways: Iterable[Way]) -> tuple[int, int]:
    """All that went to monitors: packets of picture, packets of sound."""
    found = [each for each in sums(ways) if each.receiver is Party.MONITORS]
    return sum(each.video for each in found), sum(each.audio for each in found)
