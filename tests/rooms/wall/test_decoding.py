"""The program that decodes: what it answers, and what it cannot be made to do."""

from __future__ import annotations

import io
import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from bench.pictures import encode, painted
from rooms.wall import decoding
from rooms.wall.decoding import ANSWER, READY, REQUEST, SIDE

PROGRAM = Path(decoding.__file__)
KEYFRAME, DELTA = encode([painted(1), painted(2)])
Answer = tuple[bool, float, float, bytes]


class Child:
    """The program, running."""

    def __init__(self, program: Path = PROGRAM) -> None:
        arguments = [sys.executable, "-I", str(program), str(os.getpid())]
        self.process = subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._read(len(READY)) == READY

    def _read(self, size: int) -> bytes:
        assert self.process.stdout is not None
        return self.process.stdout.read(size)

    def ask(self, frame: bytes, source: int = 1) -> Answer:
        """Have a frame decoded."""
        assert self.process.stdin is not None
        self.process.stdin.write(REQUEST.pack(source, len(frame)) + frame)
        self.process.stdin.flush()
        found, luminance, change, length = ANSWER.unpack(self._read(ANSWER.size))
        return found, luminance, change, self._read(length)


@pytest.fixture
def child() -> Iterator[Child]:
    """A program that is ended with the test."""
    each = Child()
    yield each
    with each.process:  # closes its pipes and waits for it
        each.process.kill()


def plain(colour: tuple[int, int, int], size: tuple[int, int] = (640, 480)) -> bytes:
    """Encode a picture of one colour."""
    return encode([Image.new("RGB", size, colour)])[0]


def picture(answer: Answer) -> Image.Image:
    """Open the picture of an answer."""
    assert answer[0]
    return Image.open(io.BytesIO(answer[3]), formats=["JPEG"])


def test_a_keyframe_becomes_a_small_jpeg_of_the_same_colours(child: Child) -> None:
    """A few kB, 320 pixels wide; left is red and right is blue, as they were painted."""
    image = Image.new("RGB", (640, 480), (200, 30, 30))
    image.paste((20, 40, 200), (320, 0, 640, 480))
    small = picture(child.ask(encode([image])[0]))
    assert small.size == (320, 240)
    for x, colour in ((60, (200, 30, 30)), (260, (20, 40, 200))):
        found = small.convert("RGB").getpixel((x, 120))
        assert isinstance(found, tuple)
        assert all(abs(a - b) < 25 for a, b in zip(found, colour, strict=True)), (found, colour)
    assert 500 < len(child.ask(KEYFRAME)[3]) < 16_000


@pytest.mark.parametrize(
    ("size", "small"), [((1280, 720), (320, 180)), ((480, 640), (240, 320)), ((160, 120), (160, 120)), ((2, 2), (2, 2))]
)
def test_pictures_keep_their_shape(child: Child, size: tuple[int, int], small: tuple[int, int]) -> None:
    """Wide ones, those of a telephone held upright, and ones that are small already."""
    assert picture(child.ask(plain((90, 120, 90), size))).size == small
    assert max(small) <= SIDE


def test_dark_and_bright_can_be_told_apart(child: Child) -> None:
    """Black is 0, white is 255, whatever the range of the video."""
    assert child.ask(plain((0, 0, 0)))[1] < 3
    assert child.ask(plain((255, 255, 255)))[1] > 252
    assert abs(child.ask(plain((128, 128, 128)))[1] - 128) < 4


def test_a_source_that_stands_still_can_be_told_from_one_that_moves(child: Child) -> None:
    """Each source is compared with itself; the first picture of one with nothing."""
    assert math.isnan(child.ask(KEYFRAME, 1)[2])
    assert math.isnan(child.ask(plain((9, 9, 9)), 2)[2])
    again, finer = child.ask(KEYFRAME, 1)[2], child.ask(encode([painted(1)], rate=3_000_000)[0], 1)[2]
    assert again < 0.01
    assert finer < 0.8, "the same picture in better quality is the same picture"
    moved = Image.new("RGB", (640, 480))
    moved.paste(painted(1), (12, 0))
    assert child.ask(encode([moved])[0], 1)[2] > 2


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"\x00" * 9,
        DELTA,
        KEYFRAME[:6],
        b"\x10\x02\x00\x9d\x01\x2a\x00\x00\x00\x00" + bytes(40),
        b"\x10\x02\x00\x9d\x01\x2a\xff\x3f\xff\x3f" + bytes(4000),
        os.urandom(3000),
    ],
)
def test_what_is_no_picture_is_answered_with_none(child: Child, frame: bytes) -> None:
    """Nothing, too little, no keyframe, no size, 16,383 pixels a side, noise; and the next one is decoded as ever."""
    found, luminance, _, jpeg = child.ask(frame)
    assert (found, math.isnan(luminance), jpeg) == (False, True, b"")
    assert child.ask(KEYFRAME)[0]


def test_damaged_frames_are_survived_or_refused_and_nothing_else(child: Child) -> None:
    """A few hundred, each damaged in another place; the process answers them all."""
    for seed in range(300):
        damaged = bytearray(KEYFRAME)
        for at in range(10 + seed, len(damaged), 997 + seed):
            damaged[at] ^= 1 + seed % 255
        child.ask(bytes(damaged[: 10 + 50 * seed]))
    assert child.ask(KEYFRAME)[0]


def test_it_may_write_no_file_start_no_program_and_take_little_memory(child: Child) -> None:
    """As the kernel sees it, before the first frame."""
    limits = Path(f"/proc/{child.process.pid}/limits").read_text()
    found = {line[:26].strip(): line[26:].split()[:2] for line in limits.splitlines()}
    assert found["Max file size"] == found["Max processes"] == found["Max core file size"] == ["0", "0"]
    assert int(found["Max address space"][1]) == decoding.MEMORY_BYTES
    status = Path(f"/proc/{child.process.pid}/status").read_text()
    assert "NoNewPrivs:\t1" in status
    child.ask(KEYFRAME)
    limits = Path(f"/proc/{child.process.pid}/limits").read_text()
    cpu = next(line[26:].split()[0] for line in limits.splitlines() if line.startswith("Max cpu time"))
    assert 0 < int(cpu) <= decoding.CPU_SECONDS + 30


def test_it_ends_when_its_input_does(child: Child) -> None:
    """A closed pipe is the end of its work, and no error."""
    assert child.process.stdin is not None
    child.process.stdin.close()
    assert child.process.wait(timeout=10) == 0


def test_it_dies_with_its_parent_however_that_one_dies() -> None:
    """Killed without a word: the kernel takes the child along, though its pipes are held open by somebody else."""
    starter = (
        "import os, subprocess, sys, time\n"
        f"p = subprocess.Popen([sys.executable, '-I', {str(PROGRAM)!r}, str(os.getpid())], stdout=subprocess.PIPE,\n"
        "                     stdin=0)\n"
        "p.stdout.read(6)\n"
        "print(p.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    read, write = os.pipe()
    parent = subprocess.Popen([sys.executable, "-c", starter], stdin=read, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    assert _lives(pid)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    deadline = time.monotonic() + 10
    while _lives(pid):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    parent.stdout.close()
    os.close(read)
    os.close(write)


def _lives(pid: int) -> bool:
    """Whether a process runs; one that is dead and not yet waited for does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state not in ("Z", "X")
