"""Two live visits never want one person in prison at one instant, on whatever terminals or counters.

A migration that builds `visits` anew on SQLite makes these triggers again, as it does those of the terminals.
"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from broker.storage.errors import VisitsOverlap
from broker.storage.types import UTCDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_REFUSE_OVERLAP = """
    WHEN NEW.status IN ('approved', 'open') AND EXISTS (
        SELECT 1 FROM visits AS other
        WHERE other.inmate_id = NEW.inmate_id AND other.id <> NEW.id
        AND other.status IN ('approved', 'open')
        AND other.starts_at < NEW.ends_at AND NEW.starts_at < other.ends_at
    )
    BEGIN SELECT RAISE(ABORT, 'ex_visits_inmate_live'); END
"""
_TRIGGERS = (("insert", "INSERT"), ("update", "UPDATE OF inmate_id, starts_at, ends_at, status"))

# Of two visits that overlap the one that was asked for later.
_LATER = """
    SELECT later.id, later.status, later.demo, later.visrn_state, later.visrn_jail, later.visrn_serial,
           later.visrn_year
    FROM visits AS later
    WHERE later.status IN ('approved', 'open') AND EXISTS (
        SELECT 1 FROM visits AS first
        WHERE first.inmate_id = later.inmate_id AND first.status IN ('approved', 'open')
        AND first.starts_at < later.ends_at AND later.starts_at < first.ends_at
        AND (first.created_at, first.id) < (later.created_at, later.id)
    )
    ORDER BY later.created_at, later.id
"""


def upgrade() -> None:
    """Apply. Raises VisitsOverlap where real visits stand against it: which of two takes place is for people to say."""
    _call_demonstrations_off()
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            """
            ALTER TABLE visits ADD CONSTRAINT ex_visits_inmate_live
            EXCLUDE USING gist (inmate_id WITH =, tstzrange(starts_at, ends_at) WITH &&)
            WHERE (status IN ('approved', 'open'))
            """
        )
        return
    for name, when in _TRIGGERS:
        op.execute(f"CREATE TRIGGER ex_visits_inmate_live_{name} BEFORE {when} ON visits {_REFUSE_OVERLAP}")


def downgrade() -> None:
    """Undo."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE visits DROP CONSTRAINT ex_visits_inmate_live")
        return
    for name, _ in _TRIGGERS:
        op.execute(f"DROP TRIGGER ex_visits_inmate_live_{name}")


def _call_demonstrations_off() -> None:
    """Invented visits that overlap are called off; of real ones none is."""
    rows = op.get_bind().execute(sa.text(_LATER)).all()
    real = [f"{row.visrn_state}/{row.visrn_jail}/{row.visrn_serial}/{row.visrn_year}" for row in rows if not row.demo]
    if real:
        raise VisitsOverlap(real)
    visits = sa.table("visits", sa.column("id"), sa.column("status"))
    history = sa.table(
        "visit_history",
        sa.column("visit_id"),
        sa.column("at", UTCDateTime()),
        *(sa.column(name) for name in ("by", "from_status", "to_status", "reason")),
    )
    for row in rows:
        op.execute(sa.update(visits).where(visits.c.id == row.id).values(status="cancelled"))
        op.execute(
            sa.insert(history).values(
                visit_id=row.id,
                at=datetime.now(UTC),
                by="system:demo",
                from_status=row.status,
                to_status="cancelled",
                reason="overlap",
            )
        )
