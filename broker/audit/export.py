"""Exporting the audit: a stretch of time as a piece of the chain with its seals, or a selection of entries.

A stretch holds every entry between the first and the last that were made in it. The order of the chain is that of the
commits, so some of them were made a moment before or after; without them the chain would have gaps.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from broker.audit.chain import Entry
from broker.audit.form import End, Format, Item, beginning, lines
from broker.audit.search import Place, Search
from broker.storage.database import Database

#: Entries that are read at once.
PIECE = 1000


async def export(db: Database, search: Search, as_: Format) -> AsyncIterator[str]:
    """The file, piece by piece: what fits now, and nothing that is written while it is made. Raises SQLAlchemyError."""
    yield beginning(as_)
    count = 0
    async for piece in _stretch(db, search) if search.is_whole else _selection(db, search):
        count += sum(isinstance(item, Entry) for item in piece)
        yield lines(piece, as_)
    yield lines([End(count)], as_)


async def _stretch(db: Database, search: Search) -> AsyncIterator[Sequence[Item]]:
    async with db.read() as uow:
        span = await uow.audit.span(search.since, search.until)
        if span is None:
            return
        sealed = await uow.audit.seals.before(span[0])
    after, last = span[0] - 1, span[1]
    number = 0 if sealed is None else sealed.number
    while after < last:
        async with db.read() as uow:
            entries = await uow.audit.piece(after, PIECE, last)
            seals = {seal.seq: seal for seal in await uow.audit.seals.piece(number, PIECE)}
        if not entries:
            return
        items: list[Item] = []
        for entry in entries:
            items.append(entry)
            if entry.seq in seals:
                items.append(seals[entry.seq])
                number = seals[entry.seq].number
        after = entries[-1].seq
        yield items


async def _selection(db: Database, search: Search) -> AsyncIterator[Sequence[Item]]:
    async with db.read() as uow:
        newest = await uow.audit.find(search, 1)
    place = Place(newest[0].at, newest[0].seq + 1) if newest else None
    while place is not None:
        async with db.read() as uow:
            entries = await uow.audit.find(search, PIECE, place)
        if not entries:
            return
        place = Place(entries[-1].at, entries[-1].seq)
        yield entries
