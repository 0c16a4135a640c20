"""Identity proofs of the invented families: a number of the right form, and a picture that says it is a specimen.

Pillow is loaded when a picture is drawn: the other commands should start fast.
"""

from __future__ import annotations

import io
from datetime import date, datetime

from broker.documents.press import JPEG
from broker.documents.seal import seal
from broker.documents.store import Document
from broker.identity.proofs import number_digest
from broker.people import Identity
from broker.storage.unit import UnitOfWork
from broker.visit import new_id
from broker.vocabulary import IdType
from config.settings import Settings

_SIZE = (640, 400)
_GROUND, _INK, _SHADE, _MARK = "#e9e2d0", "#2b2b2b", "#b9ad93", "#9b1c24"


def identity(settings: Settings, visitor_id: str, name: str, document_id: str) -> Identity:
    """Who an invented visitor is: a PAN that follows from their id, so that the same visitor always has the same."""
    number = pan(visitor_id, name)
    return Identity(
        father_name="Mahadev " + name.rsplit(maxsplit=1)[-1],
        address="12 Station Road, Pune",
        gender="female" if name.startswith(("Savita", "Kamala", "Adv. F", "Adv. R")) else "male",
        birth_date=date(1960 + int(visitor_id[:4], 16) % 40, 1 + int(visitor_id[4:6], 16) % 12, 15),
        age=None,
        nationality="IN",
        id_type=IdType.PAN,
        id_number=number,
        id_digest=number_digest(settings.secret_key, IdType.PAN, number),
        document_id=document_id,
    )


def pan(visitor_id: str, name: str) -> str:
    """A well-formed PAN: P for a person, the surname's letter, four digits."""
    surname = next((letter for letter in name.rsplit(maxsplit=1)[-1].upper() if "A" <= letter <= "Z"), "X")
    return f"AAAP{surname}{int(visitor_id[8:16], 16) % 10_000:04d}Z"


async def keep(uow: UnitOfWork, settings: Settings, name: str, number: str, now: datetime) -> str:
    """Draw a visitor's proof and store it sealed; returns the document's id."""
    body = specimen(name, number)
    document = Document(new_id(), JPEG, len(body), now)
    await uow.documents.add(document, seal(settings.secret_key, document.id, JPEG, body))
    return document.id


def specimen(name: str, number: str) -> bytes:
    """A card as a JPEG: somebody's outline, a name and a number, and SPECIMEN across it."""
    from PIL import Image, ImageDraw, ImageFont  # noqa: PLC0415 - see above

    card = Image.new("RGB", _SIZE, _GROUND)
    pen = ImageDraw.Draw(card)
    pen.rectangle((12, 12, _SIZE[0] - 12, _SIZE[1] - 12), outline=_SHADE, width=4)
    pen.rectangle((40, 90, 220, 330), fill="#d6ccb4", outline=_SHADE, width=3)
    pen.ellipse((90, 120, 170, 210), fill=_SHADE)
    pen.pieslice((60, 215, 200, 420), 180, 360, fill=_SHADE)
    for text, at, size, colour in (
        ("INCOME TAX DEPARTMENT", (40, 36), 30, _INK),
        (name, (250, 110), 30, _INK),
        (number, (250, 190), 38, _INK),
        ("SPECIMEN", (330, 290), 50, _MARK),
    ):
        pen.text(at, text, fill=colour, font=ImageFont.load_default(size))
    out = io.BytesIO()
    card.save(out, "JPEG", quality=80)
    return out.getvalue()
