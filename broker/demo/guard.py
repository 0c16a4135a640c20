"""What keeps the demonstration out of production."""

from __future__ import annotations

from sqlalchemy import exists, or_, select

from broker.errors import DemoRefused
from broker.storage.database import Database
from broker.storage.models import InmateRow, JailRow, StaffTable, StateRow, VisitRow
from config.settings import Settings


def refuse_in_production(settings: Settings) -> None:
    """Raises DemoRefused in production."""
    if settings.is_production:
        raise DemoRefused("The demonstration is not for production: its people and passwords are public.")


async def refuse_demo_data(db: Database, settings: Settings) -> None:
    """Raises DemoRefused in production when the database holds anything that was made for the demonstration; its
    sign-ins are public. Raises DatabaseAway and TablesBehind, there alone: the demonstration makes its database itself.
    """
    if not settings.is_production:
        return
    from broker.storage.migrate import check  # noqa: PLC0415 - Alembic takes a while to load

    await db.reach()
    await check(db.engine)
    if await has_demo_data(db):
        raise DemoRefused("This database holds demonstration data. Production needs a database of its own.")


async def has_demo_data(db: Database) -> bool:
    """Whether any row is marked as made for the demonstration."""
    marked = or_(*(exists().where(table.demo) for table in (StateRow, JailRow, InmateRow, StaffTable, VisitRow)))
    async with db.read() as uow:
        return bool(await uow.session.scalar(select(marked)))
