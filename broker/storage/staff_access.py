"""Ways in besides password and TOTP: invitations, and the codes that stand in for a lost second factor."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from broker.storage.models import StaffInviteRow, StaffRecoveryRow


class StaffAccess:
    """Invitations and recovery codes. Only digests are stored; each opens once."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def invite(self, staff_id: int, digest: str, by: str, now: datetime, expires_at: datetime) -> None:
        """Store an invitation; whatever was sent to this person before opens nothing any more."""
        await self.withdraw_invites(staff_id)
        self._session.add(
            StaffInviteRow(digest=digest, staff_id=staff_id, by=by, created_at=now, expires_at=expires_at)
        )
        await self._session.flush()

    async def withdraw_invites(self, staff_id: int) -> None:
        """Forget every invitation of this person that was not used."""
        open_ones = delete(StaffInviteRow).where(StaffInviteRow.staff_id == staff_id, StaffInviteRow.used_at.is_(None))
        await self._session.execute(open_ones)

    async def invited(self, digest: str, now: datetime) -> int | None:
        """The id of the member of staff whom an invitation is for; None if it was used, is over, or never was."""
        return await self._session.scalar(
            select(StaffInviteRow.staff_id).where(
                StaffInviteRow.digest == digest, StaffInviteRow.used_at.is_(None), StaffInviteRow.expires_at > now
            )
        )

    async def expiry(self, staff_id: int) -> datetime | None:
        """Until when the invitation that is open opens something."""
        return await self._session.scalar(
            select(StaffInviteRow.expires_at).where(
                StaffInviteRow.staff_id == staff_id, StaffInviteRow.used_at.is_(None)
            )
        )

    async def spend_invite(self, digest: str, now: datetime) -> bool:
        """Use an invitation up; False if somebody else was first, or it is over."""
        spent = await self._session.execute(
            update(StaffInviteRow)
            .where(StaffInviteRow.digest == digest, StaffInviteRow.used_at.is_(None), StaffInviteRow.expires_at > now)
            .values(used_at=now)
        )
        return cast("CursorResult[Any]", spent).rowcount == 1

    async def replace_recovery(self, staff_id: int, digests: Collection[str]) -> None:
        """Let these recovery codes be the only ones; with none, there are none."""
        await self._session.execute(delete(StaffRecoveryRow).where(StaffRecoveryRow.staff_id == staff_id))
        self._session.add_all(StaffRecoveryRow(staff_id=staff_id, digest=each) for each in digests)
        await self._session.flush()

    async def spend_recovery(self, staff_id: int, digest: str, now: datetime) -> bool:
        """Use a recovery code up; False if it is not one of this person's, or was used."""
        spent = await self._session.execute(
            update(StaffRecoveryRow)
            .where(
                StaffRecoveryRow.staff_id == staff_id,
                StaffRecoveryRow.digest == digest,
                StaffRecoveryRow.used_at.is_(None),
            )
            .values(used_at=now)
        )
        return cast("CursorResult[Any]", spent).rowcount == 1

    async def recovery_left(self, staff_id: int) -> int:
        """How many recovery codes were not used yet."""
        left = await self._session.scalar(
            select(func.count())
            .select_from(StaffRecoveryRow)
            .where(StaffRecoveryRow.staff_id == staff_id, StaffRecoveryRow.used_at.is_(None))
        )
        return left or 0
