"""The tables. What must hold for every row is a constraint here or, where SQLite and PostgreSQL differ, in a migration.

The rule that two live visits never share a terminal is an exclusion constraint on PostgreSQL and a pair of triggers on
SQLite; neither fits into a model, see `migrations/versions/0001_first_tables.py`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, MetaData, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from broker.lifecycle import Outcome, VisitStatus
from broker.outbox import Channel, MailStatus
from broker.people import InmateCategory
from broker.staff import Role
from broker.storage.types import UTCDateTime, Word
from broker.visit import VisitKind

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
_ID = String(32)
_DIGEST = String(64)


class Base(DeclarativeBase):
    """Names every constraint, so that a migration can find it again on both databases."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar = {datetime: UTCDateTime()}


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
    """A terminal; of its secret and its pairing code only digests are kept."""

    __tablename__ = "terminals"
    __table_args__ = (UniqueConstraint("jail_id", "name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    jail_id: Mapped[int] = mapped_column(ForeignKey("jails.id"))
    name: Mapped[str] = mapped_column(String(40))
    secret_digest: Mapped[str | None] = mapped_column(_DIGEST, unique=True)
    pair_code_digest: Mapped[str | None] = mapped_column(_DIGEST, unique=True)
    pair_code_expires_at: Mapped[datetime | None]


class InmateRow(Base):
    """A person in prison."""

    __tablename__ = "inmates"
    __table_args__ = (UniqueConstraint("jail_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    jail_id: Mapped[int] = mapped_column(ForeignKey("jails.id"))
    number: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(120))
    father_name: Mapped[str] = mapped_column(String(120))
    age: Mapped[int]
    gender: Mapped[str] = mapped_column(String(16))
    category: Mapped[InmateCategory] = mapped_column(Word(InmateCategory))
    nationality: Mapped[str] = mapped_column(String(2))
    demo: Mapped[bool]


class StaffTable(Base):
    """A member of staff. The scope: every jail, or those of some states, or some jails, whichever are set."""

    __tablename__ = "staff"
    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[Role] = mapped_column(Word(Role))
    password_hash: Mapped[str] = mapped_column(String(255))
    totp_secret: Mapped[str | None] = mapped_column(String(64))
    every_jail: Mapped[bool]
    demo: Mapped[bool]


class StaffState(Base):
    """A whole state in somebody's scope."""

    __tablename__ = "staff_states"
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True)
    state_code: Mapped[int] = mapped_column(ForeignKey("states.code"), primary_key=True)


class StaffJail(Base):
    """A jail in somebody's scope."""

    __tablename__ = "staff_jails"
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True)
    jail_id: Mapped[int] = mapped_column(ForeignKey("jails.id"), primary_key=True)


class SerialRow(Base):
    """The last serial given out by a jail in a year. Raised in the transaction that stores the visit: no gaps."""

    __tablename__ = "visrn_serials"
    jail_id: Mapped[int] = mapped_column(ForeignKey("jails.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class VisitRow(Base):
    """A visit. The VisRN stands in its own columns: a jail may be renumbered, a number that was given out may not."""

    __tablename__ = "visits"
    __table_args__ = (
        UniqueConstraint("visrn_state", "visrn_jail", "visrn_serial", "visrn_year", name="uq_visits_visrn"),
        CheckConstraint("starts_at < ends_at", name="interval"),
        CheckConstraint("status NOT IN ('approved', 'open') OR terminal_id IS NOT NULL", name="live_has_terminal"),
        CheckConstraint("(status = 'closed') = (outcome IS NOT NULL)", name="closed_has_outcome"),
        CheckConstraint("status IN ('approved', 'cancelled', 'closed', 'open', 'refused', 'requested')", name="status"),
        Index(None, "jail_id", "starts_at"),
        Index(None, "terminal_id", "starts_at"),
        Index(None, "status", "ends_at"),
    )
    id: Mapped[str] = mapped_column(_ID, primary_key=True)
    visrn_state: Mapped[int]
    visrn_jail: Mapped[int]
    visrn_serial: Mapped[int]
    visrn_year: Mapped[int]
    jail_id: Mapped[int] = mapped_column(ForeignKey("jails.id"))
    terminal_id: Mapped[int | None] = mapped_column(ForeignKey("terminals.id"))
    inmate_id: Mapped[int] = mapped_column(ForeignKey("inmates.id"), index=True)
    kind: Mapped[VisitKind] = mapped_column(Word(VisitKind))
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
    inmate: Mapped[InmateRow] = relationship(lazy="raise")
    visitors: Mapped[list[VisitorRow]] = relationship(lazy="raise", order_by="VisitorRow.position")


class VisitorRow(Base):
    """One person of one visit; `position` counts from 0 in the order of registration."""

    __tablename__ = "visitors"
    __table_args__ = (UniqueConstraint("visit_id", "position"),)
    id: Mapped[str] = mapped_column(_ID, primary_key=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visits.id", ondelete="CASCADE"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(120))
    relationship_: Mapped[str] = mapped_column("relationship", String(40))
    email: Mapped[str] = mapped_column(String(254))
    mobile: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(8))
    link_digest: Mapped[str] = mapped_column(_DIGEST, unique=True)
    otp_counter: Mapped[int]


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


class OutboxRow(Base):
    """A message on its way; `due_at` is pushed forward by the lease of the worker that is trying, or by a back-off."""

    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint("status IN ('failed', 'queued', 'sent')", name="status"),
        Index(None, "status", "due_at"),
    )
    id: Mapped[str] = mapped_column(_ID, primary_key=True)
    visit_id: Mapped[str | None] = mapped_column(ForeignKey("visits.id", ondelete="CASCADE"), index=True)
    visitor_id: Mapped[str | None] = mapped_column(_ID)
    name: Mapped[str] = mapped_column(String(40))
    channel: Mapped[Channel] = mapped_column(Word(Channel))
    to: Mapped[str] = mapped_column("address", String(254))
    subject: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    status: Mapped[MailStatus] = mapped_column(Word(MailStatus))
    attempts: Mapped[int]
    error_id: Mapped[str | None] = mapped_column(String(40))
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
