"""Cores and clocks of the machine that is measured on (Linux)."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass


def cpu_seconds(pid: int) -> float:
    """Return the CPU time of a process so far, of all its threads, in and out of the kernel, to the microsecond.

    It is the clock that clock_getcpuclockid(3) names. Raises OSError when there is no such process.
    """
    return time.clock_gettime((~pid << 3) | 2)


@dataclass(frozen=True, slots=True)
class Cores:
    """Which core the server has, and which the generator; both None where there is only one."""

    server: int | None
    generator: int | None

    def apart(self) -> AbstractContextManager[None]:
        """Keep this process on the generator's core meanwhile."""
        return _pinned(self.generator)

    def lent(self) -> AbstractContextManager[None]:
        """Be on the server's core meanwhile: what is started now stays there, with all threads it will have."""
        return _pinned(self.server)


@contextmanager
def _pinned(core: int | None) -> Iterator[None]:
    before = os.sched_getaffinity(0)
    if core is not None:
        os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def two_cores() -> Cores:
    """Take the last core for the server and the first for the generator."""
    cores = sorted(os.sched_getaffinity(0))
    return Cores(cores[-1], cores[0]) if len(cores) > 1 else Cores(None, None)
