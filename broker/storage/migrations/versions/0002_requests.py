"""What a visit on paper needs before its link is mailed: accounts, drafts and documents, calendars, rules and the
ledger of allowances, requests and their decisions.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from broker.storage.types import UTCDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    _people()
    _staff()
    _places()
    _rules()
    _visits()


def downgrade() -> None:
    """Undo."""
    for table in (
        "reminders",
        "visit_reviews",
        "visit_decisions",
        "holds",
        "requests",
        "quota_entries",
        "rule_versions",
        "blocks",
        "working_sessions",
        "api_keys",
        "staff_recovery",
        "staff_invites",
        "restrictions",
        "bans",
        "documents",
        "drafts",
        "accounts",
    ):
        op.drop_table(table)


def _people() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("mobile", sa.String(20), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("timezone", sa.String(64), nullable=False),
        sa.Column("profile", sa.JSON(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("email", name=op.f("uq_accounts_email")),
    )
    op.create_table(
        "drafts",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("account_id", sa.String(32), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_drafts_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
    )
    op.create_index(op.f("ix_drafts_expires_at"), "drafts", ["expires_at"], unique=False)
    op.create_table(
        "documents",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("draft_id", sa.String(32), nullable=True),
        sa.Column("account_id", sa.String(32), nullable=True),
        sa.Column("content_type", sa.String(40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_documents_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["drafts.id"], name=op.f("fk_documents_draft_id_drafts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
    )
    op.create_index(op.f("ix_documents_draft_id"), "documents", ["draft_id"], unique=False)
    op.create_table(
        "bans",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("jail_id", sa.Integer(), nullable=True),
        sa.Column("state_code", sa.Integer(), nullable=True),
        sa.Column("inmate_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("id_digest", sa.String(64), nullable=True),
        sa.Column("email_digest", sa.String(64), nullable=True),
        sa.Column("mobile_digest", sa.String(64), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("lifted_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "id_digest IS NOT NULL OR email_digest IS NOT NULL OR mobile_digest IS NOT NULL",
            name=op.f("ck_bans_known_by"),
        ),
        sa.CheckConstraint("jail_id IS NOT NULL OR state_code IS NOT NULL", name=op.f("ck_bans_somewhere")),
        sa.ForeignKeyConstraint(
            ["inmate_id"], ["inmates.id"], name=op.f("fk_bans_inmate_id_inmates"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["jail_id"], ["jails.id"], name=op.f("fk_bans_jail_id_jails")),
        sa.ForeignKeyConstraint(["state_code"], ["states.code"], name=op.f("fk_bans_state_code_states")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bans")),
    )
    op.create_index(op.f("ix_bans_email_digest"), "bans", ["email_digest"], unique=False)
    op.create_index(op.f("ix_bans_id_digest"), "bans", ["id_digest"], unique=False)
    op.create_index(op.f("ix_bans_jail_id"), "bans", ["jail_id"], unique=False)
    op.create_index(op.f("ix_bans_mobile_digest"), "bans", ["mobile_digest"], unique=False)
    op.create_index(op.f("ix_bans_state_code"), "bans", ["state_code"], unique=False)
    op.create_table(
        "restrictions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("inmate_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("lifted_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["inmate_id"], ["inmates.id"], name=op.f("fk_restrictions_inmate_id_inmates"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restrictions")),
    )
    op.create_index(op.f("ix_restrictions_inmate_id"), "restrictions", ["inmate_id"], unique=False)


def _staff() -> None:
    op.create_table(
        "staff_invites",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_staff_invites_staff_id_staff"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_staff_invites")),
    )
    op.create_index(op.f("ix_staff_invites_staff_id"), "staff_invites", ["staff_id"], unique=False)
    op.create_table(
        "staff_recovery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_staff_recovery_staff_id_staff"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_recovery")),
    )
    op.create_index(op.f("ix_staff_recovery_staff_id"), "staff_recovery", ["staff_id"], unique=False)
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("jail_id", sa.Integer(), nullable=True),
        sa.Column("state_code", sa.Integer(), nullable=True),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("revoked_at", UTCDateTime(), nullable=True),
        sa.Column("last_used_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("(jail_id IS NULL) <> (state_code IS NULL)", name=op.f("ck_api_keys_scope")),
        sa.ForeignKeyConstraint(["jail_id"], ["jails.id"], name=op.f("fk_api_keys_jail_id_jails")),
        sa.ForeignKeyConstraint(["state_code"], ["states.code"], name=op.f("fk_api_keys_state_code_states")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_keys_digest")),
    )


def _places() -> None:
    op.create_table(
        "working_sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("jail_id", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(32), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.String(5), nullable=False),
        sa.Column("last_at", sa.String(5), nullable=False),
        sa.Column("gap_minutes", sa.Integer(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("minutes", sa.JSON(), nullable=False),
        sa.CheckConstraint("first_at <= last_at", name=op.f("ck_working_sessions_interval")),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_working_sessions_weekday")),
        sa.ForeignKeyConstraint(["jail_id"], ["jails.id"], name=op.f("fk_working_sessions_jail_id_jails")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_working_sessions")),
    )
    op.create_index(op.f("ix_working_sessions_jail_id"), "working_sessions", ["jail_id"], unique=False)
    op.create_table(
        "blocks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("jail_id", sa.Integer(), nullable=False),
        sa.Column("terminal_id", sa.Integer(), nullable=True),
        sa.Column("starts_at", UTCDateTime(), nullable=False),
        sa.Column("ends_at", UTCDateTime(), nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("lifted_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_blocks_interval")),
        sa.ForeignKeyConstraint(["jail_id"], ["jails.id"], name=op.f("fk_blocks_jail_id_jails")),
        sa.ForeignKeyConstraint(["terminal_id"], ["terminals.id"], name=op.f("fk_blocks_terminal_id_terminals")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blocks")),
    )
    op.create_index(op.f("ix_blocks_jail_id_ends_at"), "blocks", ["jail_id", "ends_at"], unique=False)


def _rules() -> None:
    op.create_table(
        "rule_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state_code", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("source", sa.String(80), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["state_code"], ["states.code"], name=op.f("fk_rule_versions_state_code_states")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_versions")),
        sa.UniqueConstraint("state_code", "version", name=op.f("uq_rule_versions_state_code_version")),
    )
    op.create_index(
        op.f("ix_rule_versions_state_code_valid_from"), "rule_versions", ["state_code", "valid_from"], unique=False
    )
    op.create_table(
        "quota_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("inmate_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("mode", sa.String(32), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.String(32), nullable=True),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("rule_version_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_quota_entries_amount")),
        sa.ForeignKeyConstraint(
            ["inmate_id"], ["inmates.id"], name=op.f("fk_quota_entries_inmate_id_inmates"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["rule_version_id"], ["rule_versions.id"], name=op.f("fk_quota_entries_rule_version_id_rule_versions")
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visits.id"], name=op.f("fk_quota_entries_visit_id_visits"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quota_entries")),
    )
    op.create_index(
        op.f("ix_quota_entries_inmate_id_kind_mode_period_start"),
        "quota_entries",
        ["inmate_id", "kind", "mode", "period_start"],
        unique=False,
    )
    op.create_index(op.f("ix_quota_entries_visit_id"), "quota_entries", ["visit_id"], unique=False)


def _visits() -> None:
    op.create_table(
        "requests",
        sa.Column("visit_id", sa.String(32), nullable=False),
        sa.Column("prisoner_name", sa.String(120), nullable=False),
        sa.Column("prisoner_father", sa.String(120), nullable=False),
        sa.Column("prisoner_age", sa.Integer(), nullable=True),
        sa.Column("prisoner_gender", sa.String(16), nullable=False),
        sa.Column("prisoner_number", sa.String(40), nullable=False),
        sa.Column("preferences", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("timezone", sa.String(64), nullable=False),
        sa.Column("decide_by", UTCDateTime(), nullable=False),
        sa.Column("lapse_at", UTCDateTime(), nullable=False),
        sa.Column("escalated_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visits.id"], name=op.f("fk_requests_visit_id_visits"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("visit_id", name=op.f("pk_requests")),
    )
    op.create_index(op.f("ix_requests_decide_by"), "requests", ["decide_by"], unique=False)
    op.create_table(
        "holds",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("jail_id", sa.Integer(), nullable=False),
        sa.Column("terminal_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", UTCDateTime(), nullable=False),
        sa.Column("ends_at", UTCDateTime(), nullable=False),
        sa.Column("draft_id", sa.String(32), nullable=True),
        sa.Column("visit_id", sa.String(32), nullable=True),
        sa.Column("expires_at", UTCDateTime(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_holds_interval")),
        sa.ForeignKeyConstraint(["draft_id"], ["drafts.id"], name=op.f("fk_holds_draft_id_drafts"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["jail_id"], ["jails.id"], name=op.f("fk_holds_jail_id_jails")),
        sa.ForeignKeyConstraint(["terminal_id"], ["terminals.id"], name=op.f("fk_holds_terminal_id_terminals")),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_holds_visit_id_visits"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holds")),
        sa.UniqueConstraint("draft_id", name=op.f("uq_holds_draft_id")),
        sa.UniqueConstraint("visit_id", name=op.f("uq_holds_visit_id")),
    )
    op.create_index(op.f("ix_holds_expires_at"), "holds", ["expires_at"], unique=False)
    op.create_index(op.f("ix_holds_jail_id_starts_at"), "holds", ["jail_id", "starts_at"], unique=False)
    op.create_index(op.f("ix_holds_terminal_id_starts_at"), "holds", ["terminal_id", "starts_at"], unique=False)
    op.create_table(
        "visit_decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.String(32), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("what", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("rule_version_id", sa.Integer(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["rule_version_id"], ["rule_versions.id"], name=op.f("fk_visit_decisions_rule_version_id_rule_versions")
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visits.id"], name=op.f("fk_visit_decisions_visit_id_visits"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_decisions")),
    )
    op.create_index(op.f("ix_visit_decisions_visit_id"), "visit_decisions", ["visit_id"], unique=False)
    op.create_table(
        "visit_reviews",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.String(32), nullable=False),
        sa.Column("cause", sa.String(32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("settled_at", UTCDateTime(), nullable=True),
        sa.Column("settled_by", sa.String(80), nullable=False),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visits.id"], name=op.f("fk_visit_reviews_visit_id_visits"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_reviews")),
    )
    op.create_index(op.f("ix_visit_reviews_visit_id"), "visit_reviews", ["visit_id"], unique=False)
    op.create_table(
        "reminders",
        sa.Column("visit_id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visits.id"], name=op.f("fk_reminders_visit_id_visits"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("visit_id", "name", name=op.f("pk_reminders")),
    )
