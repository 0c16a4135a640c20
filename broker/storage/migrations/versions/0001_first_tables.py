"""The first tables: places, people, visits and their history, staff, the outbox."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from broker.storage.types import UTCDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


_REFUSE_OVERLAP = """
    WHEN NEW.status IN ('approved', 'open') AND EXISTS (
        SELECT 1 FROM visits AS held
        WHERE held.terminal_id = NEW.terminal_id AND held.id <> NEW.id
        AND held.status IN ('approved', 'open')
        AND held.starts_at < NEW.ends_at AND NEW.starts_at < held.ends_at
    )
    BEGIN SELECT RAISE(ABORT, 'ex_visits_terminal_live'); END
"""


def upgrade() -> None:
    """Apply."""
    _places()
    _people()
    _visits()
    _visitors()
    _outbox()
    if op.get_bind().dialect.name == "postgresql":
        _exclude_on_postgresql()
    else:
        _exclude_on_sqlite()


def downgrade() -> None:
    """Undo. SQLite drops a table's triggers with it, PostgreSQL its constraints."""
    for table in (
        "outbox",
        "visit_history",
        "visitors",
        "visits",
        "visrn_serials",
        "staff_jails",
        "staff_states",
        "staff",
        "inmates",
        "terminals",
        "jails",
        "states",
    ):
        op.drop_table(table)


def _places() -> None:
    op.create_table(
        "states",
        sa.Column("code", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_states")),
    )
    op.create_table(
        "jails",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state_code", sa.Integer(), nullable=False),
        sa.Column("code", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("city", sa.String(120), nullable=False),
        sa.Column("timezone", sa.String(64), nullable=False),
        sa.Column("helpline", sa.String(40), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["state_code"], ["states.code"], name=op.f("fk_jails_state_code_states")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jails")),
        sa.UniqueConstraint("state_code", "code", name=op.f("uq_jails_state_code_code")),
    )
    op.create_table(
        "terminals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("jail_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("secret_digest", sa.String(64), nullable=True),
        sa.Column("pair_code_digest", sa.String(64), nullable=True),
        sa.Column("pair_code_expires_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["jail_id"], ["jails.id"], name=op.f("fk_terminals_jail_id_jails")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terminals")),
        sa.UniqueConstraint("jail_id", "name", name=op.f("uq_terminals_jail_id_name")),
        sa.UniqueConstraint("pair_code_digest", name=op.f("uq_terminals_pair_code_digest")),
        sa.UniqueConstraint("secret_digest", name=op.f("uq_terminals_secret_digest")),
    )


def _people() -> None:
    op.create_table(
        "inmates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("jail_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("father_name", sa.String(120), nullable=False),
        sa.Column("age", sa.Integer(), nullable=False),
        sa.Column("gender", sa.String(16), nullable=False),
        sa.Column("category", sa.String(32), nullable=False),
        sa.Column("nationality", sa.String(2), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["jail_id"], ["jails.id"], name=op.f("fk_inmates_jail_id_jails")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inmates")),
        sa.UniqueConstraint("jail_id", "number", name=op.f("uq_inmates_jail_id_number")),
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(80), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("password_hash", sa.String(255), nullable=False),
        sa.Column("totp_secret", sa.String(64), nullable=True),
        sa.Column("every_jail", sa.Boolean(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("username", name=op.f("uq_staff_username")),
    )
    op.create_table(
        "staff_states",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("state_code", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_staff_states_staff_id_staff"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["state_code"], ["states.code"], name=op.f("fk_staff_states_state_code_states")),
        sa.PrimaryKeyConstraint("staff_id", "state_code", name=op.f("pk_staff_states")),
    )
    op.create_table(
        "staff_jails",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("jail_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["jail_id"], ["jails.id"], name=op.f("fk_staff_jails_jail_id_jails")),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_staff_jails_staff_id_staff"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("staff_id", "jail_id", name=op.f("pk_staff_jails")),
    )


def _visits() -> None:
    op.create_table(
        "visrn_serials",
        sa.Column("jail_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["jail_id"], ["jails.id"], name=op.f("fk_visrn_serials_jail_id_jails")),
        sa.PrimaryKeyConstraint("jail_id", "year", name=op.f("pk_visrn_serials")),
    )
    op.create_table(
        "visits",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("visrn_state", sa.Integer(), nullable=False),
        sa.Column("visrn_jail", sa.Integer(), nullable=False),
        sa.Column("visrn_serial", sa.Integer(), nullable=False),
        sa.Column("visrn_year", sa.Integer(), nullable=False),
        sa.Column("jail_id", sa.Integer(), nullable=False),
        sa.Column("terminal_id", sa.Integer(), nullable=True),
        sa.Column("inmate_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("starts_at", UTCDateTime(), nullable=False),
        sa.Column("ends_at", UTCDateTime(), nullable=False),
        sa.Column("outcome", sa.String(32), nullable=True),
        sa.Column("opened_at", UTCDateTime(), nullable=True),
        sa.Column("closed_at", UTCDateTime(), nullable=True),
        sa.Column("seconds", sa.JSON(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.CheckConstraint("(status = 'closed') = (outcome IS NOT NULL)", name=op.f("ck_visits_closed_has_outcome")),
        sa.CheckConstraint(
            "status IN ('approved', 'cancelled', 'closed', 'open', 'refused', 'requested')",
            name=op.f("ck_visits_status"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('approved', 'open') OR terminal_id IS NOT NULL", name=op.f("ck_visits_live_has_terminal")
        ),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_visits_interval")),
        sa.ForeignKeyConstraint(["inmate_id"], ["inmates.id"], name=op.f("fk_visits_inmate_id_inmates")),
        sa.ForeignKeyConstraint(["jail_id"], ["jails.id"], name=op.f("fk_visits_jail_id_jails")),
        sa.ForeignKeyConstraint(["terminal_id"], ["terminals.id"], name=op.f("fk_visits_terminal_id_terminals")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visits")),
        sa.UniqueConstraint("visrn_state", "visrn_jail", "visrn_serial", "visrn_year", name="uq_visits_visrn"),
    )
    op.create_index(op.f("ix_visits_inmate_id"), "visits", ["inmate_id"], unique=False)
    op.create_index(op.f("ix_visits_jail_id_starts_at"), "visits", ["jail_id", "starts_at"], unique=False)
    op.create_index(op.f("ix_visits_status_ends_at"), "visits", ["status", "ends_at"], unique=False)
    op.create_index(op.f("ix_visits_terminal_id_starts_at"), "visits", ["terminal_id", "starts_at"], unique=False)


def _visitors() -> None:
    op.create_table(
        "visitors",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("visit_id", sa.String(32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("relationship", sa.String(40), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("mobile", sa.String(20), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("link_digest", sa.String(64), nullable=False),
        sa.Column("otp_counter", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visits.id"], name=op.f("fk_visitors_visit_id_visits"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visitors")),
        sa.UniqueConstraint("link_digest", name=op.f("uq_visitors_link_digest")),
        sa.UniqueConstraint("visit_id", "position", name=op.f("uq_visitors_visit_id_position")),
    )
    op.create_table(
        "visit_history",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.String(32), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("from_status", sa.String(32), nullable=True),
        sa.Column("to_status", sa.String(32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visits.id"], name=op.f("fk_visit_history_visit_id_visits"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_history")),
    )
    op.create_index(op.f("ix_visit_history_visit_id"), "visit_history", ["visit_id"], unique=False)


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("visit_id", sa.String(32), nullable=True),
        sa.Column("visitor_id", sa.String(32), nullable=True),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error_id", sa.String(40), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=True),
        sa.Column("sent_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("status IN ('failed', 'queued', 'sent')", name=op.f("ck_outbox_status")),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visits.id"], name=op.f("fk_outbox_visit_id_visits"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index(op.f("ix_outbox_status_due_at"), "outbox", ["status", "due_at"], unique=False)
    op.create_index(op.f("ix_outbox_visit_id"), "outbox", ["visit_id"], unique=False)


def _exclude_on_postgresql() -> None:
    """Two live visits never hold one terminal at one instant. A tstzrange is half-open: slots that touch are fine."""
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    op.execute(
        """
        ALTER TABLE visits ADD CONSTRAINT ex_visits_terminal_live
        EXCLUDE USING gist (terminal_id WITH =, tstzrange(starts_at, ends_at) WITH &&)
        WHERE (status IN ('approved', 'open'))
        """
    )


def _exclude_on_sqlite() -> None:
    """The same rule. A trigger can look before it lets a row in, because SQLite has one writer at a time.

    A later revision that rebuilds `visits` in batch mode has to make these two again.
    """
    for name, when in (("insert", "INSERT"), ("update", "UPDATE OF terminal_id, starts_at, ends_at, status")):
        op.execute(f"CREATE TRIGGER ex_visits_terminal_live_{name} BEFORE {when} ON visits {_REFUSE_OVERLAP}")
