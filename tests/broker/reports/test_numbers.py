"""The numbers' definitions, and the sums that they promise."""

from __future__ import annotations

import pytest

from broker.reasons import CancelReason, RefusalReason
from broker.reports.line import NOT_APPROVED, Result
from broker.reports.numbers import (
    IDENTITIES,
    NUMBERS,
    PARTS,
    SETS,
    NumberSet,
    Unit,
    with_people,
    with_reasons,
    with_time,
)
from broker.vocabulary import LossCause
from config.i18n import LANGUAGES, translations


def test_every_number_has_a_name_and_a_sentence() -> None:
    """A definition is a sentence, and two numbers of one set never share a name."""
    assert all(number.name and number.says.endswith(".") for number in NUMBERS.values())
    for ids in SETS.values():
        names = [NUMBERS[each].name for each in ids]
        assert len(set(names)) == len(names)


def test_every_set_and_identity_is_of_numbers_that_there_are() -> None:
    """Nothing is shown, or promised, that is not defined."""
    assert set(SETS) == set(NumberSet)
    named = {each for ids in (*SETS.values(), *IDENTITIES.values(), *PARTS) for each in ids} | set(IDENTITIES)
    assert named <= set(NUMBERS)


def test_every_result_reason_and_cause_is_part_of_a_sum() -> None:
    """A new one that nobody counts would make the totals wrong without a word."""
    assert {Result(each) for each in IDENTITIES["approved"]} == set(Result) - NOT_APPROVED
    assert set(IDENTITIES["requested"]) == {*NOT_APPROVED, "approved"}
    assert len(IDENTITIES["refused"]) == len(RefusalReason)
    assert len(IDENTITIES["cancelled"]) == len(CancelReason)
    assert len(IDENTITIES["lost"]) == len(LossCause) + 1


def test_a_whole_is_of_the_unit_of_its_parts() -> None:
    """Minutes are not added to visits; different people are the sum of nothing."""
    for whole, parts in IDENTITIES.items():
        assert {NUMBERS[each].unit for each in parts} == {NUMBERS[whole].unit}
        assert NUMBERS[whole].unit is not Unit.PEOPLE


def test_what_a_set_needs_to_be_counted_is_known() -> None:
    """Reasons and different people cost time, and are counted only where they are shown."""
    assert with_people(SETS[NumberSet.SUMMARY])
    assert not with_people(SETS[NumberSet.MINUTES])
    assert with_time(SETS[NumberSet.MINUTES])
    assert not with_time(SETS[NumberSet.VISITS])
    assert with_reasons(SETS[NumberSet.REFUSALS])
    assert not with_reasons(SETS[NumberSet.SUMMARY])


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_numbers_have_one_name(language: str) -> None:
    """A column's heading is all that is left of it in a file: what is counted, and refused or cancelled for what."""
    names = [number.named(translations(language).gettext) for number in NUMBERS.values()]
    assert [name for name in names if names.count(name) > 1] == []
    assert "%" not in "".join(names)
    english = translations("en").gettext
    named = [NUMBERS[f"{what}_released"].named(english) for what in ("refused", "cancelled")]
    assert named == ["Refused: Released", "Cancelled: Released"]


def test_each_definition_can_be_read_alone() -> None:
    """They stand in any order, and alone in a file: none leans on the one before."""
    leaning = ("those of them", "of these", "either.", "the same ", "they ")
    assert [each.id for each in NUMBERS.values() if each.says.casefold().startswith(leaning)] == []
    assert [each.id for each in NUMBERS.values() if each.says.casefold().endswith("either.")] == []
