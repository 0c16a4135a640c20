"""Runs targets under atheris, each in a process of its own, and says what came of it."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.fuzz.targets import CORPUS, Target

ROOT = Path(__file__).parents[2]
SLOWEST = 10
"""Seconds one input may take. Readers need microseconds; instruments and a busy machine make hundreds of them."""

MEMORY = 1024
"""MiB. A process without input has some 150."""

START = 120
"""Seconds the process may need on top of its fuzzing: to import under instruments, and to end."""


@dataclass(frozen=True)
class Outcome:
    """What one run found. ways: edges of the code that inputs have reached; crash: the input that did harm, if any."""

    runs: int
    ways: int
    kept: int
    crash: Path | None
    said: str


def fuzz(target: Target, seconds: int, folder: Path) -> Outcome:
    """Fuzz a target. folder: where inputs that found new ways are kept for the next time, and those that did harm."""
    found = folder / "found"
    found.mkdir(parents=True, exist_ok=True)
    limits = [f"-max_total_time={seconds}", f"-max_len={target.longest}", f"-timeout={SLOWEST}"]
    memory = [f"-rss_limit_mb={MEMORY}", f"-malloc_limit_mb={MEMORY}"]
    places = [f"-artifact_prefix={folder}/", "-print_final_stats=1", str(found), str(CORPUS / target.name)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.process", target.name, *limits, *memory, *places],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=seconds + START,
        check=False,
    )
    return _outcome(done.returncode, done.stdout.decode(errors="replace"), found)


def _outcome(status: int, said: str, found: Path) -> Outcome:
    crash = re.search(r"Test unit written to (\S+)", said)
    if status and not crash:
        raise RuntimeError(f"the fuzzer itself failed:\n{said}")
    runs = re.search(r"number_of_executed_units: (\d+)", said)
    ways = re.findall(r"\bcov: (\d+)", said)
    return Outcome(
        runs=int(runs[1]) if runs else 0,
        ways=int(ways[-1]) if ways else 0,
        kept=len(list(found.iterdir())),
        crash=Path(crash[1]) if crash else None,
        said=said,
    )
