"""Messages on their way."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from broker.outbox import Channel, MailStatus
from broker.storage.models.base import ID, Base
from broker.storage.types import Word


class OutboxRow(Base):
    """A message on its way; `due_at` is pushed forward by the lease of the worker that is trying, or by a back-off.
    `attachments`: files that go with it (`broker.outbox.Attachment` as JSON).
    """

    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint("status IN ('bounced', 'failed', 'queued', 'sent')", name="status"),
        Index(None, "status", "due_at"),
    )
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    visit_id: Mapped[str | None] = mapped_column(ForeignKey("visits.id", ondelete="CASCADE"), index=True)
    visitor_id: Mapped[str | None] = mapped_column(ID)
    name: Mapped[str] = mapped_column(String(40))
    channel: Mapped[Channel] = mapped_column(Word(Channel))
    to: Mapped[str] = mapped_column("address", String(254))
    subject: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    attachments: Mapped[list[Any]] = mapped_column(JSON, server_default="[]")
    status: Mapped[MailStatus] = mapped_column(Word(MailStatus))
    attempts: Mapped[int]
    error_id: Mapped[str | None] = mapped_column(String(40))
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
