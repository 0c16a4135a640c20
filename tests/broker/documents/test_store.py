"""To whom documents belong, and when they are forgotten; on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete

from broker.documents.errors import DocumentGone
from broker.documents.store import Document
from broker.storage.database import Database
from broker.storage.models import AccountRow, DraftRow
from tests.support.clock import NOON

DRAFT, ACCOUNT = "d" * 32, "a" * 32


async def stored(db: Database, *documents: Document) -> None:
    """A draft, an account, and these documents."""
    async with db.begin() as uow:
        uow.session.add(
            DraftRow(id=DRAFT, data={}, created_at=NOON, updated_at=NOON, expires_at=NOON + timedelta(hours=24))
        )
        uow.session.add(
            AccountRow(
                id=ACCOUNT,
                email="sunita@example.org",
                mobile="",
                language="en",
                timezone="Asia/Kolkata",
                profile={},
                created_at=NOON,
                demo=False,
            )
        )
        await uow.session.flush()
        for document in documents:
            await uow.documents.add(document, b"sealed " + document.id.encode())
        await uow.commit()


def document(letter: str, *, minutes: int = 0, draft_id: str | None = None, account_id: str | None = None) -> Document:
    """A document with that letter as its id."""
    at = NOON + timedelta(minutes=minutes)
    return Document(letter * 32, "image/jpeg", 4, at, draft_id, account_id)


async def test_a_draft_has_its_documents_in_order(db: Database) -> None:
    """Oldest first, and nobody else's."""
    first, second = document("1", draft_id=DRAFT), document("2", minutes=1, draft_id=DRAFT)
    await stored(db, second, first, document("3"))
    async with db.read() as uow:
        assert await uow.documents.of_draft(DRAFT) == [first, second]
        assert await uow.documents.sealed(first.id) == (first, b"sealed " + first.id.encode())


async def test_a_sent_draft_gives_what_it_uses_to_the_account(db: Database) -> None:
    """A picture that was replaced while the form was filled in is forgotten."""
    used, replaced = document("1", draft_id=DRAFT), document("2", draft_id=DRAFT)
    await stored(db, used, replaced)
    async with db.begin() as uow:
        await uow.documents.give(DRAFT, ACCOUNT, frozenset({used.id}))
        await uow.commit()
    async with db.read() as uow:
        given = await uow.documents.get(used.id)
        assert (given.draft_id, given.account_id) == (None, ACCOUNT)
        with pytest.raises(DocumentGone):
            await uow.documents.get(replaced.id)


async def test_a_draft_can_not_give_away_what_is_not_its_own(db: Database) -> None:
    """An id that was made up in a form moves nobody else's document."""
    foreign = document("1", account_id=ACCOUNT)
    await stored(db, foreign)
    async with db.begin() as uow:
        await uow.documents.give(DRAFT, ACCOUNT, frozenset({foreign.id}))
        await uow.commit()
    async with db.read() as uow:
        assert await uow.documents.get(foreign.id) == foreign


async def test_documents_go_with_their_draft(db: Database) -> None:
    """A registration that was never finished leaves no card behind."""
    await stored(db, document("1", draft_id=DRAFT))
    async with db.begin() as uow:
        await uow.session.execute(delete(DraftRow))
        await uow.commit()
    async with db.read() as uow:
        assert await uow.documents.of_draft(DRAFT) == []


async def test_what_is_nobodys_is_swept_after_a_while(db: Database) -> None:
    """What belongs to a draft or an account stays, and so does what was stored just now."""
    old, young = document("1"), document("2", minutes=30)
    await stored(db, old, young, document("3", draft_id=DRAFT), document("4", account_id=ACCOUNT))
    async with db.begin() as uow:
        assert await uow.documents.sweep(NOON + timedelta(minutes=10)) == 1
        await uow.commit()
    async with db.read() as uow:
        for letter in "234":
            await uow.documents.get(letter * 32)
        with pytest.raises(DocumentGone):
            await uow.documents.get(old.id)


async def test_a_removed_document_is_gone_and_removing_it_again_is_no_error(db: Database) -> None:
    """As when somebody replaces a picture twice."""
    await stored(db, document("1"))
    for _ in range(2):
        async with db.begin() as uow:
            await uow.documents.remove("1" * 32)
            await uow.commit()
    async with db.read() as uow:
        with pytest.raises(DocumentGone):
            await uow.documents.get("1" * 32)


async def test_a_draft_keeps_its_newest_documents_only(db: Database) -> None:
    """Whoever uploads for hours fills no disk; what belongs to others is not touched."""
    await stored(db, *(document(letter, minutes=int(letter), draft_id=DRAFT) for letter in "1234"), document("9"))
    async with db.begin() as uow:
        await uow.documents.trim(DRAFT, 2)
        await uow.commit()
    async with db.read() as uow:
        assert [each.id[0] for each in await uow.documents.of_draft(DRAFT)] == ["3", "4"]
        await uow.documents.get("9" * 32)
    async with db.begin() as uow:
        await uow.documents.trim(DRAFT, 2)
        assert len(await uow.documents.of_draft(DRAFT)) == 2
