"""The supervisor and real node processes: killed, restarted, stopped."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientError
from redis.asyncio import Redis

from broker.tickets import TicketStore
from config.settings import Settings
from rooms.registry import Registry
from rooms.seats import Role, RoomSpec
from signaling.node.supervisor import Supervisor
from tests.support.live import MOTHER, until
from tests.support.nodes import BOTH, Page, make_ticket, running

Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def start(settings: Settings) -> Iterator[Start]:
    """Start `python -m signaling` with the test's settings and changes to them, its log beside its state; it is gone at
    the end.
    """
    started: list[subprocess.Popen[bytes]] = []
    environment = {
        **os.environ,
        "MULAKAT_PORT": str(settings.port),
        "MULAKAT_NODE_PORT": str(settings.node_port),
        "MULAKAT_VAR_DIR": str(settings.var_dir),
        "MULAKAT_REDIS_URL": settings.redis_url,
        "MULAKAT_SECRET_KEY": settings.secret_key.get_secret_value(),
        "MULAKAT_MEDIA_ADDRESSES": "127.0.0.1",
    }

    def starter(**changes: str) -> subprocess.Popen[bytes]:
        settings.var_dir.mkdir(parents=True, exist_ok=True)
        with (settings.var_dir / "supervisor.log").open("wb") as log:
            command = [sys.executable, "-m", "signaling"]
            child = subprocess.Popen(command, env=environment | changes, stdout=log, stderr=log)
        started.append(child)
        return child

    yield starter
    for child in started:
        child.kill()
        child.wait()


async def node_pid(settings: Settings, other_than: int = 0) -> int:
    """Wait for the node process's id."""

    async def found() -> int:
        pid = _written(settings.var_dir / "node-0.pid")
        return 0 if pid == other_than else pid

    return await until(found, seconds=60)


def _written(path: Path) -> int:
    text = path.read_text().strip() if path.exists() else ""
    return int(text or 0)


async def ticket(redis: Redis, spec: RoomSpec) -> tuple[str, str]:
    """Place the room as web does; return the node's address and a ticket."""
    claim = await Registry(redis).place(spec)
    issued = make_ticket(spec, MOTHER.participant, Role.VISITOR, claim.node)
    return claim.url, await TicketStore(redis).issue(issued, datetime.now(UTC))


async def resumed(page: Page, origin: str) -> tuple[Page, dict[str, Any]]:
    """Come back, as often as it takes, as the page's ladder does."""
    async with asyncio.timeout(60):
        while True:
            again = Page(page.url, origin)
            try:
                await again.open()
            except (ClientError, OSError):
                await asyncio.sleep(0.05)
                continue
            await again.resume(page.session, page.last_seq)
            return again, await again.hears("welcome")


async def test_a_killed_nodes_people_come_back_to_the_same_boundary(
    start: Start, settings: Settings, live_redis: Redis
) -> None:
    """SIGKILL in mid-call: the supervisor restarts the process, the page resumes on it by itself, the end stays."""
    supervisor = start()
    killed = await node_pid(settings)
    spec = running(seconds=600)
    url, token = await ticket(live_redis, spec)
    page = await Page(url, settings.allowed_origins[0]).open()
    await page.hello(token)
    before = await page.hears("welcome")
    await Registry(live_redis).open_room(spec.room_id, "operator-1")
    await page.hears("state", lambda told: told["state"] == "live")
    os.kill(killed, signal.SIGKILL)
    await page.closes()
    await page.drop()
    again, after = await resumed(page, settings.allowed_origins[0])
    assert (after["resumed"], after["media"], after["state"]) == (True, "new", "live")
    assert (after["ends_at"], after["participant"]) == (before["ends_at"], before["participant"])
    assert await node_pid(settings, other_than=killed) != killed
    await again.send("ready", devices=BOTH)
    await again.hears("offer")

    supervisor.terminate()
    assert (await again.hears("error"))["id"] == "node_leaving"
    assert await again.closes() == 4011
    await again.drop()
    assert await asyncio.to_thread(supervisor.wait, 30) == 0


async def test_the_node_dies_with_its_supervisor(start: Start, settings: Settings) -> None:
    """A killed supervisor leaves no process behind that nobody would restart."""
    supervisor = start()
    pid = await node_pid(settings)
    supervisor.kill()
    supervisor.wait()

    async def gone() -> bool:
        return not _runs(pid)

    assert await until(gone)


def _runs(pid: int) -> bool:
    """Whether a process runs, and is more than a name in the table of its new parent."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


async def test_a_supervisor_without_redis_tries_until_it_is_there(start: Start, settings: Settings) -> None:
    """It has not ended with its process: whoever starts machines in any order need not start it again."""
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    supervisor = start(MULAKAT_REDIS_URL=f"redis://127.0.0.1:{port}")
    log = settings.var_dir / "supervisor.log"

    async def tried_again() -> bool:
        return log.read_text().count("node_process_started") >= 3

    await until(tried_again, seconds=60)
    assert supervisor.poll() is None
    assert "Redis does not answer: see MULAKAT_REDIS_URL." in log.read_text()


async def test_a_taken_port_ends_the_supervisor_with_one_sentence(start: Start, settings: Settings) -> None:
    """Also outside of production: another try would find the same."""
    with socket.create_server((settings.node_host, settings.node_port)):
        supervisor = start()
        assert await asyncio.to_thread(supervisor.wait, 60) == os.EX_CONFIG
    log = (settings.var_dir / "supervisor.log").read_text()
    assert log.count("The TCP port for the WebSocket is taken") == 1
    assert log.count("node_process_started") == 1


class Scripted:
    """Processes that do what they are told, in turn: each line is run, and says that it serves with `serve()`."""

    def __init__(self, *lines: str) -> None:
        self.lines = lines
        self.starts: list[float] = []

    def command(self, _number: int, says: int) -> list[str]:
        """What the next process runs; the last line again and again."""
        line = self.lines[min(len(self.starts), len(self.lines) - 1)]
        self.starts.append(time.monotonic())
        serve = f"import os, time\ndef serve(): os.write({says}, b'x')\n"
        return [sys.executable, "-S", "-E", "-c", f"{serve}{line}"]

    def supervised(self, starts: int) -> int:
        """Run them until there have been so many starts, or the supervisor ends by itself; return its status."""
        before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
        supervisor = Supervisor(1, self.command)

        def enough() -> None:
            while len(self.starts) < starts and not over.wait(0.01):
                pass
            if not over.is_set():
                os.kill(os.getpid(), signal.SIGTERM)

        over = threading.Event()
        watching = threading.Thread(target=enough)
        watching.start()
        try:
            return supervisor.run()
        finally:
            over.set()
            watching.join()
            for number, handler in before.items():
                signal.signal(number, handler)

    def waits(self) -> list[float]:
        """Seconds from one start to the next."""
        return [later - earlier for earlier, later in itertools.pairwise(self.starts)]


@pytest.mark.parametrize("slow", [0.0, 2.1])
def test_a_process_that_dies_before_it_serves_is_given_more_time_with_each_try(slow: float) -> None:
    """However long it took until then: a slow machine is not kept busy by what cannot start."""
    scripted = Scripted(f"time.sleep({slow}); raise SystemExit(1)")
    assert scripted.supervised(starts=4) == 0
    for wait, least in zip(scripted.waits(), (0.2, 0.5, 1.0), strict=True):
        assert wait >= slow + least


def test_a_process_that_dies_as_soon_as_it_serves_is_given_more_time_too() -> None:
    """What serves for no longer than a moment costs as much as what does not."""
    scripted = Scripted("serve(); raise SystemExit(1)")
    assert scripted.supervised(starts=3) == 0
    for wait, least in zip(scripted.waits(), (0.2, 0.5), strict=True):
        assert wait >= least


def test_a_process_that_served_before_is_tried_again_whatever_it_finds_then() -> None:
    """Something has taken its port meanwhile: the other processes' calls go on, and it comes back when it can."""
    scripted = Scripted("serve(); raise SystemExit(1)", f"raise SystemExit({os.EX_CONFIG})")
    assert scripted.supervised(starts=3) == 0
    never = Scripted(f"raise SystemExit({os.EX_CONFIG})")
    assert never.supervised(starts=2) == os.EX_CONFIG
    assert len(never.starts) == 1
