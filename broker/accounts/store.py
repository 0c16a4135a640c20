"""People who visit, known by a verified address."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from broker.accounts.account import Account, normalised
from broker.errors import NotFound
from broker.storage.models import AccountRow
from broker.visit import new_id


class Accounts:
    """The repository of accounts."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, account_id: str) -> Account:
        """An account. Raises NotFound."""
        row = await self._session.get(AccountRow, account_id)
        if row is None:
            raise NotFound("account")
        return _account(row)

    async def by_email(self, email: str) -> Account | None:
        """The account of an address, however its letters are written."""
        row = await self._by_email(normalised(email))
        return None if row is None else _account(row)

    async def verified(
        self,
        email: str,
        *,
        mobile: str,
        language: str,
        timezone: str,
        profile: Mapping[str, Any],
        now: datetime,
        demo: bool = False,
    ) -> Account:
        """The account of an address that a code has just reached: made at the first time, afterwards brought up to
        date with what was typed now. The same call again changes nothing. Two at once for one new address make one
        account. Only for whoever has shown that the address is theirs.
        """
        address = normalised(email)
        fields = {"mobile": mobile, "language": language, "timezone": timezone, "profile": dict(profile)}
        row = await self._by_email(address, lock=True) or await self._add(address, now, fields | {"demo": demo})
        for name, value in fields.items():
            setattr(row, name, value)
        await self._session.flush()
        return _account(row)

    async def set_language(self, account_id: str, language: str) -> None:
        """In which language to write from now on. Raises NotFound."""
        row = await self._session.get(AccountRow, account_id, with_for_update=True)
        if row is None:
            raise NotFound("account")
        row.language = language
        await self._session.flush()

    async def _by_email(self, address: str, *, lock: bool = False) -> AccountRow | None:
        query = select(AccountRow).where(AccountRow.email == address)
        return await self._session.scalar(query.with_for_update() if lock else query)

    async def _add(self, address: str, now: datetime, fields: dict[str, Any]) -> AccountRow:
        row = AccountRow(id=new_id(), email=address, created_at=now, **fields)
        try:
            async with self._session.begin_nested():
                self._session.add(row)
        except IntegrityError:
            # Somebody else has just made it: theirs is the one.
            found = await self._by_email(address, lock=True)
            if found is None:
                raise
            return found
        return row


def _account(row: AccountRow) -> Account:
    return Account(
        id=row.id,
        email=row.email,
        mobile=row.mobile,
        language=row.language,
        timezone=row.timezone,
        profile=row.profile,
        created_at=row.created_at,
        demo=row.demo,
    )
