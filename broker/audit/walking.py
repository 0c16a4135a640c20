"""Walking along what is stored: entries, seals and the note of the end held against each other, piece by piece.

Each piece is a short transaction of its own, so that a chain of any length takes no more memory than one piece and
keeps nobody waiting.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence

from pydantic import SecretStr
from sqlalchemy.exc import OperationalError

from broker.audit.chain import GENESIS, Entry
from broker.audit.seal import NOTHING_SEALED, Seal
from broker.audit.walk import ChainWalk, Fault, FaultKind, Remembered, SealWalk
from broker.storage.database import Database
from broker.storage.unit import UnitOfWork

#: Entries that are looked at in one transaction.
PIECE = 2000


class Walker:
    """One walk from an entry to the end. `secret_key` None: seals are not proven. `remembered`: what must be met on the
    way. `fault` is what was found first.
    """

    def __init__(
        self,
        db: Database,
        secret_key: SecretStr | str | None,
        *,
        after: Seal | int = NOTHING_SEALED,
        remembered: Sequence[Remembered] = (),
        piece: int = PIECE,
    ) -> None:
        """`after`: a seal that is believed, or the number of an entry, of which nothing is known before it."""
        self._db = db
        self._piece = piece
        self._begun = False
        if isinstance(after, Seal) or not after:
            seal = after if isinstance(after, Seal) else NOTHING_SEALED
            self._chain, self._seals = ChainWalk(seal.seq, seal.hash), SealWalk(secret_key, seal)
        else:
            self._chain, self._seals = ChainWalk(after, None), SealWalk(secret_key, None)
        self._waiting: deque[Seal] = deque()
        self._remembered = {each.seq: each for each in remembered if each.seq > self._chain.seq}
        self._most = max((each.number for each in remembered), default=0)
        self.first = self._chain.seq + 1
        self.seals = 0
        self.fault: Fault | None = None

    @property
    def seq(self) -> int:
        """The last entry that was found in its place."""
        return self._chain.seq

    @property
    def hash(self) -> str:
        """Its hash."""
        return self._chain.hash or GENESIS

    @property
    def last_seal(self) -> Seal | None:
        """The last seal that was found in its place."""
        return self._seals.last

    async def step(self) -> bool:
        """Look at the next piece; False when the walk is over, at the end or at a fault. Raises SQLAlchemyError."""
        async with self._db.read() as uow:
            # The note first: what is written meanwhile may then be in the piece, but never only in the note.
            head = await uow.audit.head()
            entries = await self._read(uow)
            await self._fetch_seals(uow)
        if self.fault is None:
            self.fault = self._take(entries) if entries else self._end(head)
        return self.fault is None and bool(entries)

    async def walk(self) -> Fault | None:
        """All of it. Others of the same process get their turn between two pieces."""
        going = True
        while going:
            going = await self.step()
            await asyncio.sleep(0)
        return self.fault

    async def _read(self, uow: UnitOfWork) -> Sequence[Entry]:
        after = self._chain.seq if self._begun or self._chain.seq else None
        self._begun = True
        try:
            return await uow.audit.piece(after, self._piece)
        except (TypeError, ValueError, OperationalError) as error:
            if isinstance(error, OperationalError) and "decode" not in str(error.orig).lower():
                raise
            return await self._read_to_the_fault(uow, after)

    async def _read_to_the_fault(self, uow: UnitOfWork, after: int | None) -> Sequence[Entry]:
        """One by one: what can be read before the entry that cannot."""
        entries: list[Entry] = []
        while True:
            try:
                one = await uow.audit.piece(after, 1)
            except (TypeError, ValueError, OperationalError):
                break
            entries += one
            after = one[0].seq
        if not entries:
            self.fault = Fault(FaultKind.UNREADABLE, self._chain.seq + 1)
        return entries

    async def _fetch_seals(self, uow: UnitOfWork) -> None:
        """As many as the piece can hold, and one more."""
        last = self._waiting[-1] if self._waiting else self._seals.last
        if last is None:  # a walk from the middle
            last = self._seals.last = await uow.audit.seals.before(self.first)
        wanted = self._piece + 1 - len(self._waiting)
        if wanted > 0:
            self._waiting += await uow.audit.seals.piece(None if last is None else last.number, wanted)

    def _take(self, entries: Sequence[Entry]) -> Fault | None:
        for entry in entries:
            fault = self._chain.take(entry) or self._meet(entry)
            if fault is not None:
                return fault
        return None

    def _meet(self, entry: Entry) -> Fault | None:
        """Hold the seal of this entry, and what is remembered of it, against it."""
        known = self._remembered.pop(entry.seq, None)
        if known is not None and known.hash != entry.hash:
            return Fault(FaultKind.REMEMBERED_OTHERWISE, entry.seq)
        while self._waiting and self._waiting[0].seq <= entry.seq:
            seal = self._waiting.popleft()
            fault = self._seals.take(seal)
            if fault is not None:
                return fault
            self.seals += 1
            if (seal.seq, seal.hash) != (entry.seq, entry.hash):
                return self._seals.forged or Fault(FaultKind.SEALED_OTHERWISE, seal.seq)
        return None

    def _end(self, head: tuple[int, str] | None) -> Fault | None:
        last = max((head[0] if head else 0, *(seal.seq for seal in self._waiting), *self._remembered))
        while self._waiting:
            fault = self._seals.take(self._waiting.popleft())
            if fault is not None:
                return fault
        if self._seals.doubt is not None:
            return self._seals.forged
        if last > self._chain.seq:
            return Fault(FaultKind.CUT, self._chain.seq, last)
        if head != (self._chain.seq, self._chain.hash or GENESIS):
            return Fault(FaultKind.END_DIFFERS, self._chain.seq)
        if self._most > (0 if self._seals.last is None else self._seals.last.number):
            return Fault(FaultKind.SEALS_CUT, self._chain.seq)
        return None
