"""QR codes as images."""

from __future__ import annotations

import io

import segno
from PIL import Image

from broker.mail import qr


def test_code_is_a_small_picture_with_a_white_border_that_says_the_address() -> None:
    """Dot by dot what segno makes of the text, at a size that a camera reads off a telephone; a few kilobytes."""
    text = "https://visits.example/gate?pass=HgnD7yTZmgQc_j8jxg2JO328"
    made = qr.png(text)
    assert len(made) < 8_000
    image = Image.open(io.BytesIO(made)).convert("1")
    code = segno.make(text, error="q", micro=False)
    side = int(code.symbol_size(scale=6, border=4)[0])
    assert image.size == (side, side) == (qr.side(made), qr.side(made))
    dots = [[image.getpixel(((4 + x) * 6 + 3, (4 + y) * 6 + 3)) == 0 for x in range(side // 6 - 8)] for y in range(3)]
    assert dots == [[bool(dot) for dot in row] for row in list(code.matrix)[:3]]
    assert image.getpixel((1, 1)) == 255
