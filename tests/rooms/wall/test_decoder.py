"""The decoder's process as its node sees it: lazy, bounded, and never a reason for the relay to stumble."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bench.pictures import encode, painted
from rooms.host.tasks import end
from rooms.wall import decoder
from rooms.wall.decoder import MOST_WAITING, Decoder, Picture, Source
from tests.rooms.media.conftest import until
from tests.support.clock import ManualClock

KEYFRAME = encode([painted(1)])[0]
MOTHER, TERMINAL = ("room-1", "visitor-a"), ("room-1", "terminal-7")

#: Programs that misbehave in place of the real one: each says it is ready first.
READY = "import sys, time\nsys.stdout.buffer.write(b'ready\\n')\nsys.stdout.flush()\n"
DIES = READY + "sys.stdin.buffer.read(20)\nsys.exit(3)\n"
HANGS = READY + "time.sleep(600)\n"
RAMBLES = DIES.replace(
    "sys.exit(3)", "sys.stdout.buffer.write(b'\\1' + b'\\xff' * 99)\nsys.stdout.flush()\ntime.sleep(600)"
)
NEVER_READY = "import sys\nsys.exit(1)\n"


class Album:
    """A decoder at work, and what it made."""

    def __init__(self) -> None:
        self.made: list[tuple[Source, Picture]] = []
        self.clock = ManualClock()
        self.decoder = Decoder(lambda source, picture: self.made.append((source, picture)), self.clock)


@asynccontextmanager
async def at_work() -> AsyncIterator[Album]:
    """Run a decoder."""
    album = Album()
    task = asyncio.create_task(album.decoder.run())
    try:
        yield album
        assert not task.done()
    finally:
        await end([task])
        await album.decoder.close()
    assert album.decoder.pid is None


@pytest.fixture
async def album() -> AsyncIterator[Album]:
    """A decoder that works."""
    async with at_work() as found:
        yield found


@pytest.fixture
def instead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Put another program in the real one's place, or the real one back."""
    real = decoder._PROGRAM

    def put(text: str) -> None:
        path = tmp_path / "program.py"
        path.write_text(text or real.read_text())
        monkeypatch.setattr(decoder, "_PROGRAM", path)

    return put


async def test_nothing_is_started_before_there_is_something_to_decode(album: Album) -> None:
    """A node on nobody's wall has no such process."""
    await asyncio.sleep(0)
    assert album.decoder.pid is None
    album.decoder.offer(MOTHER, KEYFRAME)
    await until(lambda: album.made, 20)
    assert album.decoder.pid is not None


async def test_each_source_gets_its_pictures_and_is_compared_with_itself(album: Album) -> None:
    """The time is that of the keyframe, the first picture has nothing to be compared with."""
    came = album.clock.now()
    for source, frame in ((MOTHER, KEYFRAME), (TERMINAL, encode([painted(2)])[0])):
        album.decoder.offer(source, frame)
    album.clock.advance(7)
    await until(lambda: len(album.made) == 2, 20)
    album.decoder.offer(MOTHER, KEYFRAME)
    await until(lambda: len(album.made) == 3, 20)
    assert [source for source, _ in album.made] == [MOTHER, TERMINAL, MOTHER]
    first, _, again = (picture for _, picture in album.made)
    assert (first.at, again.at) == (came, album.clock.now())
    assert first.jpeg.startswith(b"\xff\xd8\xff")
    assert (first.change, again.change) == (None, 0.0)
    assert album.decoder.totals.made == 3


async def test_what_is_no_picture_is_counted_and_forgotten(album: Album) -> None:
    """The process is none the worse for it."""
    album.decoder.offer(MOTHER, b"no keyframe at all")
    await until(lambda: album.decoder.totals.refused == 1, 20)
    pid = album.decoder.pid
    album.decoder.offer(MOTHER, KEYFRAME)
    await until(lambda: album.made, 20)
    assert album.decoder.pid == pid


async def test_of_what_waits_the_newest_of_each_source_is_kept_and_the_oldest_dropped() -> None:
    """Nobody decodes here: what is offered stays bounded, whatever comes."""
    album = Album()
    for number in range(MOST_WAITING + 10):
        for _ in range(3):
            album.decoder.offer(("room-1", f"visitor-{number}"), KEYFRAME)
    assert len(album.decoder._waiting) == MOST_WAITING
    assert ("room-1", "visitor-0") not in album.decoder._waiting
    assert album.decoder.totals.dropped == 2 * (MOST_WAITING + 10) + 10


async def test_a_killed_process_is_started_again(album: Album) -> None:
    """As by the kernel for its hunger: the frame it had is lost, the next one is decoded by another process."""
    album.decoder.offer(MOTHER, KEYFRAME)
    await until(lambda: album.made, 20)
    pid = album.decoder.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    album.decoder.offer(TERMINAL, KEYFRAME)
    await until(lambda: album.decoder.totals.deaths == 1, 20)
    album.decoder.offer(MOTHER, KEYFRAME)
    await until(lambda: len(album.made) == 2, 20)
    assert album.decoder.pid != pid


@pytest.mark.parametrize("program", [DIES, HANGS, RAMBLES])
async def test_a_source_that_breaks_the_decoder_is_left_alone_and_the_others_go_on(
    program: str, instead: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It dies, it hangs, or it answers nonsense: ended, started again, and that source is not tried for a while."""
    monkeypatch.setattr(decoder, "TIMEOUT", 0.5)
    instead(program)
    async with at_work() as album:
        album.decoder.offer(MOTHER, KEYFRAME)
        await until(lambda: album.decoder.totals.deaths == 1, 20)
        monkeypatch.setattr(decoder, "TIMEOUT", 10)
        instead("")
        album.decoder.offer(MOTHER, KEYFRAME)
        album.decoder.offer(TERMINAL, KEYFRAME)
        await until(lambda: album.made, 20)
        assert [source for source, _ in album.made] == [TERMINAL]
        album.clock.advance(decoder.BANNED + 1)
        album.decoder.offer(MOTHER, KEYFRAME)
        await until(lambda: len(album.made) == 2, 20)


async def test_a_process_that_cannot_start_is_nobodys_fault(
    instead: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is tried again, less and less often, and the frame waits."""
    monkeypatch.setattr(decoder, "PAUSES", (0.0, 0.01, 0.02))
    instead(NEVER_READY)
    async with at_work() as album:
        album.decoder.offer(MOTHER, KEYFRAME)
        await until(lambda: album.decoder.totals.deaths >= 3, 20)
        instead("")
        await until(lambda: album.made, 20)
        assert album.decoder.totals.dropped == 0


async def test_the_process_ends_when_nothing_is_wanted_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    """And begins again with the next frame."""
    monkeypatch.setattr(decoder, "IDLE", 0.2)
    async with at_work() as album:
        album.decoder.offer(MOTHER, KEYFRAME)
        await until(lambda: album.made, 20)
        await until(lambda: album.decoder.pid is None)
        album.decoder.offer(MOTHER, KEYFRAME)
        await until(lambda: len(album.made) == 2, 20)
    assert album.decoder.totals.deaths == 0


async def test_nothing_is_made_of_a_source_that_was_forgotten(album: Album) -> None:
    """Its room has ended, or is on no wall any more, while its frame waited or was decoded."""
    album.decoder.offer(MOTHER, KEYFRAME)
    album.decoder.forget(MOTHER)
    album.decoder.offer(TERMINAL, KEYFRAME)
    await until(lambda: album.made, 20)
    assert [source for source, _ in album.made] == [TERMINAL]
    album.decoder.offer(MOTHER, KEYFRAME)
    while album.decoder._waiting:  # noqa: ASYNC110 - in the turn in which it is taken, or it may be made by then
        await asyncio.sleep(0)
    album.decoder.forget(MOTHER)
    album.decoder.offer(TERMINAL, KEYFRAME)
    await until(lambda: len(album.made) == 2, 20)
    assert {source for source, _ in album.made} == {TERMINAL}
