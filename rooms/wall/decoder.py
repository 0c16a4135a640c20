"""From keyframes to small pictures, in a process of its own with limits on memory and time.

What decodes a stranger's video can be made to crash, to loop, or worse. `decoding` does it, knows nothing of us and
gets nothing but the bytes; here it is started when there is something to decode, fed one frame at a time, ended when it
takes too long, and started again when it died. Whatever it does, a frame costs the relay an entry in a dictionary.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import os
import sys
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from pathlib import Path

import structlog

from config.clock import Clock
from rooms.wall.decoding import ANSWER, READY, REQUEST

log = structlog.get_logger(__name__)

MOST_WAITING = 64
"""Frames; the oldest are dropped. At some 10 ms each, what waits longer is not worth showing."""

TIMEOUT, START_TIMEOUT = 5.0, 20.0
"""Seconds for one frame, and for the process to be ready for the first."""

IDLE = 60.0
"""Seconds without a frame after which the process is ended; the next frame starts another."""

PAUSES = (0.0, 1.0, 2.0, 5.0, 15.0, 30.0)
"""Seconds before the next start, by how often it has died in a row."""

BANNED = 300.0
"""Seconds for which a source whose frame killed the decoder is not decoded: once is an accident, at most."""

MOST_JPEG = 256 * 1024
_PROGRAM = Path(__file__).with_name("decoding.py")

Source = tuple[str, str]
"""(room id, participant id)"""


@dataclass(frozen=True, slots=True)
class Picture:
    """A small picture: a JPEG, when its keyframe came, its mean luminance, and its mean difference from the source's
    last one (None for the first), both in grey levels, 0 to 255.
    """

    at: datetime
    jpeg: bytes = field(repr=False)
    luminance: float
    change: float | None


@dataclass(slots=True)
class DecoderTotals:
    """What became of the frames, and how often the process died; monotonically growing."""

    made: int = 0
    refused: int = 0
    dropped: int = 0
    deaths: int = 0


class DecoderDied(Exception):
    """The process is gone, silent, or talks nonsense."""


class Decoder:
    """Owned by one node. `made` is called from its task with each picture, and must not block."""

    def __init__(self, made: Callable[[Source, Picture], None], clock: Clock) -> None:
        self.totals = DecoderTotals()
        self._made = made
        self._clock = clock
        self._waiting: OrderedDict[Source, tuple[datetime, bytes]] = OrderedDict()
        self._news = asyncio.Event()
        self._numbers: dict[Source, int] = {}
        self._next_number = count()
        self._banned: dict[Source, float] = {}
        self._deaths_in_a_row = 0
        self._process: asyncio.subprocess.Process | None = None

    def offer(self, source: Source, frame: bytes) -> None:
        """Have a frame decoded, in place of an older one of its source that still waits. Never blocks, never raises."""
        if self._banned.get(source, 0.0) > self._clock.monotonic():
            self.totals.dropped += 1
            return
        if self._waiting.pop(source, None) is not None:
            self.totals.dropped += 1
        self._waiting[source] = (self._clock.now(), frame)
        if len(self._waiting) > MOST_WAITING:
            self._waiting.popitem(last=False)
            self.totals.dropped += 1
        self._news.set()

    def forget(self, source: Source) -> None:
        """Nothing more will come from a source, and nothing of it is wanted any more."""
        self._waiting.pop(source, None)
        self._numbers.pop(source, None)
        self._banned.pop(source, None)

    async def run(self) -> None:
        """Decode what is offered, until cancelled; then close."""
        while True:
            try:
                async with asyncio.timeout(IDLE):
                    await self._news.wait()
            except TimeoutError:
                await self.close()
                continue
            self._news.clear()
            while self._waiting:
                await self._decode_next()

    async def close(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()

    @property
    def pid(self) -> int | None:
        """The process that decodes, while there is one."""
        return self._process.pid if self._process is not None else None

    async def _decode_next(self) -> None:
        try:
            async with asyncio.timeout(START_TIMEOUT):
                process = self._process or await self._start()
        except (DecoderDied, TimeoutError, OSError, asyncio.IncompleteReadError) as error:
            await self._died(error)
            return
        source, (at, frame) = self._waiting.popitem(last=False)
        try:
            async with asyncio.timeout(TIMEOUT):
                picture = await self._ask(process, source, at, frame)
        except (DecoderDied, TimeoutError, OSError, asyncio.IncompleteReadError) as error:
            self._ban(source)
            await self._died(error)
            return
        self._deaths_in_a_row = 0
        if picture is None:
            self.totals.refused += 1
        elif source in self._numbers:  # not forgotten meanwhile
            self.totals.made += 1
            self._made(source, picture)

    async def _ask(
        self, process: asyncio.subprocess.Process, source: Source, at: datetime, frame: bytes
    ) -> Picture | None:
        requests, answers = _pipes(process)
        number = self._numbers.setdefault(source, next(self._next_number) & 0xFFFFFFFF)
        requests.write(REQUEST.pack(number, len(frame)) + frame)
        await requests.drain()
        found, luminance, change, length = ANSWER.unpack(await answers.readexactly(ANSWER.size))
        if length > MOST_JPEG:
            raise DecoderDied("an answer too long")
        jpeg = await answers.readexactly(length)
        return Picture(at, jpeg, luminance, None if math.isnan(change) else change) if found else None

    async def _start(self) -> asyncio.subprocess.Process:
        # -I: neither the environment nor the current folder says what is imported; no variable of ours is handed on.
        process = self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-I",
            str(_PROGRAM),
            str(os.getpid()),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={"PATH": os.defpath},
            start_new_session=True,
        )
        _, answers = _pipes(process)
        if await answers.readexactly(len(READY)) != READY:
            raise DecoderDied("not ready")
        log.info("decoder_started", pid=process.pid)
        return process

    def _ban(self, source: Source) -> None:
        now = self._clock.monotonic()
        self._banned = {each: until for each, until in self._banned.items() if until > now} | {source: now + BANNED}
        self.totals.dropped += 1

    async def _died(self, error: Exception) -> None:
        """End what is left of the process, and wait before the next start."""
        self.totals.deaths += 1
        await self.close()
        pause = PAUSES[min(self._deaths_in_a_row, len(PAUSES) - 1)]
        self._deaths_in_a_row += 1
        log.warning("decoder_died", error=type(error).__name__, pause=pause)
        await asyncio.sleep(pause)


def _pipes(process: asyncio.subprocess.Process) -> tuple[asyncio.StreamWriter, asyncio.StreamReader]:
    if process.stdin is None or process.stdout is None:
        raise DecoderDied("no pipes")
    return process.stdin, process.stdout
