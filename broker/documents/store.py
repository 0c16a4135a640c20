"""Photos and scans of identity proofs, as they lie in the database: encrypted, each with a key of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from broker.documents.errors import DocumentGone
from broker.storage.models import DocumentRow, VisitorRow


@dataclass(frozen=True, slots=True)
class Document:
    """What is known of a document without opening it. `size` is that of the plain bytes. It belongs to a draft, then to
    an account.
    """

    id: str
    content_type: str
    size: int
    created_at: datetime
    draft_id: str | None = None
    account_id: str | None = None


class Documents:
    """The repository. Bodies go in and out as they are: `broker.documents.seal` makes them readable."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, document: Document, body: bytes) -> None:
        """Store a sealed body under its document's id."""
        self._session.add(
            DocumentRow(
                id=document.id,
                draft_id=document.draft_id,
                account_id=document.account_id,
                content_type=document.content_type,
                size=document.size,
                body=body,
                created_at=document.created_at,
            )
        )
        await self._session.flush()

    async def get(self, document_id: str) -> Document:
        """What is known of it. Raises DocumentGone."""
        row = await self._session.get(DocumentRow, document_id)
        if row is None:
            raise DocumentGone("no such document")
        return _document(row)

    async def sealed(self, document_id: str) -> tuple[Document, bytes]:
        """A document and its sealed body. Raises DocumentGone."""
        row = await self._session.scalar(
            select(DocumentRow).where(DocumentRow.id == document_id).options(undefer(DocumentRow.body))
        )
        if row is None:
            raise DocumentGone("no such document")
        return _document(row), row.body

    async def of_draft(self, draft_id: str) -> list[Document]:
        """A draft's documents, oldest first."""
        rows = await self._session.scalars(
            select(DocumentRow).where(DocumentRow.draft_id == draft_id).order_by(DocumentRow.created_at, DocumentRow.id)
        )
        return [_document(row) for row in rows]

    async def trim(self, draft_id: str, most: int) -> None:
        """Forget all but a draft's newest documents: who chooses another file again and again fills no disk."""
        for document in (await self.of_draft(draft_id))[:-most]:
            await self.remove(document.id)

    async def give(self, draft_id: str, account_id: str, document_ids: frozenset[str]) -> None:
        """A draft was sent: those of its documents that are used are the account's now, the others go."""
        of_draft = DocumentRow.draft_id == draft_id
        await self._session.execute(
            update(DocumentRow)
            .where(of_draft, DocumentRow.id.in_(document_ids))
            .values(draft_id=None, account_id=account_id)
        )
        await self._session.execute(delete(DocumentRow).where(of_draft))

    async def remove(self, document_id: str) -> None:
        """Forget a document; one that is not there is no error. Visitors that pointed to it have none then."""
        await self._session.execute(delete(DocumentRow).where(DocumentRow.id == document_id))

    async def sweep(self, before: datetime) -> int:
        """Forget what belongs to nobody and was stored before that instant; return how many."""
        shown = exists().where(VisitorRow.document_id == DocumentRow.id)
        gone = await self._session.execute(
            delete(DocumentRow)
            .where(
                DocumentRow.draft_id.is_(None),
                DocumentRow.account_id.is_(None),
                DocumentRow.created_at < before,
                ~shown,
            )
            .returning(DocumentRow.id)
        )
        return len(gone.all())


def _document(row: DocumentRow) -> Document:
    return Document(row.id, row.content_type, row.size, row.created_at, row.draft_id, row.account_id)
