"""Recording looks: those that come at the same time share one commit.

Most entries are looks, and each would wait alone for the head of the chain and for the disk. So whoever looks puts the
entry into the process's book and waits; one task writes what has gathered there, in one transaction, and lets all of
them go on, or none. Nobody is shown anything before their entry is durable.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from contextlib import suppress

from broker.audit.chain import Entry
from broker.storage.database import Database

#: Looks in one transaction; the others wait for the next.
MOST = 100

_Waiting = tuple[Entry, "asyncio.Future[None]"]


class LookBook:
    """One process's looks that are not durable yet."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._waiting: deque[_Waiting] = deque()
        self._writer: asyncio.Task[None] | None = None

    async def note(self, entry: Entry) -> None:
        """Return when the look is on record. Raises what the database raises: it is not, and must not be shown. Not
        within a transaction of one's own that writes.
        """
        done = asyncio.get_running_loop().create_future()
        self._waiting.append((entry, done))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write(), name="look-book")
        await done

    async def close(self) -> None:
        """Write what waits, and stop."""
        if self._writer is not None:
            await asyncio.gather(self._writer, return_exceptions=True)

    async def _write(self) -> None:
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(MOST, len(self._waiting)))]
            try:
                await self._commit([entry for entry, _ in batch])
            except Exception as error:  # noqa: BLE001 - whatever it is, whoever waits must hear of it
                await self._refuse(batch, error)
            else:
                for _, done in batch:
                    _settle(done)

    async def _refuse(self, batch: Sequence[_Waiting], error: Exception) -> None:
        """One look that cannot be written keeps no other from being: each is tried alone."""
        if len(batch) == 1:
            _settle(batch[0][1], error)
            return
        for entry, done in batch:
            try:
                await self._commit([entry])
            except Exception as alone:  # noqa: BLE001 - as above
                _settle(done, alone)
            else:
                _settle(done)

    async def _commit(self, entries: Sequence[Entry]) -> None:
        async with self._db.begin() as uow:
            for entry in entries:
                uow.audit.gather(entry)
            await uow.commit()


def _settle(done: asyncio.Future[None], error: Exception | None = None) -> None:
    """Whoever has gone away meanwhile is told nothing; the entry stays."""
    with suppress(asyncio.InvalidStateError):
        if error is None:
            done.set_result(None)
        else:
            done.set_exception(error)
