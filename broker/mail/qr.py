"""QR codes as images for mail: many mail programs show no SVG, and all of them show PNG."""

from __future__ import annotations

import io

import segno

#: Pixels for one of the code's dots: a gate's reader, and a telephone's camera, read it off a small screen.
_DOT = 6
_BORDER = 4
# Where a PNG says how wide it is (ISO 15948, 11.2.2).
_WIDTH = slice(16, 20)


def png(text: str) -> bytes:
    """The code of a text as a PNG, black on white, readable with a quarter of it lost (ISO 18004, level Q)."""
    image = io.BytesIO()
    segno.make(text, error="q", micro=False).save(image, kind="png", scale=_DOT, border=_BORDER)
    return image.getvalue()


def side(image: bytes) -> int:
    """How many pixels wide, and high, such an image is: shown at that size it stays sharp."""
    return int.from_bytes(image[_WIDTH])
