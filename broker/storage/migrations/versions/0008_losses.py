"""Where each second of a visit went, on whose side a loss lay, and the visit that is offered in its place.

Nothing was ever written into the table of losses before this, so it is made anew instead of changed.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from broker.storage.types import UTCDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("visit_records") as batch:
        batch.add_column(sa.Column("pieces", sa.JSON(), server_default="[]", nullable=False))
        batch.add_column(sa.Column("lost_percent", sa.Integer(), server_default="20", nullable=False))
    op.drop_table("visit_losses")
    _losses(sides=True)
    op.create_table(
        "makeups",
        sa.Column("visit_id", sa.String(32), nullable=False),
        sa.Column("slots", sa.JSON(), nullable=False),
        sa.Column("offered_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("taken_visit_id", sa.String(32), nullable=True),
        sa.Column("taken_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visits.id"], name=op.f("fk_makeups_visit_id_visits"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["taken_visit_id"], ["visits.id"], name=op.f("fk_makeups_taken_visit_id_visits"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("visit_id", name=op.f("pk_makeups")),
        sa.UniqueConstraint("taken_visit_id", name=op.f("uq_makeups_taken_visit_id")),
    )
    op.create_table(
        "makeup_links",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("visit_id", sa.String(32), nullable=False),
        sa.Column("visitor_id", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["makeups.visit_id"], name=op.f("fk_makeup_links_visit_id_makeups"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["visitor_id"], ["visitors.id"], name=op.f("fk_makeup_links_visitor_id_visitors"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_makeup_links")),
    )
    op.create_index(op.f("ix_makeup_links_visit_id"), "makeup_links", ["visit_id"], unique=False)


def downgrade() -> None:
    """Undo."""
    op.drop_table("makeup_links")
    op.drop_table("makeups")
    op.drop_table("visit_losses")
    _losses(sides=False)
    with op.batch_alter_table("visit_records") as batch:
        batch.drop_column("lost_percent")
        batch.drop_column("pieces")


def _losses(*, sides: bool) -> None:
    """The table of losses, with or without whose side each lay with."""
    once = ["visit_id", "measured", "measured_side"] if sides else ["visit_id", "measured"]
    measured, cause = (
        [sa.Column(name, sa.String(32), nullable=False) for name in ((word, side) if sides else (word,))]
        for word, side in (("measured", "measured_side"), ("cause", "side"))
    )
    op.create_table(
        "visit_losses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.String(32), nullable=False),
        *measured,
        *cause,
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("confirmed_at", UTCDateTime(), nullable=True),
        sa.Column("confirmed_by", sa.String(80), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("seconds > 0", name=op.f("ck_visit_losses_seconds")),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visits.id"], name=op.f("fk_visit_losses_visit_id_visits"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_losses")),
        sa.UniqueConstraint(*once, name=op.f(f"uq_visit_losses_{'_'.join(once)}")),
    )
    op.create_index(op.f("ix_visit_losses_confirmed_at"), "visit_losses", ["confirmed_at"], unique=False)
