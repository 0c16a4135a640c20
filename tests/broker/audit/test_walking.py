"""broker.audit.walking: what somebody with the database, but without the key, can do, and what is found of it."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import text

from broker.audit.seal import Seal
from broker.audit.walk import Fault, FaultKind, Remembered
from broker.audit.walking import Walker
from broker.storage.database import Database
from tests.support.audit import KEY, attack, entries, record, seal, write_anew


async def found(db: Database, *remembered: Remembered, key: str | None = KEY, piece: int = 3) -> Fault | None:
    """What a walk in small pieces finds."""
    return await Walker(db, key, remembered=remembered, piece=piece).walk()


async def sealed_chain(db: Database) -> list[Seal]:
    """Ten entries, sealed at the fourth and at the eighth."""
    made = []
    for times in (4, 4):
        await record(db, times)
        made.append(await seal(db))
    await record(db, 2)
    return made


async def test_an_untouched_chain_is_unbroken_from_anywhere(db: Database) -> None:
    """Empty, sealed or not, from the first entry, from the middle and from a seal."""
    assert await found(db) is None
    made = await sealed_chain(db)
    walker = Walker(db, KEY, piece=3)
    assert await walker.walk() is None
    assert (walker.first, walker.seq, walker.seals) == (1, 10, 2)
    assert walker.hash == (await entries(db))[-1].hash
    for start in range(10):
        assert await Walker(db, KEY, after=start, piece=2).walk() is None
    tail = Walker(db, KEY, after=made[0])
    assert (await tail.walk(), tail.first, tail.seals) == (None, 5, 1)


async def test_entries_that_arrive_during_a_walk_do_not_disturb_it(db: Database) -> None:
    """People go on working while the chain is looked at."""
    await record(db, 20)
    walker = Walker(db, KEY, piece=3)

    async def work() -> None:
        for _ in range(15):
            await record(db, 2)

    await asyncio.gather(walker.walk(), work())
    assert walker.fault is None
    assert await found(db) is None


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE audit SET why = 'another reason' WHERE seq = 5", Fault(FaultKind.CHANGED, 5)),
        ("UPDATE audit SET \"by\" = 'staff:2' WHERE seq = 1", Fault(FaultKind.CHANGED, 1)),
        ("UPDATE audit SET details = '{\"n\": 2.5}' WHERE seq = 10", Fault(FaultKind.CHANGED, 10)),
        ("UPDATE audit SET details = 'null' WHERE seq = 7", Fault(FaultKind.UNREADABLE, 7)),
        ("DELETE FROM audit WHERE seq = 1", Fault(FaultKind.MISSING, 1, 1)),
        ("DELETE FROM audit WHERE seq IN (6, 7)", Fault(FaultKind.MISSING, 6, 7)),
        ("DELETE FROM audit WHERE seq > 7", Fault(FaultKind.CUT, 7, 10)),
        ("DELETE FROM audit", Fault(FaultKind.CUT, 0, 10)),
        ("UPDATE audit_head SET seq = 9", Fault(FaultKind.END_DIFFERS, 10)),
        ("UPDATE audit_head SET seq = 11", Fault(FaultKind.CUT, 10, 11)),
        ("UPDATE audit_head SET hash = 'f'", Fault(FaultKind.END_DIFFERS, 10)),
        ("DELETE FROM audit_head", Fault(FaultKind.END_DIFFERS, 10)),
        ("UPDATE audit_seals SET hash = 'f' WHERE number = 1", Fault(FaultKind.SEAL_FORGED, 4)),
        ("UPDATE audit_seals SET seq = 9 WHERE number = 2", Fault(FaultKind.SEAL_FORGED, 9)),
        ("UPDATE audit_seals SET seq = 90 WHERE number = 2", Fault(FaultKind.SEAL_FORGED, 90)),
        ("DELETE FROM audit_seals WHERE number = 1", Fault(FaultKind.SEAL_MISSING, 8)),
    ],
)
async def test_one_statement_of_somebody_with_the_database_is_found(db: Database, statement: str, fault: Fault) -> None:
    """The triggers are gone, and then something is changed, taken out or cut off."""
    await sealed_chain(db)
    await attack(db, statement)
    assert await found(db) == fault
    assert await found(db, piece=100) == fault


async def test_swapped_entries_are_found(db: Database) -> None:
    """Two entries change places, hashes and all."""
    await sealed_chain(db)
    await attack(
        db,
        "UPDATE audit SET seq = -1 WHERE seq = 5",
        "UPDATE audit SET seq = 5 WHERE seq = 6",
        "UPDATE audit SET seq = 6 WHERE seq = -1",
    )
    assert await found(db) == Fault(FaultKind.CHANGED, 5)


@pytest.mark.parametrize(("seq", "fault"), [(0, Fault(FaultKind.EXTRA, 0, 1)), (11, Fault(FaultKind.CHANGED, 11))])
async def test_an_inserted_entry_is_found(db: Database, seq: int, fault: Fault) -> None:
    """Before the first, and after the last."""
    await sealed_chain(db)
    columns = 'at, "by", event, subject, why, details, previous'
    await attack(
        db,
        f"INSERT INTO audit (seq, {columns}, hash) SELECT {seq}, {columns}, 'f' FROM audit WHERE seq = 5",
    )
    assert await found(db) == fault


@pytest.mark.parametrize("migrated_url", ["sqlite"], indirect=True)
async def test_an_entry_whose_time_is_nonsense_is_found_where_it_stands(db: Database) -> None:
    """SQLite keeps any text in any column, PostgreSQL does not; the entries before it are proven all the same."""
    await sealed_chain(db)
    await attack(db, "UPDATE audit SET at = 'yesterday' WHERE seq = 6")
    walker = Walker(db, KEY, piece=100)
    assert await walker.walk() == Fault(FaultKind.UNREADABLE, 6)
    assert walker.seq == 5
    await attack(db, "UPDATE audit SET why = CAST(X'fffe' AS TEXT) WHERE seq = 3")
    assert await found(db, piece=100) == Fault(FaultKind.UNREADABLE, 3)


async def test_a_cut_with_the_note_of_the_end_set_right_is_found_by_the_seals(db: Database) -> None:
    """What was sealed must be there."""
    await sealed_chain(db)
    sixth = (await entries(db))[5]
    await attack(db, "DELETE FROM audit WHERE seq > 6", f"UPDATE audit_head SET seq = 6, hash = '{sixth.hash}'")
    assert await found(db) == Fault(FaultKind.CUT, 6, 8)


async def test_a_chain_written_anew_is_found_by_the_seals(db: Database) -> None:
    """All hashes fit, and nobody without the key can make the seals fit as well."""
    await sealed_chain(db)
    await write_anew(db, lambda entry: replace(entry, why="nothing happened") if entry.seq == 2 else entry)
    assert await found(db) == Fault(FaultKind.SEALED_OTHERWISE, 4)
    await attack(db, "DELETE FROM audit_seals")
    await seal(db, "a key of the attacker's own")
    assert await found(db) == Fault(FaultKind.SEAL_FORGED, 10)
    assert await found(db, key=None) is None


async def test_a_chain_written_anew_without_its_seals_is_found_by_what_is_remembered_elsewhere(db: Database) -> None:
    """The log and Redis know what was sealed last: its entry's hash, and that there was such a seal."""
    last = (await sealed_chain(db))[-1]
    outside = Remembered(last.seq, last.hash, last.number)
    assert await found(db, outside) is None
    await attack(db, "DELETE FROM audit_seals")
    assert await found(db, outside) == Fault(FaultKind.SEALS_CUT, 10)
    await write_anew(db, lambda entry: replace(entry, why="nothing happened") if entry.seq == 2 else entry)
    assert await found(db, outside) == Fault(FaultKind.REMEMBERED_OTHERWISE, 8)
    await write_anew(db, lambda entry: entry if entry.seq < 8 else None)
    assert await found(db, outside) == Fault(FaultKind.CUT, 7, 8)


async def test_after_a_change_of_the_key_a_new_seal_proves_what_is_below_it(db: Database) -> None:
    """And nothing before it is made does."""
    await sealed_chain(db)
    assert await found(db, key="the new key") == Fault(FaultKind.SEAL_FORGED, 4)
    await seal(db, "the new key")
    assert await found(db, key="the new key") is None
    await write_anew(db, lambda entry: replace(entry, why="nothing happened") if entry.seq == 9 else entry)
    assert await found(db, key="the new key") == Fault(FaultKind.SEALED_OTHERWISE, 10)


async def test_replayed_seals_of_an_earlier_chain_are_found(db: Database) -> None:
    """An old seal is genuine, and fits nothing but its own entry."""
    made = await sealed_chain(db)
    await write_anew(db, lambda entry: entry if entry.seq != 3 else None)
    assert await found(db) == Fault(FaultKind.SEALED_OTHERWISE, made[0].seq)


async def test_the_unsealed_end_can_be_written_anew_and_only_that(db: Database) -> None:
    """What is newer than the last seal is as safe as the database, which is why seals are made every few minutes."""
    await sealed_chain(db)
    await write_anew(db, lambda entry: entry if entry.seq < 10 else None)
    assert await found(db) is None
    await write_anew(db, lambda entry: entry if entry.seq < 8 else None)
    assert await found(db) == Fault(FaultKind.CUT, 7, 8)


async def test_the_database_refuses_to_change_a_seal(db: Database) -> None:
    """Append-only is held below the code too."""
    await sealed_chain(db)
    for statement in ("UPDATE audit_seals SET seq = 90", "DELETE FROM audit_seals"):
        with pytest.raises(Exception, match="the audit only grows"):
            async with db.engine.begin() as connection:
                await connection.execute(text(statement))
