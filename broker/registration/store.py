"""Registrations being typed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from broker.registration.draft import KEPT_FOR, Draft, Typed, from_json
from broker.registration.errors import DraftGone
from broker.storage.models import DraftRow
from broker.visit import new_id


class Drafts:
    """The repository of drafts. A draft whose time is over is as good as gone, whether it was swept or not."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def start(
        self,
        now: datetime,
        *,
        account_id: str | None = None,
        steps: Mapping[str, Typed] | None = None,
        timezone: str = "",
    ) -> Draft:
        """A new draft; `steps` (such as `broker.registration.profile.steps_of(account)`) are filled in already."""
        draft = Draft(new_id(), account_id, now + KEPT_FOR, steps=dict(steps or {}), timezone=timezone)
        self._session.add(
            DraftRow(
                id=draft.id,
                account_id=account_id,
                data=draft.to_json(),
                created_at=now,
                updated_at=now,
                expires_at=draft.expires_at,
            )
        )
        await self._session.flush()
        return draft

    async def get(self, draft_id: str, now: datetime) -> Draft:
        """A draft. Raises DraftGone."""
        return self._draft(await self._session.get(DraftRow, draft_id), now)

    async def locked(self, draft_id: str, now: datetime) -> Draft:
        """A draft that nobody else changes until this transaction ends. Raises DraftGone."""
        query = select(DraftRow).where(DraftRow.id == draft_id).with_for_update()
        return self._draft(await self._session.scalar(query.execution_options(populate_existing=True)), now)

    async def put(self, draft: Draft, now: datetime) -> Draft:
        """Store a draft that was `locked` and changed; from now on it is kept another day. Raises DraftGone."""
        row = await self._session.get(DraftRow, draft.id)
        if row is None:
            raise DraftGone
        row.data = draft.to_json()
        row.account_id = draft.account_id
        row.updated_at = now
        row.expires_at = now + KEPT_FOR
        await self._session.flush()
        return from_json(row.id, row.account_id, row.expires_at, row.data)

    async def forget(self, draft_id: str) -> None:
        """Delete a draft with its photo and the slot it holds, if it is there."""
        await self._session.execute(delete(DraftRow).where(DraftRow.id == draft_id))

    async def sweep(self, now: datetime) -> int:
        """Delete the drafts whose time is over, with their photos; return how many."""
        gone = await self._session.scalars(delete(DraftRow).where(DraftRow.expires_at <= now).returning(DraftRow.id))
        return len(gone.all())

    @staticmethod
    def _draft(row: DraftRow | None, now: datetime) -> Draft:
        if row is None or row.expires_at <= now:
            raise DraftGone
        return from_json(row.id, row.account_id, row.expires_at, row.data)
