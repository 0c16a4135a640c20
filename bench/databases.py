"""Databases to measure with: fresh, empty, and as durable as those that serve people."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from config.redis_child import die_with_parent

_START_SECONDS = 30.0


@contextmanager
def database(name: str, folder: Path) -> Iterator[str]:
    """A fresh, empty database of this kind."""
    if name == "sqlite":
        yield f"sqlite+aiosqlite:///{folder}/bench.db"
        return
    with _postgres(folder) as url:
        yield url


def each(
    bench: Mapping[str, object], databases: Sequence[str], run: Callable[[str, str, Path], object]
) -> dict[str, object]:
    """Measure each database in turn, fresh and empty: what `run` makes of its name, its URL and a folder, by name."""
    found = dict(bench)
    for name in databases:
        with tempfile.TemporaryDirectory(prefix="mulakat-bench-") as folder, database(name, Path(folder)) as url:
            found[name] = run(name, url, Path(folder))
    return found


@contextmanager
def _postgres(folder: Path) -> Iterator[str]:
    """A server of its own, as durable as one that serves people."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parts[-2]))
    where = programs[-1] if programs else Path(shutil.which("initdb") or "/nowhere").parent
    user = None if os.getuid() else next(u for u in ("postgres", "nobody") if u in {e.pw_name for e in pwd.getpwall()})
    if user:
        folder.chmod(0o755)
    home = folder / "postgres"
    home.mkdir()
    if user:
        shutil.chown(home, user, user)
    data = str(home / "data")
    as_user: dict[str, object] = {"user": user, "group": user, "extra_groups": []} if user else {}
    subprocess.run(
        [str(where / "initdb"), "-D", data, "-U", "mulakat", "-A", "trust", "-E", "UTF8", "--locale=C"],
        check=True,
        capture_output=True,
        cwd=home,
        **as_user,  # type: ignore[call-overload] # subprocess's own keywords
    )
    child = subprocess.Popen(
        [str(where / "postgres"), "-D", data, "-k", str(home), "-c", "listen_addresses="],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=lambda: die_with_parent(signal.SIGINT),  # noqa: PLW1509 - must be set before exec
        **as_user,  # type: ignore[call-overload] # as above
    )
    try:
        _wait(home, child)
        yield f"postgresql+asyncpg://mulakat@/postgres?host={home}"
    finally:
        child.send_signal(signal.SIGINT)
        child.wait(_START_SECONDS)


def _wait(home: Path, child: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while "ready" not in _status(home):
        if child.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError("PostgreSQL did not start")
        time.sleep(0.05)


def _status(home: Path) -> str:
    """The last line of the server's own file says how far it is (PostgreSQL, 'postmaster.pid')."""
    file = home / "data" / "postmaster.pid"
    try:
        return file.read_text().splitlines()[-1]
    except (OSError, IndexError):
        return ""
