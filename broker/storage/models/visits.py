"""Visits: what was asked for, what was decided, what holds a slot meanwhile, and every step on the way.

The rules that two live visits never share a terminal, nor a person in prison, are exclusion constraints on PostgreSQL
and triggers on SQLite; neither fits into a model, see the migrations.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from broker.lifecycle import Outcome, VisitStatus
from broker.storage.models.base import DIGEST, ID, Base
from broker.storage.models.people import InmateRow
from broker.storage.models.places import JailRow, TerminalRow
from broker.storage.types import Word
from broker.vocabulary import DecisionKind, IdType, ReviewCause, VisitKind, VisitMode, VisitorDecision


class SerialRow(Base):
    """The last serial given out by a jail in a year. Raised in the transaction that stores the visit: no gaps."""

    __tablename__ = "visrn_serials"
    jail_id: Mapped[int] = mapped_column(ForeignKey("jails.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class VisitRow(Base):
    """A visit. The VisRN stands in its own columns: a jail may be renumbered, a number that was given out may not.
    `inmate_id` is set by whoever decides, never by a guess; `rule_version_id` is the rule of the last decision.
    """

    __tablename__ = "visits"
    __table_args__ = (
        UniqueConstraint("visrn_state", "visrn_jail", "visrn_serial", "visrn_year", name="uq_visits_visrn"),
        CheckConstraint("starts_at < ends_at", name="interval"),
        CheckConstraint("status NOT IN ('approved', 'open') OR terminal_id IS NOT NULL", name="live_has_terminal"),
        CheckConstraint("status NOT IN ('approved', 'open') OR inmate_id IS NOT NULL", name="live_has_inmate"),
        CheckConstraint("(status = 'closed') = (outcome IS NOT NULL)", name="closed_has_outcome"),
        CheckConstraint(
            "status IN ('approved', 'asked', 'cancelled', 'closed', 'open', 'refused', 'requested')", name="status"
        ),
        Index(None, "jail_id", "starts_at"),
        Index(None, "terminal_id", "starts_at"),
        Index(None, "status", "ends_at"),
    )
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    visrn_state: Mapped[int]
    visrn_jail: Mapped[int]
    visrn_serial: Mapped[int]
    visrn_year: Mapped[int]
    jail_id: Mapped[int] = mapped_column(ForeignKey("jails.id"))
    terminal_id: Mapped[int | None] = mapped_column(ForeignKey("terminals.id"))
    inmate_id: Mapped[int | None] = mapped_column(ForeignKey("inmates.id"), index=True)
    account_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    rule_version_id: Mapped[int | None] = mapped_column(ForeignKey("rule_versions.id"))
    kind: Mapped[VisitKind] = mapped_column(Word(VisitKind))
    mode: Mapped[VisitMode] = mapped_column(Word(VisitMode), server_default="video")
    status: Mapped[VisitStatus] = mapped_column(Word(VisitStatus))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    outcome: Mapped[Outcome | None] = mapped_column(Word(Outcome))
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    seconds: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime]
    demo: Mapped[bool]

    jail: Mapped[JailRow] = relationship(lazy="raise")
    terminal: Mapped[TerminalRow | None] = relationship(lazy="raise")
    inmate: Mapped[InmateRow | None] = relationship(lazy="raise")
    visitors: Mapped[list[VisitorRow]] = relationship(lazy="raise", order_by="VisitorRow.position")


class VisitorRow(Base):
    """One person of one visit; `position` counts from 0 in the order of registration. A birth date or an age is known.
    `id_digest` finds the same proof again (bans, duplicates) without reading the number.
    """

    __tablename__ = "visitors"
    __table_args__ = (UniqueConstraint("visit_id", "position"),)
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visits.id", ondelete="CASCADE"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(120))
    relationship_: Mapped[str] = mapped_column("relationship", String(40))
    email: Mapped[str] = mapped_column(String(254), index=True)
    mobile: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(8))
    link_digest: Mapped[str] = mapped_column(DIGEST, unique=True)
    otp_counter: Mapped[int]
    father_name: Mapped[str] = mapped_column(String(120), server_default="")
    address: Mapped[str] = mapped_column(String(400), server_default="")
    gender: Mapped[str] = mapped_column(String(16), server_default="")
    birth_date: Mapped[date | None]
    age: Mapped[int | None]
    nationality: Mapped[str] = mapped_column(String(2), server_default="")
    id_type: Mapped[IdType | None] = mapped_column(Word(IdType))
    id_number: Mapped[str] = mapped_column(String(40), server_default="")
    id_digest: Mapped[str | None] = mapped_column(DIGEST, index=True)
    document_id: Mapped[str | None] = mapped_column(ForeignKey("documents.id", ondelete="SET NULL"), index=True)
    decision: Mapped[VisitorDecision] = mapped_column(Word(VisitorDecision), server_default="approved")
    decision_reason: Mapped[str] = mapped_column(Text, server_default="")


class VisitHistoryRow(Base):
    """One step of a visit. Rows are only ever added."""

    __tablename__ = "visit_history"
    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visits.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(80))
    from_: Mapped[VisitStatus | None] = mapped_column("from_status", Word(VisitStatus))
    to: Mapped[VisitStatus] = mapped_column("to_status", Word(VisitStatus))
    reason: Mapped[str] = mapped_column(Text)


class RequestRow(Base):
    """What the family asked for, in their own words: whom to meet, when (slots' beginnings by preference, ISO 8601
    UTC), what the jail should know, and in which time zone they read a clock. `decide_by`: then it is escalated;
    `lapse_at`: then it is refused with an apology.
    """

    __tablename__ = "requests"
    __table_args__ = (Index(None, "decide_by"),)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visits.id", ondelete="CASCADE"), primary_key=True)
    prisoner_name: Mapped[str] = mapped_column(String(120))
    prisoner_father: Mapped[str] = mapped_column(String(120))
    prisoner_age: Mapped[int | None]
    prisoner_gender: Mapped[str] = mapped_column(String(16))
    prisoner_number: Mapped[str] = mapped_column(String(40))
    preferences: Mapped[list[Any]] = mapped_column(JSON)
    note: Mapped[str] = mapped_column(Text)
    timezone: Mapped[str] = mapped_column(String(64))
    decide_by: Mapped[datetime]
    lapse_at: Mapped[datetime]
    escalated_at: Mapped[datetime | None]


class HoldRow(Base):
    """A terminal or counter that nobody else gets: for ten minutes while codes are on their way (`draft_id`), then
    until the request is decided (`visit_id`, no expiry). Written under the terminal row's lock, as approvals are.
    """

    __tablename__ = "holds"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="interval"),
        Index(None, "terminal_id", "starts_at"),
        Index(None, "jail_id", "starts_at"),
    )
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    jail_id: Mapped[int] = mapped_column(ForeignKey("jails.id"))
    terminal_id: Mapped[int] = mapped_column(ForeignKey("terminals.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    draft_id: Mapped[str | None] = mapped_column(ForeignKey("drafts.id", ondelete="CASCADE"), unique=True)
    visit_id: Mapped[str | None] = mapped_column(ForeignKey("visits.id", ondelete="CASCADE"), unique=True)
    expires_at: Mapped[datetime | None] = mapped_column(index=True)
    created_at: Mapped[datetime]


class DecisionRow(Base):
    """What was decided about a visit, by whom, by which version of the rule, for which reason (`reason` a
    `broker.reasons` id, `text` what was added), and what was offered instead (JSON: slots, or a date).
    """

    __tablename__ = "visit_decisions"
    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visits.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(80))
    what: Mapped[DecisionKind] = mapped_column(Word(DecisionKind))
    reason: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Text)
    rule_version_id: Mapped[int | None] = mapped_column(ForeignKey("rule_versions.id"))
    details: Mapped[dict[str, Any]] = mapped_column(JSON)


class ReviewRow(Base):
    """Something happened after the decision that somebody must look at; open until `settled_at`."""

    __tablename__ = "visit_reviews"
    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visits.id", ondelete="CASCADE"), index=True)
    cause: Mapped[ReviewCause] = mapped_column(Word(ReviewCause))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str] = mapped_column(String(80))


class ReminderRow(Base):
    """A letter that goes out once for a visit ("reminder_day"), and has."""

    __tablename__ = "reminders"
    visit_id: Mapped[str] = mapped_column(ForeignKey("visits.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime]
