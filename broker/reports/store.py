"""The rows that reports count from: written by whoever counts, added up by whoever asks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    cast,
    delete,
    func,
    literal_column,
    select,
    true,
    type_coerce,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from broker.reports.asked import Asked, Dimension, Keys
from broker.reports.line import Line, Minutes
from broker.reports.tally import CAUSES, Served, Sum, Tally
from broker.storage.models import ReportQueueRow, ReportRow, ReportStateRow, VisitRow
from broker.vocabulary import LossCause

_COLUMNS = {
    Dimension.CATEGORY: func.coalesce(type_coerce(ReportRow.category, String), literal_column("''")),
    Dimension.JAIL: ReportRow.jail_id,
    Dimension.KIND: ReportRow.kind,
    Dimension.MODE: ReportRow.mode,
    Dimension.MONTH: ReportRow.month,
    Dimension.STATE: ReportRow.state_code,
}
_LOST = tuple(getattr(ReportRow, f"lost_{cause}") for cause in CAUSES)
_COUNTS = (
    func.count(),
    func.count().filter(ReportRow.admitted),
    func.count().filter(ReportRow.connected),
    func.count().filter(ReportRow.connected & ReportRow.abroad),
)
_TIMES = (
    func.sum(ReportRow.offered),
    func.sum(ReportRow.had),
    func.sum(ReportRow.unmeasured),
    *(func.sum(column) for column in _LOST),
)
#: A page that says how many visits wait to be counted counts no further than this.
MOST_WAITING = 1000


class Reports:
    """The repository of report rows."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def settle(self) -> None:
        """Let everything this transaction reads from now on be of one moment, so that numbers of several statements
        agree. To be called before the first statement. SQLite's transactions are like that by themselves.
        """
        if self._session.get_bind().dialect.name == "postgresql":
            await self._session.connection(execution_options={"isolation_level": "REPEATABLE READ"})

    async def tallies(self, asked: Asked) -> dict[Keys, Tally]:
        """What there is in each line, by the keys of the dimensions."""
        keys = [_COLUMNS[each] for each in asked.by]
        reason: list[Any] = [ReportRow.reason] if asked.reasons else []
        groups = [*keys, ReportRow.result, *reason]
        sums = (*_COUNTS, *_TIMES) if asked.time else _COUNTS
        rows = await self._session.execute(_of(select(*groups, *sums), asked).group_by(*groups))
        found: dict[Keys, Tally] = {}
        depth, first = len(keys), len(groups)
        for row in rows:
            visits, admitted, connected, abroad, *times = map(int, row[first:])
            each = Sum(row[depth], row[depth + 1] if reason else "", visits, admitted, connected, abroad)
            if times:
                offered, had, unmeasured, *lost = times
                each = replace(each, offered=offered, had=had, unmeasured=unmeasured, lost=tuple(lost))
            found.setdefault(tuple(row[:depth]), Tally()).add(each)
        return found

    async def served(self, asked: Asked, depth: int) -> dict[Keys, Served]:
        """How many different people were served in each line of the first `depth` dimensions (0: in all)."""
        keys: list[Any] = [_COLUMNS[each].label(f"key{number}") for number, each in enumerate(asked.by[:depth])]
        foreign = func.max(cast(ReportRow.foreigner, Integer)).label("foreign")
        people = (
            _of(select(*keys, ReportRow.inmate_id, foreign), asked)
            .where(ReportRow.connected, ReportRow.inmate_id.is_not(None))
            .group_by(*(_COLUMNS[each] for each in asked.by[:depth]), ReportRow.inmate_id)
            .subquery()
        )
        by = [people.c[f"key{number}"] for number in range(depth)]
        totals = select(*by, func.count(), func.coalesce(func.sum(people.c.foreign), 0)).group_by(*by)
        rows = await self._session.execute(totals)
        return {tuple(row[:depth]): Served(int(row[depth]), int(row[depth + 1])) for row in rows}

    async def waiting(self) -> int:
        """How many changes are not counted yet, up to MOST_WAITING."""
        some = select(ReportQueueRow.id).limit(MOST_WAITING).subquery()
        return await self._session.scalar(select(func.count()).select_from(some)) or 0

    async def counted_at(self) -> datetime | None:
        """When a row was last made anew."""
        return await self._session.scalar(select(ReportStateRow.counted_at))

    async def lock(self, now: datetime | None = None) -> None:
        """Be the only one who counts, until the transaction ends: of two that derive one visit at once, the one who
        read earlier could otherwise write later. `now`: note it as the time of counting.
        """
        row = await self._session.get(ReportStateRow, 1, with_for_update=True, populate_existing=True)
        if row is None:
            row = ReportStateRow(id=1, counted_at=None)
            self._session.add(row)
        if now is not None:
            row.counted_at = now
        await self._session.flush()

    async def take(self, limit: int) -> list[str]:
        """Take up to `limit` changes out of the queue, the oldest first; their visits, each once. To be read after
        this: what changes in the meantime stands in the queue again.
        """
        oldest = select(ReportQueueRow.id).order_by(ReportQueueRow.id).limit(limit)
        taken = await self._session.scalars(
            delete(ReportQueueRow).where(ReportQueueRow.id.in_(oldest)).returning(ReportQueueRow.visit_id)
        )
        return list(dict.fromkeys(taken))

    async def queued(self, visit_ids: Collection[str]) -> set[str]:
        """Which of these visits have changed and wait to be counted."""
        some = select(ReportQueueRow.visit_id).where(ReportQueueRow.visit_id.in_(visit_ids))
        return set(await self._session.scalars(some))

    async def lines(self, visit_ids: Collection[str]) -> dict[str, Line]:
        """The rows of these visits as they are stored."""
        rows = await self._session.scalars(
            select(ReportRow).where(ReportRow.visit_id.in_(visit_ids)).execution_options(populate_existing=True)
        )
        return {row.visit_id: _line(row) for row in rows}

    async def orphans(self, limit: int) -> Sequence[str]:
        """Rows whose visit is not there any more."""
        gone = select(ReportRow.visit_id).where(ReportRow.visit_id.not_in(select(VisitRow.id))).limit(limit)
        return (await self._session.scalars(gone)).all()

    async def write(self, lines: Iterable[Line]) -> None:
        """Put rows in the place of what was there."""
        values = [_values(line) for line in lines]
        if not values:
            return
        insert = postgresql.insert if self._session.get_bind().dialect.name == "postgresql" else sqlite.insert
        made = insert(ReportRow)
        update = {name: made.excluded[name] for name in values[0] if name != "visit_id"}
        await self._session.execute(made.on_conflict_do_update(index_elements=["visit_id"], set_=update), values)

    async def forget(self, visit_ids: Collection[str]) -> None:
        """Remove the rows of visits that are not there any more."""
        if visit_ids:
            await self._session.execute(delete(ReportRow).where(ReportRow.visit_id.in_(visit_ids)))


def _of(query: Select[Any], asked: Asked) -> Select[Any]:
    """Of the visits that are asked for."""
    chosen: list[ColumnElement[bool]] = [
        ReportRow.day.between(asked.period.first, asked.period.last),
        true() if asked.jail_ids is None else ReportRow.jail_id.in_(asked.jail_ids),
        true() if asked.category is None else ReportRow.category == asked.category,
        true() if asked.kind is None else ReportRow.kind == asked.kind,
        true() if asked.mode is None else ReportRow.mode == asked.mode,
    ]
    return query.where(*chosen)


def _line(row: ReportRow) -> Line:
    lost = {cause: getattr(row, f"lost_{cause}") for cause in LossCause if getattr(row, f"lost_{cause}")}
    return Line(
        row.visit_id,
        row.state_code,
        row.jail_id,
        row.day,
        row.inmate_id,
        row.category,
        row.foreigner,
        row.kind,
        row.mode,
        row.abroad,
        row.result,
        row.reason,
        row.admitted,
        row.connected,
        Minutes(row.offered, row.had, row.unmeasured, lost, row.lost_unexplained),
    )


def _values(line: Line) -> dict[str, object]:
    names = ("visit_id", "state_code", "jail_id", "day", "month", "inmate_id", "category", "foreigner", "kind", "mode")
    more = ("abroad", "result", "reason", "admitted", "connected")
    minutes = line.minutes
    return {
        **{name: getattr(line, name) for name in (*names, *more)},
        **{name: getattr(minutes, name) for name in ("offered", "had", "unmeasured")},
        **{f"lost_{cause}": minutes.lost.get(cause, 0) for cause in LossCause},
        "lost_unexplained": minutes.unexplained,
    }
