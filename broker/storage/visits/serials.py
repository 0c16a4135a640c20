"""Serials of VisRNs: one counter a jail and year, raised in the transaction that stores the visit.

The counter's row stays locked until that transaction ends: the next one waits, then sees either the raised number
(commit) or the old one (rollback). So there are no gaps, and nothing is given out twice.
"""

from __future__ import annotations

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from broker.storage.models import SerialRow


async def next_serial(session: AsyncSession, jail_id: int, year: int) -> int:
    """The next serial of a jail in a year, from 1."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    raised = (
        insert(SerialRow)
        .values(jail_id=jail_id, year=year, last=1)
        .on_conflict_do_update(index_elements=["jail_id", "year"], set_={"last": SerialRow.last + 1})
        .returning(SerialRow.last)
    )
    return int((await session.execute(raised)).scalar_one())
