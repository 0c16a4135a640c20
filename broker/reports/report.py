"""Making a report: the lines, their totals, and how current they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from broker.reports.asked import Asked, Dimension, Key, Keys
from broker.reports.tally import Served, Tally
from broker.storage.database import Database
from broker.storage.unit import UnitOfWork

#: An entry of a jail's register is of one jail and so of one state: over these, different people do add up.
APART = frozenset({Dimension.JAIL, Dimension.STATE})


@dataclass(frozen=True, slots=True)
class Group:
    """One line: its key, its numbers by id, and the lines within it."""

    key: Key
    numbers: Mapping[str, int]
    parts: tuple[Group, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """The lines in the order of their keys, and the total of all. `waiting`: changes that are not counted yet;
    `counted_at`: when something was counted last.
    """

    asked: Asked
    total: Mapping[str, int]
    groups: tuple[Group, ...]
    waiting: int = 0
    counted_at: datetime | None = None


@dataclass(slots=True)
class _Level:
    """What is known of all lines of one depth."""

    tallies: dict[Keys, Tally] = field(default_factory=dict)
    served: Mapping[Keys, Served] = field(default_factory=dict)


async def make(db: Database, asked: Asked) -> Report:
    """The report as of one moment."""
    async with db.read() as uow:
        await uow.reports.settle()
        return await _make(uow, asked)


async def _make(uow: UnitOfWork, asked: Asked) -> Report:
    depth = len(asked.by)
    levels = [_Level() for _ in range(depth + 1)]
    levels[depth].tallies = await uow.reports.tallies(asked)
    for above in range(depth):
        for keys, tally in levels[depth].tallies.items():
            levels[above].tallies.setdefault(keys[:above], Tally()).join(tally)
    if asked.people:
        counted = levels if asked.people_within else levels[: min(depth, 1) + 1]
        for number, level in reversed(list(enumerate(counted))):
            added = number == 0 and depth > 0 and asked.by[0] in APART
            level.served = _together(levels[1].served) if added else await uow.reports.served(asked, number)
    total = levels[0].tallies.get((), Tally()).numbers(asked.numbers, levels[0].served.get(()))
    waiting, counted_at = await uow.reports.waiting(), await uow.reports.counted_at()
    return Report(asked, total, _groups(asked, levels, ()), waiting, counted_at)


def _together(served: Mapping[Keys, Served]) -> Mapping[Keys, Served]:
    """The total of lines in which nobody is twice."""
    return {(): Served(sum(each.inmates for each in served.values()), sum(each.foreign for each in served.values()))}


def _groups(asked: Asked, levels: list[_Level], above: Keys) -> tuple[Group, ...]:
    depth = len(above) + 1
    if depth == len(levels):
        return ()
    level = levels[depth]
    inner = sorted(keys for keys in level.tallies if keys[:-1] == above)
    return tuple(
        Group(
            keys[-1],
            level.tallies[keys].numbers(asked.numbers, level.served.get(keys)),
            _groups(asked, levels, keys),
        )
        for keys in inner
    )
