"""What became of a visit, measured: the record of its call, and the minutes it lost."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from broker.storage.models.base import DIGEST, Base
from broker.storage.types import Word
from broker.vocabulary import LossCause, LossSide


class VisitRecordRow(Base):
    """The measurements of a closed visit's call, written once with its closing.

    Times are instants, durations whole seconds. `offered`: the slot's length; `had`: both sides connected at once;
    `lost`: what was offered and not had, goodbyes of their own accord left out. `family_first`, `prison_first`: when
    somebody of that side was first in the room (admitted); `both_first`: when both sides were first connected at once.
    `ways`: what the relay forwarded, as [sender, receiver, kind, packets]. `pieces`: the slot from its first second to
    its last, as [start, end, why] in seconds (broker.losses.attribution.Why). `lost_percent`: the rule's share that is
    made good, as it was applied.
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
    pieces: Mapped[list[Any]] = mapped_column(JSON, server_default="[]")
    lost_percent: Mapped[int] = mapped_column(server_default="20")


class VisitLossRow(Base):
    """Minutes lost to one cause, on one side. `measured`: what the measurements say; `cause`: what counts, the same
    until somebody corrects it; their sides likewise. `evidence`: the stretches of the slot, as [start, end, why] in
    seconds. `confirmed_at`: when the operator agreed or corrected.
    """

    __tablename__ = "visit_losses"
    __table_args__ = (
        CheckConstraint("seconds > 0", name="seconds"),
        UniqueConstraint("visit_id", "measured", "measured_side"),
        Index(None, "confirmed_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visits.id", ondelete="CASCADE"))
    measured: Mapped[LossCause] = mapped_column(Word(LossCause))
    measured_side: Mapped[LossSide] = mapped_column(Word(LossSide))
    cause: Mapped[LossCause] = mapped_column(Word(LossCause))
    side: Mapped[LossSide] = mapped_column(Word(LossSide))
    seconds: Mapped[int]
    evidence: Mapped[list[Any]] = mapped_column(JSON)
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[str] = mapped_column(String(80), server_default="")
    note: Mapped[str] = mapped_column(Text, server_default="")


class MakeupRow(Base):
    """A visit that is given in the place of one that was lost, at most one for each. `slots`: the beginnings the letter
    named (ISO 8601 UTC); others may be taken. `taken_visit_id`: the visit that was taken last.
    """

    __tablename__ = "makeups"
    visit_id: Mapped[str] = mapped_column(ForeignKey("visits.id", ondelete="CASCADE"), primary_key=True)
    slots: Mapped[list[Any]] = mapped_column(JSON)
    offered_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    taken_visit_id: Mapped[str | None] = mapped_column(ForeignKey("visits.id", ondelete="SET NULL"), unique=True)
    taken_at: Mapped[datetime | None]


class MakeupLinkRow(Base):
    """The digest of the token by which one visitor of a lost visit takes the other."""

    __tablename__ = "makeup_links"
    digest: Mapped[str] = mapped_column(DIGEST, primary_key=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("makeups.visit_id", ondelete="CASCADE"), index=True)
    visitor_id: Mapped[str] = mapped_column(ForeignKey("visitors.id", ondelete="CASCADE"))
