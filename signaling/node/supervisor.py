"""The supervisor: parent of the node processes, one a core. It holds no room and no socket.

A process that dies is started again at once, however it died: its rooms' people come back by themselves, and the slot
does not wait. One that keeps dying before it serves, or as soon as it does, is given more time with each try. One that
finds at its first start that no call could be made (EX_CONFIG, sysexits.h) ends all of them; who has served before is
tried again, for the sake of the others' calls. The children die with the supervisor.
"""

from __future__ import annotations

import contextlib
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

#: A process that served for this long, in seconds, started well.
_WELL = 2.0
#: Waits before the next start of one that did not, in seconds.
_WAITS = (0.0, 0.2, 0.5, 1.0, 2.0, 5.0)
#: How long the processes may take to hand their rooms over, in seconds.
_DRAIN = 10.0
_POLL = 0.05

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Child:
    """serving: the end of a pipe that its process writes to once it serves. since: when that was seen (monotonic).
    served: whether any process of this number ever did. due: before when none is started.
    """

    number: int
    process: subprocess.Popen[bytes] | None = None
    serving: int | None = None
    since: float | None = None
    served: bool = False
    failures: int = 0
    due: float = 0.0


class Supervisor:
    """Keeps `count` processes running until asked to stop. command: of a process, by its number and the file descriptor
    that it is to write a line to once it serves.
    """

    def __init__(self, count: int, command: Callable[[int, int], Sequence[str]]) -> None:
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
            _listen(child, now)  # after that, so that what it said last is heard
            if status is None:
                return
            self._bury(child, status, now)
        if now >= child.due and not self._stopping:
            self._start(child)

    def _bury(self, child: _Child, status: int, now: float) -> None:
        well = child.since is not None and now - child.since >= _WELL
        _forget(child)
        if status == os.EX_CONFIG and not child.served:
            # It has said what is wrong with the settings or the machine; another try would say the same.
            self._stopping, self._status = True, status
            return
        child.failures = 0 if well else child.failures + 1
        child.due = now + _WAITS[min(child.failures, len(_WAITS) - 1)]
        log.error("node_process_died", process=child.number, status=status)

    def _start(self, child: _Child) -> None:
        child.serving, says = os.pipe()
        os.set_blocking(child.serving, False)
        child.process = subprocess.Popen(
            self._command(child.number, says),
            stdin=subprocess.DEVNULL,
            pass_fds=[says],
            preexec_fn=die_with_parent,  # noqa: PLW1509 - no thread runs here, and it must be set before exec
        )
        os.close(says)
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


def _listen(child: _Child, now: float) -> None:
    """Note when a process serves for the first time."""
    if child.since is None and child.serving is not None:
        with contextlib.suppress(BlockingIOError):
            if os.read(child.serving, 1):
                child.since, child.served = now, True


def _forget(child: _Child) -> None:
    """Be ready for the next process of this number."""
    if child.serving is not None:
        os.close(child.serving)
    child.process = child.serving = child.since = None


def command(number: int, says: int) -> Sequence[str]:
    """Return the command line of node process number `number`; it writes to `says` once it serves."""
    return [sys.executable, "-m", "signaling", "--process", str(number), "--serving", str(says)]


def say_serving(descriptor: int) -> None:
    """Tell the supervisor that this process serves."""
    with contextlib.suppress(BrokenPipeError):
        os.write(descriptor, b"\n")
    os.close(descriptor)
