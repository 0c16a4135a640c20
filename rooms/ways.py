"""What the relay forwarded from whom to whom, in sum over the nodes a room was on; kept in Redis as the seconds are.

A way on which nothing went stands there with a zero: that is what shows that a lawyer was not heard by a monitor.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from config import facts

Way = tuple[str, str, str]
"""(sender's participant id, receiver's participant id, "audio" or "video")"""

Ways = dict[Way, int]
"""Packets, by way."""


def total(carried: Mapping[Way, int], counted: Mapping[Way, int]) -> Ways:
    """Return the sum of what earlier nodes counted and what this one has."""
    return {way: carried.get(way, 0) + counted.get(way, 0) for way in {**carried, **counted}}


def to_fields(ways: Mapping[Way, int]) -> dict[str, str]:
    """Return the fields of the hash they are kept in."""
    return {json.dumps([str(part) for part in way]): str(packets) for way, packets in ways.items()}


def from_fields(fields: Mapping[str, str]) -> Ways:
    """Read what to_fields wrote; raises ValueError on anything else."""
    return {_way(name): int(packets) for name, packets in fields.items()}


def for_fact(ways: Mapping[Way, int]) -> tuple[facts.Way, ...]:
    """Return them as a fact tells them, in a fixed order."""
    return tuple((sender, receiver, str(kind), packets) for (sender, receiver, kind), packets in sorted(ways.items()))


def _way(name: str) -> Way:
    sender, receiver, kind = json.loads(name)
    return str(sender), str(receiver), str(kind)
