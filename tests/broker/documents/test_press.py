"""From an upload to a clean copy, in a process of its own."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from broker.documents import press
from broker.documents.errors import (
    BombDocument,
    DocumentError,
    EmptyFile,
    HeicPicture,
    LockedDocument,
    SlowFile,
    TooLargeFile,
    TooManyPixels,
    UnknownFile,
)
from tests.support import uploads


async def test_a_picture_comes_back_as_a_clean_jpeg() -> None:
    """Whatever it was."""
    pressed = await press.press(uploads.with_location())
    assert pressed.content_type == press.JPEG
    assert pressed.body.startswith(b"\xff\xd8\xff")
    assert uploads.SERIAL.encode() not in pressed.body


async def test_a_document_is_kept_byte_by_byte() -> None:
    """It is only ever downloaded, so nothing is made of it."""
    raw = uploads.pdf(pages=2)
    assert await press.press(raw) == press.Pressed(press.PDF, raw)


@pytest.mark.parametrize(
    ("raw", "error"),
    [
        (b"", EmptyFile),
        (b"\0" * 4000, EmptyFile),
        (b"<html><script>alert(1)</script></html>", UnknownFile),
        (b"GIF89a" + bytes(400), UnknownFile),
        (b"MZ" + bytes(400), UnknownFile),
        (b"\x89PNG", UnknownFile),
        (uploads.heic(), HeicPicture),
        (uploads.heic(b"mif1"), HeicPicture),
        (uploads.heic(b"avif"), HeicPicture),
        (b"\xff\xd8\xff" + b"1" * press.MOST_BYTES, TooLargeFile),
    ],
    ids=["zero bytes", "only zeros", "html", "gif", "program", "short", "heic", "mif1", "avif", "large"],
)
def test_a_file_is_known_by_its_first_bytes(raw: bytes, error: type[DocumentError]) -> None:
    """Not by its name; what isn't taken is refused before a process is started."""
    with pytest.raises(error):
        press.kind(raw)


@pytest.mark.parametrize(
    ("raw", "error"),
    [
        (uploads.picture(10_000, 10_000, mode="1"), TooManyPixels),
        (uploads.pdf_bomb(), BombDocument),
        (uploads.pdf(password="secret"), LockedDocument),
    ],
    ids=["pixels", "bomb", "locked"],
)
async def test_what_the_program_refuses_is_raised_as_its_error(raw: bytes, error: type[DocumentError]) -> None:
    """The word becomes the class."""
    with pytest.raises(error):
        await press.press(raw)


@pytest.mark.parametrize(
    ("program", "seconds"),
    [("import time; time.sleep(60)", 0.3), ("import os; os.kill(os.getpid(), 9)", 20.0), ("raise SystemExit(1)", 20.0)],
    ids=["hangs", "is killed", "fails"],
)
async def test_a_program_that_gives_no_answer_is_ended(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, program: str, seconds: float
) -> None:
    """Whether it hangs or dies, the upload is refused, and nothing of it goes on running."""
    path = tmp_path / "program.py"
    path.write_text(program)
    monkeypatch.setattr(press, "_PROGRAM", path)
    monkeypatch.setattr(press, "TIMEOUT", seconds)
    with pytest.raises(SlowFile):
        await press.press(uploads.picture())


async def test_a_program_that_eats_memory_is_stopped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Its own limits hold before it looks at a byte."""
    path = tmp_path / "program.py"
    path.write_text(
        "import sys; sys.path.insert(0, sys.argv[0].rpartition('/')[0])\n"
        f"sys.path.insert(0, {str(press._PROGRAM.parent)!r})\n"
        "import pressing\npressing.picture = lambda raw: bytearray(4 * 1024**3)\nsys.exit(pressing.main(['picture']))\n"
    )
    monkeypatch.setattr(press, "_PROGRAM", path)
    with pytest.raises(SlowFile):
        await press.press(uploads.picture())


async def test_many_uploads_wait_for_their_turn() -> None:
    """All of them come back."""
    done = await asyncio.gather(*(press.press(uploads.picture(300, 300)) for _ in range(6)))
    assert {each.content_type for each in done} == {press.JPEG}


async def test_nobody_waits_for_a_turn_for_ever(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Behind files that take their time the answer is a refusal, and later uploads are served again."""
    path = tmp_path / "program.py"
    path.write_text("import time; time.sleep(60)")
    with monkeypatch.context() as patched:
        patched.setattr(press, "_PROGRAM", path)
        patched.setattr(press, "TIMEOUT", 0.5)
        answers = await asyncio.gather(*(press.press(uploads.picture()) for _ in range(5)), return_exceptions=True)
    assert [type(answer) for answer in answers] == [SlowFile] * 5
    assert (await press.press(uploads.picture())).content_type == press.JPEG
