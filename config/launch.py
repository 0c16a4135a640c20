"""Everything on one machine: a private Redis, and beside it the Procfile's processes under honcho. What `./run` runs.

Redis is up before the processes start and stays until the last of them has drained. Whatever ends first, this process,
honcho or one of honcho's children, nothing of it is left running.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # nothing runs yet that would have to be ended in good order

from config.addresses import EVERY, EVERY_IPV4, Place, listens, refusal, why_not
from config.errors import BadSettings, LiveStateMissing, MulakatError
from config.offspring import adopt_orphans, descendants, end_orphans
from config.redis_child import die_with_parent, private_redis
from config.settings import ENV_PREFIX, Settings, load

PROCESSES = ("web", "node", "worker")
_DRAIN_SECONDS = 15.0
_READY_SECONDS = 60.0
_POLL_SECONDS = 0.1


class CannotStart(MulakatError):
    """Something else holds what is needed here."""

    id = "cannot_start"


class Launcher:
    """One run: starts honcho, passes signals on to it, and says where to go once the pages answer."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._honcho: subprocess.Popen[bytes] | None = None
        self._asked_to_stop = False

    def run(self) -> int:
        """Run until the processes end or a signal asks to stop; return the exit status."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        adopt_orphans()
        with contextlib.ExitStack() as stack:
            stack.enter_context(_only_one(self._settings.var_dir))
            _check_ports(self._settings)
            spared: set[int] = set()
            if self._settings.private_redis_socket:
                redis = private_redis(self._settings.private_redis_socket, data_dir=self._settings.var_dir)
                stack.enter_context(redis)
                spared = descendants()
            try:
                return 0 if self._asked_to_stop else self._serve()
            finally:
                end_orphans(_DRAIN_SECONDS, spared)

    def _serve(self) -> int:
        self._honcho = subprocess.Popen(
            [sys.executable, "-m", "honcho", "--env", os.devnull, "start", *PROCESSES],
            env=_environment(self._settings),
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C comes to it through us alone
            preexec_fn=die_with_parent,  # noqa: PLW1509 - no thread runs here, and it must be set before exec
        )
        if self._asked_to_stop:  # while it was being started, and was nobody yet to pass that on to
            self._honcho.terminate()
        deadline = time.monotonic() + _READY_SECONDS
        announced = False
        while self._honcho.poll() is None:
            if not announced and (_serves(self._settings) or time.monotonic() > deadline):
                announced = True
                sys.stderr.write(announcement(self._settings))
                sys.stderr.flush()
            time.sleep(_POLL_SECONDS)
        return 0 if self._asked_to_stop else self._honcho.returncode or 1

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._asked_to_stop = True
        if self._honcho and self._honcho.poll() is None:
            self._honcho.terminate()


def _environment(settings: Settings) -> dict[str, str]:
    """Honcho sets PORT for each process as it sees fit; ours is said by a name it does not know."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    return {**os.environ, "MULAKAT_PORT": str(settings.port), "PATH": path, "PYTHONUNBUFFERED": "1"}


@contextlib.contextmanager
def _only_one(var_dir: Path) -> Iterator[None]:
    """Hold the state directory; raises CannotStart if another run does."""
    var_dir.mkdir(parents=True, exist_ok=True)
    with (var_dir / "run.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CannotStart(f"Another ./run is using {var_dir}. Stop it, or set MULAKAT_VAR_DIR.") from error
        yield


def _check_ports(settings: Settings) -> None:
    """Say now which port cannot be had, instead of later in the log of one process."""
    last = settings.node_port_of(settings.node_processes - 1)
    if settings.node_port <= settings.port <= last and _meet(settings.host, settings.node_host):
        raise CannotStart(
            f"Port {settings.port} is meant for the pages (MULAKAT_PORT) and for a node (MULAKAT_NODE_PORT, and one "
            "more for each further process). Set one of them to another."
        )
    wanted = [Place(socket.SOCK_STREAM, settings.host, settings.port, f"{ENV_PREFIX}HOST")]
    for process in range(settings.node_processes):
        port = settings.node_port_of(process)
        wanted.append(Place(socket.SOCK_STREAM, settings.node_host, port, f"{ENV_PREFIX}NODE_HOST"))
        wanted.append(Place(socket.SOCK_DGRAM, settings.media_host, port, f"{ENV_PREFIX}MEDIA_HOST"))
    for place in wanted:
        if error := refusal(place):
            raise CannotStart(_why_not(error, place, settings)) from error


def _meet(one: str, other: str) -> bool:
    """Whether who listens at one host has its port at the other, too."""
    return one == other or not {one, other}.isdisjoint({EVERY, EVERY_IPV4})


def _why_not(error: OSError, place: Place, settings: Settings) -> str:
    where = f"[{place.host}]:{place.port}" if ":" in place.host else f"{place.host}:{place.port}"
    apart = place.setting != f"{ENV_PREFIX}HOST" and "node_port" in settings.model_fields_set
    mend = f"Set {ENV_PREFIX}NODE_PORT to move it." if apart else "Set PORT to move all ports."
    return why_not(error, place, named=f"{place.protocol} port {where}", mend=mend)


def _serves(settings: Settings) -> bool:
    """Whether pages and nodes take connections."""
    nodes = [(settings.node_host, settings.node_port_of(process)) for process in range(settings.node_processes)]
    places = [(settings.host, settings.port), *nodes]
    return all(listens(host, port, _POLL_SECONDS) for host, port in places)


def announcement(settings: Settings) -> str:
    """Return where to go, and what to do next."""
    lines = ["", f"  Mulakat is at {settings.public_url}"]
    if settings.dev_pages:
        lines += [
            f"  Mail it has sent: {settings.public_url}/dev/inbox",
            f"  Book a visit that starts now: {_with_port(settings)}./run demo",
            "  This is the demonstration: its state and its mail are files, its people are invented.",
        ]
    return "\n".join([*lines, "  Ctrl-C stops everything.", "", ""])


def _with_port(settings: Settings) -> str:
    """What a command needs before it, to mean this installation and not the one at the usual port."""
    return "" if settings.port == Settings.model_fields["port"].default else f"PORT={settings.port} "


def main() -> int:
    """Run everything with the settings of the environment."""
    try:
        return Launcher(load()).run()
    except (BadSettings, CannotStart, LiveStateMissing) as error:
        sys.stderr.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
