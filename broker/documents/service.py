"""The two use cases: keep what somebody uploaded, and open it for whoever may see it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import structlog

from broker.documents import press, seal
from broker.documents.store import Document
from broker.storage.database import Database
from broker.storage.unit import UnitOfWork
from broker.visit import new_id
from config.settings import Settings

log = structlog.get_logger(__name__)

#: A draft keeps its newest documents, so many of them: one for each of its people, and some that were replaced.
MOST_OF_DRAFT = 8


@dataclass(frozen=True, slots=True)
class Opened:
    """A document as it may be sent to a browser. A PDF is only ever to be downloaded: `inline` is False then."""

    content_type: str
    body: bytes = field(repr=False)

    @property
    def inline(self) -> bool:
        """Whether it is a picture, which we made ourselves and a page may show."""
        return self.content_type == press.JPEG


async def keep(
    db: Database,
    raw: bytes,
    *,
    draft_id: str | None,
    now: datetime,
    settings: Settings,
    account_id: str | None = None,
) -> Document:
    """Check an upload, make a clean copy of it, and store that sealed; what it was called is nobody's business.

    Pictures become JPEGs of at most 2,400 pixels a side without any metadata; a PDF stays as it is.

    Raises DocumentError.
    """
    pressed = await press.press(raw)
    document = Document(new_id(), pressed.content_type, len(pressed.body), now, draft_id, account_id)
    body = seal.seal(settings.secret_key, document.id, document.content_type, pressed.body)
    async with db.begin() as uow:
        await uow.documents.add(document, body)
        if draft_id is not None:
            await uow.documents.trim(draft_id, MOST_OF_DRAFT)
        await uow.commit()
    log.info("document_kept", document=document.id, content_type=document.content_type, size=document.size)
    return document


async def open_document(uow: UnitOfWork, document_id: str, settings: Settings) -> Opened:
    """The plain bytes. Whether the reader may see them is for the caller to have checked. Raises DocumentGone."""
    document, body = await uow.documents.sealed(document_id)
    return Opened(document.content_type, seal.unseal(settings.secret_key, document.id, document.content_type, body))
