"""Finding visits again: by number, by link, by day, by whom they concern."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload

from broker.errors import NotFound
from broker.lifecycle import LIVE, UNDECIDED, HistoryRow, VisitStatus
from broker.people import Visitor
from broker.storage import convert
from broker.storage.models import RequestRow, TerminalRow, VisitHistoryRow, VisitorRow, VisitRow
from broker.visit import Request, Visit, VisitMode
from broker.visrn import VisRN


class VisitQueries:
    """What can be asked about visits; `broker.storage.visits.visits` changes them."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, visit_id: str) -> Visit:
        """A visit. Raises NotFound."""
        visit = await self._one(_loaded().where(VisitRow.id == visit_id))
        if visit is None:
            raise NotFound("visit")
        return visit

    async def by_visrn(self, visrn: VisRN) -> Visit | None:
        """The visit of a number."""
        return await self._one(
            _loaded().where(
                VisitRow.visrn_state == visrn.state,
                VisitRow.visrn_jail == visrn.jail,
                VisitRow.visrn_serial == visrn.serial,
                VisitRow.visrn_year == visrn.year,
            )
        )

    async def numbers(self, visit_ids: Collection[str]) -> dict[str, VisRN]:
        """The numbers of these visits by id; what is not there is left out."""
        columns = (VisitRow.visrn_state, VisitRow.visrn_jail, VisitRow.visrn_serial, VisitRow.visrn_year)
        rows = await self._session.execute(select(VisitRow.id, *columns).where(VisitRow.id.in_(visit_ids)))
        return {visit_id: VisRN(*number) for visit_id, *number in rows}

    async def by_link_digest(self, link_digest: str) -> tuple[Visit, Visitor] | None:
        """The visit and the visitor whose link's token has this SHA-256 (hex)."""
        found = await self._session.scalar(select(VisitorRow).where(VisitorRow.link_digest == link_digest))
        if found is None:
            return None
        visit = await self.get(found.visit_id)
        return visit, next(v for v in visit.visitors if v.id == found.id)

    async def day(
        self, jail_ids: Collection[int], start: datetime, end: datetime, mode: VisitMode = VisitMode.VIDEO
    ) -> list[Visit]:
        """The visits of these jails that hold or held a slot touching [start, end), by start and place."""
        return await self._all(
            _loaded()
            .join(VisitRow.terminal)
            .where(
                VisitRow.jail_id.in_(jail_ids),
                VisitRow.mode == mode,
                VisitRow.starts_at < end,
                VisitRow.ends_at > start,
            )
            .order_by(VisitRow.starts_at, TerminalRow.name, VisitRow.id)
        )

    async def jails_with_visits(self, jail_ids: Collection[int], start: datetime, end: datetime) -> frozenset[int]:
        """Those of these jails in which a visit by video holds or held a terminal touching [start, end)."""
        rows = await self._session.scalars(
            select(VisitRow.jail_id)
            .where(
                VisitRow.jail_id.in_(jail_ids),
                VisitRow.mode == VisitMode.VIDEO,
                VisitRow.status.in_(LIVE | {VisitStatus.CLOSED}),
                VisitRow.terminal_id.is_not(None),
                VisitRow.starts_at < end,
                VisitRow.ends_at > start,
            )
            .distinct()
        )
        return frozenset(rows)

    async def open_on(self, terminal_id: int, now: datetime) -> Visit | None:
        """The visit whose session staff have started on this terminal and whose slot has not ended."""
        return await self._one(
            _loaded()
            .where(VisitRow.terminal_id == terminal_id, VisitRow.status == VisitStatus.OPEN, VisitRow.ends_at > now)
            .order_by(VisitRow.starts_at)
            .limit(1)
        )

    async def due_for_closing(self, now: datetime, limit: int = 100) -> list[Visit]:
        """Live visits whose slot is over, the longest overdue first."""
        return await self._all(
            _loaded()
            .where(VisitRow.status.in_(LIVE), VisitRow.ends_at <= now)
            .order_by(VisitRow.ends_at, VisitRow.id)
            .limit(limit)
        )

    async def undecided(self, jail_ids: Collection[int]) -> list[Visit]:
        """The requests of these jails that somebody still has to decide, the oldest first."""
        return await self._all(
            _loaded()
            .where(VisitRow.jail_id.in_(jail_ids), VisitRow.status.in_(UNDECIDED))
            .order_by(VisitRow.created_at, VisitRow.id)
        )

    async def due_decisions(self, now: datetime, limit: int = 100) -> list[Visit]:
        """Undecided requests that have to be escalated, or have lapsed, by now; the longest overdue first."""
        late = or_(RequestRow.lapse_at <= now, (RequestRow.decide_by <= now) & RequestRow.escalated_at.is_(None))
        return await self._all(
            _loaded()
            .join(RequestRow, RequestRow.visit_id == VisitRow.id)
            .where(VisitRow.status.in_(UNDECIDED), late)
            .order_by(RequestRow.decide_by, VisitRow.id)
            .limit(limit)
        )

    async def live_between(self, start: datetime, end: datetime, limit: int = 1000) -> list[Visit]:
        """Approved visits whose slot begins in [start, end), the soonest first."""
        return await self._all(
            _loaded()
            .where(VisitRow.status == VisitStatus.APPROVED, VisitRow.starts_at >= start, VisitRow.starts_at < end)
            .order_by(VisitRow.starts_at, VisitRow.id)
            .limit(limit)
        )

    async def touching(
        self, jail_id: int, start: datetime, end: datetime, terminal_id: int | None = None
    ) -> list[Visit]:
        """Live and undecided visits of a jail whose slot, held or wanted, touches [start, end), by start. With a
        terminal: only those that hold it.
        """
        query = _loaded().where(
            VisitRow.jail_id == jail_id,
            VisitRow.status.in_(LIVE | UNDECIDED),
            VisitRow.starts_at < end,
            VisitRow.ends_at > start,
        )
        if terminal_id is not None:
            query = query.where(VisitRow.terminal_id == terminal_id)
        return await self._all(query.order_by(VisitRow.starts_at, VisitRow.id))

    async def of_account(self, account_id: str, limit: int = 100) -> list[Visit]:
        """The visits asked for by somebody, the newest slot first."""
        return await self._all(
            _loaded()
            .where(VisitRow.account_id == account_id)
            .order_by(VisitRow.starts_at.desc(), VisitRow.id)
            .limit(limit)
        )

    async def count_undecided(self, account_id: str) -> int:
        """How many requests of an account nobody has decided yet."""
        found = await self._session.scalar(
            select(func.count())
            .select_from(VisitRow)
            .where(VisitRow.account_id == account_id, VisitRow.status.in_(UNDECIDED))
        )
        return found or 0

    async def of_inmate(self, inmate_id: int, since: datetime) -> list[Visit]:
        """The visits to somebody whose slot ends after `since`, by start."""
        return await self._all(
            _loaded()
            .where(VisitRow.inmate_id == inmate_id, VisitRow.ends_at > since)
            .order_by(VisitRow.starts_at, VisitRow.id)
        )

    async def of_person(self, emails: Collection[str], id_digests: Collection[str], limit: int = 50) -> list[Visit]:
        """The visits in which somebody with one of these addresses (any case) or identity proofs takes part, newest
        first. An address or a proof may be a family's: who exactly came is for a reader to judge.
        """
        known = [VisitorRow.email.in_({*emails, *(each.lower() for each in emails)})]
        if id_digests:
            known.append(VisitorRow.id_digest.in_(id_digests))
        theirs = select(VisitorRow.visit_id).where(or_(*known))
        return await self._all(
            _loaded().where(VisitRow.id.in_(theirs)).order_by(VisitRow.starts_at.desc(), VisitRow.id).limit(limit)
        )

    async def request(self, visit_id: str) -> Request | None:
        """What the family asked for; None where staff booked."""
        row = await self._session.get(RequestRow, visit_id, populate_existing=True)
        return None if row is None else convert.request(row)

    async def requests(self, visit_ids: Collection[str]) -> dict[str, Request]:
        """What was asked for, of several visits at once."""
        rows = await self._session.scalars(
            select(RequestRow).where(RequestRow.visit_id.in_(visit_ids)).execution_options(populate_existing=True)
        )
        return {row.visit_id: convert.request(row) for row in rows}

    async def history(self, visit_id: str) -> list[HistoryRow]:
        """Every step of a visit, oldest first."""
        rows = await self._session.scalars(
            select(VisitHistoryRow).where(VisitHistoryRow.visit_id == visit_id).order_by(VisitHistoryRow.id)
        )
        return [convert.history(row) for row in rows]

    async def _one(self, query: Select[VisitRow]) -> Visit | None:
        found = await self._all(query)
        return found[0] if found else None

    async def _all(self, query: Select[VisitRow]) -> list[Visit]:
        rows = await self._session.scalars(query.execution_options(populate_existing=True))
        return [convert.visit(row) for row in rows]


def _loaded() -> Select[VisitRow]:
    return select(VisitRow).options(
        joinedload(VisitRow.jail),
        joinedload(VisitRow.terminal),
        joinedload(VisitRow.inmate),
        selectinload(VisitRow.visitors),
    )
