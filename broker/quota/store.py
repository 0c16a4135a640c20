"""The ledger of allowances. Every line is written under the inmate's row lock: no two see the same visit left."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from broker.errors import NotFound
from broker.people import Inmate
from broker.quota.errors import BadAdjustment, QuotaSpent
from broker.quota.ledger import QuotaEntry, QuotaLeft, reckon
from broker.quota.periods import period
from broker.rules.model import Per, Quota, Rule, RuleVersion
from broker.storage.models import InmateRow, QuotaEntryRow
from broker.vocabulary import QuotaReason, VisitKind, VisitMode

# (inmate, kind, mode, period): where a visit was counted.
_Account = tuple[int, VisitKind, VisitMode, date]


class Quotas:
    """The repository of what was used and given back. Lines are only ever added.

    `on` is always the date of the visit in the jail's own calendar.
    """

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def left(self, inmate: Inmate, kind: VisitKind, mode: VisitMode, on: date, rule: Rule) -> QuotaLeft:
        """What is left to an inmate on that day, by a rule. An answer, not a promise: only `spend` takes it."""
        quota = rule.quota(inmate.category, kind, mode)
        return reckon(await self._used(inmate.id, kind, mode), quota, on)

    async def spend(
        self,
        visit_id: str,
        inmate: Inmate,
        kind: VisitKind,
        mode: VisitMode,
        on: date,
        *,
        version: RuleVersion,
        by: str,
        now: datetime,
    ) -> QuotaLeft:
        """Count a visit once, on that day; returns what is left after it. A visit that is counted already stays so, or
        moves with its day to another period. Raises NotFound (inmate), or QuotaSpent, having changed nothing.
        """
        category = (await self._lock(inmate.id)).category
        quota = version.rule.quota(category, kind, mode)
        start = _start(quota, on)
        used = await self._used(inmate.id, kind, mode)
        counted = await self._counted(visit_id)
        wanted: _Account = (inmate.id, kind, mode, start)
        for account, amount in counted.items():
            if account[:3] == wanted[:3]:
                used[account[3]] = used.get(account[3], 0) - amount
        left = reckon(used, quota, on)
        if left.spent and wanted not in counted:
            raise QuotaSpent(left.next_start)
        for account, amount in counted.items():
            if account != wanted:
                self._write(account, -amount, visit_id, QuotaReason.CANCELLED, by=by, now=now, version_id=version.id)
        if wanted not in counted:
            self._write(wanted, 1, visit_id, QuotaReason.APPROVED, by=by, now=now, version_id=version.id)
        await self._session.flush()
        return reckon(await self._used(inmate.id, kind, mode), quota, on)

    async def give_back(self, visit_id: str, reason: QuotaReason, by: str, now: datetime, *, note: str = "") -> int:
        """Give back whatever a visit still counts; returns how many that were: 0 the second time, and for a visit that
        was never counted.
        """
        inmates = await self._session.scalars(
            select(QuotaEntryRow.inmate_id).where(QuotaEntryRow.visit_id == visit_id).distinct()
        )
        for inmate_id in sorted(inmates):
            await self._lock(inmate_id)
        counted = await self._counted(visit_id)
        for account, amount in counted.items():
            self._write(account, -amount, visit_id, reason, by=by, now=now, note=note)
        await self._session.flush()
        return sum(counted.values())

    async def adjust(
        self,
        inmate_id: int,
        kind: VisitKind,
        mode: VisitMode,
        on: date,
        amount: int,
        *,
        note: str,
        by: str,
        now: datetime,
        version: RuleVersion,
    ) -> QuotaLeft:
        """Use up (+) or give (-) visits by hand in the period of that day. Raises NotFound (inmate), BadAdjustment."""
        if amount == 0 or not note.strip():
            raise BadAdjustment("an adjustment needs an amount and a reason")
        quota = version.rule.quota((await self._lock(inmate_id)).category, kind, mode)
        account = (inmate_id, kind, mode, _start(quota, on))
        self._write(
            account, amount, None, QuotaReason.ADJUSTED, by=by, now=now, note=note.strip(), version_id=version.id
        )
        await self._session.flush()
        return reckon(await self._used(inmate_id, kind, mode), quota, on)

    async def entries(self, inmate_id: int) -> list[QuotaEntry]:
        """An inmate's ledger, newest line first."""
        rows = await self._session.scalars(
            select(QuotaEntryRow).where(QuotaEntryRow.inmate_id == inmate_id).order_by(QuotaEntryRow.id.desc())
        )
        return [_entry(row) for row in rows]

    async def _lock(self, inmate_id: int) -> InmateRow:
        row = await self._session.get(InmateRow, inmate_id, with_for_update=True, populate_existing=True)
        if row is None:
            raise NotFound("inmate")
        return row

    async def _used(self, inmate_id: int, kind: VisitKind, mode: VisitMode) -> dict[date, int]:
        rows = await self._session.execute(
            select(QuotaEntryRow.period_start, func.sum(QuotaEntryRow.amount))
            .where(QuotaEntryRow.inmate_id == inmate_id, QuotaEntryRow.kind == kind, QuotaEntryRow.mode == mode)
            .group_by(QuotaEntryRow.period_start)
        )
        return {start: int(amount) for start, amount in rows}

    async def _counted(self, visit_id: str) -> dict[_Account, int]:
        """Where a visit counts now, and how often (more than nothing)."""
        columns = (QuotaEntryRow.inmate_id, QuotaEntryRow.kind, QuotaEntryRow.mode, QuotaEntryRow.period_start)
        rows = await self._session.execute(
            select(*columns, func.sum(QuotaEntryRow.amount))
            .where(QuotaEntryRow.visit_id == visit_id)
            .group_by(*columns)
            .having(func.sum(QuotaEntryRow.amount) > 0)
        )
        return {(inmate_id, kind, mode, start): int(amount) for inmate_id, kind, mode, start, amount in rows}

    def _write(
        self,
        account: _Account,
        amount: int,
        visit_id: str | None,
        reason: QuotaReason,
        *,
        by: str,
        now: datetime,
        note: str = "",
        version_id: int | None = None,
    ) -> None:
        inmate_id, kind, mode, start = account
        self._session.add(
            QuotaEntryRow(
                inmate_id=inmate_id,
                kind=kind,
                mode=mode,
                period_start=start,
                amount=amount,
                visit_id=visit_id,
                reason=reason,
                note=note,
                by=by,
                at=now,
                rule_version_id=version_id,
            )
        )


def _start(quota: Quota | None, on: date) -> date:
    """The day a line is written under; without a limit, the day itself."""
    return period(Per.DAY if quota is None else quota.per, on).start


def _entry(row: QuotaEntryRow) -> QuotaEntry:
    return QuotaEntry(
        id=row.id,
        inmate_id=row.inmate_id,
        kind=row.kind,
        mode=row.mode,
        period_start=row.period_start,
        amount=row.amount,
        visit_id=row.visit_id,
        reason=row.reason,
        note=row.note,
        by=row.by,
        at=row.at,
        rule_version_id=row.rule_version_id,
    )
