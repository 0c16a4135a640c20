"""The states' rules, version by version, and the ledger of what was used of each allowance."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from broker.storage.models.base import DIGEST, Base
from broker.storage.types import Word
from broker.vocabulary import QuotaReason, VisitKind, VisitMode


class RuleVersionRow(Base):
    """One version of a state's rule, in force from a day on (the state's calendar). Never changed, only followed by
    another. `data` is a `broker.rules.model.Rule` as JSON; `digest` its SHA-256, so that a file is loaded once.
    """

    __tablename__ = "rule_versions"
    __table_args__ = (UniqueConstraint("state_code", "version"), Index(None, "state_code", "valid_from"))
    id: Mapped[int] = mapped_column(primary_key=True)
    state_code: Mapped[int] = mapped_column(ForeignKey("states.code"))
    version: Mapped[int]
    valid_from: Mapped[date]
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(DIGEST)
    source: Mapped[str] = mapped_column(String(80))
    note: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime]


class QuotaEntryRow(Base):
    """One line of the ledger: `amount` visits used (+) or given back (-) of an inmate's allowance for a kind and mode
    in the period that begins on `period_start` (the jail's calendar). Rows are only ever added, under the inmate's
    lock.
    """

    __tablename__ = "quota_entries"
    __table_args__ = (
        CheckConstraint("amount <> 0", name="amount"),
        Index(None, "inmate_id", "kind", "mode", "period_start"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    inmate_id: Mapped[int] = mapped_column(ForeignKey("inmates.id", ondelete="CASCADE"))
    kind: Mapped[VisitKind] = mapped_column(Word(VisitKind))
    mode: Mapped[VisitMode] = mapped_column(Word(VisitMode))
    period_start: Mapped[date]
    amount: Mapped[int]
    visit_id: Mapped[str | None] = mapped_column(ForeignKey("visits.id", ondelete="CASCADE"), index=True)
    reason: Mapped[QuotaReason] = mapped_column(Word(QuotaReason))
    note: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]
    rule_version_id: Mapped[int | None] = mapped_column(ForeignKey("rule_versions.id"))
