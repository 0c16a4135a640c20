"""Files as people, and others, upload them: made here, byte by byte where no library would."""

from __future__ import annotations

import io
import zlib
from typing import Any

from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject, NumberObject, TextStringObject

#: Coordinates of the Yerwada prison's gate, as a camera writes them.
LATITUDE = (18.0, 33.0, 36.0)
SERIAL = "SN-4451-OF-THE-PHONE"


def picture(width: int = 800, height: int = 600, mode: str = "RGB", kind: str = "PNG", **saved: Any) -> bytes:
    """A picture whose left half is dark and whose right half is light."""
    image = Image.new(mode, (width, height))
    if mode == "RGB":
        image.paste((20, 40, 60), (0, 0, width // 2, height))
        image.paste((230, 220, 210), (width // 2, 0, width, height))
    out = io.BytesIO()
    image.save(out, kind, **saved)
    return out.getvalue()


def with_location(orientation: int = 6) -> bytes:
    """A JPEG as a phone takes it: lying on its side, with the place and the phone written into it."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Maker"
    exif[0xA431] = SERIAL
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = LATITUDE
    return picture(kind="JPEG", exif=exif, comment=b"a comment of the camera", icc_profile=b"profile " * 20)


def html_as_png() -> bytes:
    """A page with a script that calls itself a PNG."""
    return b"\x89PNG\r\n\x1a\n<html><script>alert(document.cookie)</script></html>"


def heic(brand: bytes = b"heic") -> bytes:
    """The first bytes of a picture as iPhones keep it."""
    return b"\x00\x00\x00\x18ftyp" + brand + b"\x00\x00\x00\x00mif1heic" + bytes(200)


def pdf(pages: int = 1, *, password: str = "") -> bytes:
    """A document of empty A4 pages."""
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(595, 842)
    if password:
        writer.encrypt(password, algorithm="AES-256")
    return _written(writer)


def pdf_with_script() -> bytes:
    """A document that runs a script when it is opened."""
    writer = PdfWriter(PdfReader(io.BytesIO(pdf())))
    script = DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert('hello');")}
    )
    writer.root_object[NameObject("/OpenAction")] = writer._add_object(script)
    return _written(writer)


def pdf_with_file() -> bytes:
    """A document with another file inside."""
    writer = PdfWriter(PdfReader(io.BytesIO(pdf())))
    writer.add_attachment("setup.exe", b"MZ")
    return _written(writer)


def pdf_that_launches() -> bytes:
    """A document that starts a program; the name is spelt so that a search for it finds nothing."""
    writer = PdfWriter(PdfReader(io.BytesIO(pdf())))
    action = DictionaryObject({NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("calc.exe")})
    writer.root_object[NameObject("/OpenAction")] = action
    return _written(writer).replace(b"/Launch", b"/L#61unch")


def pdf_bomb(megabytes: int = 400, *, twice: bool = False) -> bytes:
    """A page whose content unfolds to so much: half a megabyte that becomes hundreds, or a kilobyte, folded twice."""
    packer = zlib.compressobj(9)
    folded = b"".join(packer.compress(bytes(1024 * 1024)) for _ in range(megabytes)) + packer.flush()
    filters = b"/FlateDecode"
    if twice:
        folded, filters = zlib.compress(folded, 9), b"[/FlateDecode /FlateDecode]"
    return _page_with_content(b"/Filter " + filters, folded)


def pdf_bomb_that_lies() -> bytes:
    """A bomb that says `endstream` after its first bytes, for whoever looks for the end by that word."""
    packer = zlib.compressobj(0)
    beginning = packer.compress(b"\nendstream\nendobj\n" * 4000) + packer.flush(zlib.Z_SYNC_FLUSH)
    rest = zlib.compressobj(9, wbits=-15)
    folded = beginning + b"".join(rest.compress(bytes(1024 * 1024)) for _ in range(400)) + rest.flush()
    return _page_with_content(b"/Filter /FlateDecode", folded)


def pdf_with_huge_picture() -> bytes:
    """A page with a picture of 100,000 pixels a side, which is a few bytes of some other kind of folding."""
    writer = PdfWriter(PdfReader(io.BytesIO(pdf())))
    image = DecodedStreamObject()
    image.set_data(b"few")
    image.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Image"),
            NameObject("/Width"): NumberObject(100_000),
            NameObject("/Height"): NumberObject(100_000),
            NameObject("/Filter"): NameObject("/JPXDecode"),
        }
    )
    page = writer.pages[0]
    page[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/XObject"): DictionaryObject({NameObject("/A"): writer._add_object(image)})}
    )
    return _written(writer)


def _page_with_content(filters: bytes, folded: bytes) -> bytes:
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>",
        b"<< /Length %d %b >>\nstream\n%b\nendstream" % (len(folded), filters, folded),
    ]
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out + b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % table)


def _written(writer: PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
