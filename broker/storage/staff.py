"""Members of staff and how far each one's sight goes."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from broker.staff import Role, Staff, StaffRow
from broker.storage.models import JailRow, StaffJail, StaffState, StaffTable


@dataclass(frozen=True, slots=True)
class NewStaff:
    """A member of staff to be stored. The scope is every jail, or the union of whole states and single jails."""

    username: str = field(repr=False)
    name: str = field(repr=False)
    role: Role
    password_hash: str = field(repr=False)
    totp_secret: str | None = field(repr=False, default=None)
    every_jail: bool = False
    state_codes: frozenset[int] = frozenset()
    jail_ids: frozenset[int] = frozenset()
    demo: bool = False


class StaffMembers:
    """The repository of staff."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, new: NewStaff) -> Staff:
        """Store a member of staff; usernames are kept in lower case and can't repeat."""
        row = StaffTable(
            username=_folded(new.username),
            name=new.name,
            role=new.role,
            password_hash=new.password_hash,
            totp_secret=new.totp_secret,
            every_jail=new.every_jail,
            demo=new.demo,
        )
        self._session.add(row)
        await self._session.flush()
        self._session.add_all(StaffState(staff_id=row.id, state_code=code) for code in sorted(new.state_codes))
        self._session.add_all(StaffJail(staff_id=row.id, jail_id=jail_id) for jail_id in sorted(new.jail_ids))
        await self._session.flush()
        return await self._staff(row)

    async def get(self, staff_id: int) -> Staff | None:
        """A member of staff, with today's scope."""
        row = await self._session.get(StaffTable, staff_id)
        return None if row is None else await self._staff(row)

    async def by_username(self, username: str) -> StaffRow | None:
        """A member of staff as the sign-in needs it; case and outer spaces of the username don't matter."""
        row = await self._session.scalar(select(StaffTable).where(StaffTable.username == _folded(username)))
        if row is None:
            return None
        return StaffRow(await self._staff(row), row.password_hash, row.totp_secret)

    async def _staff(self, row: StaffTable) -> Staff:
        jails = select(JailRow.id)
        if not row.every_jail:
            states = select(StaffState.state_code).where(StaffState.staff_id == row.id)
            single = select(StaffJail.jail_id).where(StaffJail.staff_id == row.id)
            jails = jails.where(or_(JailRow.state_code.in_(states), JailRow.id.in_(single)))
        scope = frozenset(await self._session.scalars(jails))
        return Staff(
            id=row.id,
            username=row.username,
            name=row.name,
            role=row.role,
            jail_ids=scope,
            totp_required=row.totp_secret is not None,
            demo=row.demo,
        )


def _folded(username: str) -> str:
    return username.strip().lower()
