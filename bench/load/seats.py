"""Who is in a measured room, and who receives whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Seat:
    """A participant. sources: whom it receives, by their names."""

    who: str
    role: str
    sources: tuple[str, ...]

    @property
    def sends(self) -> bool:
        """Whether anything comes from it. A monitor only receives."""
        return self.role != "monitor"


def _everyone(names: Sequence[tuple[str, str]]) -> tuple[Seat, ...]:
    senders = [who for who, role in names if role != "monitor"]
    return tuple(Seat(who, role, tuple(each for each in senders if each != who)) for who, role in names)


PAIR = _everyone([("visitor", "visitor"), ("terminal", "terminal")])
"""A family and the prison's terminal: 220 packets a second in, and as many out."""

FANOUT = _everyone(
    [(f"visitor{number}", "visitor") for number in (1, 2, 3)] + [("terminal", "terminal"), ("monitor", "monitor")]
)
"""Three families, the terminal, and a monitor who receives all four: 440 packets a second in, 1,760 out."""


def copies(seats: Sequence[Seat]) -> int:
    """How many times a packet is forwarded, on the average of the room's senders, who all send as much."""
    return sum(len(seat.sources) for seat in seats) // sum(seat.sends for seat in seats)
