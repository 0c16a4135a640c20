"""Changing when and where a jail takes visits. Each act runs in the caller's transaction and leaves its entry in the
audit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from broker.audit.chain import Details
from broker.audit.events import AuditEvent
from broker.deciding import reviews
from broker.people import Terminal
from broker.slots.calendar import Block, Session
from broker.storage.unit import UnitOfWork
from broker.vocabulary import BlockReason, VisitMode


@dataclass(frozen=True, slots=True)
class NewBlock:
    """A time without visits: [starts_at, ends_at) in UTC, on one terminal or counter, or (None) in the whole jail."""

    jail_id: int
    starts_at: datetime
    ends_at: datetime
    terminal_id: int | None
    reason: BlockReason
    note: str


async def set_hours(
    uow: UnitOfWork, jail_id: int, sessions: Iterable[Session], by: str, now: datetime
) -> tuple[Session, ...]:
    """Replace all of a jail's working sessions. Raises NotFound, BadSession."""
    made = await uow.calendars.set_sessions(jail_id, sessions)
    _note(uow, jail_id, by, now, "", {"done": "hours", "hours": [_hours(each) for each in made]})
    return made


async def block(uow: UnitOfWork, new: NewBlock, by: str, now: datetime) -> tuple[Block, Sequence[str]]:
    """Block a time; with it the ids of the visits that come to the queue. Raises NotFound (terminal), BadBlock."""
    made = await uow.calendars.block(
        new.jail_id,
        new.starts_at,
        new.ends_at,
        terminal_id=new.terminal_id,
        reason=new.reason,
        note=new.note,
        by=by,
        now=now,
    )
    touched = await reviews.for_block(uow, made, now)
    details: Details = {
        "done": "block",
        "kind": made.reason.value,
        "since": made.starts_at.isoformat(),
        "until": made.ends_at.isoformat(),
        "terminal": made.terminal_id,
        "reviews": len(touched),
    }
    _note(uow, made.jail_id, by, now, f"block:{made.id}", details, why=made.note)
    return made, touched


async def lift_block(uow: UnitOfWork, block_id: int, by: str, now: datetime) -> Block:
    """Take a block back; one that is lifted stays as it is. Raises NotFound."""
    lifted = await uow.calendars.lift(block_id, now)
    if lifted.lifted_at == now:
        _note(uow, lifted.jail_id, by, now, f"block:{block_id}", {"done": "lift"})
    return lifted


async def add_station(  # noqa: PLR0917 - what and where, then who and when
    uow: UnitOfWork, jail_id: int, name: str, mode: VisitMode, by: str, now: datetime
) -> Terminal:
    """Add a terminal or a counter; the name can't repeat within the jail."""
    made = await uow.terminals.add(jail_id, name, mode)
    _note(uow, jail_id, by, now, f"terminal:{made.id}", {"done": "station", "mode": mode.value})
    return made


def _note(  # noqa: PLR0917 - where, who and when, what about
    uow: UnitOfWork, jail_id: int, by: str, now: datetime, subject: str, details: Details, *, why: str = ""
) -> None:
    uow.audit.record(
        AuditEvent.CALENDAR_EDIT, by=by, at=now, jail_id=jail_id, subject=subject, why=why, details=details
    )


def _hours(session: Session) -> str:
    """One session in short: mode, weekday (0 is Monday), first and last start."""
    return f"{session.mode.value} {session.weekday} {session.first_at:%H:%M}-{session.last_at:%H:%M}"
