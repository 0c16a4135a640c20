"""One line of a register: what it must hold, and that each wrong value is named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.register.lines import COLUMNS, REQUIRED, Why, key_of, read_line
from broker.vocabulary import InmateCategory, InmateStatus

GOOD = {
    "number": " UT/2291/26 ",
    "name": "Sanjay  Kolte",
    "father_name": "Mahadev Kolte",
    "age": "34",
    "gender": "M",
    "category": "Under Trial",
}


def why(**changes: object) -> list[tuple[str, Why]]:
    """What is wrong with the good line after changes."""
    row, faults = read_line(7, GOOD | changes)
    assert (row is None) is bool(faults)
    assert {fault.line for fault in faults} <= {7}
    return [(fault.column, fault.why) for fault in faults]


def test_line_is_read_with_its_spaces_folded_and_its_defaults() -> None:
    """Registers write M and Under Trial; who says nothing of it is held, and Indian."""
    row, faults = read_line(7, GOOD)
    assert faults == ()
    assert row is not None
    assert (row.line, row.number, row.name, row.age, row.gender) == (7, "UT/2291/26", "Sanjay Kolte", 34, "male")
    assert (row.category, row.nationality, row.status) == (InmateCategory.UNDERTRIAL, "IN", InmateStatus.HELD)


@pytest.mark.parametrize("column", REQUIRED)
@pytest.mark.parametrize("nothing", ["", "   ", None])
def test_each_needed_column_is_missed(column: str, nothing: object) -> None:
    """By its name, once."""
    assert why(**{column: nothing}) == [(column, Why.MISSING)]


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("age", "11", Why.BAD_AGE),
        ("age", "121", Why.BAD_AGE),
        ("age", "-34", Why.BAD_AGE),
        ("age", "34.5", Why.BAD_AGE),
        ("age", True, Why.NOT_TEXT),
        ("category", "detenue", Why.BAD_CATEGORY),
        ("gender", "x", Why.BAD_GENDER),
        ("name", "N" * 121, Why.TOO_LONG),
        ("name", "Sanjay\x00Kolte", Why.NOT_TEXT),
        ("name", ["Sanjay"], Why.NOT_TEXT),
        ("nationality", "India", Why.BAD_COUNTRY),
        ("nationality", "ZZ", Why.BAD_COUNTRY),
        ("number", "9" * 41, Why.TOO_LONG),
        ("status", "free", Why.BAD_STATUS),
        ("cell", "12", Why.UNKNOWN_COLUMN),
    ],
)
def test_each_wrong_value_says_why(column: str, value: object, reason: Why) -> None:
    """One value, one fault, at its column."""
    assert why(**{column: value}) == [(column, reason)]


def test_all_faults_of_a_line_are_named_at_once() -> None:
    """Nobody wants to correct a file value by value."""
    assert why(age="x", gender="x", name="") == [
        ("name", Why.MISSING),
        ("age", Why.BAD_AGE),
        ("gender", Why.BAD_GENDER),
    ]


@given(
    st.dictionaries(st.sampled_from([*COLUMNS, "cell"]), st.none() | st.text() | st.integers() | st.lists(st.text()))
)
def test_any_record_is_either_a_person_or_has_faults(record: dict[str, object]) -> None:
    """Whatever a program sends, the reader answers."""
    row, faults = read_line(1, record)
    assert (row is None) is bool(faults)


def test_what_is_no_record_is_said_so() -> None:
    """An array of texts has no columns."""
    assert read_line(3, "UT/1")[1][0].why is Why.NOT_TEXT


def test_numbers_differ_by_more_than_case_and_spaces() -> None:
    """As people type them."""
    assert key_of(" ut / 2291/26") == key_of("UT/2291/26")
    assert key_of("UT/229/126") != key_of("UT/2291/26")


def test_line_is_not_named_in_a_log() -> None:
    """Neither a row nor a fault shows a person."""
    row, _ = read_line(7, GOOD)
    _, faults = read_line(7, GOOD | {"age": "Kolte"})
    assert "Kolte" not in repr(row) + repr(faults)
