"""Places: states, jails, where visits happen in them, when, and what is blocked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from broker.storage.models.base import DIGEST, Base
from broker.storage.types import Word
from broker.vocabulary import BlockReason, VisitMode


class StateRow(Base):
    """A state; its code is its key."""

    __tablename__ = "states"
    code: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(120))
    demo: Mapped[bool]


class JailRow(Base):
    """A jail of a state."""

    __tablename__ = "jails"
    __table_args__ = (UniqueConstraint("state_code", "code"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    state_code: Mapped[int] = mapped_column(ForeignKey("states.code"))
    code: Mapped[int]
    name: Mapped[str] = mapped_column(String(120))
    city: Mapped[str] = mapped_column(String(120))
    timezone: Mapped[str] = mapped_column(String(64))
    helpline: Mapped[str] = mapped_column(String(40))
    demo: Mapped[bool]


class TerminalRow(Base):
    """Where a visit happens: a terminal of the VC room, or a counter for visits in person. Of a terminal's secret and
    its pairing code only digests are kept.
    """

    __tablename__ = "terminals"
    __table_args__ = (UniqueConstraint("jail_id", "name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    jail_id: Mapped[int] = mapped_column(ForeignKey("jails.id"))
    name: Mapped[str] = mapped_column(String(40))
    mode: Mapped[VisitMode] = mapped_column(Word(VisitMode), server_default="video")
    secret_digest: Mapped[str | None] = mapped_column(DIGEST, unique=True)
    pair_code_digest: Mapped[str | None] = mapped_column(DIGEST, unique=True)
    pair_code_expires_at: Mapped[datetime | None]


class WorkingSessionRow(Base):
    """When a jail takes visits: on a weekday (0 is Monday), slots that begin from `first_at` to `last_at` (jail's time,
    "HH:MM"). `minutes`: a slot's length by visit kind where it differs from the state's rule. `gap_minutes` between two
    slots. `capacity`: at most so many visits at one instant, None for as many as there are terminals or counters.
    """

    __tablename__ = "working_sessions"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("first_at <= last_at", name="interval"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    jail_id: Mapped[int] = mapped_column(ForeignKey("jails.id"), index=True)
    mode: Mapped[VisitMode] = mapped_column(Word(VisitMode))
    weekday: Mapped[int]
    first_at: Mapped[str] = mapped_column(String(5))
    last_at: Mapped[str] = mapped_column(String(5))
    gap_minutes: Mapped[int]
    capacity: Mapped[int | None]
    minutes: Mapped[dict[str, Any]] = mapped_column(JSON)


class BlockRow(Base):
    """No visits in [starts_at, ends_at): on one terminal or counter, or (None) in the whole jail. `lifted_at`: taken
    back.
    """

    __tablename__ = "blocks"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="interval"),
        Index(None, "jail_id", "ends_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    jail_id: Mapped[int] = mapped_column(ForeignKey("jails.id"))
    terminal_id: Mapped[int | None] = mapped_column(ForeignKey("terminals.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    reason: Mapped[BlockReason] = mapped_column(Word(BlockReason))
    note: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]
