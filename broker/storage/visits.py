"""Visits: issued a number, approved into a slot, moved through the life cycle, found again.

Locks are always taken in the order serial, visit, terminal, so that no two transactions wait for each other.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload

from broker.errors import NotFound, SlotTaken
from broker.lifecycle import LIVE, HistoryRow, Outcome, VisitStatus, step
from broker.people import Visitor
from broker.storage import convert
from broker.storage.models import InmateRow, JailRow, TerminalRow, VisitHistoryRow, VisitorRow, VisitRow
from broker.storage.serials import next_serial
from broker.visit import NewVisit, Slot, Visit
from broker.visrn import VisRN


class Visits:
    """The repository of visits."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, new: NewVisit, now: datetime) -> Visit:
        """Store a requested visit and issue its VisRN: the jail's next serial in the year of the jail's own calendar.
        The serial is taken in this transaction, so a rollback gives it back. Raises NotFound (jail, or inmate of that
        jail).
        """
        jail = await self._session.get(JailRow, new.jail_id)
        if jail is None:
            raise NotFound("jail")
        inmate = await self._session.get(InmateRow, new.inmate_id)
        if inmate is None or inmate.jail_id != jail.id:
            raise NotFound("inmate")
        year = now.astimezone(ZoneInfo(jail.timezone)).year
        serial = await next_serial(self._session, jail.id, year)
        visrn = VisRN(jail.state_code, jail.code, serial, year)
        self._session.add(_row(new, visrn, now))
        await self._session.flush()
        self._session.add_all(_visitor_rows(new))
        await self._write(HistoryRow(new.id, now, new.by, None, VisitStatus.REQUESTED))
        return await self.get(new.id)

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

    async def by_link_digest(self, link_digest: str) -> tuple[Visit, Visitor] | None:
        """The visit and the visitor whose link's token has this SHA-256 (hex)."""
        found = await self._session.scalar(select(VisitorRow).where(VisitorRow.link_digest == link_digest))
        if found is None:
            return None
        visit = await self.get(found.visit_id)
        return visit, next(v for v in visit.visitors if v.id == found.id)

    async def day(self, jail_ids: Collection[int], start: datetime, end: datetime) -> list[Visit]:
        """The visits of these jails that hold or held a slot touching [start, end), by start and terminal."""
        return await self._all(
            _loaded()
            .join(VisitRow.terminal)
            .where(VisitRow.jail_id.in_(jail_ids), VisitRow.starts_at < end, VisitRow.ends_at > start)
            .order_by(VisitRow.starts_at, TerminalRow.name, VisitRow.id)
        )

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

    async def approve(self, visit_id: str, slot: Slot, by: str, now: datetime, *, reason: str = "") -> Visit:
        """Put a requested visit into a slot. Raises NotFound (visit, or terminal of that jail), IllegalTransition, or
        SlotTaken, after which the transaction can go on and try another slot.
        """
        row = await self._locked(visit_id)
        taken = step(visit_id, row.status, VisitStatus.APPROVED, by=by, reason=reason, now=now)
        # Bookings of one terminal queue up on its row: two that met inside the exclusion constraint's check would
        # each wait for the other.
        terminal = await self._session.get(TerminalRow, slot.terminal_id, with_for_update=True)
        if terminal is None or terminal.jail_id != row.jail_id:
            raise NotFound("terminal")
        try:
            async with self._session.begin_nested():
                await self._session.execute(
                    update(VisitRow)
                    .where(VisitRow.id == visit_id)
                    .values(
                        status=VisitStatus.APPROVED,
                        terminal_id=slot.terminal_id,
                        starts_at=slot.starts_at,
                        ends_at=slot.ends_at,
                    )
                    .execution_options(synchronize_session=False)
                )
        except IntegrityError as error:
            raise SlotTaken(slot.terminal_id) from error
        await self._write(taken)
        return await self.get(visit_id)

    async def move(self, visit_id: str, to: VisitStatus, by: str, reason: str, now: datetime) -> Visit:
        """Take a step that needs no more than a reason: open, refuse, cancel. Raises NotFound, IllegalTransition,
        ReasonMissing; ValueError for approved and closed, which have functions of their own.
        """
        if to in {VisitStatus.APPROVED, VisitStatus.CLOSED}:
            raise ValueError(f"use approve or close for {to}")
        row = await self._locked(visit_id)
        taken = step(visit_id, row.status, to, by=by, reason=reason, now=now)
        row.status = to
        if to is VisitStatus.OPEN:
            row.opened_at = now
        await self._write(taken)
        return await self.get(visit_id)

    async def close(
        self, visit_id: str, outcome: Outcome, seconds: Mapping[str, float], by: str, now: datetime, *, reason: str = ""
    ) -> Visit:
        """Close a live visit with its outcome and the seconds each participant was connected. The history's reason
        is the outcome's name unless one is given. Raises NotFound, or IllegalTransition when it is closed already.
        """
        row = await self._locked(visit_id)
        taken = step(visit_id, row.status, VisitStatus.CLOSED, by=by, reason=reason or outcome.value, now=now)
        row.status = VisitStatus.CLOSED
        row.outcome = outcome
        row.seconds = {who: round(float(value), 3) for who, value in seconds.items()}
        row.closed_at = now
        await self._write(taken)
        return await self.get(visit_id)

    async def note(self, visit_id: str, by: str, reason: str, now: datetime) -> None:
        """Write into the history who did something for what reason without taking a step (from and to are the status).
        Raises NotFound.
        """
        row = await self._locked(visit_id)
        await self._write(HistoryRow(visit_id, now, by, row.status, row.status, reason))

    async def history(self, visit_id: str) -> list[HistoryRow]:
        """Every step of a visit, oldest first."""
        rows = await self._session.scalars(
            select(VisitHistoryRow).where(VisitHistoryRow.visit_id == visit_id).order_by(VisitHistoryRow.id)
        )
        return [convert.history(row) for row in rows]

    async def next_otp_counter(self, visitor_id: str) -> int:
        """Raise the visitor's HOTP counter by one and return it; no two calls return the same. Raises NotFound."""
        counter = await self._session.scalar(
            update(VisitorRow)
            .where(VisitorRow.id == visitor_id)
            .values(otp_counter=VisitorRow.otp_counter + 1)
            .returning(VisitorRow.otp_counter)
            .execution_options(synchronize_session=False)
        )
        if counter is None:
            raise NotFound("visitor")
        return counter

    async def _locked(self, visit_id: str) -> VisitRow:
        row = await self._session.get(VisitRow, visit_id, with_for_update=True, populate_existing=True)
        if row is None:
            raise NotFound("visit")
        return row

    async def _write(self, row: HistoryRow) -> None:
        self._session.add(
            VisitHistoryRow(visit_id=row.visit_id, at=row.at, by=row.by, from_=row.from_, to=row.to, reason=row.reason)
        )
        await self._session.flush()

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


def _row(new: NewVisit, visrn: VisRN, now: datetime) -> VisitRow:
    return VisitRow(
        id=new.id,
        visrn_state=visrn.state,
        visrn_jail=visrn.jail,
        visrn_serial=visrn.serial,
        visrn_year=visrn.year,
        jail_id=new.jail_id,
        inmate_id=new.inmate_id,
        kind=new.kind,
        status=VisitStatus.REQUESTED,
        starts_at=new.starts_at,
        ends_at=new.ends_at,
        seconds={},
        created_at=now,
        demo=new.demo,
    )


def _visitor_rows(new: NewVisit) -> list[VisitorRow]:
    return [
        VisitorRow(
            id=visitor.id,
            visit_id=new.id,
            position=position,
            name=visitor.name,
            relationship_=visitor.relationship,
            email=visitor.email,
            mobile=visitor.mobile,
            language=visitor.language,
            link_digest=visitor.link_digest,
            otp_counter=0,
        )
        for position, visitor in enumerate(new.visitors)
    ]
