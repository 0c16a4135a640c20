"""Visits: issued a number, approved into a slot, moved through the life cycle.

Locks are always taken in the order serial, visit, inmate, terminal, so that no two transactions wait for each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select, update

from broker.errors import IllegalTransition, InmateUnknown, NotFound
from broker.lifecycle import UNDECIDED, HistoryRow, Outcome, VisitStatus, step
from broker.people import Identity
from broker.storage.models import (
    HoldRow,
    InmateRow,
    JailRow,
    RequestRow,
    VisitHistoryRow,
    VisitorRow,
    VisitRow,
)
from broker.storage.visits import rows
from broker.storage.visits.queries import VisitQueries
from broker.storage.visits.serials import next_serial
from broker.storage.visits.taking import take
from broker.visit import NewVisit, Request, Slot, Visit, VisitorDecision, check_interval
from broker.visrn import VisRN


class Visits(VisitQueries):
    """The repository of visits."""

    async def add(self, new: NewVisit, now: datetime) -> Visit:
        """Store a requested visit and issue its VisRN: the jail's next serial in the year of the jail's own calendar.
        The serial is taken in this transaction, so a rollback gives it back. Raises NotFound (jail, or inmate of that
        jail).
        """
        jail = await self._session.get(JailRow, new.jail_id)
        if jail is None:
            raise NotFound("jail")
        if new.inmate_id is not None:
            await self._inmate_of(new.inmate_id, jail.id)
        year = now.astimezone(ZoneInfo(jail.timezone)).year
        serial = await next_serial(self._session, jail.id, year)
        visrn = VisRN(jail.state_code, jail.code, serial, year)
        self._session.add(rows.visit(new, visrn, now))
        await self._session.flush()
        self._session.add_all(rows.visitors(new))
        if new.request is not None:
            self._session.add(rows.request(new.id, new.request))
        await self._write(HistoryRow(new.id, now, new.by, None, VisitStatus.REQUESTED))
        return await self.get(new.id)

    async def approve(
        self,
        visit_id: str,
        slot: Slot,
        by: str,
        now: datetime,
        *,
        reason: str = "",
        inmate_id: int | None = None,
        rule_version_id: int | None = None,
        refused: Mapping[str, str] | None = None,
    ) -> Visit:
        """Put a requested visit into a slot; its own hold ends. `inmate_id` says whom the request means, `refused`
        which visitors (by id) may not come and why: the others may. Raises NotFound (visit, inmate or terminal of that
        jail), InmateUnknown, IllegalTransition, or SlotTaken (also by somebody else's hold) or InmateBooked, after
        which the transaction can go on and try another slot.
        """
        row = await self._locked(visit_id)
        taken = step(visit_id, row.status, VisitStatus.APPROVED, by=by, reason=reason, now=now)
        if inmate_id is not None:
            await self._inmate_of(inmate_id, row.jail_id)
        elif row.inmate_id is None:
            raise InmateUnknown("a visit is approved to somebody of the register")
        await take(self._session, row, slot, now, inmate_id=inmate_id or row.inmate_id, rule=rule_version_id)
        await self._session.execute(delete(HoldRow).where(HoldRow.visit_id == visit_id))
        await self._decide_visitors(visit_id, refused or {})
        await self._write(taken)
        return await self.get(visit_id)

    async def reschedule(self, visit_id: str, slot: Slot, by: str, now: datetime, reason: str) -> Visit:
        """Put an approved visit into another slot; it stays approved. Raises as `approve` does."""
        row = await self._locked(visit_id)
        if row.status is not VisitStatus.APPROVED:
            raise IllegalTransition(row.status, VisitStatus.APPROVED)
        await take(self._session, row, slot, now, inmate_id=row.inmate_id, rule=row.rule_version_id)
        await self._write(HistoryRow(visit_id, now, by, row.status, row.status, reason))
        return await self.get(visit_id)

    async def move(self, visit_id: str, to: VisitStatus, by: str, reason: str, now: datetime) -> Visit:
        """Take a step that needs no more than a reason: open, ask, refuse, cancel, request again. What is refused or
        cancelled holds no slot any more, nor does an approved visit that is requested again. Raises NotFound,
        IllegalTransition, ReasonMissing; ValueError for approved and closed, which have functions of their own.
        """
        if to in {VisitStatus.APPROVED, VisitStatus.CLOSED}:
            raise ValueError(f"use approve or close for {to}")
        row = await self._locked(visit_id)
        taken = step(visit_id, row.status, to, by=by, reason=reason, now=now)
        row.status = to
        if to is VisitStatus.OPEN:
            row.opened_at = now
        if to is VisitStatus.REQUESTED:
            row.terminal_id = None
        if to in {VisitStatus.CANCELLED, VisitStatus.REFUSED}:
            await self._session.execute(delete(HoldRow).where(HoldRow.visit_id == visit_id))
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

    async def lock(self, visit_id: str) -> Visit:
        """The visit, which nobody else can change before this transaction ends. Raises NotFound."""
        await self._locked(visit_id)
        return await self.get(visit_id)

    async def set_request(self, visit_id: str, request: Request) -> None:
        """Change what was asked for. Raises NotFound."""
        row = await self._session.get(RequestRow, visit_id, with_for_update=True, populate_existing=True)
        if row is None:
            raise NotFound("request")
        for column, value in rows.request_columns(request).items():
            setattr(row, column, value)
        await self._session.flush()

    async def escalate(self, visit_id: str, now: datetime) -> None:
        """Remember that a request was escalated. Raises NotFound."""
        row = await self._session.get(RequestRow, visit_id, with_for_update=True, populate_existing=True)
        if row is None:
            raise NotFound("request")
        row.escalated_at = now
        await self._session.flush()

    async def set_slot_wanted(self, visit_id: str, starts_at: datetime, ends_at: datetime) -> None:
        """Change when an undecided visit is wanted. Raises NotFound, BadSlot, IllegalTransition for a decided one."""
        check_interval(starts_at, ends_at)
        row = await self._locked(visit_id)
        if row.status not in UNDECIDED:
            raise IllegalTransition(row.status, VisitStatus.REQUESTED)
        row.starts_at, row.ends_at = starts_at, ends_at
        await self._session.flush()

    async def set_identity(self, visitor_id: str, *, name: str, identity: Identity) -> None:
        """Correct who a visitor is. Raises NotFound."""
        row = await self._session.get(VisitorRow, visitor_id, with_for_update=True, populate_existing=True)
        if row is None:
            raise NotFound("visitor")
        row.name = name
        for column, value in rows.identity(identity).items():
            setattr(row, column, value)
        await self._session.flush()

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

    async def _decide_visitors(self, visit_id: str, refused: Mapping[str, str]) -> None:
        for row in await self._session.scalars(select(VisitorRow).where(VisitorRow.visit_id == visit_id)):
            row.decision = VisitorDecision.REFUSED if row.id in refused else VisitorDecision.APPROVED
            row.decision_reason = refused.get(row.id, "")
        await self._session.flush()

    async def _inmate_of(self, inmate_id: int, jail_id: int) -> None:
        inmate = await self._session.get(InmateRow, inmate_id)
        if inmate is None or inmate.jail_id != jail_id:
            raise NotFound("inmate")

    async def _locked(self, visit_id: str) -> VisitRow:
        # Without its key: a row that refers to the visit (a review, written under an inmate's lock) needn't wait, and
        # so can't be waited for by whoever holds the visit and wants the inmate.
        row = await self._session.get(VisitRow, visit_id, with_for_update={"key_share": True}, populate_existing=True)
        if row is None:
            raise NotFound("visit")
        return row

    async def _write(self, row: HistoryRow) -> None:
        self._session.add(
            VisitHistoryRow(visit_id=row.visit_id, at=row.at, by=row.by, from_=row.from_, to=row.to, reason=row.reason)
        )
        await self._session.flush()
