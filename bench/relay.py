"""The load generator: two-party rooms that send like a call, through a relay in a process of its own.

Each participant has real ICE, DTLS and SRTP; only the pictures and sounds are pre-made bytes. 110 packets a second
each: sound every 20 ms, three packets of picture every 50 ms. Relay and generator are pinned to a core each where there
are two.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import random
import socket
import sys
import time
from array import array
from collections.abc import Iterator, Sequence
from contextlib import asynccontextmanager
from struct import Struct
from typing import TYPE_CHECKING, Any

from aiortc.rtcdtlstransport import RTCCertificate

from .caller import AUDIO, VIDEO, Caller, rtp_packet
from .report import Run, percentile

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable

SOUND_EVERY, PICTURE_EVERY, PICTURE_PACKETS = 0.02, 0.05, 3
SOUND_BYTES, PICTURE_BYTES = 80, 1100
PACKETS_A_SECOND = 1 / SOUND_EVERY + PICTURE_PACKETS / PICTURE_EVERY
CONSENT_EVERY = 5.0
WARM_UP = 1.0
FLUSH = 0.5
JOINS_AT_ONCE = 16
TIMEOUT = 60.0

SO_TIMESTAMPNS = 35
"""Linux: the kernel stamps each datagram as it arrives, so that the generator's own queue is no latency."""

STAMP = Struct("q")
TIMESPEC = Struct("qq")


class Talker(Caller):
    """A caller that talks by the clock and notes how long the others' packets took."""

    def __init__(self, certificate: RTCCertificate, phase: float) -> None:
        super().__init__(certificate)
        self.sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self.phase = phase
        self.sent = 0
        self.received = 0
        self.took = array("q")
        self._arrived = 0
        self._numbers = {AUDIO: 0, VIDEO: 0}
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self.on_rtp = self._note

    def talk(self, begin: float) -> None:
        """Begin to send, each at its own moment within the first interval."""
        self._repeat(self._sound, begin + self.phase * SOUND_EVERY, SOUND_EVERY)
        self._repeat(self._picture, begin + self.phase * PICTURE_EVERY, PICTURE_EVERY)
        self._repeat(self._consent, begin + self.phase * CONSENT_EVERY, CONSENT_EVERY)

    def listen(self, begin: float) -> None:
        """Send nothing but what keeps the connection alive."""
        self._repeat(self._consent, begin + self.phase * CONSENT_EVERY, CONSENT_EVERY)

    def stop(self) -> None:
        """Send nothing more."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()

    def _repeat(self, what: Callable[[], None], at: float, every: float) -> None:
        def again() -> None:
            self._repeat(what, at + every, every)
            what()

        self._timers[what.__name__] = asyncio.get_running_loop().call_at(at, again)

    def _sound(self) -> None:
        self._packet(AUDIO, SOUND_BYTES, 960)

    def _picture(self) -> None:
        for _ in range(PICTURE_PACKETS):
            self._packet(VIDEO, PICTURE_BYTES, 4500)

    def _packet(self, payload_type: int, size: int, step: int) -> None:
        number = self._numbers[payload_type] = self._numbers[payload_type] + 1
        payload = STAMP.pack(time.time_ns()) + bytes(size - STAMP.size)
        self.send_rtp(rtp_packet(payload_type, 1000 + payload_type, number, number * step, payload))
        self.sent += 1

    def _consent(self) -> None:
        request = self.binding_request()
        request.add_message_integrity(self.server.password.encode() if self.server else b"")
        self.send(bytes(request))

    def _datagrams(self) -> Iterator[bytes]:
        while True:
            try:
                data, ancillary, _, _ = self.sock.recvmsg(2048, 64)
            except OSError:
                return
            for _, kind, value in ancillary:
                if kind == SO_TIMESTAMPNS:
                    seconds, nanoseconds = TIMESPEC.unpack(value)
                    self._arrived = seconds * 1_000_000_000 + nanoseconds
            yield data

    def _note(self, packet: bytes) -> None:
        self.received += 1
        self.took.append(self._arrived - STAMP.unpack_from(packet, 12)[0])


class RelayProcess:
    """The relay under measurement, spoken to in lines."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._turn = asyncio.Lock()

    async def tell(self, **command: str) -> dict[str, Any]:
        """Send a command and return its result."""
        streams = self._process.stdin, self._process.stdout
        if streams[0] is None or streams[1] is None:
            raise ConnectionError("the relay's process has no pipes")
        async with self._turn, asyncio.timeout(TIMEOUT):
            streams[0].write(json.dumps(command).encode() + b"\n")
            result: dict[str, Any] = json.loads(await streams[1].readline())
        return result


@asynccontextmanager
async def relay_process(core: int | None, *program: str) -> AsyncIterator[RelayProcess]:
    """Start the relay, or another program with one in it, pinned to a core; stop it afterwards."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", *(program or ("bench.relay_node",))),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=1 << 20,
    )
    if core is not None:
        os.sched_setaffinity(process.pid, {core})
    try:
        yield RelayProcess(process)
    finally:
        if process.stdin is not None:
            process.stdin.close()
        await asyncio.wait_for(process.wait(), TIMEOUT)


async def fill(relay: RelayProcess, rooms: int) -> list[Talker]:
    """Connect a family and a terminal in each room."""
    certificate = RTCCertificate.generateCertificate()
    seeded = random.Random(rooms)
    gate = asyncio.Semaphore(JOINS_AT_ONCE)

    async def join(room: int, who: str, role: str, other: str) -> Talker:
        async with gate:
            talker = Talker(certificate, seeded.random())
            joined = await relay.tell(do="join", room=str(room), who=who, role=role, other=other)
            answer = talker.answer(joined["offer"])
            await relay.tell(do="answer", room=str(room), who=who, sdp=answer)
            await talker.connect()
        return talker

    seats = (("visitor", "visitor", "terminal"), ("terminal", "terminal", "visitor"))
    talkers = await asyncio.gather(*(join(room, *seat) for room in range(rooms) for seat in seats))
    async with asyncio.timeout(TIMEOUT):
        while (await relay.tell(do="stat"))["connected"] < len(talkers):  # noqa: ASYNC110 - in another process
            await asyncio.sleep(0.02)
    return talkers


async def one_run(rooms: int, seconds: float, core: int | None) -> Run:
    """Fill the rooms, let them talk, and measure after a warm-up."""
    async with relay_process(core) as relay:
        talkers = await fill(relay, rooms)
        gc.collect()
        gc.freeze()
        loop = asyncio.get_running_loop()
        for talker in talkers:
            talker.talk(loop.time() + 0.1)
        await asyncio.sleep(WARM_UP)
        for talker in talkers:
            del talker.took[:]
        sent, began, before = _sum(talkers, "sent"), time.monotonic(), await relay.tell(do="stat")
        await asyncio.sleep(seconds)
        after, lasted, sent = await relay.tell(do="stat"), time.monotonic() - began, _sum(talkers, "sent") - sent
        for talker in talkers:
            talker.stop()
        await asyncio.sleep(FLUSH)
        took = sorted(each / 1e6 for talker in talkers for each in talker.took)
        await asyncio.gather(*(talker.hang_up() for talker in talkers))
        gc.unfreeze()
        forwarded, cpu = after["forwarded"] - before["forwarded"], after["cpu"] - before["cpu"]
        return Run(
            rooms=rooms,
            forwarded=forwarded,
            cpu_us_per_packet=cpu / max(1, forwarded) * 1e6,
            p50_ms=percentile(took, 0.50),
            p99_ms=percentile(took, 0.99),
            lost=_sum(talkers, "sent") - _sum(talkers, "received"),
            pace=sent / (len(talkers) * PACKETS_A_SECOND * lasted),
            core=cpu / lasted,
        )


def _sum(talkers: Iterable[Talker], what: str) -> int:
    return sum(getattr(talker, what) for talker in talkers)


async def measure(sizes: Sequence[int], seconds: float, runs: int) -> list[Run]:
    """Make the runs: each size once, then each again, so that a slow minute of the machine falls on all of them."""
    cores = sorted(os.sched_getaffinity(0))
    relay_core = cores[-1] if len(cores) > 1 else None
    if relay_core is not None:
        os.sched_setaffinity(0, {cores[0]})
    try:
        return [await one_run(size, seconds, relay_core) for _ in range(runs) for size in sizes]
    finally:
        os.sched_setaffinity(0, cores)
