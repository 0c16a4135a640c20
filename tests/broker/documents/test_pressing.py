"""What the program makes of a file: a clean copy, or the word for why not."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from broker.documents import errors, pressing
from tests.support import uploads


def opened(jpeg: bytes) -> Image.Image:
    """The clean copy, opened."""
    image = Image.open(io.BytesIO(jpeg))
    assert image.format == "JPEG"
    image.load()
    return image


def test_a_location_and_all_else_is_gone_and_the_picture_stands_upright() -> None:
    """Of a phone's picture only the picture is left; what its EXIF said of its orientation has been done."""
    raw = uploads.with_location(orientation=6)
    assert uploads.SERIAL.encode() in raw
    copy = pressing.picture(raw)
    image = opened(copy)
    assert image.size == (600, 800)
    assert dict(image.getexif()) == {}
    assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    for trace in (b"Exif", uploads.SERIAL.encode(), b"comment", b"profile", b"Maker"):
        assert trace not in copy
    assert max(image.getpixel((300, 20))) < 90  # type: ignore[arg-type]
    assert min(image.getpixel((300, 780))) > 180  # type: ignore[arg-type]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_becomes_a_jpeg(mode: str) -> None:
    """Scanners make them all."""
    assert opened(pressing.picture(uploads.picture(mode=mode))).mode == "RGB"


@pytest.mark.parametrize("mode", ["L", "CMYK", "RGB"])
def test_every_kind_of_jpeg_becomes_a_plain_one(mode: str) -> None:
    """A print shop's four colours too."""
    assert opened(pressing.picture(uploads.picture(mode=mode, kind="JPEG"))).mode == "RGB"


def test_what_hangs_on_behind_a_picture_is_left_behind() -> None:
    """A picture that is a page as well, for whoever reads it as one."""
    copy = pressing.picture(uploads.picture() + b"<html><script>alert(1)</script></html>")
    assert b"script" not in copy


def test_what_is_transparent_becomes_white() -> None:
    """Not black, on which black print can't be read."""
    assert opened(pressing.picture(uploads.picture(mode="RGBA"))).getpixel((5, 5)) == (255, 255, 255)


def test_a_large_picture_is_made_smaller() -> None:
    """To what can be read on a desk."""
    assert opened(pressing.picture(uploads.picture(6000, 4000, kind="JPEG"))).size == (2400, 1600)


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (lambda: uploads.picture(10_000, 10_000, mode="1"), "too_many_pixels"),
        (lambda: uploads.picture(60, 60), "too_small_picture"),
        (uploads.html_as_png, "bad_picture"),
        (lambda: uploads.picture()[:300], "bad_picture"),
        (lambda: uploads.picture(kind="JPEG")[:900], "bad_picture"),
        (lambda: b"\xff\xd8\xff" + b"<html>" * 50, "bad_picture"),
        (lambda: uploads.picture(kind="GIF"), "bad_picture"),
    ],
)
def test_what_is_no_picture_that_can_be_kept_is_refused(make: Callable[[], bytes], word: str) -> None:
    """A hundred million pixels, a page that calls itself a picture, half a picture, another kind."""
    with pytest.raises(pressing.Refused, match=f"^{word}$"):
        pressing.picture(make())


def test_a_short_document_is_taken() -> None:
    """It comes back to nobody: the bytes are kept as they are."""
    pressing.pdf(uploads.pdf())
    pressing.pdf(uploads.pdf(pages=10))


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (uploads.pdf_bomb, "bomb_document"),
        (lambda: uploads.pdf_bomb(1000, twice=True), "bomb_document"),
        (uploads.pdf_bomb_that_lies, "bomb_document"),
        (uploads.pdf_with_huge_picture, "bomb_document"),
        (lambda: uploads.pdf(pages=11), "too_many_pages"),
        (lambda: uploads.pdf(password="secret"), "locked_document"),
        (uploads.pdf_with_script, "active_document"),
        (uploads.pdf_with_file, "active_document"),
        (uploads.pdf_that_launches, "active_document"),
        (lambda: b"%PDF-1.7\n<html><script>alert(1)</script></html>", "bad_document"),
        (lambda: uploads.pdf()[:120], "bad_document"),
    ],
    ids=["bomb", "twice", "lies", "huge", "pages", "locked", "script", "file", "launch", "html", "half"],
)
def test_a_document_that_does_more_than_be_looked_at_is_refused(make: Callable[[], bytes], word: str) -> None:
    """Bombs before anything interprets them; scripts, programs and files; what nobody could open."""
    with pytest.raises(pressing.Refused, match=f"^{word}$"):
        pressing.pdf(make())


def test_the_limits_are_those_that_the_errors_tell() -> None:
    """The program imports nothing of ours, so the numbers stand twice."""
    assert errors.TooManyPixels.most * 1_000_000 == pressing.MOST_PIXELS
    assert errors.TooManyPages.most == pressing.MOST_PAGES
    assert errors.TooSmallPicture.most == pressing.LEAST_SIDE


def test_the_program_answers_with_a_word_and_a_copy() -> None:
    """As `press` starts it."""
    program = [sys.executable, "-I", str(Path(pressing.__file__))]
    done = subprocess.run([*program, "picture"], input=uploads.picture(), capture_output=True, check=True)
    word, _, body = done.stdout.partition(b"\n")
    assert word == b"ok"
    assert opened(body).size == (800, 600)
    refused = subprocess.run([*program, "pdf"], input=uploads.pdf(pages=11), capture_output=True, check=True)
    assert refused.stdout == b"too_many_pages\n"
