"""The pages: values, or error ids by field."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from broker.registration.draft import Draft, Step
from broker.registration.errors import Incomplete
from broker.registration.form import Contact, JailChoice, Times, You, read
from broker.vocabulary import Gender, IdType, Relationship, VisitKind
from tests.support.registering import FIRST_SLOT, MONDAY, QUARTER

TODAY = date(2026, 3, 2)


def draft(**steps: dict[str, str]) -> Draft:
    """A draft with these pages."""
    return Draft("d", None, MONDAY + timedelta(days=1), steps=steps)


def problems(step: Step, **steps: dict[str, str]) -> dict[str, str]:
    """What is wrong with a page."""
    with pytest.raises(Incomplete) as wrong:
        read(step, draft(**steps), TODAY)
    assert wrong.value.step == step
    return wrong.value.problems


def test_an_empty_page_names_every_field_that_is_needed() -> None:
    """All at once, each with its id."""
    assert problems(Step.YOU) == {
        "name": "required", "father_name": "required", "gender": "choose", "born": "required", "relationship": "choose",
    }  # fmt: skip
    assert problems(Step.CONTACT) == {"address": "required", "email": "required", "mobile": "required"}
    assert problems(Step.PROOF) == {"id_type": "choose", "id_number": "required"}
    assert problems(Step.PHOTO) == {"document_id": "required"}
    assert problems(Step.TIMES) == {"slot_1": "required"}
    assert problems(Step.PRISONER) == {"name": "required", "father_name": "required", "gender": "choose"}


def test_a_wrong_address_hides_no_wrong_number() -> None:
    """Both are said at once: nobody corrects one to learn of the other."""
    found = problems(Step.CONTACT, contact={"address": "Pune", "email": "savita", "mobile": "98200"})
    assert set(found) == {"email", "mobile"}


def test_a_lawyer_asks_for_a_legal_visit() -> None:
    """Everybody else for a family one."""
    page = {"name": "F", "father_name": "J", "gender": "female", "born": "40"}
    lawyer, friend = (read(Step.YOU, draft(you={**page, "relationship": who}), TODAY) for who in ("lawyer", "friend"))
    assert isinstance(lawyer, You)
    assert isinstance(friend, You)
    assert (lawyer.kind, friend.kind) == (VisitKind.LEGAL, VisitKind.FAMILY)
    assert (lawyer.gender, lawyer.relationship) == (Gender.FEMALE, Relationship.LAWYER)


def test_the_nationality_decides_how_numbers_are_read() -> None:
    """A Nigerian mobile and passport; an Indian can't have the passport of another country."""
    contact = {"nationality": "NG", "address": "Lagos", "email": "A@B.example", "mobile": "0802 123 4567"}
    proof = {"id_type": "foreign_passport", "id_number": "a1234 5678"}
    page = read(Step.CONTACT, draft(contact=contact), TODAY)
    assert isinstance(page, Contact)
    assert (page.email, page.mobile) == ("a@b.example", "+2348021234567")
    number = read(Step.PROOF, draft(contact=contact, proof=proof), TODAY)
    assert (number.id_type, number.id_number) == (IdType.FOREIGN_PASSPORT, "A12345678")  # type: ignore[attr-defined]
    assert problems(Step.PROOF, proof=proof) == {"id_number": "proof_country"}
    assert problems(Step.CONTACT, contact={**contact, "mobile": "12"}) == {"mobile": "phone_too_short"}


def test_times_are_kept_in_order_without_doubles() -> None:
    """Gaps are closed."""
    later = FIRST_SLOT + QUARTER
    typed = {"slot_1": later.isoformat(), "slot_2": "", "slot_3": FIRST_SLOT.isoformat()}
    assert Times.model_validate(typed).wanted == (later, FIRST_SLOT)
    assert Times.model_validate({"slot_1": later.isoformat(), "slot_2": later.isoformat()}).wanted == (later,)


def test_a_jail_is_named_by_two_numbers() -> None:
    """Anything else is none."""
    assert JailChoice(jail="27-11").codes == (27, 11)
    assert [JailChoice(jail=text).codes for text in ("27", "-", "x-1", "27-x")] == [None] * 4


def test_a_language_we_do_not_write_is_refused() -> None:
    """The page offers three."""
    assert problems(Step.LETTER, letter={"language": "fr"}) == {"language": "choose"}


def test_nothing_of_a_page_is_printed() -> None:
    """A log line shows which page it was, and no more."""
    assert repr(JailChoice(jail="27-11")) == "JailChoice(…)"
