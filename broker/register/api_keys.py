"""Keys of other systems: to keep registers current, or to read the reports; for one jail, or for all of a state's."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from broker.errors import NotFound
from broker.storage.models import ApiKeyRow
from broker.vocabulary import KeyPurpose
from config.secrets import digest, new_token

#: What every key begins with, so that one that got into a file or a mail is recognised.
PREFIX = "mulakat_"
_TOUCH_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key without its secret. Either `jail_id` or `state_code` is set. Times are aware, UTC."""

    id: int
    name: str = field(repr=False)
    jail_id: int | None
    state_code: int | None
    by: str
    created_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None
    purpose: KeyPurpose = KeyPurpose.REGISTER

    def reaches(self, jail_id: int, state_code: int) -> bool:
        """Whether the key is for this jail of this state."""
        return self.jail_id == jail_id or self.state_code == state_code

    def is_stale(self, now: datetime) -> bool:
        """Whether its last use is worth noting again: once a minute is enough."""
        return self.last_used_at is None or now >= self.last_used_at + _TOUCH_EVERY


class ApiKeys:
    """The repository of keys. Only their digests are stored."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(
        self,
        name: str,
        *,
        jail_id: int | None = None,
        state_code: int | None = None,
        purpose: KeyPurpose = KeyPurpose.REGISTER,
        by: str,
        now: datetime,
    ) -> tuple[ApiKey, str]:
        """Make a key for a jail or for a state; the second part is the secret, to be shown once. Raises ValueError if
        it is for neither or both.
        """
        if (jail_id is None) == (state_code is None):
            raise ValueError("a key is for a jail or for a state")
        token = PREFIX + new_token()
        row = ApiKeyRow(
            name=name,
            digest=digest(token),
            jail_id=jail_id,
            state_code=state_code,
            purpose=purpose,
            by=by,
            created_at=now,
        )
        self._session.add(row)
        await self._session.flush()
        return _key(row), token

    async def by_token(self, token: str) -> ApiKey | None:
        """The key of a secret; None if there is none, or it was revoked."""
        row = await self._session.scalar(
            select(ApiKeyRow).where(ApiKeyRow.digest == digest(token), ApiKeyRow.revoked_at.is_(None))
        )
        return None if row is None else _key(row)

    async def get(self, key_id: int) -> ApiKey:
        """A key. Raises NotFound."""
        row = await self._session.get(ApiKeyRow, key_id)
        if row is None:
            raise NotFound("key")
        return _key(row)

    async def all(self) -> list[ApiKey]:
        """Every key, the newest first."""
        return [_key(row) for row in await self._session.scalars(select(ApiKeyRow).order_by(ApiKeyRow.id.desc()))]

    async def used(self, key: ApiKey, now: datetime) -> None:
        """Note that a key was used."""
        await self._session.execute(update(ApiKeyRow).where(ApiKeyRow.id == key.id).values(last_used_at=now))

    async def revoke(self, key_id: int, now: datetime) -> None:
        """Let a key open nothing any more. One that was revoked before stays as it is."""
        await self._session.execute(
            update(ApiKeyRow).where(ApiKeyRow.id == key_id, ApiKeyRow.revoked_at.is_(None)).values(revoked_at=now)
        )


def _key(row: ApiKeyRow) -> ApiKey:
    return ApiKey(
        row.id,
        row.name,
        row.jail_id,
        row.state_code,
        row.by,
        row.created_at,
        row.revoked_at,
        row.last_used_at,
        row.purpose,
    )
