"""A room node as it runs in production, in a process of its own, and what it says of itself."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from types import MappingProxyType

import aiohttp

from config.redis_child import die_with_parent

from ..load.machine import Cores
from ..relay import Choice

HOST = "127.0.0.1"
STARTS_WITHIN = 60.0
STOPS_WITHIN = 60.0
_PAGE_KB = os.sysconf("SC_PAGE_SIZE") / 1024


class NodeGone(ConnectionError):
    """The node's process has ended."""


class Node:
    """A node that serves. origin: what its pages' browsers would say; source: the loopback address of each asker."""

    def __init__(self, process: asyncio.subprocess.Process, port: int, http: aiohttp.ClientSession) -> None:
        self.pid = process.pid
        self.url = f"ws://{HOST}:{port}/ws"
        self.origin = f"http://{HOST}:{port}"
        self._process = process
        self._http = http

    async def healthy(self) -> bool:
        """Whether it takes rooms. Raises NodeGone."""
        if self._process.returncode is not None:
            raise NodeGone(f"the node ended with status {self._process.returncode}")
        try:
            async with self._http.get(f"{self.origin}/healthz") as answer:
                return answer.status == 200
        except aiohttp.ClientConnectionError:
            return False

    async def metrics(self) -> dict[str, float]:
        """Its metrics, by their names with their labels. Raises aiohttp.ClientError."""
        async with self._http.get(f"{self.origin}/metrics") as answer:
            return read_metrics(await answer.text())

    def resident_kb(self) -> float:
        """Memory that is the process' own: resident, without what it shares with other processes (proc(5), statm)."""
        _, resident, shared, *_ = Path(f"/proc/{self.pid}/statm").read_text().split()
        return (int(resident) - int(shared)) * _PAGE_KB


def read_metrics(text: str) -> dict[str, float]:
    """Read Prometheus' text format."""
    lines = (line.rpartition(" ") for line in text.splitlines() if line and not line.startswith("#"))
    return {name: float(value) for name, _, value in lines}


@asynccontextmanager
async def node_process(
    folder: Path,
    redis_url: str,
    core: int | None = None,
    engine: Choice = Choice.AUTO,
    settings: Mapping[str, str] = MappingProxyType({}),
) -> AsyncIterator[Node]:
    """Start a node on a Redis, pinned to a core if one is given, and stop it afterwards. Raises NodeGone, TimeoutError.

    settings: more of MULAKAT_…, without the prefix.
    """
    port = free_port()
    environment = _environment(folder, redis_url, port) | engine.setting | prefixed(settings)
    program = ("signaling", "--process", "0")
    starting = running(*program, environment=environment, log=folder / "node.log", core=core)
    async with starting as process, aiohttp.ClientSession() as http:
        node = Node(process, port, http)
        async with asyncio.timeout(STARTS_WITHIN):
            while not await node.healthy():  # noqa: ASYNC110 - in another process
                await asyncio.sleep(0.05)
        yield node


@asynccontextmanager
async def running(
    *module: str, environment: Mapping[str, str], log: Path, core: int | None = None
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a module of ours as a process with these settings, pinned to a core if one is given, and ask it to stop
    afterwards. What it logs goes to a file.
    """
    with log.open("ab") as file, Cores(core, None).lent():
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", *module),
            env={**os.environ, **environment},
            stdout=file,
            stderr=file,
            preexec_fn=die_with_parent,
        )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
            await asyncio.wait_for(process.wait(), STOPS_WITHIN)


def _environment(folder: Path, redis_url: str, port: int) -> dict[str, str]:
    return prefixed(
        {
            "var_dir": str(folder),
            "redis_url": redis_url,
            "node_port": str(port),
            "node_sockets_per_address": "0",  # everybody comes from here
            "media_host": HOST,
            "media_addresses": HOST,
            "allowed_origins": f"http://{HOST}:{port}",
        }
    )


def prefixed(settings: Mapping[str, str]) -> dict[str, str]:
    """Settings as they stand in an environment."""
    return {f"MULAKAT_{name.upper()}": value for name, value in settings.items()}


def free_port() -> int:
    """Return a port that nobody listens on, neither TCP nor UDP."""
    while True:
        with socket.create_server((HOST, 0)) as tcp, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            port: int = tcp.getsockname()[1]
            try:
                udp.bind((HOST, port))
            except OSError:
                continue
            return port
