"""Everything starts together, stops in order, and leaves nothing running, however it ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.launch import announcement
from config.settings import load
from tests.support.ports import free_port_pair

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 20.0

#: A process that says who it is, serves until it is asked to stop, and then uses Redis once more before it ends.
PROCESS = """
import os, signal, socket, sys, time
from pathlib import Path

name, crash = sys.argv[1], sys.argv[2:] == ["crash"]

def drain(*_):
    time.sleep({"web": 0, "node": 0.3, "worker": 0.8}[name])
    with socket.socket(socket.AF_UNIX) as redis:
        redis.connect("var/redis.sock")
        redis.sendall(b"PING\\r\\n")
        Path(f"{name}.drained").write_bytes(redis.recv(16).strip())
    sys.exit(0)

signal.signal(signal.SIGTERM, drain)
draft = Path(f"{name}.draft")
draft.write_text(f"{os.getpid()} {os.environ['MULAKAT_PORT']}")
draft.rename(f"{name}.up")
if crash:
    while not all(Path(f"{other}.up").exists() for other in ("web", "node", "worker")):
        time.sleep(0.02)
    sys.exit(3)
while True:
    signal.pause()
"""


class Run:
    """A launcher in a folder of its own, with invented processes in the Procfile."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port_pair()
        (folder / "process.py").write_text(PROCESS)
        self.write_procfile()
        self.child: subprocess.Popen[bytes] | None = None

    def write_procfile(self, crashing: str = "") -> None:
        """One line a process; one of them may end by itself."""
        names = ("web", "node", "worker")
        lines = [f"{name}: exec python process.py {name} {'crash' if name == crashing else ''}" for name in names]
        (self.folder / "Procfile").write_text("\n".join([*lines, "release: false", ""]))

    def start(self, **changes: str) -> subprocess.Popen[bytes]:
        """Start the launcher; what it prints goes to a file."""
        ours = {name: value for name, value in os.environ.items() if not name.startswith("MULAKAT_")}
        with (self.folder / "log").open("wb") as log:
            self.child = subprocess.Popen(
                [sys.executable, "-m", "config.launch"],
                cwd=self.folder,
                env={**ours, "PYTHONPATH": str(ROOT), "PORT": str(self.port), **changes},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return self.child

    def log(self) -> str:
        """All that was printed."""
        return (self.folder / "log").read_text()

    def pids(self) -> list[int]:
        """The processes' ids, once all are up."""
        return [int(self._said(name)[0]) for name in ("web", "node", "worker")]

    def ports(self) -> set[int]:
        """The port each process was told."""
        return {int(self._said(name)[1]) for name in ("web", "node", "worker")}

    def _said(self, name: str) -> list[str]:
        until((self.folder / f"{name}.up").exists, self.log)
        return (self.folder / f"{name}.up").read_text().split()

    def honcho(self) -> int:
        """The process id of honcho."""
        assert self.child
        children = [pid for pid, parent, command in processes() if parent == self.child.pid and b"honcho" in command]
        assert len(children) == 1
        return children[0]

    def redis(self) -> int:
        """The process id of the private Redis."""
        socket_path = os.fsencode(self.folder / "var" / "redis.sock")
        return next(pid for pid, _, command in processes() if socket_path in command)


def processes() -> Iterator[tuple[int, int, bytes]]:
    """Id, parent and command line of every process that has not ended."""
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = (entry / "stat").read_text(errors="replace").rpartition(")")[2].split()[:2]
            command = (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if state != "Z":
            yield int(entry.name), int(parent), command


def until(condition: Callable[[], bool], explain: Callable[[], str]) -> None:
    """Wait for something that must happen."""
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, explain()
        time.sleep(0.02)


def gone(pids: list[int]) -> Callable[[], bool]:
    """Whether none of these processes runs any more."""
    return lambda: not set(pids) & {pid for pid, _, _ in processes()}


@pytest.fixture
def run() -> Iterator[Run]:
    """A launcher not yet started; what it leaves behind is ended, to protect other tests from a failing one."""
    with tempfile.TemporaryDirectory(prefix="mulakat-") as name:
        run = Run(Path(name))
        yield run
        if run.child and run.child.poll() is None:
            run.child.kill()
            run.child.wait()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_request_to_stop_drains_all_before_redis_goes(run: Run, number: signal.Signals) -> None:
    """Each process can still use Redis in its last moment; then nothing is left, and the end is a success."""
    child = run.start()
    pids = run.pids()
    assert run.ports() == {run.port}
    redis = run.redis()
    child.send_signal(number)
    assert child.wait(SECONDS) == 0, run.log()
    for name in ("web", "node", "worker"):
        assert (run.folder / f"{name}.drained").read_bytes() == b"+PONG"
    assert gone([*pids, redis])()
    assert not (run.folder / "var" / "redis.sock").exists()


def test_process_that_ends_by_itself_stops_the_others_and_is_an_error(run: Run) -> None:
    """A system without its worker is not half served: the others drain, and the exit status tells."""
    run.write_procfile(crashing="node")
    child = run.start()
    assert child.wait(SECONDS) == 3, run.log()
    assert (run.folder / "worker.drained").read_bytes() == b"+PONG"
    assert gone(run.pids())()


def test_processes_left_by_a_killed_honcho_are_ended(run: Run) -> None:
    """honcho's children do not notice its death; the launcher takes them over, lets them drain and goes."""
    child = run.start()
    pids = run.pids()
    os.kill(run.honcho(), signal.SIGKILL)
    assert child.wait(SECONDS) != 0
    assert (run.folder / "worker.drained").read_bytes() == b"+PONG"
    assert gone(pids)()


def test_nothing_outlives_a_killed_launcher(run: Run) -> None:
    """SIGKILL to the launcher: Redis and honcho are told by the kernel, and honcho stops the rest."""
    child = run.start()
    everything = [*run.pids(), run.honcho(), run.redis()]
    child.kill()
    child.wait()
    until(gone(everything), run.log)


def test_taken_port_is_named_before_anything_starts(run: Run) -> None:
    """The sentence says which port and what moves it."""
    with socket.socket(type=socket.SOCK_DGRAM) as holder:
        holder.bind(("0.0.0.0", run.port + 1))
        child = run.start()
        assert child.wait(SECONDS) == 1
    where = f"[::]:{run.port + 1}" if socket.has_dualstack_ipv6() else f"0.0.0.0:{run.port + 1}"
    assert run.log() == f"UDP port {where} is taken. Set PORT to move all ports.\n"
    assert list(run.folder.glob("*.up")) == []


def test_a_taken_port_that_port_does_not_move_is_told_with_what_does(run: Run) -> None:
    """Who has set the nodes' port apart moves it apart."""
    with socket.create_server(("127.0.0.1", 0)) as holder:
        taken = holder.getsockname()[1]
        assert run.start(MULAKAT_NODE_PORT=str(taken)).wait(SECONDS) == 1
    assert run.log() == f"TCP port 127.0.0.1:{taken} is taken. Set MULAKAT_NODE_PORT to move it.\n"


@pytest.mark.parametrize(
    ("setting", "host", "words"),
    [
        ("MULAKAT_MEDIA_HOST", "192.0.2.99", "no address of this machine"),
        ("MULAKAT_NODE_HOST", "192.0.2.99", "no address of this machine"),
        ("MULAKAT_HOST", "no-such-name.invalid", "no address: neither a number, nor a name"),
        ("MULAKAT_MEDIA_HOST", "foo", "must be an IP address"),
    ],
)
def test_an_address_that_is_not_ours_is_told_with_its_setting(run: Run, setting: str, host: str, words: str) -> None:
    """Another port would not help."""
    assert run.start(**{setting: host}).wait(SECONDS) == 1
    [line] = run.log().splitlines()
    assert setting in line
    assert words in line
    assert "PORT to move" not in line


def test_a_port_that_is_meant_for_pages_and_a_node_is_told(run: Run) -> None:
    """Also that of a later process; at addresses apart both may have it."""
    last = str(run.port - 1)
    assert run.start(MULAKAT_NODE_PORT=last, MULAKAT_NODE_PROCESSES="2").wait(SECONDS) == 1
    [line] = run.log().splitlines()
    assert line.startswith(f"Port {run.port} is meant for the pages (MULAKAT_PORT) and for a node (MULAKAT_NODE_PORT, ")
    child = run.start(MULAKAT_NODE_PORT=str(run.port), MULAKAT_NODE_HOST="127.0.0.2", MULAKAT_MEDIA_HOST="127.0.0.2")
    run.pids()
    child.terminate()
    assert child.wait(SECONDS) == 0


def test_the_demo_that_is_advised_is_this_ones(clean_environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With its port: without it, `./run demo` would book at another, where nobody may be."""
    clean_environment.setenv("MULAKAT_VAR_DIR", str(tmp_path))
    assert ": ./run demo\n" in announcement(load())
    clean_environment.setenv("PORT", "8300")
    assert ": PORT=8300 ./run demo\n" in announcement(load())


def test_second_run_on_the_same_state_is_refused(run: Run) -> None:
    """Two would share one Redis and one database of a demonstration; the first goes on undisturbed."""
    first = run.start()
    pids = run.pids()
    second = Run(run.folder)
    assert second.start().wait(SECONDS) == 1
    assert "Another ./run is using" in second.log()
    assert first.poll() is None
    assert not gone(pids)()
    first.terminate()
    assert first.wait(SECONDS) == 0


def test_settings_that_cannot_be_used_are_printed(run: Run) -> None:
    """Each mistake on a line of its own, and no traceback."""
    assert run.start(MULAKAT_PROT="1", MULAKAT_NODE_PROCESSES="0").wait(SECONDS) == 1
    lines = run.log().splitlines()
    assert len(lines) == 2
    assert lines[0] == "MULAKAT_PROT is not a setting."


@pytest.mark.parametrize(
    ("line", "loading"),
    [
        ("config.i18n update", "babel"),
        ("broker", "sqlalchemy"),
        ("config.launch", "pydantic"),
        ("signaling", "structlog"),
        ("signaling", "aiohttp"),
    ],
)
def test_ctrl_c_in_the_first_seconds_is_no_traceback(line: str, loading: str, tmp_path: Path) -> None:
    """All that `./run` starts in the terminal, and a node: while it still loads, and its supervisor waits for it."""
    (tmp_path / f"{loading}.py").write_text("print('loading', flush=True)\nimport time\ntime.sleep(600)\n")
    ours = {name: value for name, value in os.environ.items() if not name.startswith("MULAKAT_")}
    child = subprocess.Popen(
        [sys.executable, "-m", *line.split()],
        cwd=ROOT,
        env={**ours, "PYTHONPATH": str(tmp_path), "MULAKAT_VAR_DIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
    )
    try:
        assert child.stdout is not None
        while "loading" not in (said := child.stdout.readline()):
            assert said, "it has ended"
        os.killpg(child.pid, signal.SIGINT)
        out, err = child.communicate(timeout=SECONDS)
    finally:
        child.kill()
    assert child.returncode in {-signal.SIGINT, 0}
    assert [line for line in (out + err).splitlines() if "node_process_started" not in line] == []
