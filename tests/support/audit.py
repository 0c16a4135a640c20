"""An audit to test with, and what somebody could do to it who may write to the database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, insert, text, update

from broker.audit.chain import GENESIS, Entry, link
from broker.audit.events import AuditEvent
from broker.audit.seal import Seal, seal_after
from broker.storage.database import Database
from broker.storage.models import AuditHeadRow, AuditRow

KEY = "the key that only the processes have"
AT = datetime(2026, 3, 2, 5, 45, 0, 123456, tzinfo=UTC)
_TRIGGERS = {"audit": "audit_only_grows", "audit_seals": "audit_seals_only_grow"}


async def record(db: Database, times: int = 1, *, by: str = "staff:1", at: datetime = AT) -> None:
    """Write some looks down, a second apart, in one transaction."""
    async with db.begin() as uow:
        for number in range(times):
            uow.audit.record(
                AuditEvent.VISIT_READ,
                by=by,
                at=at + timedelta(seconds=number),
                jail_id=1,
                visit_id="a" * 32,
                why=f"look {number}",
                details={"n": 1.5, "list": ["ä", None, True]},
            )
        await uow.commit()


async def seal(db: Database, key: str = KEY) -> Seal:
    """Seal the chain as it is, as the worker does."""
    async with db.begin() as uow:
        head = await uow.audit.head()
        assert head is not None
        made = seal_after(key, await uow.audit.seals.last(), *head, AT)
        await uow.audit.seals.add(made)
        await uow.commit()
    return made


async def entries(db: Database) -> list[Entry]:
    """The whole chain, oldest first."""
    async with db.read() as uow:
        return list(await uow.audit.piece(None, 10_000))


async def audited(db: Database) -> list[str]:
    """What was recorded, as "event by", oldest first."""
    return [f"{entry.event} {entry.by}" for entry in await entries(db)]


async def attack(db: Database, *statements: str) -> None:
    """Drop the triggers, and then do that."""
    async with db.engine.begin() as connection:
        for table, name in _TRIGGERS.items():
            if db.is_sqlite:
                for when in ("update", "delete"):
                    await connection.execute(text(f"DROP TRIGGER IF EXISTS {name}_{when}"))
            else:
                await connection.execute(text(f"DROP TRIGGER IF EXISTS {name} ON {table}"))
        for statement in statements:
            await connection.execute(text(statement))


async def write_anew(db: Database, change: Callable[[Entry], Entry | None]) -> None:
    """Do what a thorough attacker does: change or (None) leave out entries, and compute every hash and the note of the
    end anew.
    """
    kept = [changed for entry in await entries(db) if (changed := change(entry)) is not None]
    linked, before = [], GENESIS
    for seq, entry in enumerate(kept, 1):
        linked.append(link(replace(entry), seq, before))
        before = linked[-1].hash
    await attack(db)
    async with db.engine.begin() as connection:
        await connection.execute(delete(AuditRow))
        for entry in linked:
            await connection.execute(insert(AuditRow).values(**asdict(entry)))
        await connection.execute(update(AuditHeadRow).values(seq=len(linked), hash=before))
