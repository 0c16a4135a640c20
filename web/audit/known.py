"""What the numbers in entries stand for today."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from broker.audit.chain import Entry
from broker.staff import StaffName, staff_id
from broker.storage.unit import UnitOfWork

#: Details that name visits, one or several, by their ids.
VISITS = frozenset({"in_the_place_of", "visits"})


@dataclass(frozen=True, slots=True)
class Known:
    """Staff by number, VisRNs by visit, names of jails by id, and of other systems' keys by actor ("api_key:4")."""

    staff: Mapping[int, StaffName]
    visits: Mapping[str, str]
    jails: Mapping[int, str]
    keys: Mapping[str, str]


async def look_up(uow: UnitOfWork, entries: Collection[Entry]) -> Known:
    """All names that these entries need, in a few statements."""
    actors = {text for entry in entries for text in (entry.by, entry.subject, *_named(entry, "who"))}
    people = {number for text in actors if (number := staff_id(text))}
    visits = {entry.visit_id for entry in entries if entry.visit_id}
    visits |= {visit_id for entry in entries for name in VISITS for visit_id in _named(entry, name)}
    asked_keys = any(text.startswith("api_key:") for text in actors)
    return Known(
        await uow.staff.named(people),
        {visit_id: str(number) for visit_id, number in (await uow.visits.numbers(visits)).items()},
        {jail.id: jail.name for jail in await uow.jails.all()},
        {f"api_key:{key.id}": key.name for key in await uow.api_keys.all()} if asked_keys else {},
    )


def _named(entry: Entry, detail: str) -> Iterator[str]:
    found = entry.details.get(detail)
    for each in found if isinstance(found, list | tuple) else [found]:
        if isinstance(each, str):
            yield each
