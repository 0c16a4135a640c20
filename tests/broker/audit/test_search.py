"""broker.audit.search: what is looked for is found, page by page."""

from __future__ import annotations

from datetime import timedelta

import pytest
import pytest_asyncio

from broker.audit.events import AuditEvent
from broker.audit.search import Place, Search
from broker.storage.database import Database
from tests.support.audit import AT, record

SECOND = timedelta(seconds=1)


@pytest_asyncio.fixture
async def filled(db: Database) -> Database:
    """Some entries; their numbers are named by what they say."""
    rows = [
        (AuditEvent.VISIT_READ, "staff:1", 1, "a" * 32, "", ""),
        (AuditEvent.VISIT_REFUSE, "staff:2", 1, "a" * 32, "", "no_allowance"),
        (AuditEvent.INMATE_READ, "staff:1", 2, None, "inmate:5", ""),
        (AuditEvent.VISIT_CLOSE, "system:worker", 2, "b" * 32, "", "completed"),
        (AuditEvent.STAFF_SIGN_IN, "staff:12", None, None, "", ""),
        (AuditEvent.BAN_CREATE, "staff:12", 1, None, "ban:3", "100% sure: an Uproar_"),
    ]
    async with db.begin() as uow:
        for number, (event, by, jail_id, visit_id, subject, why) in enumerate(rows):
            uow.audit.record(
                event, by=by, at=AT + number * SECOND, jail_id=jail_id, visit_id=visit_id, subject=subject, why=why
            )
        await uow.commit()
    return db


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        (Search(), [6, 5, 4, 3, 2, 1]),
        (Search(since=AT + 2 * SECOND), [6, 5, 4, 3]),
        (Search(until=AT + 2 * SECOND), [2, 1]),
        (Search(by=["staff:1"]), [3, 1]),
        (Search(by=["staff:1", "staff:2"]), [3, 2, 1]),
        (Search(by=["system:"]), [4]),
        (Search(by=["staff:"]), [6, 5, 3, 2, 1]),
        (Search(by=[]), []),
        (Search(event="visit:refuse"), [2]),
        (Search(event="visit:"), [4, 2, 1]),
        (Search(event="vis"), []),
        (Search(jail_id=2), [4, 3]),
        (Search(visit_id="a" * 32), [2, 1]),
        (Search(subject="inmate:5"), [3]),
        (Search(subject="inmate:"), [3]),
        (Search(why="UPROAR"), [6]),
        (Search(why="100%"), [6]),
        (Search(why="1%s"), []),
        (Search(why="l_a"), []),
        (Search(jail_ids=frozenset({1})), [6, 2, 1]),
        (Search(jail_ids=frozenset()), []),
        (Search(event="visit:", jail_id=1, by=["staff:2"], since=AT), [2]),
    ],
    ids=repr,
)
async def test_what_is_looked_for_is_found_the_newest_first(
    filled: Database, search: Search, expected: list[int]
) -> None:
    """Each condition alone, and several at once."""
    async with filled.read() as uow:
        assert [entry.seq for entry in await uow.audit.find(search, 10)] == expected
        assert await uow.audit.count_after(search, 0, 100) == len(expected)


async def test_pages_are_stable_while_entries_arrive(db: Database) -> None:
    """Nothing is shown twice or skipped; entries of one instant have an order too."""
    await record(db, 5)
    await record(db, 5)
    seen: list[int] = []
    place = None
    while True:
        async with db.read() as uow:
            page = await uow.audit.find(Search(), 3, place)
        if not page:
            break
        seen += [entry.seq for entry in page]
        place = Place(page[-1].at, page[-1].seq)
        await record(db, 2, at=AT + timedelta(hours=1))
    assert seen == [10, 5, 9, 4, 8, 3, 7, 2, 6, 1]


async def test_only_entries_after_the_known_one_are_news(filled: Database) -> None:
    """Counted up to a limit."""
    async with filled.read() as uow:
        assert await uow.audit.count_after(Search(jail_id=1), 2, 100) == 1
        assert await uow.audit.count_after(Search(), 1, 3) == 3


async def test_a_span_of_time_is_a_piece_of_the_chain(filled: Database) -> None:
    """From the first to the last that fall in it, what lies between included; none where nothing does."""
    async with filled.begin() as uow:
        uow.audit.record(AuditEvent.VISIT_READ, by="staff:1", at=AT + SECOND)
        await uow.commit()
    async with filled.read() as uow:
        assert await uow.audit.span(AT + SECOND, AT + 2 * SECOND) == (2, 7)
        assert await uow.audit.span(AT - 2 * SECOND, AT) is None
        assert await uow.audit.span(None, None) == (1, 7)


def test_only_a_stretch_of_time_is_whole() -> None:
    """A selection is no piece of the chain."""
    assert Search(since=AT).is_whole
    assert not Search(jail_ids=frozenset({1})).is_whole


async def test_looks_at_a_visit_are_told_apart_from_what_was_done_to_it(filled: Database) -> None:
    """The newest first."""
    async with filled.begin() as uow:
        uow.audit.record(AuditEvent.DOCUMENT_READ, by="staff:2", at=AT + 60 * SECOND, visit_id="a" * 32)
        await uow.commit()
    async with filled.read() as uow:
        looks = await uow.audit.looks("a" * 32, 10)
        assert [(entry.event, entry.by) for entry in looks] == [("document:read", "staff:2"), ("visit:read", "staff:1")]
        assert len(await uow.audit.looks("a" * 32, 1)) == 1
