"""A measurement with all that it starts, and one who ends it.

It runs in a session of its own, so that Ctrl-C comes to the guard alone and not to a dozen processes that would each
have a word to say. Whatever ends first, guard or measurement, no process of it is left, and neither is what they wrote:
temporary folders of theirs are in one of the guard's.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from config.offspring import adopt_orphans, end_orphans
from config.redis_child import die_with_parent

_ASKED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_PATIENCE = 5.0
"""Seconds for those who are asked to end: a PostgreSQL gives shared memory back, a Janus hangs up."""


class Stopped(BaseException):
    """A signal has asked for the end."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def run(module: str, arguments: Sequence[str]) -> int:
    """Run a module of ours and return its exit status; as a shell has it, when a signal has ended it."""
    for number in _ASKED:
        signal.signal(number, _stop)
    adopt_orphans()
    try:
        with tempfile.TemporaryDirectory(prefix="mulakat-", ignore_cleanup_errors=True) as folder:
            Path(folder).chmod(0o711)  # a PostgreSQL below a root's measurement is another user's, and passes through
            try:
                status = _wait([sys.executable, "-m", module, *arguments], folder)
            finally:
                end_orphans(_PATIENCE)
    except Stopped as stopped:
        sys.stderr.write("Stopped before it was done; nothing of it is left running.\n")
        return 128 + stopped.number
    return status if status >= 0 else 128 - status


def _wait(program: Sequence[str], folder: str) -> int:
    child = subprocess.Popen(
        program,
        env={**os.environ, "TMPDIR": folder},
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=die_with_parent,  # noqa: PLW1509 - no thread runs here, and it must be set before exec
    )
    return child.wait()


def _stop(number: int, _frame: FrameType | None) -> None:
    for each in _ASKED:  # whoever asks again does not keep us from ending what runs
        signal.signal(each, signal.SIG_IGN)
    raise Stopped(number)
