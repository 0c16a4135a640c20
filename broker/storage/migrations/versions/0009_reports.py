"""The rows that reports count from, kept current by triggers that note which visit has changed; keys for reports.

A migration that builds one of the watched tables anew on SQLite makes its triggers again (`_WATCHED` has them).
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from broker.storage.types import UTCDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_WORDS = ("kind", "mode", "result")
_FLAGS = ("foreigner", "abroad", "admitted", "connected")
_SECONDS = (
    "offered",
    "had",
    "unmeasured",
    "lost_family_network",
    "lost_nobody_came",
    "lost_node_down",
    "lost_prison_network",
    "lost_staff_ended",
    "lost_terminal_down",
    "lost_unexplained",
)

_OF_VISIT = "INSERT INTO report_queue (visit_id) VALUES ({row}.id);"
_OF_PART = "INSERT INTO report_queue (visit_id) VALUES ({row}.visit_id);"
_OF_INMATE = "INSERT INTO report_queue (visit_id) SELECT id FROM visits WHERE inmate_id = {row}.id;"
_OF_JAIL = "INSERT INTO report_queue (visit_id) SELECT id FROM visits WHERE jail_id = {row}.id;"
# Table, when, and what is noted. What is always written together with one of these needs no trigger of its own: a
# visit's history and decisions, its visitors and its request when they are new.
_WATCHED = (
    ("visits", "INSERT", _OF_VISIT),
    (
        "visits",
        "UPDATE OF jail_id, inmate_id, kind, mode, status, starts_at, ends_at, outcome, opened_at, seconds",
        _OF_VISIT,
    ),
    ("visits", "DELETE", _OF_VISIT),
    ("visitors", "UPDATE OF mobile, decision", _OF_PART),
    ("requests", "UPDATE OF timezone", _OF_PART),
    ("visit_records", "INSERT", _OF_PART),
    ("visit_records", "UPDATE", _OF_PART),
    ("visit_records", "DELETE", _OF_PART),
    ("visit_losses", "INSERT", _OF_PART),
    ("visit_losses", "UPDATE", _OF_PART),
    ("visit_losses", "DELETE", _OF_PART),
    ("inmates", "UPDATE OF category, nationality", _OF_INMATE),
    ("jails", "UPDATE OF state_code, timezone", _OF_JAIL),
)


def upgrade() -> None:
    """Apply. Every visit that is there is noted, so that the first round of counting makes all the rows."""
    op.add_column("api_keys", sa.Column("purpose", sa.String(32), server_default="register", nullable=False))
    op.create_table(
        "report_rows",
        sa.Column("visit_id", sa.String(32), nullable=False),
        sa.Column("state_code", sa.Integer(), nullable=False),
        sa.Column("jail_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("inmate_id", sa.Integer(), nullable=True),
        sa.Column("category", sa.String(32), nullable=True),
        *(sa.Column(name, sa.String(32), nullable=False) for name in _WORDS),
        sa.Column("reason", sa.String(40), nullable=False),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in _FLAGS),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in _SECONDS),
        sa.PrimaryKeyConstraint("visit_id", name=op.f("pk_report_rows")),
    )
    op.create_index(op.f("ix_report_rows_day_jail_id"), "report_rows", ["day", "jail_id"], unique=False)
    op.create_index(
        "ix_report_rows_served",
        "report_rows",
        ["inmate_id", "month", "jail_id", "day", "foreigner"],
        unique=False,
        postgresql_where=sa.text("connected"),
        sqlite_where=sa.text("connected"),
    )
    op.create_table(
        "report_queue",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("visit_id", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_queue")),
    )
    state = op.create_table(
        "report_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("counted_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_report_state_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_state")),
    )
    op.bulk_insert(state, [{"id": 1, "counted_at": None}])
    op.execute("INSERT INTO report_queue (visit_id) SELECT id FROM visits")
    for number, (table, when, noted) in enumerate(_WATCHED, 1):
        _watch(f"report_later_{number}", table, when, noted)


def downgrade() -> None:
    """Undo."""
    for number, (table, _, _) in enumerate(_WATCHED, 1):
        _forget(f"report_later_{number}", table)
    for table in ("report_state", "report_queue", "report_rows"):
        op.drop_table(table)
    op.drop_column("api_keys", "purpose")


def _watch(name: str, table: str, when: str, noted: str) -> None:
    statement = noted.format(row="OLD" if when == "DELETE" else "NEW")
    if op.get_bind().dialect.name != "postgresql":
        op.execute(f"CREATE TRIGGER {name} AFTER {when} ON {table} BEGIN {statement} END")
        return
    op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {statement} RETURN NULL; END $$")
    op.execute(f"CREATE TRIGGER {name} AFTER {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def _forget(name: str, table: str) -> None:
    if op.get_bind().dialect.name != "postgresql":
        op.execute(f"DROP TRIGGER {name}")
        return
    op.execute(f"DROP TRIGGER {name} ON {table}")
    op.execute(f"DROP FUNCTION {name}()")
