"""States, jails, and which of their terminals is free."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from broker.errors import NotFound
from broker.lifecycle import LIVE
from broker.people import Jail, State, Terminal
from broker.storage import convert
from broker.storage.models import HoldRow, JailRow, StateRow, TerminalRow, VisitRow
from broker.visit import VisitMode, check_interval


class Jails:
    """The repository of places."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add_state(self, state: State, *, demo: bool = False) -> None:
        """Store a state."""
        self._session.add(StateRow(code=state.code, name=state.name, demo=demo))
        await self._session.flush()

    async def add(
        self,
        state_code: int,
        code: int,
        *,
        name: str,
        city: str,
        timezone: str,
        helpline: str,
        demo: bool = False,
    ) -> Jail:
        """Store a jail of a state; the code can't repeat within it. Fields as in `broker.people.Jail`."""
        row = JailRow(
            state_code=state_code,
            code=code,
            name=name,
            city=city,
            timezone=timezone,
            helpline=helpline,
            demo=demo,
        )
        self._session.add(row)
        await self._session.flush()
        return convert.jail(row)

    async def states(self) -> list[State]:
        """Every state, by code."""
        rows = await self._session.scalars(select(StateRow).order_by(StateRow.code))
        return [State(row.code, row.name) for row in rows]

    async def get(self, jail_id: int) -> Jail:
        """A jail. Raises NotFound."""
        row = await self._session.get(JailRow, jail_id)
        if row is None:
            raise NotFound("jail")
        return convert.jail(row)

    async def by_code(self, state_code: int, code: int) -> Jail | None:
        """The jail with a state's code and its own within it."""
        row = await self._session.scalar(select(JailRow).where(JailRow.state_code == state_code, JailRow.code == code))
        return None if row is None else convert.jail(row)

    async def all(self) -> list[Jail]:
        """Every jail, by state and code."""
        rows = await self._session.scalars(select(JailRow).order_by(JailRow.state_code, JailRow.code))
        return [convert.jail(row) for row in rows]

    async def several(self, jail_ids: Collection[int]) -> dict[int, Jail]:
        """Some jails by id; those that are not there are left out."""
        rows = await self._session.scalars(select(JailRow).where(JailRow.id.in_(jail_ids)))
        return {row.id: convert.jail(row) for row in rows}

    async def terminal_names(self, terminal_ids: Collection[int]) -> dict[int, str]:
        """The names of some terminals by id; those that are not there are left out."""
        rows = await self._session.execute(
            select(TerminalRow.id, TerminalRow.name).where(TerminalRow.id.in_(terminal_ids))
        )
        return {row.id: row.name for row in rows}

    async def with_terminals(self, jail_ids: Collection[int]) -> frozenset[int]:
        """Those of these jails that have a terminal for visits by video."""
        rows = await self._session.scalars(
            select(TerminalRow.jail_id)
            .where(TerminalRow.jail_id.in_(jail_ids), TerminalRow.mode == VisitMode.VIDEO)
            .distinct()
        )
        return frozenset(rows)

    async def terminals(self, jail_id: int, mode: VisitMode = VisitMode.VIDEO) -> list[Terminal]:
        """A jail's terminals, or its counters for visits in person, by name."""
        rows = await self._session.scalars(
            select(TerminalRow)
            .where(TerminalRow.jail_id == jail_id, TerminalRow.mode == mode)
            .order_by(TerminalRow.name)
        )
        return [convert.terminal(row) for row in rows]

    async def terminal(self, terminal_id: int) -> Terminal:
        """A terminal. Raises NotFound."""
        row = await self._session.get(TerminalRow, terminal_id)
        if row is None:
            raise NotFound("terminal")
        return convert.terminal(row)

    async def free_terminal(
        self, starts_at: datetime, ends_at: datetime, jail_ids: Collection[int] | None = None
    ) -> Terminal | None:
        """A terminal (of these jails) that neither a live visit nor a hold has in [starts_at, ends_at): one with the
        fewest live visits at any time, of those the one unused for longest. None when all are taken. An answer, not a
        hold: booking it can still raise SlotTaken. Raises BadSlot.
        """
        check_interval(starts_at, ends_at)
        live = VisitRow.status.in_(LIVE)
        here = VisitRow.terminal_id == TerminalRow.id
        taken = select(VisitRow.id).where(here, live, VisitRow.starts_at < ends_at, VisitRow.ends_at > starts_at)
        held = select(HoldRow.id).where(
            HoldRow.terminal_id == TerminalRow.id, HoldRow.starts_at < ends_at, HoldRow.ends_at > starts_at
        )
        how_many = select(func.count()).select_from(VisitRow).where(here, live).scalar_subquery()
        last_used = select(func.max(VisitRow.ends_at)).where(here).scalar_subquery()
        wanted = (
            select(TerminalRow)
            .where(TerminalRow.mode == VisitMode.VIDEO, ~taken.exists(), ~held.exists())
            .order_by(how_many, last_used.asc().nulls_first(), TerminalRow.id)
            .limit(1)
        )
        if jail_ids is not None:
            wanted = wanted.where(TerminalRow.jail_id.in_(jail_ids))
        row = await self._session.scalar(wanted)
        return None if row is None else convert.terminal(row)
