"""Terminals and their pairing: a short-lived code shown to staff buys a browser the terminal's secret, once.

Only digests (SHA-256, hex) of codes and secrets come in here.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from broker.errors import NotFound, PairCodeTaken
from broker.people import Terminal
from broker.storage import convert
from broker.storage.models import TerminalRow
from broker.vocabulary import VisitMode


class Terminals:
    """The repository of terminals."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, jail_id: int, name: str, mode: VisitMode = VisitMode.VIDEO) -> Terminal:
        """Store an unpaired terminal, or a counter; the name can't repeat within the jail."""
        row = TerminalRow(jail_id=jail_id, name=name, mode=mode)
        self._session.add(row)
        await self._session.flush()
        return convert.terminal(row)

    async def pair(self, terminal_id: int, secret_digest: str | None) -> Terminal:
        """Give the terminal to the browser that holds this secret; any earlier browser is no terminal any more. None
        unpairs. An unused pairing code dies with it. Raises NotFound.
        """
        row = await self._row(terminal_id)
        row.secret_digest = secret_digest
        row.pair_code_digest = None
        row.pair_code_expires_at = None
        await self._session.flush()
        return convert.terminal(row)

    async def by_secret(self, secret_digest: str) -> Terminal | None:
        """The terminal that the holder of this secret is."""
        row = await self._session.scalar(select(TerminalRow).where(TerminalRow.secret_digest == secret_digest))
        return None if row is None else convert.terminal(row)

    async def set_pair_code(self, terminal_id: int, code_digest: str, expires_at: datetime) -> None:
        """Let this code pair the terminal until `expires_at`; the one before dies. Raises NotFound, or PairCodeTaken
        when another terminal holds the same code.
        """
        row = await self._row(terminal_id)
        try:
            async with self._session.begin_nested():
                row.pair_code_digest = code_digest
                row.pair_code_expires_at = expires_at
        except IntegrityError as error:
            raise PairCodeTaken("another terminal holds this code") from error

    async def redeem_pair_code(self, code_digest: str, now: datetime, secret_digest: str) -> Terminal | None:
        """Pair the terminal that waits for this code; once, and before the code expires. None otherwise: whoever
        comes second with the same code gets None.
        """
        terminal_id = await self._session.scalar(
            update(TerminalRow)
            .where(TerminalRow.pair_code_digest == code_digest, TerminalRow.pair_code_expires_at > now)
            .values(secret_digest=secret_digest, pair_code_digest=None, pair_code_expires_at=None)
            .returning(TerminalRow.id)
            .execution_options(synchronize_session=False)
        )
        if terminal_id is None:
            return None
        row = await self._session.get_one(TerminalRow, terminal_id, populate_existing=True)
        return convert.terminal(row)

    async def _row(self, terminal_id: int) -> TerminalRow:
        row = await self._session.get(TerminalRow, terminal_id, with_for_update=True, populate_existing=True)
        if row is None:
            raise NotFound("terminal")
        return row
