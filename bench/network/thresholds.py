"""What must hold over each network, on whatever machine: what does not depend on its speed. Pure.

A slow machine shows fewer pictures a second and freezes more often; it does not lose voices, or take another way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from .figures import Figures

if TYPE_CHECKING:
    from .measuring import Result


@dataclass(frozen=True, slots=True)
class Demand:
    """What a network must still allow, of both sides.

    voice: the least share of seconds in which sound came, most of it not made up; 0 where `back` says it all.
    pictures: whether they move at all. back: seconds within which sound must come again after what happened.
    frozen: the longest stretch without a new picture, seconds. paused: the shortest that this must be for the family,
    to let the voice through; what it sends may be small enough to get through beside it. seen: seconds within which
    pictures must come again. way: how media must go; empty for any.
    """

    voice: float
    pictures: bool = True
    back: float | None = None
    frozen: float | None = None
    paused: float | None = None
    seen: float | None = None
    way: str = ""


DEMANDS: Mapping[str, Demand] = MappingProxyType(
    {
        "clean": Demand(voice=1),
        "loss-2": Demand(voice=1),
        "loss-5": Demand(voice=1),
        "loss-10": Demand(voice=0.95),
        "loss-20": Demand(voice=0.9),
        "rate-64": Demand(voice=0.75, pictures=False),
        "rate-150": Demand(voice=0.9),
        "rate-300": Demand(voice=0.95),
        "delay-400": Demand(voice=0.95),
        "outage": Demand(voice=0, back=5),
        "narrow": Demand(voice=0.75, paused=5, seen=17),
        "move": Demand(voice=0, back=3, frozen=4),
        "turn-tcp": Demand(voice=1, way="relay tcp IPv4"),
        "turn-tls": Demand(voice=1, way="relay tls IPv4"),
        "ipv6": Demand(voice=1, way="host udp IPv6"),
    }
)


def broken(result: Result) -> list[str]:
    """Return what does not hold, a sentence each; nothing if all is as it must be."""
    demand = DEMANDS[result.scenario]
    if result.heard is None or result.told is None:
        return ["there was no call"]
    wrong = []
    if demand.way and result.path != demand.way:
        wrong.append(f"media went by {result.path} and not by {demand.way}")
    wrong += [f"the family {what}" for what in _of_side(demand, result.heard)]
    wrong += [f"the prison {what}" for what in _of_side(replace(demand, paused=None), result.told)]
    return wrong


def _of_side(demand: Demand, side: Figures) -> list[str]:
    wrong = []
    if side.voice < demand.voice:
        wrong.append(f"heard in {side.voice:.0%} of the seconds and not in {demand.voice:.0%}")
    if demand.pictures and side.fps == 0:
        wrong.append("saw nothing move")
    if demand.back is not None and (side.recovered is None or side.recovered > demand.back):
        when = "never" if side.recovered is None else f"after {side.recovered:.1f} s"
        wrong.append(f"heard again {when} and not within {demand.back:g} s")
    if demand.frozen is not None and side.frozen > demand.frozen:
        wrong.append(f"saw the same picture for {side.frozen:.1f} s and not for {demand.frozen:g} at most")
    if demand.paused is not None and side.frozen < demand.paused:
        wrong.append(f"saw pictures that were to wait {demand.paused:g} s for a better line after {side.frozen:.1f}")
    if demand.seen is not None and (side.seen is None or side.seen > demand.seen):
        when = "never" if side.seen is None else f"after {side.seen:.1f} s"
        wrong.append(f"saw pictures again {when} and not within {demand.seen:g} s")
    return wrong
