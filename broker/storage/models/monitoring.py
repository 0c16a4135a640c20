"""What monitors did: the looks they took into live rooms, and the alerts they ticked off."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from broker.storage.models.base import Base
from broker.storage.types import Word
from broker.vocabulary import LookKind


class LookRow(Base):
    """One look (see broker.monitoring.look.Look). `ended_at` is moved on while it lasts, so that a process that dies
    loses some seconds of it and not its end.
    """

    __tablename__ = "looks"
    __table_args__ = (
        CheckConstraint("ended_at >= started_at", name="interval"),
        CheckConstraint("how IN ('follow', 'wall')", name="how"),
        Index(None, "visit_id"),
        Index(None, "participant"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visits.id", ondelete="CASCADE"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    how: Mapped[LookKind] = mapped_column(Word(LookKind))
    participant: Mapped[str] = mapped_column(String(80), server_default="")
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    over: Mapped[bool]


class AlertTickRow(Base):
    """An alert that somebody ticked off. `kind`, `participant` and `since` as the room's node told it."""

    __tablename__ = "alert_ticks"
    __table_args__ = (UniqueConstraint("visit_id", "kind", "participant", "since"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visits.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(32))
    participant: Mapped[str] = mapped_column(String(80), server_default="")
    since: Mapped[datetime]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    ticked_at: Mapped[datetime]
    note: Mapped[str] = mapped_column(Text, server_default="")
