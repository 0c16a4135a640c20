"""Members of staff and how far each one's sight goes. Their invitations and recovery codes: `StaffMembers.access`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from broker.errors import NotFound
from broker.staff import Member, Reach, Role, Staff, StaffName, StaffRow, Standing, staff_id
from broker.storage.models import JailRow, StaffJail, StaffState, StaffTable
from broker.storage.staff_access import StaffAccess


@dataclass(frozen=True, slots=True)
class NewStaff:
    """A member of staff to be stored. The scope is every jail, or the union of whole states and single jails.
    `password_hash` "": invited, and not there yet.
    """

    username: str = field(repr=False)
    name: str = field(repr=False)
    role: Role
    password_hash: str = field(repr=False)
    totp_secret: str | None = field(repr=False, default=None)
    every_jail: bool = False
    state_codes: frozenset[int] = frozenset()
    jail_ids: frozenset[int] = frozenset()
    demo: bool = False
    email: str = field(repr=False, default="")
    language: str = "en"


class StaffMembers:
    """The repository of staff."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self.access = StaffAccess(session)

    async def add(self, new: NewStaff) -> Staff:
        """Store a member of staff; usernames are kept in lower case and can't repeat."""
        row = StaffTable(
            username=_folded(new.username),
            name=new.name,
            email=new.email.strip(),
            role=new.role,
            password_hash=new.password_hash,
            totp_secret=new.totp_secret,
            every_jail=new.every_jail,
            language=new.language,
            demo=new.demo,
        )
        self._session.add(row)
        await self._session.flush()
        await self._write_reach(row.id, Reach(new.every_jail, new.state_codes, new.jail_ids))
        return await self._staff(row)

    async def get(self, staff_id: int) -> Staff | None:
        """A member of staff, with today's scope, whatever the standing of the account."""
        row = await self._session.get(StaffTable, staff_id)
        return None if row is None else await self._staff(row)

    async def names(self, staff_ids: Collection[int]) -> dict[int, str]:
        """The names of some members of staff by id, disabled ones too."""
        rows = await self._session.execute(select(StaffTable.id, StaffTable.name).where(StaffTable.id.in_(staff_ids)))
        return {row.id: row.name for row in rows}

    async def names_of(self, actors: Iterable[str]) -> dict[str, str]:
        """The names of those actors of history or audit ("staff:12") who are or were staff, by actor."""
        asked = {number for actor in actors if (number := staff_id(actor)) is not None}
        return {f"staff:{number}": name for number, name in (await self.names(asked)).items()} if asked else {}

    async def by_username(self, username: str) -> StaffRow | None:
        """A member of staff as the sign-in needs it; case and outer spaces of the username don't matter."""
        row = await self._session.scalar(select(StaffTable).where(StaffTable.username == _folded(username)))
        return None if row is None else await self._secrets(row)

    async def credentials(self, staff_id: int) -> StaffRow:
        """A member of staff with the secrets. Raises NotFound."""
        return await self._secrets(await self._row(staff_id))

    async def member(self, staff_id: int) -> Member:
        """A member of staff with the reach as it was given. Raises NotFound."""
        return (await self._members([await self._row(staff_id)]))[0]

    async def members(self) -> list[Member]:
        """Everybody, by name; a few statements however many there are."""
        rows = await self._session.scalars(select(StaffTable).order_by(StaffTable.name, StaffTable.id))
        return await self._members(list(rows))

    async def named(self, staff_ids: Collection[int]) -> dict[int, StaffName]:
        """What these are called, by id; whoever is not there is left out."""
        return {each.id: each for each in await self._names(StaffTable.id.in_(staff_ids))}

    async def called(self, text: str, limit: int = 50) -> list[StaffName]:
        """Whose username is this, or, where it is nobody's, in whose name or username it stands."""
        exact = await self._names(StaffTable.username == _folded(text))
        if exact:
            return exact
        part = text.strip()
        columns = (StaffTable.name, StaffTable.username)
        return await self._names(or_(*(column.icontains(part, autoescape=True) for column in columns)), limit)

    async def _names(self, wanted: ColumnElement[bool], limit: int | None = None) -> list[StaffName]:
        columns = (StaffTable.id, StaffTable.username, StaffTable.name, StaffTable.role)
        rows = await self._session.execute(select(*columns).where(wanted).order_by(StaffTable.id).limit(limit))
        return [StaffName(*row) for row in rows]

    async def change(self, staff_id: int, *, name: str, role: Role, reach: Reach) -> Staff:
        """Give a member of staff another name, role and reach. Raises NotFound."""
        row = await self._row(staff_id, lock=True)
        row.name, row.role, row.every_jail = name, role, reach.every_jail
        for table in (StaffState, StaffJail):
            await self._session.execute(delete(table).where(table.staff_id == staff_id))
        await self._session.flush()
        await self._write_reach(staff_id, reach)
        return await self._staff(row)

    async def set_standing(self, staff_id: int, disabled_at: datetime | None) -> Staff:
        """Disable an account at a time, or, with None, let it be used again. Raises NotFound."""
        row = await self._row(staff_id, lock=True)
        row.disabled_at = disabled_at
        await self._session.flush()
        return await self._staff(row)

    async def set_password(self, staff_id: int, password_hash: str) -> None:
        """Replace the password's hash; "" takes it away. Raises NotFound."""
        (await self._row(staff_id, lock=True)).password_hash = password_hash
        await self._session.flush()

    async def set_totp(self, staff_id: int, secret: str | None) -> None:
        """Replace the TOTP secret (base32); None takes it away. Raises NotFound."""
        (await self._row(staff_id, lock=True)).totp_secret = secret
        await self._session.flush()

    async def _row(self, staff_id: int, *, lock: bool = False) -> StaffTable:
        row = await self._session.get(StaffTable, staff_id, with_for_update=lock or None, populate_existing=lock)
        if row is None:
            raise NotFound("member of staff")
        return row

    async def _write_reach(self, staff_id: int, reach: Reach) -> None:
        self._session.add_all(StaffState(staff_id=staff_id, state_code=code) for code in sorted(reach.state_codes))
        self._session.add_all(StaffJail(staff_id=staff_id, jail_id=jail_id) for jail_id in sorted(reach.jail_ids))
        await self._session.flush()

    async def _secrets(self, row: StaffTable) -> StaffRow:
        return StaffRow(await self._staff(row), row.password_hash, row.totp_secret)

    async def _staff(self, row: StaffTable) -> Staff:
        jails = select(JailRow.id)
        if not row.every_jail:
            states = select(StaffState.state_code).where(StaffState.staff_id == row.id)
            single = select(StaffJail.jail_id).where(StaffJail.staff_id == row.id)
            jails = jails.where(or_(JailRow.state_code.in_(states), JailRow.id.in_(single)))
        return _staff(row, frozenset(await self._session.scalars(jails)))

    async def _members(self, rows: Sequence[StaffTable]) -> list[Member]:
        wanted = {row.id for row in rows}
        jails_of_all = await self._session.execute(select(JailRow.id, JailRow.state_code))
        state_of = {jail_id: state for jail_id, state in jails_of_all}  # noqa: C416 - a Row is no pair to mypy
        states = await self._by_staff(StaffState.staff_id, StaffState.state_code, wanted)
        jails = await self._by_staff(StaffJail.staff_id, StaffJail.jail_id, wanted)
        found = []
        for row in rows:
            reach = Reach(row.every_jail, states.get(row.id, frozenset()), jails.get(row.id, frozenset()))
            found.append(Member(_staff(row, _spelled_out(reach, state_of)), reach))
        return found

    async def _by_staff(self, staff_id: object, value: object, wanted: set[int]) -> dict[int, frozenset[int]]:
        pairs = select(staff_id, value)  # type: ignore[call-overload]
        if len(wanted) == 1:
            pairs = pairs.where(staff_id == next(iter(wanted)))
        found: dict[int, set[int]] = {}
        for member, each in await self._session.execute(pairs):
            found.setdefault(member, set()).add(each)
        return {member: frozenset(values) for member, values in found.items()}


def _spelled_out(reach: Reach, state_of: Mapping[int, int]) -> frozenset[int]:
    if reach.every_jail:
        return frozenset(state_of)
    return reach.jail_ids | {jail_id for jail_id, state in state_of.items() if state in reach.state_codes}


def _staff(row: StaffTable, scope: frozenset[int]) -> Staff:
    return Staff(
        id=row.id,
        username=row.username,
        name=row.name,
        role=row.role,
        jail_ids=scope,
        totp_required=row.totp_secret is not None,
        demo=row.demo,
        email=row.email,
        language=row.language,
        standing=_standing(row),
    )


def _standing(row: StaffTable) -> Standing:
    if row.disabled_at is not None:
        return Standing.DISABLED
    return Standing.ACTIVE if row.password_hash else Standing.INVITED


def _folded(username: str) -> str:
    return username.strip().lower()
