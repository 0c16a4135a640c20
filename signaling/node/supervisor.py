"""The supervisor: parent of the node processes, one a core. It holds no room and no socket.

A process that dies is started again at once, however it died: its rooms' people come back by themselves, and the slot
does not wait. One that keeps dying at its start is given more time with each try; one that finds that no call could be
made (EX_CONFIG, sysexits.h) ends all of them. The children die with the supervisor.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import FrameType

import structlog

from config.redis_child import die_with_parent

#: A process that lived this long, in seconds, started well.
_WELL = 2.0
#: Waits before the next start of one that did not, in seconds.
_WAITS = (0.0, 0.2, 0.5, 1.0, 2.0, 5.0)
#: How long the processes may take to hand their rooms over, in seconds.
_DRAIN = 10.0
_POLL = 0.05

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Child:
    number: int
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    due: float = 0.0


class Supervisor:
    """Keeps `count` processes running until asked to stop."""

    def __init__(self, count: int, command: Callable[[int], Sequence[str]]) -> None:
        self._children = [_Child(number) for number in range(count)]
        self._command = command
        self._stopping = False
        self._status = 0

    def run(self) -> int:
        """Run until SIGTERM or SIGINT; return the exit status."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        while not self._stopping:
            for child in self._children:
                self._look_after(child)
            time.sleep(_POLL)
        return self._drain()

    def _look_after(self, child: _Child) -> None:
        now = time.monotonic()
        if child.process is not None:
            status = child.process.poll()
            if status is None:
                return
            if status == os.EX_CONFIG:
                # It has said what is wrong with the settings or the machine; another try would say the same.
                self._stopping, self._status = True, status
                child.process = None
                return
            child.failures = 0 if now - child.started >= _WELL else child.failures + 1
            child.due = now + _WAITS[min(child.failures, len(_WAITS) - 1)]
            child.process = None
            log.error("node_process_died", process=child.number, status=status)
        if now >= child.due and not self._stopping:
            child.process = subprocess.Popen(
                self._command(child.number),
                stdin=subprocess.DEVNULL,
                preexec_fn=die_with_parent,  # noqa: PLW1509 - no thread runs here, and it must be set before exec
            )
            child.started = now
            log.info("node_process_started", process=child.number, pid=child.process.pid)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True

    def _drain(self) -> int:
        running = [child.process for child in self._children if child.process is not None]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + _DRAIN
        for process in running:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                log.error("node_process_killed", pid=process.pid)
                process.kill()
                process.wait()
        return self._status


def command(number: int) -> Sequence[str]:
    """Return the command line of node process number `number`."""
    return [sys.executable, "-m", "signaling", "--process", str(number)]
