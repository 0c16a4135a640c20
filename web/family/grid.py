"""Answers that take equally long, whatever was found.

An answer about a number typed by hand leaves on a fixed grid of time after its question: the work behind it (is there
such a visit, was a mail queued) then can't be told from outside by a stopwatch.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from config.clock import Clock

#: Seconds between two moments of answering: well above what the slowest ordinary answer needs.
STEP = 0.5

Sleep = Callable[[float], Awaitable[None]]


def wait_for_grid(spent: float, step: float = STEP) -> float:
    """Seconds from now to the next moment of answering, after `spent` seconds of work; never an answer at 0."""
    return max(1, math.ceil(spent / step)) * step - spent


@asynccontextmanager
async def on_grid(clock: Clock, sleep: Sleep = asyncio.sleep) -> AsyncIterator[None]:
    """Hold the block's result, or its refusal, back until the grid's next moment."""
    began = clock.monotonic()
    try:
        yield
    except asyncio.CancelledError:
        raise
    except Exception:
        await sleep(wait_for_grid(clock.monotonic() - began))
        raise
    else:
        await sleep(wait_for_grid(clock.monotonic() - began))
