"""The supervisor and real node processes: killed, restarted, stopped."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
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

Start = Callable[[], subprocess.Popen[bytes]]


@pytest.fixture
def start(settings: Settings) -> Iterator[Start]:
    """Start `python -m signaling` with the test's settings; it is gone at the end."""
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

    def starter() -> subprocess.Popen[bytes]:
        child = subprocess.Popen([sys.executable, "-m", "signaling"], env=environment)
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


def test_a_process_that_dies_at_its_start_is_given_more_time_with_each_try(tmp_path: Path) -> None:
    """Restarted at once, then slower: a machine with a taken port is not kept busy by it."""
    starts = tmp_path / "starts"
    fails = f"open({str(starts)!r}, 'a').write('x'); raise SystemExit(1)"
    supervisor = Supervisor(1, lambda _: [sys.executable, "-S", "-E", "-c", fails])
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM)}
    signal.signal(signal.SIGALRM, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    signal.setitimer(signal.ITIMER_REAL, 1.5)
    began = time.monotonic()
    try:
        assert supervisor.run() == 0
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    assert time.monotonic() - began < 5
    assert 2 <= len(starts.read_text()) <= 6
