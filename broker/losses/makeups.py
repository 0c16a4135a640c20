"""The visits that are given in the place of lost ones: offered once for each, taken by a link."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from broker.errors import NotFound
from broker.storage.models import MakeupLinkRow, MakeupRow


@dataclass(frozen=True, slots=True)
class Makeup:
    """What is offered in the place of the visit `visit_id` until `expires_at`. `slots`: the beginnings (UTC) that the
    letter named; any free slot may be taken. `taken_visit_id`: the visit that was taken last.
    """

    visit_id: str
    slots: tuple[datetime, ...]
    offered_at: datetime
    expires_at: datetime
    taken_visit_id: str | None = None
    taken_at: datetime | None = None


class Makeups:
    """The repository of offers."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def offer(
        self,
        visit_id: str,
        slots: tuple[datetime, ...],
        digests: Mapping[str, str],
        expires_at: datetime,
        now: datetime,
    ) -> Makeup:
        """Store an offer; one that was made before is made again, with its links. `digests`: by visitor id, the SHA-256
        (hex) of the token each of them gets. The visit must be locked.
        """
        row = await self._session.get(MakeupRow, visit_id, populate_existing=True)
        named = [each.astimezone(UTC).isoformat() for each in slots]
        if row is None:
            row = MakeupRow(visit_id=visit_id, slots=named, offered_at=now, expires_at=expires_at)
            self._session.add(row)
            await self._session.flush()
            self._session.add_all(
                MakeupLinkRow(digest=digest, visit_id=visit_id, visitor_id=visitor_id)
                for visitor_id, digest in digests.items()
            )
        else:
            row.slots, row.expires_at = named, max(row.expires_at, expires_at)
        await self._session.flush()
        return _makeup(row)

    async def of_visit(self, visit_id: str) -> Makeup | None:
        """What is offered in the place of a visit."""
        row = await self._session.get(MakeupRow, visit_id, populate_existing=True)
        return None if row is None else _makeup(row)

    async def in_the_place_of(self, visit_id: str) -> str | None:
        """The lost visit that this one makes up for; None for an ordinary visit."""
        return await self._session.scalar(select(MakeupRow.visit_id).where(MakeupRow.taken_visit_id == visit_id))

    async def by_digest(self, digest: str) -> tuple[Makeup, str] | None:
        """The offer, and the id of the visitor, whose link's token has this SHA-256 (hex)."""
        link = await self._session.get(MakeupLinkRow, digest)
        if link is None:
            return None
        row = await self._session.get_one(MakeupRow, link.visit_id, populate_existing=True)
        return _makeup(row), link.visitor_id

    async def take(self, visit_id: str, taken_visit_id: str, now: datetime) -> None:
        """Write down which visit was taken. The lost visit must be locked. Raises NotFound."""
        row = await self._session.get(MakeupRow, visit_id, populate_existing=True)
        if row is None:
            raise NotFound("offer")
        row.taken_visit_id, row.taken_at = taken_visit_id, now
        await self._session.flush()


def _makeup(row: MakeupRow) -> Makeup:
    slots = tuple(datetime.fromisoformat(each) for each in row.slots)
    return Makeup(row.visit_id, slots, row.offered_at, row.expires_at, row.taken_visit_id, row.taken_at)
