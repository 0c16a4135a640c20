"""The audit's tables. They refer to others by number only: what was recorded outlives what it speaks of."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from broker.storage.models.base import DIGEST, ID, Base


class AuditRow(Base):
    """One entry (see broker.audit.chain.Entry). Triggers refuse every change and deletion of a row."""

    __tablename__ = "audit"
    __table_args__ = (
        Index(None, "at"),
        Index(None, "by", "at"),
        Index(None, "event", "at"),
        Index(None, "jail_id", "at"),
        Index(None, "subject", "at"),
        Index(None, "visit_id"),
    )
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(80))
    event: Mapped[str] = mapped_column(String(40))
    jail_id: Mapped[int | None]
    visit_id: Mapped[str | None] = mapped_column(ID)
    subject: Mapped[str] = mapped_column(String(80))
    why: Mapped[str] = mapped_column(Text)
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    previous: Mapped[str] = mapped_column(DIGEST)
    hash: Mapped[str] = mapped_column(DIGEST, unique=True)


class AuditHeadRow(Base):
    """The last entry's number and hash; one row, the lock under which the next entry finds its place."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(DIGEST)


class AuditSealRow(Base):
    """One seal (see broker.audit.seal.Seal). Triggers refuse every change and deletion of a row."""

    __tablename__ = "audit_seals"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(unique=True)
    hash: Mapped[str] = mapped_column(DIGEST)
    at: Mapped[datetime]
    previous: Mapped[str] = mapped_column(DIGEST)
    seal: Mapped[str] = mapped_column(DIGEST)
