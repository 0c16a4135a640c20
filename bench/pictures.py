"""Real VP8 for callers without a camera: invented pictures, encoded once, and their packets (RFC 7741)."""

from __future__ import annotations

import random
from collections.abc import Iterable
from fractions import Fraction

import av
from aiortc.codecs.vpx import VpxPayloadDescriptor
from PIL import Image, ImageDraw, ImageFilter

WIDTH, HEIGHT = 640, 480
PACKET = 1100
"""Bytes of a packet's payload, about what browsers send."""

RATE = 800_000
"""Bits a second: what a browser reaches in a visit with a good line."""


def painted(seed: int, width: int = WIDTH, height: int = HEIGHT) -> Image.Image:
    """Paint a picture with about as much detail as a face before a wall: soft shapes, some edges, a little noise."""
    chance = random.Random(seed)
    image = Image.new("RGB", (width, height), _colour(chance))
    draw = ImageDraw.Draw(image)
    for _ in range(40):
        x, y, size = chance.randrange(width), chance.randrange(height), chance.randrange(10, width // 3)
        draw.ellipse((x - size, y - size, x + size, y + size // 2), fill=_colour(chance))
    soft = image.filter(ImageFilter.GaussianBlur(2))
    noise = Image.frombytes("L", (width, height), chance.randbytes(width * height)).convert("RGB")
    return Image.blend(soft, noise, 0.02)


def _colour(chance: random.Random) -> tuple[int, int, int]:
    return (chance.randrange(256), chance.randrange(256), chance.randrange(256))


def encode(images: Iterable[Image.Image], rate: int = RATE) -> list[bytes]:
    """Encode pictures as a browser does in a call: VP8, the first one a keyframe and the others not."""
    pictures = [image.convert("RGB") for image in images]
    codec = av.CodecContext.create("libvpx", "w")
    codec.width, codec.height = pictures[0].size
    codec.pix_fmt, codec.time_base, codec.bit_rate = "yuv420p", Fraction(1, 20), rate
    codec.options = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0", "error-resilient": "1"}
    packets: list[bytes] = []
    for number, picture in enumerate(pictures):
        frame = av.VideoFrame.from_image(picture).reformat(format="yuv420p")  # type: ignore[no-untyped-call]
        frame.pts = number
        packets += [bytes(packet) for packet in codec.encode(frame)]
    return packets + [bytes(packet) for packet in codec.encode(None)]


def packetise(frame: bytes, size: int = PACKET) -> list[bytes]:
    """Cut a frame into payloads with their descriptors; the last one's packet carries the marker."""
    pieces = [frame[at : at + size] for at in range(0, len(frame), size)]
    return [
        bytes(VpxPayloadDescriptor(partition_start=int(index == 0), partition_id=0, picture_id=index)) + piece
        for index, piece in enumerate(pieces)
    ]
