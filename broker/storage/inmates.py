"""People in prison: each jail's own register."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from broker.errors import NotFound
from broker.people import Inmate
from broker.storage import convert
from broker.storage.models import InmateRow
from broker.vocabulary import InmateCategory, InmateStatus


@dataclass(frozen=True, slots=True)
class NewInmate:
    """A person in prison, to be stored. Fields as in `broker.people.Inmate`."""

    jail_id: int
    number: str = field(repr=False)
    name: str = field(repr=False)
    father_name: str = field(repr=False)
    age: int = field(repr=False)
    gender: str = field(repr=False)
    category: InmateCategory
    nationality: str
    demo: bool = False
    status: InmateStatus = InmateStatus.HELD
    no_objection: str = ""


class Inmates:
    """The repository of people in prison."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, new: NewInmate, now: datetime | None = None) -> Inmate:
        """Store a person. The number is the jail's own and can't repeat within it."""
        row = InmateRow(jail_id=new.jail_id, updated_at=now, demo=new.demo)
        _write(row, new)
        self._session.add(row)
        await self._session.flush()
        return convert.inmate(row)

    async def write(self, inmate_id: int, new: NewInmate, now: datetime) -> Inmate:
        """Write what the jail says of a person it knows; `new.jail_id` is not looked at. Raises NotFound."""
        row = await self._row(inmate_id, lock=True)
        _write(row, new)
        row.updated_at = now
        await self._session.flush()
        return convert.inmate(row)

    async def set_status(self, inmate_id: int, status: InmateStatus, now: datetime) -> Inmate:
        """Say where somebody is now. Raises NotFound."""
        row = await self._row(inmate_id, lock=True)
        row.status, row.updated_at = status, now
        await self._session.flush()
        return convert.inmate(row)

    async def get(self, inmate_id: int) -> Inmate:
        """A person. Raises NotFound."""
        return convert.inmate(await self._row(inmate_id))

    async def lock(self, inmate_id: int) -> Inmate:
        """A person, whom until the end of the transaction nobody else changes or books. Raises NotFound."""
        return convert.inmate(await self._row(inmate_id, lock=True))

    async def by_number(self, jail_id: int, number: str) -> Inmate | None:
        """The person with a jail's number; case and spaces don't matter."""
        found = await self._session.scalar(
            select(InmateRow).where(
                InmateRow.jail_id == jail_id,
                func.lower(func.replace(InmateRow.number, " ", "")) == "".join(number.split()).lower(),
            )
        )
        return None if found is None else convert.inmate(found)

    async def of_jail(self, jail_id: int, statuses: Collection[InmateStatus] | None = None) -> list[Inmate]:
        """Everybody in a jail's register (of these statuses), in order of registration."""
        wanted = select(InmateRow).where(InmateRow.jail_id == jail_id).order_by(InmateRow.id)
        if statuses is not None:
            wanted = wanted.where(InmateRow.status.in_(statuses))
        return [convert.inmate(row) for row in await self._session.scalars(wanted)]

    async def page(
        self,
        jail_id: int,
        *,
        text: str = "",
        status: InmateStatus | None = None,
        after: int = 0,
        limit: int = 100,
    ) -> list[Inmate]:
        """A piece of a jail's register in order of registration: those with an id above `after`, at most `limit`, whose
        number, name or father's name holds `text`.
        """
        wanted = select(InmateRow).where(InmateRow.jail_id == jail_id, InmateRow.id > after)
        if status is not None:
            wanted = wanted.where(InmateRow.status == status)
        for word in text.split():
            columns = (InmateRow.number, InmateRow.name, InmateRow.father_name)
            wanted = wanted.where(or_(*(column.icontains(word, autoescape=True) for column in columns)))
        rows = await self._session.scalars(wanted.order_by(InmateRow.id).limit(limit))
        return [convert.inmate(row) for row in rows]

    async def counts(self, jail_id: int) -> dict[InmateStatus, int]:
        """How many of a jail's register are where."""
        pairs = await self._session.execute(
            select(InmateRow.status, func.count()).where(InmateRow.jail_id == jail_id).group_by(InmateRow.status)
        )
        return {status: number for status, number in pairs}  # noqa: C416 - a Row is no pair to mypy

    async def _row(self, inmate_id: int, *, lock: bool = False) -> InmateRow:
        row = await self._session.get(InmateRow, inmate_id, with_for_update=lock or None, populate_existing=lock)
        if row is None:
            raise NotFound("inmate")
        return row


def _write(row: InmateRow, new: NewInmate) -> None:
    row.number = new.number
    row.name, row.father_name = new.name, new.father_name
    row.age, row.gender = new.age, new.gender
    row.category, row.nationality = new.category, new.nationality
    row.status, row.no_objection = new.status, new.no_objection
