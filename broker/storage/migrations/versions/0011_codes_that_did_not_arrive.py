"""One more cause of lost minutes: the codes that let a family in did not arrive. Reports have a column for it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# A visit has one line for each measured cause and side: two that become one are added up.
_BACK = (
    """
    UPDATE visit_losses SET seconds = seconds + (
        SELECT twin.seconds FROM visit_losses AS twin
        WHERE twin.visit_id = visit_losses.visit_id AND twin.measured = 'no_codes'
        AND twin.measured_side = visit_losses.measured_side
    )
    WHERE measured = 'nobody_came' AND EXISTS (
        SELECT 1 FROM visit_losses AS twin
        WHERE twin.visit_id = visit_losses.visit_id AND twin.measured = 'no_codes'
        AND twin.measured_side = visit_losses.measured_side
    )
    """,
    """
    DELETE FROM visit_losses
    WHERE measured = 'no_codes' AND EXISTS (
        SELECT 1 FROM visit_losses AS twin
        WHERE twin.visit_id = visit_losses.visit_id AND twin.measured = 'nobody_came'
        AND twin.measured_side = visit_losses.measured_side
    )
    """,
    "UPDATE visit_losses SET measured = 'nobody_came' WHERE measured = 'no_codes'",
    "UPDATE visit_losses SET cause = 'nobody_came' WHERE cause = 'no_codes'",
)


def upgrade() -> None:
    """Apply."""
    op.add_column("report_rows", sa.Column("lost_no_codes", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    """Undo. What no older version knows is read as a side that was not there, on the side it lay with."""
    for statement in _BACK:
        op.execute(statement)
    op.drop_column("report_rows", "lost_no_codes")
