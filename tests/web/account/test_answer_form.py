"""web.account.answer_form: the fields of an answer, read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from broker.reasons import AskFor
from broker.visit import Prisoner, Visitor
from broker.vocabulary import IdType
from tests.broker.samples import a_visitor
from tests.support.deciding import identity
from web.account import answer_form

WHO = Prisoner("Sanjay Kolte", "Mahadev Kolte", 34, "male", "UT/1")


def digest_key(id_type: IdType, number: str) -> str:
    """A digest that can be seen through."""
    return f"{id_type}:{number}"


@pytest.fixture
def visitor() -> Visitor:
    """Somebody with a PAN card."""
    return replace(a_visitor("v"), identity=identity("ABCPE1234F"))


def read(visitor: Visitor, *wants: AskFor, **changes: str) -> answer_form.Reading:
    """What comes of the known fields with some typed anew; `_` at a name's end stands for the visitor's id."""
    typed = answer_form.start([visitor], WHO)
    typed |= {name + visitor.id if name.endswith("_") else name: text for name, text in changes.items()}
    return answer_form.read(wants, [visitor], WHO, typed, digest_key)


def test_what_is_known_is_right_as_it_stands(visitor: Visitor) -> None:
    """Sending the fields unchanged changes nothing but the digest's key."""
    reading = read(visitor, AskFor.VISITOR_DETAILS, AskFor.PRISONER_DETAILS)
    assert reading.problems == {}
    assert reading.answer.prisoner == WHO
    name, who = reading.answer.visitors[visitor.id]
    assert name == visitor.name
    assert visitor.identity is not None
    assert replace(who, id_digest=visitor.identity.id_digest) == visitor.identity


def test_what_was_not_asked_is_not_changed(visitor: Visitor) -> None:
    """Fields that a form did not show are not read."""
    reading = read(visitor, AskFor.OTHER, note="He is my brother.", prisoner_name="Somebody else")
    assert reading.answer.prisoner is None
    assert reading.answer.visitors == {}
    assert reading.answer.note == "He is my brother."


@pytest.mark.parametrize(
    ("wants", "field", "text", "problem"),
    [
        (AskFor.PRISONER_DETAILS, "prisoner_name", " ", "required"),
        (AskFor.PRISONER_DETAILS, "prisoner_name", "x" * 121, "too_long"),
        (AskFor.PRISONER_DETAILS, "prisoner_age", "thirty", "age"),
        (AskFor.PRISONER_DETAILS, "prisoner_age", "0", "age"),
        (AskFor.VISITOR_DETAILS, "id_number_", "12", "proof"),
        (AskFor.VISITOR_DETAILS, "name_", "", "required"),
        (AskFor.RELATIONSHIP, "note", "", "required"),
        (AskFor.BETTER_ID, "note", "x" * 1001, "too_long"),
    ],
)
def test_what_cannot_be_is_a_problem_of_its_field(
    visitor: Visitor, wants: AskFor, field: str, text: str, problem: str
) -> None:
    """One stable id at the field that has it."""
    name = field + visitor.id if field.endswith("_") else field
    assert read(visitor, wants, **{field: text}).problems == {name: problem}


def test_a_proof_of_another_kind_has_another_form(visitor: Visitor) -> None:
    """What is said stands at the number, which is what people compare; so too for a kind that doesn't exist."""
    for kind in ("aadhaar", "library_card"):
        reading = read(visitor, AskFor.VISITOR_DETAILS, id_type_=kind)
        assert reading.problems == {f"id_number_{visitor.id}": "proof"}


def test_a_new_number_has_a_new_digest(visitor: Visitor) -> None:
    """Or a ban would look for the old one."""
    reading = read(visitor, AskFor.VISITOR_DETAILS, id_type_="voter", id_number_="abc 1234567")
    _, who = reading.answer.visitors[visitor.id]
    assert (who.id_number, who.id_digest) == ("ABC1234567", "voter:ABC1234567")


def test_a_new_photo_goes_with_new_details(visitor: Visitor) -> None:
    """Neither undoes the other; the photo alone keeps what was known."""
    details = read(visitor, AskFor.VISITOR_DETAILS, name_="Asha P. Pawar").answer
    both = answer_form.with_document(details, visitor, "d" * 32)
    assert both.visitors[visitor.id][0] == "Asha P. Pawar"
    assert both.visitors[visitor.id][1].document_id == "d" * 32
    alone = answer_form.with_document(read(visitor, AskFor.BETTER_ID).answer, visitor, "d" * 32)
    assert alone.visitors[visitor.id] == (visitor.name, replace(visitor.identity or identity(), document_id="d" * 32))
