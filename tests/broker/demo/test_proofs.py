"""broker.demo.proofs: identities of the invented families, and their specimens."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from pydantic import SecretStr

from broker import demo
from broker.demo import proofs
from broker.documents.service import open_document
from broker.errors import NoFreeTerminal
from broker.identity.proofs import parse
from broker.storage.database import Database
from broker.visit import new_id
from broker.vocabulary import IdType
from config.settings import Settings
from tests.support.clock import NOON
from tests.support.settings import SECRET_KEY

SETTINGS = Settings.model_construct(secret_key=SecretStr(SECRET_KEY), public_url="http://127.0.0.1:8080")


def test_invented_numbers_have_the_form_of_real_ones() -> None:
    """The same visitor always has the same; names in any form have one."""
    for name in ("Savita Kolte", "Adv. Farida Merchant", "Prince", "Ngozi Ñandú"):
        visitor_id = new_id()
        number = proofs.pan(visitor_id, name)
        assert parse(IdType.PAN, number) == number
        assert proofs.pan(visitor_id, name) == number


def test_a_specimen_is_a_picture_that_can_be_looked_at() -> None:
    """A JPEG of a card's proportions."""
    with Image.open(io.BytesIO(proofs.specimen("Savita Kolte", "AAAPK4321Z"))) as picture:
        assert picture.format == "JPEG"
        assert picture.size == (640, 400)
        assert sum(count > 100 for count in picture.convert("L").histogram()) > 4


async def test_a_booking_has_people_whose_proofs_can_be_compared_and_asked_about(world: Database) -> None:
    """The line that is printed holds what a caller would answer."""
    booked = await demo.book(world, SETTINGS, demo.Wish(visitors=2, jail="ulhas", terminal="T2"), NOON)
    line = booked.summary()
    assert (line["terminal"], line["jail"]["code"]) == ("T2", "27/24")
    for visitor, proof in zip(booked.visit.visitors, line["proofs"], strict=True):
        assert visitor.identity is not None
        assert visitor.identity.birth_date is not None
        assert visitor.identity.document_id is not None
        assert proof == {
            "number": visitor.identity.id_number,
            "birth_year": str(visitor.identity.birth_date.year),
            "mobile": visitor.mobile,
        }
        async with world.read() as uow:
            opened = await open_document(uow, visitor.identity.document_id, SETTINGS)
        assert opened.inline


async def test_a_terminal_that_was_asked_for_by_name_is_given_or_nothing(world: Database) -> None:
    """Whoever asks for T2 is not put on T1."""
    wish = demo.Wish(jail="ulhas", terminal="T2")
    await demo.book(world, SETTINGS, wish, NOON)
    for again in (wish, demo.Wish(jail="ulhas", terminal="T9")):
        with pytest.raises(NoFreeTerminal):
            await demo.book(world, SETTINGS, again, NOON)
    others = {(await demo.book(world, SETTINGS, demo.Wish(jail="ulhas"), NOON)).terminal.name for _ in range(2)}
    assert others == {"T1", "T3"}
