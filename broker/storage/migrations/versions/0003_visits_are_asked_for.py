"""Visits, visitors, inmates, staff and messages learn what a request needs to know of them.

SQLite changes a constraint by building the table anew. The triggers, which that forgets, are made again here.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from broker.storage.types import UTCDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_WORDS = ("approved", "asked", "cancelled", "closed", "open", "refused", "requested")
_OLD_WORDS = tuple(word for word in _WORDS if word != "asked")
# By these somebody's other visits, and whoever still points to a document, are looked for at each look at the queue.
_VISITOR_INDEXES = ("document_id", "email", "id_digest")
_MAIL_WORDS = ("bounced", "failed", "queued", "sent")
_OLD_MAIL_WORDS = _MAIL_WORDS[1:]

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
    op.add_column("inmates", sa.Column("status", sa.String(32), server_default="held", nullable=False))
    op.add_column("inmates", sa.Column("no_objection", sa.String(120), server_default="", nullable=False))
    op.add_column("inmates", sa.Column("updated_at", UTCDateTime(), nullable=True))
    op.add_column("staff", sa.Column("email", sa.String(254), server_default="", nullable=False))
    op.add_column("staff", sa.Column("language", sa.String(8), server_default="en", nullable=False))
    op.add_column("staff", sa.Column("disabled_at", UTCDateTime(), nullable=True))
    op.add_column("terminals", sa.Column("mode", sa.String(32), server_default="video", nullable=False))
    op.add_column("outbox", sa.Column("attachments", sa.JSON(), server_default="[]", nullable=False))
    _mail_words(_MAIL_WORDS)
    _visitors()
    with op.batch_alter_table("visits") as batch:
        batch.add_column(sa.Column("account_id", sa.String(32), nullable=True))
        batch.add_column(sa.Column("rule_version_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("mode", sa.String(32), server_default="video", nullable=False))
        batch.alter_column("inmate_id", existing_type=sa.Integer(), nullable=True)
        batch.create_index(op.f("ix_visits_account_id"), ["account_id"], unique=False)
        batch.create_foreign_key(op.f("fk_visits_account_id_accounts"), "accounts", ["account_id"], ["id"])
        batch.create_foreign_key(
            op.f("fk_visits_rule_version_id_rule_versions"), "rule_versions", ["rule_version_id"], ["id"]
        )
        batch.drop_constraint(op.f("ck_visits_status"), type_="check")
        batch.create_check_constraint(op.f("ck_visits_status"), _one_of(_WORDS))
        batch.create_check_constraint(
            op.f("ck_visits_live_has_inmate"), "status NOT IN ('approved', 'open') OR inmate_id IS NOT NULL"
        )
    _triggers_on_sqlite()


def downgrade() -> None:
    """Undo. What the older tables have no word for goes: requests nobody has matched, and visits waiting for an answer
    are requests again.
    """
    op.execute("DELETE FROM visits WHERE inmate_id IS NULL")
    op.execute("UPDATE visits SET status = 'requested' WHERE status = 'asked'")
    op.execute("UPDATE outbox SET status = 'failed' WHERE status = 'bounced'")
    with op.batch_alter_table("visits") as batch:
        batch.drop_constraint(op.f("ck_visits_live_has_inmate"), type_="check")
        batch.drop_constraint(op.f("ck_visits_status"), type_="check")
        batch.create_check_constraint(op.f("ck_visits_status"), _one_of(_OLD_WORDS))
        batch.drop_constraint(op.f("fk_visits_account_id_accounts"), type_="foreignkey")
        batch.drop_constraint(op.f("fk_visits_rule_version_id_rule_versions"), type_="foreignkey")
        batch.drop_index(op.f("ix_visits_account_id"))
        for name in ("account_id", "rule_version_id", "mode"):
            batch.drop_column(name)
        batch.alter_column("inmate_id", existing_type=sa.Integer(), nullable=False)
    _triggers_on_sqlite()
    with op.batch_alter_table("visitors") as batch:
        batch.drop_constraint(op.f("fk_visitors_document_id_documents"), type_="foreignkey")
        for name in _VISITOR_INDEXES:
            batch.drop_index(op.f(f"ix_visitors_{name}"))
        for added in _visitor_columns():
            batch.drop_column(added.name)
    _mail_words(_OLD_MAIL_WORDS)
    for table, columns in (
        ("outbox", ("attachments",)),
        ("terminals", ("mode",)),
        ("staff", ("disabled_at", "language", "email")),
        ("inmates", ("updated_at", "no_objection", "status")),
    ):
        for name in columns:
            op.drop_column(table, name)


def _one_of(words: tuple[str, ...]) -> str:
    return f"status IN ({', '.join(repr(word) for word in words)})"


def _triggers_on_sqlite() -> None:
    if op.get_bind().dialect.name == "postgresql":
        return
    for name, when in (("insert", "INSERT"), ("update", "UPDATE OF terminal_id, starts_at, ends_at, status")):
        op.execute(f"CREATE TRIGGER ex_visits_terminal_live_{name} BEFORE {when} ON visits {_REFUSE_OVERLAP}")


def _mail_words(words: tuple[str, ...]) -> None:
    with op.batch_alter_table("outbox") as batch:
        batch.drop_constraint(op.f("ck_outbox_status"), type_="check")
        batch.create_check_constraint(op.f("ck_outbox_status"), _one_of(words))


def _visitor_columns() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("father_name", sa.String(120), server_default="", nullable=False),
        sa.Column("address", sa.String(400), server_default="", nullable=False),
        sa.Column("gender", sa.String(16), server_default="", nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("age", sa.Integer(), nullable=True),
        sa.Column("nationality", sa.String(2), server_default="", nullable=False),
        sa.Column("id_type", sa.String(32), nullable=True),
        sa.Column("id_number", sa.String(40), server_default="", nullable=False),
        sa.Column("id_digest", sa.String(64), nullable=True),
        sa.Column("document_id", sa.String(32), nullable=True),
        sa.Column("decision", sa.String(32), server_default="approved", nullable=False),
        sa.Column("decision_reason", sa.Text(), server_default="", nullable=False),
    )


def _visitors() -> None:
    with op.batch_alter_table("visitors") as batch:
        for column in _visitor_columns():
            batch.add_column(column)
        for name in _VISITOR_INDEXES:
            batch.create_index(op.f(f"ix_visitors_{name}"), [name], unique=False)
        batch.create_foreign_key(
            op.f("fk_visitors_document_id_documents"), "documents", ["document_id"], ["id"], ondelete="SET NULL"
        )
