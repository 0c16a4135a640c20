"""The unit of work: one transaction and the repositories that read and write in it."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from broker.storage.inmates import Inmates
from broker.storage.jails import Jails
from broker.storage.outbox import Outbox
from broker.storage.staff import StaffMembers
from broker.storage.terminals import Terminals
from broker.storage.visits import Visits


class UnitOfWork:
    """One transaction. Nothing happened unless `commit` returned; leaving without it rolls back."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session
        self.inmates = Inmates(session)
        self.jails = Jails(session)
        self.outbox = Outbox(session)
        self.staff = StaffMembers(session)
        self.terminals = Terminals(session)
        self.visits = Visits(session)

    async def commit(self) -> None:
        """Make everything so far durable, all of it or none."""
        await self.session.commit()

    async def rollback(self) -> None:
        """Undo everything since the last commit."""
        await self.session.rollback()
