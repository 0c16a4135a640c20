"""People: those held, those who visit them, their papers, and who may not come."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from broker.storage.models.base import DIGEST, ID, Base
from broker.storage.types import Word
from broker.vocabulary import InmateCategory, InmateStatus, RestrictionKind


class InmateRow(Base):
    """A person in prison. `no_objection`: the agency whose no-objection a visit needs ("" for none)."""

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
    status: Mapped[InmateStatus] = mapped_column(Word(InmateStatus), server_default="held")
    no_objection: Mapped[str] = mapped_column(String(120), server_default="")
    updated_at: Mapped[datetime | None]
    demo: Mapped[bool]


class RestrictionRow(Base):
    """What somebody in prison is not allowed, until a date (None: until lifted)."""

    __tablename__ = "restrictions"
    id: Mapped[int] = mapped_column(primary_key=True)
    inmate_id: Mapped[int] = mapped_column(ForeignKey("inmates.id", ondelete="CASCADE"), index=True)
    kind: Mapped[RestrictionKind] = mapped_column(Word(RestrictionKind))
    reason: Mapped[str] = mapped_column(Text)
    until: Mapped[date | None]
    by: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]


class BanRow(Base):
    """Somebody who may not visit: in a jail, in a state, or one inmate only, whichever is set. Known again by digests
    of the identity proof's number and of the address, never by a name alone.
    """

    __tablename__ = "bans"
    __table_args__ = (
        CheckConstraint(
            "id_digest IS NOT NULL OR email_digest IS NOT NULL OR mobile_digest IS NOT NULL", name="known_by"
        ),
        CheckConstraint("jail_id IS NOT NULL OR state_code IS NOT NULL", name="somewhere"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    jail_id: Mapped[int | None] = mapped_column(ForeignKey("jails.id"), index=True)
    state_code: Mapped[int | None] = mapped_column(ForeignKey("states.code"), index=True)
    inmate_id: Mapped[int | None] = mapped_column(ForeignKey("inmates.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(120))
    id_digest: Mapped[str | None] = mapped_column(DIGEST, index=True)
    email_digest: Mapped[str | None] = mapped_column(DIGEST, index=True)
    mobile_digest: Mapped[str | None] = mapped_column(DIGEST, index=True)
    reason: Mapped[str] = mapped_column(Text)
    until: Mapped[date | None]
    by: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]


class AccountRow(Base):
    """Somebody who visits, known by a verified address (lower case, and without a password). `profile`: what to fill in
    next time (a `broker.registration.form.Person` as JSON, with the prisoner last asked for).
    """

    __tablename__ = "accounts"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    mobile: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(8))
    timezone: Mapped[str] = mapped_column(String(64))
    profile: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime]
    demo: Mapped[bool]


class DraftRow(Base):
    """A registration being typed: the fields so far, until they are sent or forgotten."""

    __tablename__ = "drafts"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    account_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class DocumentRow(Base):
    """A photo or scan of an identity proof, encrypted (AES-256-GCM, nonce first). It belongs to a draft until the draft
    is sent, then to an account; with neither it is swept.
    """

    __tablename__ = "documents"
    __table_args__ = (Index(None, "draft_id"),)
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    draft_id: Mapped[str | None] = mapped_column(ForeignKey("drafts.id", ondelete="CASCADE"))
    account_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    content_type: Mapped[str] = mapped_column(String(40))
    size: Mapped[int]
    body: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    created_at: Mapped[datetime]
