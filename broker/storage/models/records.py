"""What became of a visit, measured: the record of its call, and the minutes it lost."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from broker.storage.models.base import Base
from broker.storage.types import Word
from broker.vocabulary import LossCause


class VisitRecordRow(Base):
    """The measurements of a closed visit's call, written once with its closing.

    Times are instants, durations whole seconds. `offered`: the slot's length; `had`: both sides connected at once;
    `lost`: what was offered and not had, goodbyes of their own accord left out. `family_first`, `prison_first`: when
    somebody of that side was first in the room (admitted); `both_first`: when both sides were first connected at once.
    `ways`: what the relay forwarded, as [sender, receiver, kind, packets].
    """

    __tablename__ = "visit_records"
    visit_id: Mapped[str] = mapped_column(ForeignKey("visits.id", ondelete="CASCADE"), primary_key=True)
    offered: Mapped[int]
    family_seconds: Mapped[int]
    prison_seconds: Mapped[int]
    had: Mapped[int]
    lost: Mapped[int]
    family_first: Mapped[datetime | None]
    prison_first: Mapped[datetime | None]
    both_first: Mapped[datetime | None]
    ended_at: Mapped[datetime]
    ways: Mapped[list[Any]] = mapped_column(JSON)


class VisitLossRow(Base):
    """Minutes lost to one cause. `measured`: what the measurements say; `cause`: what counts, the same until somebody
    corrects it. `confirmed_at`: when the operator agreed or corrected.
    """

    __tablename__ = "visit_losses"
    __table_args__ = (
        CheckConstraint("seconds > 0", name="seconds"),
        UniqueConstraint("visit_id", "measured"),
        Index(None, "confirmed_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visits.id", ondelete="CASCADE"))
    measured: Mapped[LossCause] = mapped_column(Word(LossCause))
    cause: Mapped[LossCause] = mapped_column(Word(LossCause))
    seconds: Mapped[int]
    evidence: Mapped[list[Any]] = mapped_column(JSON)
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[str] = mapped_column(String(80), server_default="")
    note: Mapped[str] = mapped_column(Text, server_default="")
