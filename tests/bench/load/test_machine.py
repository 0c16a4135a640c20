"""Cores and clocks."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from bench.load.machine import Cores, cpu_seconds, two_cores

BUSY = (
    "import threading\nwork = threading.Thread(target=sum, args=[range(5_000_000)])\nwork.start(); work.join(); input()"
)


def test_the_cpu_time_is_of_all_threads() -> None:
    """A process that computes in a thread and then waits: its time grows, stands still, and ends with it."""
    with subprocess.Popen([sys.executable, "-c", BUSY], stdin=subprocess.PIPE) as process:
        deadline = time.monotonic() + 30
        while cpu_seconds(process.pid) < 0.05 and time.monotonic() < deadline:
            time.sleep(0.01)
        assert cpu_seconds(process.pid) >= 0.05
        process.communicate(b"\n", timeout=30)
    with pytest.raises(OSError):  # noqa: PT011 - which one is the kernel's
        cpu_seconds(process.pid)


def test_our_own_cpu_time_is_the_interpreters() -> None:
    """Two clocks for the same thing."""
    assert cpu_seconds(os.getpid()) == pytest.approx(time.process_time(), abs=0.1)


def test_a_core_is_lent_to_who_is_started_and_given_back() -> None:
    """A child inherits the server's core; this process is where it was before."""
    before = os.sched_getaffinity(0)
    core = max(before)
    with Cores(core, None).lent():
        said = subprocess.run(
            [sys.executable, "-c", "import os; print(os.sched_getaffinity(0))"],
            capture_output=True,
            text=True,
            check=True,
            timeout=30,
        ).stdout
    assert said.strip() == str({core})
    assert os.sched_getaffinity(0) == before


def test_server_and_generator_have_a_core_each_where_there_are_two() -> None:
    """The same one, or none, would measure the generator too."""
    cores = two_cores()
    assert cores.server is None or cores.server != cores.generator
