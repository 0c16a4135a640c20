"""The relay's own counters of one room, as its node saves them."""

from __future__ import annotations

from dataclasses import dataclass

from rooms.registry import Registry
from tests.scenarios.figures import Figures

SAVED = 5.0
"""Seconds between two savings of which at least one more lies: they come every two."""


@dataclass(frozen=True)
class Relayed:
    """A room's counters, of its two sides and whoever watches."""

    registry: Registry
    room: str
    family: str
    prison: str

    @classmethod
    async def of(cls, registry: Registry, room: str) -> Relayed:
        """Those of a room of a family and a terminal."""
        state = await registry.room(room)
        assert state is not None
        ids = {str(seat.role): seat.participant for seat in state.spec.seats}
        return cls(registry, room, ids["visitor"], ids["terminal"])

    async def look(self) -> Figures:
        """Packets sent so far: `family_audio` is the family's sound to the other side, `family_audio_watched` to
        monitors. `saved` is when they were written: seconds.
        """
        state = await self.registry.room(self.room)
        assert state is not None
        assert state.saved_at is not None
        found = {"saved": state.saved_at.timestamp()}
        ways = await self.registry.ways(self.room)  # after it: no older than it says
        for side, sender in (("family", self.family), ("prison", self.prison)):
            for kind in ("audio", "video"):
                for name, watched in (("", False), ("_watched", True)):
                    found[f"{side}_{kind}{name}"] = sum(
                        packets
                        for (who, to, what), packets in ways.items()
                        if (who, what) == (sender, kind) and to.startswith("monitor-") is watched
                    )
        return found
