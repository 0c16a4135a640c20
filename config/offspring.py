"""The processes that a process started, directly or not, and how all of them are ended (Linux)."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import time
from collections.abc import Set as AbstractSet
from pathlib import Path

_PR_SET_CHILD_SUBREAPER = 36
_POLL_SECONDS = 0.1


def adopt_orphans() -> None:
    """Become the parent of whatever a child of ours leaves behind, so that it can be ended."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_CHILD_SUBREAPER)")


def end_orphans(patience: float, spared: AbstractSet[int] = frozenset()) -> None:
    """End every descendant but the spared: first by asking, and after `patience` seconds by force.

    Not only children: those between honcho and its processes ignore the signal and end with the process they watch.
    """
    deadline = time.monotonic() + patience
    asked: set[int] = set()
    while orphans := descendants() - spared:
        late = time.monotonic() > deadline
        for pid in orphans if late else orphans - asked:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL if late else signal.SIGTERM)
        asked |= orphans
        for pid in orphans:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
        time.sleep(_POLL_SECONDS)


def descendants() -> set[int]:
    """The process ids of all that this process started, directly or not, by the parents in /proc/<pid>/stat."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            after_name = entry.read_text(errors="replace").rpartition(")")[2].split()
            children.setdefault(int(after_name[1]), []).append(int(entry.parent.name))
    found: set[int] = set()
    waiting = [os.getpid()]
    while waiting:
        grown = children.get(waiting.pop(), [])
        found.update(grown)
        waiting += grown
    return found
