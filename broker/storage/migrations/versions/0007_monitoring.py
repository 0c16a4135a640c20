"""The looks monitors take into live rooms, and the alerts they tick off."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from broker.storage.types import UTCDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "looks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.String(32), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("how", sa.String(32), nullable=False),
        sa.Column("participant", sa.String(80), server_default="", nullable=False),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=False),
        sa.Column("over", sa.Boolean(), nullable=False),
        sa.CheckConstraint("ended_at >= started_at", name=op.f("ck_looks_interval")),
        sa.CheckConstraint("how IN ('follow', 'wall')", name=op.f("ck_looks_how")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_looks_staff_id_staff")),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_looks_visit_id_visits"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_looks")),
    )
    for column in ("visit_id", "participant"):
        op.create_index(op.f(f"ix_looks_{column}"), "looks", [column], unique=False)
    op.create_table(
        "alert_ticks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("participant", sa.String(80), server_default="", nullable=False),
        sa.Column("since", UTCDateTime(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("ticked_at", UTCDateTime(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_alert_ticks_staff_id_staff")),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visits.id"], name=op.f("fk_alert_ticks_visit_id_visits"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_ticks")),
        sa.UniqueConstraint(
            "visit_id", "kind", "participant", "since", name=op.f("uq_alert_ticks_visit_id_kind_participant_since")
        ),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("alert_ticks")
    op.drop_table("looks")
