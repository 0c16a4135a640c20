"""How many e-Mulakats in which jail, in which month, and with how many foreign prisoners. Pure.

Published are the total, seven jails and the foreign prisoners; the other jails are invented, and so is how all of them
spread over the months. Everything is dealt out by largest remainders, so that the sums are exact at every scale.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from broker.reports.periods import PUBLISHED

#: Sessions and foreign prisoners of 1 January 2024 to 9 February 2025.
SESSIONS = 316_647
FOREIGN = 1_105
JAILS = 60
KNOWN = {
    "Yerwada": 45_174,
    "Taloja": 43_848,
    "Thane": 36_371,
    "Nagpur": 31_444,
    "Mumbai": 29_347,
    "Nashik Road": 23_860,
    "Kalyan": 22_608,
}
#: The first code of these jails within the state: none of the demonstration's other jails is near.
FIRST_CODE = 101
# Jails near a harbour or an airport hold more people from abroad than others; invented.
_FOREIGN_WEIGHT = {"Mumbai": 6, "Taloja": 5, "Thane": 3, "Kalyan": 2}


@dataclass(frozen=True, slots=True)
class JailFigures:
    """A jail, its sessions in all, and its foreign prisoners."""

    code: int
    name: str
    sessions: int
    foreign: int


def deal(total: int, weights: Sequence[int]) -> list[int]:
    """Whole numbers that sum to `total`, as near to the weights as can be; the largest remainders are rounded up."""
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    dealt = [total * weight // whole for weight in weights]
    by_rest = sorted(range(len(weights)), key=lambda at: (-(total * weights[at] % whole), at))
    for at in by_rest[: total - sum(dealt)]:
        dealt[at] += 1
    return dealt


def jails(share: Fraction = Fraction(1)) -> list[JailFigures]:
    """The sixty jails with this share of their sessions; the sums are this share of the published ones, rounded."""
    others = JAILS - len(KNOWN)
    names = [*KNOWN, *(f"Invented Prison {number:02d}" for number in range(1, others + 1))]
    rest = deal(SESSIONS - sum(KNOWN.values()), [10**6 // (4 + number) for number in range(others)])
    sessions = deal(round(SESSIONS * share), [*KNOWN.values(), *rest])
    weights = [each * _FOREIGN_WEIGHT.get(name, 1) for name, each in zip(names, sessions, strict=True)]
    foreign = deal(round(FOREIGN * share), weights)
    return [
        JailFigures(FIRST_CODE + at, name, sessions[at], min(foreign[at], sessions[at]))
        for at, name in enumerate(names)
    ]


def days(sessions: int) -> list[tuple[date, int]]:
    """The period's days with so many sessions among them: fewer on Sundays, more from month to month."""
    length = (PUBLISHED.last - PUBLISHED.first).days + 1
    every = [PUBLISHED.first + timedelta(days=number) for number in range(length)]
    weights = [(length + number) * (1 if day.weekday() == 6 else 4) for number, day in enumerate(every)]
    return [(day, number) for day, number in zip(every, deal(sessions, weights), strict=True) if number]
