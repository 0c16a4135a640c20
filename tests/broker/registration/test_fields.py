"""Fields: what people type, read; and what can't be meant, refused by id."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, BeforeValidator, ValidationError
from pydantic_core import PydanticCustomError

from broker.registration import fields
from broker.registration.fields import Born
from broker.vocabulary import Gender, IdType

TODAY = date(2026, 3, 2)


class _Page(BaseModel):
    born: Annotated[Born, BeforeValidator(fields.born)]


def read_born(text: str) -> Born:
    """Through a page, as the form does."""
    return _Page.model_validate({"born": text}, context={"today": TODAY}).born


@pytest.mark.parametrize(
    ("text", "on", "age"),
    [
        ("34", None, 34),
        (" ३४ ", None, 34),
        ("12/05/1991", date(1991, 5, 12), None),
        ("12.5.1991", date(1991, 5, 12), None),
        ("1991-05-12", date(1991, 5, 12), None),
        ("২৯-০২-২০০০", date(2000, 2, 29), None),
    ],
)
def test_an_age_or_a_date_of_birth_is_read(text: str, on: date | None, age: int | None) -> None:
    """In any script's digits, the day first."""
    assert read_born(text) == Born(on, age)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", "required"), ("old", "born"), ("31/02/1991", "born"), ("12/05/2030", "born"), ("1/1/1800", "born"),
        ("0", "age"), ("121", "age"), ("12/5", "born"), ("9" * 5000, "age"),
    ],
)  # fmt: skip
def test_what_is_neither_is_refused(text: str, error: str) -> None:
    """By what is the matter."""
    with pytest.raises(ValidationError) as refused:
        read_born(text)
    assert refused.value.errors()[0]["type"] == error


@given(st.text(max_size=80))
def test_no_text_breaks_a_field(text: str) -> None:
    """Whatever is pasted: a value, or an error id."""
    readers: list[Callable[[str], object]] = [
        fields.line(40), fields.lines(40), fields.age, fields.country, fields.email, fields.instant,
        fields.word_of(Gender), lambda typed: fields.mobile(typed, "NG"),
        lambda typed: fields.proof_number(IdType.AADHAAR, typed, "IN"),
    ]  # fmt: skip
    for reader in readers:
        with contextlib.suppress(PydanticCustomError):
            reader(text)


def refusal(reader: object, *given_: object) -> str:
    """The error id."""
    with pytest.raises(PydanticCustomError) as refused:
        reader(*given_)  # type: ignore[operator]
    return refused.value.type


def test_lines_are_cleaned_and_bounded() -> None:
    """Runs of white space become one; empty lines go; too much is said to be too much."""
    assert fields.line(20)("  Asha \t Pawar ") == "Asha Pawar"
    assert fields.lines(40)("12 Road\r\n\r\n  Pune ") == "12 Road\nPune"
    assert refusal(fields.line(3), "four") == "too_long"
    assert refusal(fields.lines(3), "four") == "too_long"
    assert refusal(fields.lines(30), " \n ") == "required"
    assert fields.line(3, needed=False)("") == ""


def test_a_number_at_home_or_in_india_is_understood() -> None:
    """Without a country's code it is one of the own country, else one of India's; else it says what is wrong."""
    assert fields.mobile("0802 123 4567", "NG") == "+2348021234567"
    assert fields.mobile("98765 43210", "NG") == "+919876543210"
    assert refusal(fields.mobile, "12", "IN") == "phone_too_short"
    assert refusal(fields.mobile, " ", "IN") == "required"


def test_other_fields_refuse_by_id() -> None:
    """Choices, countries, addresses, proofs, times."""
    assert refusal(fields.word_of(Gender), "cat") == "choose"
    assert refusal(fields.country, "ZZ") == "choose"
    assert refusal(fields.email, "") == "required"
    assert refusal(fields.email, "savita at family") == "bad_email"
    assert refusal(fields.proof_number, IdType.AADHAAR, "234123412347", "IN") == "proof_check_digit"
    assert refusal(fields.instant, "2026-03-02T10:00") == "choose"
    assert refusal(fields.instant, "tomorrow") == "choose"
    assert refusal(fields.age, "old") == "age"
    assert fields.age("") is None
    assert fields.instant("2026-03-02T10:00+05:30") == datetime(2026, 3, 2, 4, 30, tzinfo=UTC)
