"""The program behind `press`: opens one upload, writes a word and, for a picture, the clean copy.

    python -I pressing.py picture|pdf < upload > answer

The answer's first line is `ok` or the id of an error of `broker.documents.errors`; a JPEG follows after `ok` for a
picture. It runs alone, imports nothing of ours, and limits itself before it looks at a byte.
"""

from __future__ import annotations

import io
import re
import resource
import sys
import warnings
import zlib
from collections.abc import Iterator

from PIL import Image, ImageOps
from pypdf import PdfReader
from pypdf.errors import LimitReachedError, PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

MEMORY_BYTES = 1024**3
CPU_SECONDS = 15

MOST_PIXELS = 50_000_000
LEAST_SIDE = 200
#: The longer side of a copy: enough to read the small print of a card that fills the picture.
SIDE = 2400
QUALITY = 84

MOST_PAGES = 10
#: All streams of a PDF unfolded. Most scans are JPEGs, which don't unfold; a page kept point for point is 26 MB.
MOST_UNFOLDED = 128 * 1024 * 1024
MOST_OBJECTS = 5000
_CHUNK = 64 * 1024
# White space begins no deflated data (RFC 1950, section 2.2), so all of it may be passed over.
_STREAM = re.compile(rb"stream\s*")
# What a document that is only looked at has no use for (ISO 32000-2, section 12.6 and annex).
_ACTIVE = frozenset({"/JS", "/JavaScript", "/Launch", "/EmbeddedFile", "/EmbeddedFiles", "/RichMedia", "/XFA"})
_FOLDERS = frozenset({"/LZWDecode", "/LZW", "/RunLengthDecode", "/RL"})
_ACTIONS = frozenset({"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Rendition"})


class Refused(Exception):
    """The word to answer with."""


def picture(raw: bytes) -> bytes:
    """The picture as a JPEG: turned upright, at most SIDE pixels a side, and nothing in it but the picture."""
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            image = Image.open(io.BytesIO(raw), formats=("JPEG", "PNG"))
            if image.width * image.height > MOST_PIXELS:
                raise Refused("too_many_pixels")
            if max(image.size) < LEAST_SIDE:
                raise Refused("too_small_picture")
            image.draft("RGB", (SIDE, SIDE))
            upright = ImageOps.exif_transpose(image)
        except Image.DecompressionBombError:
            raise Refused("too_many_pixels") from None
        except (OSError, SyntaxError, ValueError, ZeroDivisionError, zlib.error, EOFError):
            raise Refused("bad_picture") from None
        if upright.mode in {"1", "P"}:  # two colours, or a list of them, can't be made smaller well
            upright = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
        upright.thumbnail((SIDE, SIDE))
        flat = _flat(upright)
        out = io.BytesIO()
        # Only pixels go over: EXIF, ICC profiles, comments and thumbnails stay in the image that is thrown away.
        clean = Image.frombytes("RGB", flat.size, flat.tobytes())
        clean.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()


def _flat(image: Image.Image) -> Image.Image:
    """RGB, with white behind what is transparent."""
    if image.has_transparency_data:
        seen = image.convert("RGBA")
        ground = Image.new("RGBA", seen.size, "white")
        ground.alpha_composite(seen)
        return ground.convert("RGB")
    if image.mode.startswith("I;16") or image.mode == "I":
        return image.point(lambda value: value / 257).convert("L").convert("RGB")
    return image.convert("RGB")


def pdf(raw: bytes) -> None:
    """Return if this is a document of a few pages that can only be looked at."""
    _unfold(raw)
    try:
        reader = PdfReader(io.BytesIO(raw), strict=False)
        if reader.is_encrypted:
            raise Refused("locked_document")
        pages = len(reader.pages)
        if pages > MOST_PAGES:
            raise Refused("too_many_pages")
        if pages == 0:
            raise Refused("bad_document")
        _walk(reader.trailer)
    except (LimitReachedError, RecursionError):
        raise Refused("bomb_document") from None
    except (PyPdfError, ValueError, TypeError, KeyError, AttributeError, IndexError, OSError, AssertionError):
        raise Refused("bad_document") from None


def _unfold(raw: bytes) -> None:
    """Unfold what is deflated, chains of filters too, and count: before anything interprets it."""
    left = MOST_UNFOLDED
    for number, start in enumerate(_streams(raw)):
        if number > MOST_OBJECTS:
            raise Refused("bomb_document")
        folded: bytes | memoryview | None = memoryview(raw)[start:]
        while folded is not None:
            folded, used = _inflate(folded, left)
            left -= used
            if left <= 0:
                raise Refused("bomb_document")


def _streams(raw: bytes) -> Iterator[int]:
    for found in _STREAM.finditer(raw):
        if not raw.startswith(b"end", found.start() - 3):
            yield found.end()


def _inflate(data: bytes | memoryview, most: int) -> tuple[bytes | None, int]:
    """What comes out, if it is deflated once more (None otherwise), and how much came out. Where a stream ends is what
    its own data say: the words around it can lie.
    """
    inflater = zlib.decompressobj()
    out = bytearray()
    try:
        for at in range(0, len(data), _CHUNK):
            out += inflater.decompress(data[at : at + _CHUNK], most + 1 - len(out))
            if inflater.eof or len(out) > most:
                break
    except zlib.error:
        pass  # what came out before it broke off is what a reader would show
    folded_again = len(out) > 2 and out[0] & 0x0F == 8 and int.from_bytes(out[:2], "big") % 31 == 0
    return (bytes(out) if folded_again else None), len(out)


def _walk(trailer: object) -> None:
    """Look at every object that can be reached, and refuse what does something."""
    seen: set[tuple[int, int]] = set()
    waiting: list[object] = [trailer]
    looked = 0
    while waiting:
        found = waiting.pop()
        looked += 1
        if looked > MOST_OBJECTS * 20 or len(seen) > MOST_OBJECTS:
            raise Refused("bomb_document")
        if isinstance(found, IndirectObject):
            if (found.idnum, found.generation) in seen:
                continue
            seen.add((found.idnum, found.generation))
            waiting.append(found.get_object())
        elif isinstance(found, DictionaryObject):
            _judge(found)
            waiting.extend(dict.values(found))
        elif isinstance(found, ArrayObject):
            waiting.extend(list.__iter__(found))


def _judge(found: DictionaryObject) -> None:
    if _ACTIVE & found.keys() or _value(found, "/S") in _ACTIONS or _value(found, "/Type") == "/EmbeddedFile":
        raise Refused("active_document")
    if _value(found, "/Subtype") == "/Image":
        wide, high = _value(found, "/Width"), _value(found, "/Height")
        if not isinstance(wide, int) or not isinstance(high, int) or wide * high > MOST_PIXELS:
            raise Refused("bomb_document")
    filters = _value(found, "/Filter")
    used = filters if isinstance(filters, list) else [filters]
    if isinstance(found, StreamObject) and _FOLDERS.intersection(map(str, used)):
        found.get_data()  # pypdf stops where it unfolds to too much


def _value(found: DictionaryObject, key: str) -> object:
    """What stands behind a key, through a reference too; None where nothing does."""
    return found[key] if key in found else None  # noqa: SIM401 - `get` does not follow references


def limit() -> None:
    """No more memory and time than this, whatever the file asks for; no file is written."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(arguments: list[str]) -> int:
    """Do what the first argument names; return the exit status."""
    limit()
    raw = sys.stdin.buffer.read()
    answer = b"ok\n"
    try:
        if arguments == ["picture"]:
            answer += picture(raw)
        else:
            pdf(raw)
    except Refused as refused:
        answer = f"{refused}\n".encode()
    except MemoryError:
        answer = b"slow_file\n"
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
