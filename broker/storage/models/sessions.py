"""What staff write down about a session."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from broker.sessions.model import IncidentKind, Severity
from broker.storage.models.base import Base
from broker.storage.types import Word


class SessionNoteRow(Base):
    """A note. Rows are only ever added."""

    __tablename__ = "session_notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visits.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(Text)


class IncidentRow(Base):
    """An incident. Rows are only ever added."""

    __tablename__ = "incidents"
    __table_args__ = (Index(None, "at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visits.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(80))
    kind: Mapped[IncidentKind] = mapped_column(Word(IncidentKind))
    severity: Mapped[Severity] = mapped_column(Word(Severity))
    text: Mapped[str] = mapped_column(Text)
