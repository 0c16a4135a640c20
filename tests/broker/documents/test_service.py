"""Keeping an upload, and opening it again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from broker.documents import press
from broker.documents.errors import BadPicture, DocumentGone
from broker.documents.service import MOST_OF_DRAFT, keep, open_document
from broker.storage.database import Database
from broker.storage.models import DocumentRow, DraftRow
from config.settings import Settings
from tests.support import uploads
from tests.support.clock import NOON


async def test_a_picture_is_kept_sealed_and_opened_clean(db: Database, settings: Settings) -> None:
    """What lies in the database is neither the upload nor the copy."""
    kept = await keep(db, uploads.with_location(), draft_id=None, now=NOON, settings=settings)
    assert kept.content_type == press.JPEG
    async with db.read() as uow:
        opened = await open_document(uow, kept.id, settings)
        stored = await uow.session.scalar(select(DocumentRow.body))
    assert opened.inline
    assert len(opened.body) == kept.size
    assert opened.body.startswith(b"\xff\xd8\xff")
    assert stored is not None
    assert opened.body[:40] not in stored
    assert repr(opened) == "Opened(content_type='image/jpeg')"


async def test_a_document_is_only_to_be_downloaded(db: Database, settings: Settings) -> None:
    """It is what was uploaded, and no page shows it."""
    raw = uploads.pdf()
    kept = await keep(db, raw, draft_id=None, now=NOON, settings=settings)
    async with db.read() as uow:
        opened = await open_document(uow, kept.id, settings)
    assert opened.body == raw
    assert not opened.inline


async def test_what_is_refused_is_not_stored(db: Database, settings: Settings) -> None:
    """Not even for a moment."""
    with pytest.raises(BadPicture):
        await keep(db, uploads.html_as_png(), draft_id=None, now=NOON, settings=settings)
    async with db.read() as uow:
        assert await uow.session.scalar(select(DocumentRow.id)) is None


async def test_an_unknown_document_is_gone(db: Database, settings: Settings) -> None:
    """So is one whose row was given another's bytes."""
    first = await keep(db, uploads.picture(), draft_id=None, now=NOON, settings=settings)
    second = await keep(db, uploads.picture(300, 300), draft_id=None, now=NOON, settings=settings)
    async with db.begin() as uow:
        rows = {each.id: each for each in await uow.session.scalars(select(DocumentRow))}
        _, rows[first.id].body = await uow.documents.sealed(second.id)
        await uow.commit()
    async with db.read() as uow:
        with pytest.raises(DocumentGone):
            await open_document(uow, first.id, settings)
        with pytest.raises(DocumentGone):
            await open_document(uow, "0" * 32, settings)


async def test_a_draft_can_not_be_filled_without_end(db: Database, settings: Settings) -> None:
    """The newest stay."""
    async with db.begin() as uow:
        uow.session.add(DraftRow(id="d" * 32, data={}, created_at=NOON, updated_at=NOON, expires_at=NOON))
        await uow.commit()
    raw = uploads.pdf()
    kept = [
        await keep(db, raw, draft_id="d" * 32, now=NOON + timedelta(seconds=second), settings=settings)
        for second in range(MOST_OF_DRAFT + 2)
    ]
    async with db.read() as uow:
        assert await uow.documents.of_draft("d" * 32) == kept[2:]
