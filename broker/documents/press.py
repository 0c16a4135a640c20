"""From an upload to a clean copy, in a process of its own with limits on time and memory.

What opens a stranger's file can be made to eat a machine. `pressing` does the opening, knows nothing of us and gets
nothing of us but the bytes; here it is started, waited for, and ended when it takes too long.
"""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from broker.documents.errors import BY_ID, DocumentError, EmptyFile, HeicPicture, SlowFile, TooLargeFile, UnknownFile

log = structlog.get_logger(__name__)

JPEG = "image/jpeg"
PDF = "application/pdf"
#: More bytes than this are not even looked at. A form that carries several files needs room for each.
MOST_BYTES = TooLargeFile.most * 1024 * 1024
#: Seconds until a file counts as one that means no good.
TIMEOUT = 20.0

_PROGRAM = Path(__file__).with_name("pressing.py")
# At most so many at once: each may take a core and the memory it is limited to.
_AT_ONCE = 2
_MARKS = ((b"\xff\xd8\xff", "picture"), (b"\x89PNG\r\n\x1a\n", "picture"), (b"%PDF-", "pdf"))
# ISO/IEC 23008-12 and AVIF: an ISO base media file whose brand stands behind `ftyp`.
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"})

_turns: dict[asyncio.AbstractEventLoop, asyncio.Semaphore] = {}


@dataclass(frozen=True, slots=True)
class Pressed:
    """A clean copy: `content_type` is JPEG or PDF."""

    content_type: str
    body: bytes = field(repr=False)


def kind(raw: bytes) -> str:
    """`picture` or `pdf`, by the first bytes alone: a name and a declared type prove nothing.

    Raises EmptyFile, TooLargeFile, HeicPicture, UnknownFile.
    """
    if not raw.strip(b"\0 \t\r\n"):
        raise EmptyFile("nothing in it")
    if len(raw) > MOST_BYTES:
        raise TooLargeFile("too many bytes")
    if raw[4:8] == b"ftyp" and raw[8:12] in _HEIC_BRANDS:
        raise HeicPicture("a picture in another form")
    for mark, found in _MARKS:
        if raw.startswith(mark):
            return found
    raise UnknownFile("neither JPEG nor PNG nor PDF")


async def press(raw: bytes) -> Pressed:
    """The clean copy of an upload. Raises DocumentError."""
    found = kind(raw)
    turn = _turn()
    try:
        async with asyncio.timeout(TIMEOUT):
            await turn.acquire()
    except TimeoutError:
        raise SlowFile("too many others before it") from None
    try:
        word, body = await _run(found, raw)
    finally:
        turn.release()
    if word != "ok":
        raise BY_ID.get(word, DocumentError)(word)
    return Pressed(JPEG, body) if found == "picture" else Pressed(PDF, raw)


async def _run(what: str, raw: bytes) -> tuple[str, bytes]:
    """Start the program, feed it, and return its word and what comes after. Raises SlowFile."""
    # -I: neither the environment nor the current folder says what is imported; no variable of ours is handed on.
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        str(_PROGRAM),
        what,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={"PATH": os.defpath},
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(TIMEOUT):
            said, _ = await process.communicate(raw)
    except TimeoutError:
        raise SlowFile("no answer in time") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    word, _, body = said.partition(b"\n")
    if process.returncode != 0 or not word:
        # Ended by its own limits, or by the kernel for its hunger: whichever, nobody's identity proof does that.
        log.warning("press_died", kind=what, status=process.returncode)
        raise SlowFile("ended by a limit")
    return word.decode("ascii", "replace"), body


def _turn() -> asyncio.Semaphore:
    """The semaphore of this event loop; those of loops that are closed are forgotten."""
    loop = asyncio.get_running_loop()
    if loop not in _turns:
        for other in [each for each in _turns if each.is_closed()]:
            del _turns[other]
        _turns[loop] = asyncio.Semaphore(_AT_ONCE)
    return _turns[loop]
