"""Putting the invented world into a database; again and again changes nothing, and adds what is missing."""

from __future__ import annotations

from sqlalchemy import exists, select
from sqlalchemy.exc import IntegrityError

from broker.demo.calendar import open_jail
from broker.demo.world import JAILS, PASSWORD, STAFF, STATES, TIMEZONE, DemoJail, DemoStaff
from broker.errors import DemoRefused
from broker.people import Jail
from broker.staff import hash_password
from broker.storage.database import Database
from broker.storage.inmates import NewInmate
from broker.storage.models import JailRow, StateRow
from broker.storage.staff import NewStaff
from broker.storage.unit import UnitOfWork


async def is_seeded(db: Database) -> bool:
    """Whether the invented states are there. Needs the tables."""
    wanted = {state.code for state in STATES}
    async with db.read() as uow:
        found = await uow.session.scalars(select(StateRow.code).where(StateRow.demo))
        return wanted <= set(found)


async def seed(db: Database) -> None:
    """Add what is missing of the invented world. Raises DemoRefused when the database holds a jail that isn't invented.

    Two processes that seed at once end with one world: the one that comes second finds the first one's rows.
    """
    try:
        await _seed(db)
    except IntegrityError:
        await _seed(db)


async def _seed(db: Database) -> None:
    async with db.begin() as uow:
        if await uow.session.scalar(select(exists().where(~JailRow.demo))):
            raise DemoRefused("This database holds jails of its own; demonstration data don't belong there.")
        known_states = {state.code for state in await uow.jails.states()}
        for state in STATES:
            if state.code not in known_states:
                await uow.jails.add_state(state, demo=True)
        known_jails = {(jail.state_code, jail.code): jail for jail in await uow.jails.all()}
        by_slug = {
            demo.slug: known_jails.get((demo.state_code, demo.code)) or await _add_jail(uow, demo) for demo in JAILS
        }
        for demo in JAILS:
            await _furnish(uow, by_slug[demo.slug].id, demo)
            await open_jail(uow, by_slug[demo.slug])
        missing = [member for member in STAFF if await uow.staff.by_username(member.username) is None]
        password_hash = await hash_password(PASSWORD) if missing else ""
        for member in missing:
            await _hire(uow, member, by_slug, password_hash)
        await uow.commit()


async def _add_jail(uow: UnitOfWork, demo: DemoJail) -> Jail:
    return await uow.jails.add(
        demo.state_code,
        demo.code,
        name=demo.name,
        city=demo.city,
        timezone=TIMEZONE,
        helpline=demo.helpline,
        demo=True,
    )


async def _furnish(uow: UnitOfWork, jail_id: int, demo: DemoJail) -> None:
    """A jail's terminals and inmates."""
    terminals = {terminal.name for terminal in await uow.jails.terminals(jail_id)}
    for number in range(1, demo.terminals + 1):
        if f"T{number}" not in terminals:
            await uow.terminals.add(jail_id, f"T{number}")
    inmates = {inmate.number for inmate in await uow.inmates.of_jail(jail_id)}
    for inmate in demo.inmates:
        if inmate.number not in inmates:
            await uow.inmates.add(
                NewInmate(
                    jail_id=jail_id,
                    number=inmate.number,
                    name=inmate.name,
                    father_name=inmate.father_name,
                    age=inmate.age,
                    gender=inmate.gender,
                    category=inmate.category,
                    nationality=inmate.nationality,
                    demo=True,
                )
            )


async def _hire(uow: UnitOfWork, member: DemoStaff, jails: dict[str, Jail], password_hash: str) -> None:
    await uow.staff.add(
        NewStaff(
            username=member.username,
            name=member.name,
            role=member.role,
            password_hash=password_hash,
            totp_secret=member.totp_secret,
            every_jail=member.jail is None and member.state_code is None,
            state_codes=frozenset() if member.state_code is None else frozenset({member.state_code}),
            jail_ids=frozenset() if member.jail is None else frozenset({jails[member.jail].id}),
            demo=True,
        )
    )
