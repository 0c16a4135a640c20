"""Staff, how they are invited and recover, and the keys of other systems."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from broker.staff import Role
from broker.storage.models.base import DIGEST, Base
from broker.storage.types import Word
from broker.vocabulary import KeyPurpose


class StaffTable(Base):
    """A member of staff. The scope: every jail, or those of some states, or some jails, whichever are set. Invited and
    not yet arrived: `password_hash` is "". `disabled_at`: may not sign in any more.
    """

    __tablename__ = "staff"
    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254), server_default="")
    role: Mapped[Role] = mapped_column(Word(Role))
    password_hash: Mapped[str] = mapped_column(String(255))
    totp_secret: Mapped[str | None] = mapped_column(String(64))
    every_jail: Mapped[bool]
    language: Mapped[str] = mapped_column(String(8), server_default="en")
    disabled_at: Mapped[datetime | None]
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


class StaffInviteRow(Base):
    """A link by which somebody sets their password: once, until it expires."""

    __tablename__ = "staff_invites"
    digest: Mapped[str] = mapped_column(DIGEST, primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    by: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class StaffRecoveryRow(Base):
    """A code that stands in for the second factor once."""

    __tablename__ = "staff_recovery"
    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    digest: Mapped[str] = mapped_column(DIGEST)
    used_at: Mapped[datetime | None]


class ApiKeyRow(Base):
    """A key by which another system keeps inmates current or reads the reports, for a jail or a whole state."""

    __tablename__ = "api_keys"
    __table_args__ = (CheckConstraint("(jail_id IS NULL) <> (state_code IS NULL)", name="scope"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    digest: Mapped[str] = mapped_column(DIGEST, unique=True)
    jail_id: Mapped[int | None] = mapped_column(ForeignKey("jails.id"))
    state_code: Mapped[int | None] = mapped_column(ForeignKey("states.code"))
    purpose: Mapped[KeyPurpose] = mapped_column(Word(KeyPurpose), server_default="register")
    by: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
