"""Notes and incidents: what staff write down about a session."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from broker.storage.types import UTCDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table("session_notes", *_columns("session_notes"))
    op.create_table(
        "incidents",
        *_columns("incidents"),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("severity", sa.String(32), nullable=False),
    )
    for table in ("session_notes", "incidents"):
        op.create_index(op.f(f"ix_{table}_visit_id"), table, ["visit_id"], unique=False)
    op.create_index(op.f("ix_incidents_at"), "incidents", ["at"], unique=False)


def downgrade() -> None:
    """Undo."""
    op.drop_table("incidents")
    op.drop_table("session_notes")


def _columns(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.String(32), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visits.id"], name=op.f(f"fk_{table}_visit_id_visits"), ondelete="CASCADE"
        ),
    ]
