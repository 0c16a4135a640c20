"""Who stands over a measurement: it ends, by itself or when asked, and nothing of it is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 60.0

#: What a measurement may be in the middle of: a folder of its own, a child in another session, one that pays no heed.
MODULE = """
import os, signal, subprocess, sys, tempfile, time
from pathlib import Path

def put(name, text):
    Path(f"{name}.draft").write_text(text)
    Path(f"{name}.draft").rename(name)

def child(text, **how):
    return subprocess.Popen([sys.executable, "-c", text], stdout=subprocess.PIPE, **how)

if sys.argv[1:] == ["done"]:
    sys.exit(3)
folder = tempfile.mkdtemp(prefix="janus-")
deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); time.sleep(600)"
children = [child("import time; print(1, flush=True); time.sleep(600)", start_new_session=True), child(deaf)]
for each in children:
    each.stdout.readline()
put("up", " ".join([folder, *(str(each.pid) for each in children), str(os.getpid())]))
time.sleep(600)
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with the module in it, and one for temporary files."""
    (tmp_path / "invented.py").write_text(MODULE)
    (tmp_path / "tmp").mkdir()
    return tmp_path


def begin(place: Path, *arguments: str) -> subprocess.Popen[str]:
    """Start a guard over the invented measurement, in a process group of its own, as a shell does."""
    return subprocess.Popen(
        [sys.executable, "-c", "import sys; from bench import guard; sys.exit(guard.run('invented', sys.argv[1:]))",
         *arguments],
        cwd=place,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{place}", "TMPDIR": str(place / "tmp")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
    )  # fmt: skip


def alive(pid: int) -> bool:
    """Whether a process runs."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_measurement_that_is_stopped_leaves_neither_processes_nor_folders(
    place: Path, number: signal.Signals
) -> None:
    """Ctrl-C, which a terminal sends to the whole group, and SIGTERM to one: one line is said, and all is gone."""
    guard = begin(place)
    deadline = time.monotonic() + SECONDS
    while not (place / "up").exists():
        assert guard.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    folder, *pids = (place / "up").read_text().split()
    assert Path(folder).is_relative_to(place / "tmp")
    if number is signal.SIGINT:
        os.killpg(guard.pid, number)
    else:
        guard.send_signal(number)
    out, err = guard.communicate(timeout=SECONDS)
    assert (guard.returncode, out) == (128 + number, "")
    assert err == "Stopped before it was done; nothing of it is left running.\n"
    assert [pid for pid in pids if alive(int(pid))] == []
    assert list((place / "tmp").iterdir()) == []


def test_a_measurement_that_ends_by_itself_has_its_own_status(place: Path) -> None:
    """Programs go by it."""
    guard = begin(place, "done")
    assert guard.communicate(timeout=SECONDS) == ("", "")
    assert guard.returncode == 3
    assert list((place / "tmp").iterdir()) == []
