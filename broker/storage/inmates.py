"""People in prison."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from broker.people import Inmate, InmateCategory
from broker.storage import convert
from broker.storage.models import InmateRow


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


class Inmates:
    """The repository of people in prison."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, new: NewInmate) -> Inmate:
        """Store a person. The number is the jail's own and can't repeat within it."""
        row = InmateRow(
            jail_id=new.jail_id,
            number=new.number,
            name=new.name,
            father_name=new.father_name,
            age=new.age,
            gender=new.gender,
            category=new.category,
            nationality=new.nationality,
            demo=new.demo,
        )
        self._session.add(row)
        await self._session.flush()
        return convert.inmate(row)

    async def of_jail(self, jail_id: int) -> list[Inmate]:
        """Everybody held in a jail, in order of registration."""
        rows = await self._session.scalars(select(InmateRow).where(InmateRow.jail_id == jail_id).order_by(InmateRow.id))
        return [convert.inmate(row) for row in rows]
