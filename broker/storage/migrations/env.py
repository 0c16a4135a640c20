"""Run by Alembic. `broker.storage.migrate` hands over an open connection within a transaction of its own."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from broker.storage.models import Base


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        # The caller's transaction holds everything, also SQLite's DDL, which Alembic would otherwise commit piecemeal.
        transactional_ddl=True,
        transaction_per_migration=False,
    )
    context.run_migrations()


connection = context.config.attributes.get("connection")
if connection is None:
    raise RuntimeError("run migrations through `python -m broker migrate`")
_run(connection)
