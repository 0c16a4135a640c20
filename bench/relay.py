"""Our own relay as the load generator meets it: a node in a process of its own, spoken to in lines.

`bench relay` measures it with several numbers of two-party rooms. Each participant has real ICE, DTLS and SRTP; only
the pictures and sounds are pre-made bytes. Relay and generator are pinned to a core each where there are two.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from enum import StrEnum
from functools import partial
from typing import Any

from .caller import Caller
from .load.machine import Cores, two_cores
from .load.run import Load, Start, one_run
from .load.seats import Seat
from .load.talker import Link
from .report import Run

TIMEOUT = 60.0
LOOPBACK = "127.0.0.1"
ENGINE_HELP = "which engine moves the packets, as in MULAKAT_MEDIA_ENGINE (default auto: compiled where it was built)"


class Choice(StrEnum):
    """Which engine the node is to take, in the words of its setting; AUTO for the best that is there."""

    PYTHON = "python"
    COMPILED = "compiled"
    AUTO = "auto"

    @property
    def setting(self) -> dict[str, str]:
        """The node's setting that asks for it."""
        return {"MULAKAT_MEDIA_ENGINE": str(self)}


class EngineMissing(Exception):
    """The engine that was asked for is not here."""


class RelayProcess:
    """The relay under measurement, spoken to in lines. host: the address it takes media at."""

    def __init__(self, process: asyncio.subprocess.Process, host: str = LOOPBACK) -> None:
        self.host = host
        self.pid = process.pid
        self._process = process
        self._turn = asyncio.Lock()
        self._joined = 0

    async def tell(self, **command: str) -> dict[str, Any]:
        """Send a command and return its result."""
        streams = self._process.stdin, self._process.stdout
        if streams[0] is None or streams[1] is None:
            raise ConnectionError("the relay's process has no pipes")
        async with self._turn, asyncio.timeout(TIMEOUT):
            streams[0].write(json.dumps(command).encode() + b"\n")
            line = await streams[1].readline()
        if not line:
            raise ConnectionError("the relay's process is gone")
        self._joined += command["do"] == "join"
        result: dict[str, Any] = json.loads(line)
        return result

    async def join(self, room: str, seats: Sequence[Seat], call: Callable[[], Caller]) -> list[Link]:
        """See load.run.Server: one connection each, both ways."""
        return [await self._take(room, seat, call()) for seat in seats]

    async def _take(self, room: str, seat: Seat, caller: Caller) -> Link:
        joined = await self.tell(do="join", room=room, who=seat.who, role=seat.role, other=" ".join(seat.sources))
        await self.tell(do="answer", room=room, who=seat.who, sdp=caller.answer(joined["offer"]))
        await caller.connect()
        return Link(seat, caller if seat.sends else None, caller)

    async def settled(self) -> None:
        """See load.run.Server."""
        async with asyncio.timeout(TIMEOUT):
            while (await self.tell(do="stat"))["connected"] < self._joined:  # noqa: ASYNC110 - in another process
                await asyncio.sleep(0.02)


@asynccontextmanager
async def relay_process(
    core: int | None, *program: str, host: str = LOOPBACK, engine: Choice = Choice.AUTO
) -> AsyncIterator[RelayProcess]:
    """Start the relay, or another program with one in it, pinned to a core; stop it afterwards."""
    with Cores(core, None).lent():
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", *(program or ("bench.relay_node", host))),
            env={**os.environ, **engine.setting},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=1 << 20,
        )
    try:
        relay = RelayProcess(process, host)
        await relay.tell(do="stat")  # only to know that it has started
        yield relay
    finally:
        if process.stdin is not None:
            process.stdin.close()
        await asyncio.wait_for(process.wait(), TIMEOUT)


def ours(core: int | None, host: str = LOOPBACK, engine: Choice = Choice.AUTO) -> Start:
    """Return what starts our node."""
    return partial(relay_process, core, host=host, engine=engine)


async def engine_of(choice: Choice) -> Choice:
    """Start a node only to ask which engine it takes, PYTHON or COMPILED. Raises EngineMissing when that is another."""
    try:
        async with relay_process(None, engine=choice) as relay:
            found = Choice((await relay.tell(do="stat"))["engine"])
    except ConnectionError:
        raise EngineMissing(f"The node does not start with --engine {choice}.") from None
    if choice not in (Choice.AUTO, found):
        raise EngineMissing(f"The node has no {choice} engine here.")
    return found


async def measure(sizes: Sequence[int], seconds: float, runs: int, engine: Choice) -> list[Run]:
    """Make the runs: each size once, then each again, so that a slow minute of the machine falls on all of them.

    engine: as `engine_of` found it.
    """
    cores = two_cores()
    start = ours(cores.server, engine=engine)
    with cores.apart():
        return [await one_run(start, Load(size), seconds) for _ in range(runs) for size in sizes]
