"""Ending tasks for certain."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

#: Seconds after which a task that goes on is cancelled again.
_AGAIN = 0.1


async def end(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel tasks until they have ended.

    Before Python 3.12 asyncio.wait_for, which Redis' client leans on, swallows a cancellation that comes in the same
    turn of the loop as its result (python/cpython#86296): once is not always enough.
    """
    pending = set(tasks)
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=_AGAIN)
