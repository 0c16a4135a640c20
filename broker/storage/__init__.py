"""The visit kept: one model on SQLite (embedded) and PostgreSQL, behind a unit of work with repositories.

async with db.begin() as uow:       # one write transaction
    visit = await uow.visits.add(new, now)
    await uow.commit()              # without this line nothing happened
async with db.read() as uow:        # a snapshot; writing is an error
    visit = await uow.visits.get(visit_id)
"""

from broker.storage.database import Database
from broker.storage.unit import UnitOfWork

__all__ = ["Database", "UnitOfWork"]
