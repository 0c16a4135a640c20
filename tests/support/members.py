"""Staff who manage others' accounts, and the links they were sent."""

from __future__ import annotations

import re

from sqlalchemy import select

from broker.members.service import Invitation
from broker.staff import Reach, Role, Staff
from broker.storage.database import Database
from broker.storage.models import OutboxRow
from broker.storage.staff import NewStaff
from tests.support.desk import password_hash


async def hire(
    db: Database, username: str, role: Role, reach: Reach, *, totp_secret: str | None = None, email: str = ""
) -> Staff:
    """Store a member of staff whose password is tests.support.desk.PASSWORD."""
    async with db.begin() as uow:
        staff = await uow.staff.add(
            NewStaff(
                username,
                f"Name of {username}",
                role,
                await password_hash(),
                totp_secret,
                every_jail=reach.every_jail,
                state_codes=reach.state_codes,
                jail_ids=reach.jail_ids,
                email=email,
            )
        )
        await uow.commit()
    return staff


def invitation(username: str, role: Role, *jail_ids: int) -> Invitation:
    """Somebody to be invited for some jails."""
    email = f"{username}@prisons.example"
    return Invitation(username, f"Name of {username}", email, "en", role, Reach(jail_ids=frozenset(jail_ids)))


async def links(db: Database, name: str = "staff_invite") -> list[str]:
    """The tokens of the links that were mailed, in order."""
    async with db.read() as uow:
        mails = await uow.session.scalars(
            select(OutboxRow.text).where(OutboxRow.name == name).order_by(OutboxRow.created_at, OutboxRow.id)
        )
        return [re.findall(r"/staff/invite/([\w-]+)", text)[0] for text in mails]
