"""When Python looks for reference cycles in a node: seldom, and when nobody is on a call.

A whole pass of the collector walks every object there is, 0.6 microseconds each. A room in use is some 500 of them and
the libraries are 100,000, so that with 500 rooms a pass holds every packet up for 200 ms; and by itself it comes while
rooms fill, which is when objects grow. Hardly anything is found then: what a room was is let go by reference counts.
So what is there at the start is never looked at again, young objects are looked at as ever (5 ms), and the old ones
when no room is held.
"""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable

import structlog

#: Seconds between two looks whether it is quiet.
LOOK_EVERY = 30.0
#: Seconds after which the old ones are looked at though it never was.
AT_LATEST = 6 * 3600.0
#: More young passes than there will ever be between two whole ones.
_NEVER = 1_000_000_000

log = structlog.get_logger(__name__)


class WholePasses:
    """Decides when the next is due; pure."""

    def __init__(self, now: float) -> None:
        self._last = now
        self._used = False

    def due(self, now: float, rooms: int) -> bool:
        """Whether one should be made now, with so many rooms held; it counts as made then."""
        self._used = self._used or rooms > 0
        if not self._used or (rooms and now < self._last + AT_LATEST):
            return False
        self._last, self._used = now, rooms > 0
        return True


def begin() -> None:
    """Set what is there aside for ever, and leave whole passes to `collect_when_quiet`. Undone by `end`."""
    gc.collect()
    gc.freeze()
    young, middle, _ = gc.get_threshold()
    gc.set_threshold(young, middle, _NEVER)


def end() -> None:
    """Leave everything to Python again."""
    young, middle, _ = gc.get_threshold()
    gc.set_threshold(young, middle, middle)
    gc.unfreeze()


async def collect_when_quiet(rooms: Callable[[], int], every: float = LOOK_EVERY) -> None:
    """Make whole passes until cancelled; `rooms` says how many are held."""
    passes = WholePasses(time.monotonic())
    while True:
        await asyncio.sleep(every)
        if passes.due(time.monotonic(), rooms()):
            began = time.monotonic()
            found = gc.collect()
            log.info("garbage_collected", objects=found, milliseconds=round((time.monotonic() - began) * 1e3))
