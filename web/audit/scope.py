"""Whose entries somebody may read, and on which clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from broker.people import Jail
from broker.staff import Staff
from broker.storage.unit import UnitOfWork


@dataclass(frozen=True, slots=True)
class Scope:
    """The reader's jails; `jail_ids` as `broker.audit.search.Search` has it: None for every entry, those that belong to
    no jail included.
    """

    jails: Sequence[Jail]
    jail_ids: frozenset[int] | None

    @property
    def timezone(self) -> str:
        """The zone of the reader's first jail: a reader of several sees one clock."""
        return self.jails[0].timezone if self.jails else "UTC"


async def scope_of(uow: UnitOfWork, staff: Staff) -> Scope:
    """Everything with every jail in reach; else what belongs to the reader's jails."""
    jails = [jail for jail in await uow.jails.all() if jail.id in staff.jail_ids]
    every = (await uow.staff.member(staff.id)).reach.every_jail
    return Scope(jails, None if every else staff.jail_ids)
