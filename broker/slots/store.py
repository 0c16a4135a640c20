"""When jails take visits, and what is taken."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from broker.errors import NotFound
from broker.people import Jail, Terminal
from broker.slots.calendar import Block, Picture, Session, check_sessions
from broker.slots.errors import BadBlock
from broker.slots.taken import taken
from broker.storage.models import BlockRow, JailRow, TerminalRow, WorkingSessionRow
from broker.vocabulary import BlockReason, VisitKind, VisitMode


class Calendars:
    """The repository of working sessions and blocks, and the picture that availability is made from."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def sessions(self, jail_id: int) -> tuple[Session, ...]:
        """A jail's working sessions, by mode, weekday and time."""
        rows = await self._session.scalars(
            select(WorkingSessionRow)
            .where(WorkingSessionRow.jail_id == jail_id)
            .order_by(WorkingSessionRow.mode, WorkingSessionRow.weekday, WorkingSessionRow.first_at)
        )
        return tuple(_session(row) for row in rows)

    async def set_sessions(self, jail_id: int, sessions: Iterable[Session]) -> tuple[Session, ...]:
        """Replace all of a jail's working sessions; what is booked already stays. Raises NotFound, BadSession."""
        wanted = check_sessions(sessions)
        if await self._session.get(JailRow, jail_id, with_for_update=True) is None:
            raise NotFound("jail")
        await self._session.execute(delete(WorkingSessionRow).where(WorkingSessionRow.jail_id == jail_id))
        self._session.add_all(_session_row(jail_id, each) for each in wanted)
        await self._session.flush()
        return wanted

    async def blocks(self, jail_id: int, start: datetime, end: datetime) -> tuple[Block, ...]:
        """The blocks that stand and touch [start, end), by their start."""
        rows = await self._session.scalars(
            select(BlockRow)
            .where(
                BlockRow.jail_id == jail_id,
                BlockRow.lifted_at.is_(None),
                BlockRow.starts_at < end,
                BlockRow.ends_at > start,
            )
            .order_by(BlockRow.starts_at, BlockRow.id)
        )
        return tuple(_block(row) for row in rows)

    async def get_block(self, block_id: int) -> Block:
        """A block, lifted or not. Raises NotFound."""
        return _block(await self._block_row(block_id))

    async def block(
        self,
        jail_id: int,
        starts_at: datetime,
        ends_at: datetime,
        *,
        terminal_id: int | None = None,
        reason: BlockReason,
        note: str,
        by: str,
        now: datetime,
    ) -> Block:
        """Keep a terminal or counter, or the whole jail, free of visits in [starts_at, ends_at). What is booked there
        stays booked; `broker.deciding.reviews` brings it to the queue. Raises NotFound (terminal of that jail), or
        BadBlock.
        """
        if ends_at <= starts_at:
            raise BadBlock("a block ends after it starts")
        if terminal_id is not None:
            terminal = await self._session.get(TerminalRow, terminal_id)
            if terminal is None or terminal.jail_id != jail_id:
                raise NotFound("terminal")
        row = BlockRow(
            jail_id=jail_id,
            terminal_id=terminal_id,
            starts_at=starts_at,
            ends_at=ends_at,
            reason=reason,
            note=note.strip(),
            by=by,
            created_at=now,
        )
        self._session.add(row)
        await self._session.flush()
        return _block(row)

    async def lift(self, block_id: int, now: datetime) -> Block:
        """Take a block back; one that is lifted stays as it is. Raises NotFound."""
        row = await self._block_row(block_id)
        row.lifted_at = row.lifted_at or now
        await self._session.flush()
        return _block(row)

    async def picture(
        self,
        jail: Jail,
        mode: VisitMode,
        start: datetime,
        end: datetime,
        now: datetime,
        *,
        except_hold: str | None = None,
    ) -> Picture:
        """What availability is made from, for [start, end) (`broker.slots.calendar.day_bounds`). `except_hold`: the
        draft or visit that asks, whose own hold or slot is not in its way.
        """
        return Picture(
            timezone=jail.timezone,
            mode=mode,
            start=start,
            end=end,
            stations=await self._stations(jail.id, mode),
            sessions=tuple(each for each in await self.sessions(jail.id) if each.mode is mode),
            blocks=await self.blocks(jail.id, start, end),
            taken=await taken(self._session, jail.id, start, end, now, except_for=except_hold),
        )

    async def _stations(self, jail_id: int, mode: VisitMode) -> tuple[Terminal, ...]:
        rows = await self._session.scalars(
            select(TerminalRow)
            .where(TerminalRow.jail_id == jail_id, TerminalRow.mode == mode)
            .order_by(TerminalRow.name)
        )
        return tuple(Terminal(row.id, jail_id, row.name, row.secret_digest is not None, mode) for row in rows)

    async def _block_row(self, block_id: int) -> BlockRow:
        row = await self._session.get(BlockRow, block_id, with_for_update=True, populate_existing=True)
        if row is None:
            raise NotFound("block")
        return row


def _session(row: WorkingSessionRow) -> Session:
    return Session(
        mode=row.mode,
        weekday=row.weekday,
        first_at=time.fromisoformat(row.first_at),
        last_at=time.fromisoformat(row.last_at),
        gap_minutes=row.gap_minutes,
        capacity=row.capacity,
        minutes={VisitKind(kind): int(minutes) for kind, minutes in row.minutes.items()},
    )


def _session_row(jail_id: int, session: Session) -> WorkingSessionRow:
    return WorkingSessionRow(
        jail_id=jail_id,
        mode=session.mode,
        weekday=session.weekday,
        first_at=session.first_at.isoformat("minutes"),
        last_at=session.last_at.isoformat("minutes"),
        gap_minutes=session.gap_minutes,
        capacity=session.capacity,
        minutes={kind.value: minutes for kind, minutes in session.minutes.items()},
    )


def _block(row: BlockRow) -> Block:
    return Block(
        id=row.id,
        jail_id=row.jail_id,
        terminal_id=row.terminal_id,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        reason=row.reason,
        note=row.note,
        by=row.by,
        created_at=row.created_at,
        lifted_at=row.lifted_at,
    )
