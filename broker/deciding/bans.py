"""Who may not visit: in a jail, in a state, or one person only. Known again by digests, never by a name alone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from broker.errors import NotFound
from broker.people import Visitor
from broker.storage.models import BanRow
from config.secrets import digest


@dataclass(frozen=True, slots=True)
class NewBan:
    """Somebody who may not visit until the end of the day `until` (the jail's calendar; None: until lifted). `jail_id`
    or `state_code` says where; `inmate_id` set: that one person only. At least one digest is known.
    """

    name: str = field(repr=False)
    reason: str = field(repr=False)
    until: date | None = None
    jail_id: int | None = None
    state_code: int | None = None
    inmate_id: int | None = None
    id_digest: str | None = field(repr=False, default=None)
    email_digest: str | None = field(repr=False, default=None)
    mobile_digest: str | None = field(repr=False, default=None)


@dataclass(frozen=True, slots=True)
class Ban(NewBan):
    """A stored ban; `lifted_at` set: taken back."""

    id: int = 0
    by: str = ""
    created_at: datetime | None = None
    lifted_at: datetime | None = None

    def bars(self, visitor: Visitor, inmate_id: int | None, on: date) -> bool:
        """Whether it keeps this visitor from this inmate (None: nobody knows yet whom) on that day."""
        if self.lifted_at is not None or (self.until is not None and on > self.until):
            return False
        if self.inmate_id is not None and self.inmate_id != inmate_id:
            return False
        known = known_by(visitor)
        return bool({self.id_digest, self.email_digest, self.mobile_digest} & known)


def email_digest(email: str) -> str:
    """By which a ban knows an address: SHA-256 (hex) of it in lower case, behind a word of its own."""
    return digest(f"email {email.strip().lower()}")


def mobile_digest(mobile: str) -> str:
    """By which a ban knows a number (E.164): SHA-256 (hex) of it, behind a word of its own."""
    return digest(f"mobile {mobile.strip()}")


def known_by(visitor: Visitor) -> set[str]:
    """Every digest by which a ban would know this visitor."""
    known = {email_digest(visitor.email)} if visitor.email else set()
    if visitor.mobile:
        known.add(mobile_digest(visitor.mobile))
    if visitor.identity is not None and visitor.identity.id_digest:
        known.add(visitor.identity.id_digest)
    return known


class Bans:
    """The repository of bans."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, new: NewBan, by: str, now: datetime) -> Ban:
        """Store a ban. Visits it touches are for `reviews.for_ban`. Raises ValueError without a digest or a place."""
        if not (new.id_digest or new.email_digest or new.mobile_digest):
            raise ValueError("a ban knows its person by a digest")
        if new.jail_id is None and new.state_code is None:
            raise ValueError("a ban holds in a jail or in a state")
        row = BanRow(
            jail_id=new.jail_id,
            state_code=new.state_code,
            inmate_id=new.inmate_id,
            name=new.name,
            id_digest=new.id_digest,
            email_digest=new.email_digest,
            mobile_digest=new.mobile_digest,
            reason=new.reason,
            until=new.until,
            by=by,
            created_at=now,
        )
        self._session.add(row)
        await self._session.flush()
        return _ban(row)

    async def get(self, ban_id: int) -> Ban:
        """A ban. Raises NotFound."""
        row = await self._session.get(BanRow, ban_id, populate_existing=True)
        if row is None:
            raise NotFound("ban")
        return _ban(row)

    async def lift(self, ban_id: int, now: datetime) -> Ban:
        """Take a ban back; a second time changes nothing. Raises NotFound."""
        row = await self._session.get(BanRow, ban_id, with_for_update=True, populate_existing=True)
        if row is None:
            raise NotFound("ban")
        row.lifted_at = row.lifted_at or now
        await self._session.flush()
        return _ban(row)

    async def of_jail(self, jail_id: int, state_code: int) -> list[Ban]:
        """Every ban that holds in a jail, lifted ones too, newest first."""
        rows = await self._session.scalars(select(BanRow).where(_here(jail_id, state_code)).order_by(BanRow.id.desc()))
        return [_ban(row) for row in rows]

    async def of(self, visitors: Collection[Visitor], jail_id: int, state_code: int) -> list[Ban]:
        """The bans not lifted which know one of these visitors in this jail, whomever they want to meet, and until
        whichever day: `Ban.bars` says for which visits one holds.
        """
        known = set().union(*(known_by(visitor) for visitor in visitors))
        if not known:
            return []
        rows = await self._session.scalars(
            select(BanRow)
            .where(
                _here(jail_id, state_code),
                BanRow.lifted_at.is_(None),
                or_(BanRow.id_digest.in_(known), BanRow.email_digest.in_(known), BanRow.mobile_digest.in_(known)),
            )
            .order_by(BanRow.id)
        )
        return [_ban(row) for row in rows]


def _here(jail_id: int, state_code: int) -> ColumnElement[bool]:
    return or_(BanRow.jail_id == jail_id, (BanRow.jail_id.is_(None)) & (BanRow.state_code == state_code))


def _ban(row: BanRow) -> Ban:
    return Ban(
        name=row.name,
        reason=row.reason,
        until=row.until,
        jail_id=row.jail_id,
        state_code=row.state_code,
        inmate_id=row.inmate_id,
        id_digest=row.id_digest,
        email_digest=row.email_digest,
        mobile_digest=row.mobile_digest,
        id=row.id,
        by=row.by,
        created_at=row.created_at,
        lifted_at=row.lifted_at,
    )
