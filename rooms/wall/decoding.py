"""The program behind `decoder`: VP8 keyframes in, small JPEGs out, for as long as its input is open.

    python -I decoding.py PARENT < requests > answers

It says READY, and then answers requests. One is a source's number and a frame (REQUEST, then so many bytes); its answer
says whether there was a picture, how bright it is, how far from the source's last one (ANSWER), and then the JPEG. What
it decodes are strangers' bytes: it runs alone, imports nothing of ours, and limits itself before it looks at any.
"""

from __future__ import annotations

import ctypes
import io
import math
import os
import resource
import signal
import sys
import time
from collections import OrderedDict
from struct import Struct
from typing import BinaryIO

import av
from PIL import Image, ImageChops, ImageStat

REQUEST = Struct("!II")
"""Source, length of the frame."""

ANSWER = Struct("!?ffI")
"""Whether it is a picture; mean luminance and mean difference (grey levels, NaN if unknown); length of the JPEG."""

READY = b"ready\n"

SIDE = 320
"""Pixels of the longer side."""

QUALITY = 60
MOST_PIXELS = 1920 * 1200
"""Of a frame: no camera of a visit sends more, and its size is what it claims before anything is decoded."""

FINGERPRINT = (64, 48)
MOST_SOURCES = 2048

MEMORY_BYTES = 768 * 1024**2
CPU_SECONDS = 2
"""For one frame; one of the largest takes some 50 ms."""

PARENT_DEATH_SIGNAL, NO_NEW_PRIVILEGES = 1, 38
"""PR_SET_PDEATHSIG and PR_SET_NO_NEW_PRIVS of prctl(2)."""


class NoPicture(Exception):
    """There is no picture in these bytes, or not one to be shown."""


def decode(frame: bytes) -> av.VideoFrame:
    """Decode one keyframe. Raises NoPicture."""
    # RFC 6386 section 9.1: tag, start code, then width and height, 14 bits each.
    width, height = (int.from_bytes(frame[at : at + 2], "little") & 0x3FFF for at in (6, 8))
    if len(frame) < 10 or frame[0] & 0x01 or frame[3:6] != b"\x9d\x01\x2a" or not 0 < width * height <= MOST_PIXELS:
        raise NoPicture
    codec = av.CodecContext.create("vp8", "r")
    codec.thread_count = 1
    try:
        found = codec.decode(av.Packet(frame)) or codec.decode(None)
    except (av.FFmpegError, ValueError):
        raise NoPicture from None
    if not found or not isinstance(found[0], av.VideoFrame):
        raise NoPicture
    return found[0]


def shrink(frame: av.VideoFrame) -> Image.Image:
    """Make it at most SIDE pixels wide and high."""
    scale = min(1.0, SIDE / frame.width, SIDE / frame.height)
    width, height = (max(2, round(size * scale) & ~1) for size in (frame.width, frame.height))
    image: Image.Image = frame.to_image(width=width, height=height, interpolation="AREA")  # type: ignore[no-untyped-call]
    return image


class Album:
    """The last picture of each source, as small as it may be to tell whether the next one is another."""

    def __init__(self) -> None:
        self._last: OrderedDict[int, Image.Image] = OrderedDict()

    def compare(self, source: int, image: Image.Image) -> tuple[float, float]:
        """Return the picture's mean luminance and its mean difference to the source's last one; NaN for the first."""
        fingerprint = image.convert("L").resize(FINGERPRINT, Image.Resampling.BOX)
        before = self._last.pop(source, None)
        self._last[source] = fingerprint
        if len(self._last) > MOST_SOURCES:
            self._last.popitem(last=False)
        change = math.nan if before is None else _mean(ImageChops.difference(before, fingerprint))
        return _mean(fingerprint), change


def _mean(image: Image.Image) -> float:
    return float(ImageStat.Stat(image).mean[0])


def answer(album: Album, source: int, frame: bytes) -> bytes:
    """Return the answer to a request."""
    try:
        image = shrink(decode(frame))
    except NoPicture:
        return ANSWER.pack(False, math.nan, math.nan, 0)  # noqa: FBT003 - a field of a struct
    luminance, change = album.compare(source, image)
    jpeg = io.BytesIO()
    image.save(jpeg, "JPEG", quality=QUALITY)
    return ANSWER.pack(True, luminance, change, jpeg.tell()) + jpeg.getvalue()  # noqa: FBT003 - likewise


def limit(parent: int) -> None:
    """No more memory than this, no file, no other program, no life after the parent; and others first."""
    libc = ctypes.CDLL(None)
    libc.prctl(PARENT_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
    libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    if os.getppid() != parent:  # it died before we asked to be told
        sys.exit(1)
    os.nice(10)
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 16),
        (resource.RLIMIT_NPROC, 0),
    ):
        resource.setrlimit(what, (most, most))


def allow_cpu() -> None:
    """Allow so much more CPU time from here; whoever takes more is killed by the kernel."""
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(time.process_time()) + CPU_SECONDS, hard))


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests until there are no more."""
    album = Album()
    answers.write(READY)
    answers.flush()
    while len(header := requests.read(REQUEST.size)) == REQUEST.size:
        source, length = REQUEST.unpack(header)
        allow_cpu()
        answers.write(answer(album, source, requests.read(length)))
        answers.flush()


if __name__ == "__main__":
    Image.init()
    limit(int(sys.argv[1]))
    serve(sys.stdin.buffer, sys.stdout.buffer)
