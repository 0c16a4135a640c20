"""What lines, periods and choices are called."""

from __future__ import annotations

from datetime import date

from broker.people import Jail, State
from broker.reports.asked import Dimension, Period
from broker.reports.numbers import NumberSet
from broker.reports.periods import presets
from broker.vocabulary import InmateCategory, VisitKind, VisitMode
from web.reports import words
from web.reports.words import Places, label, month, period


def jail(number: int, state: int, name: str) -> Jail:
    """A jail."""
    return Jail(number, state, number, name, "Pune", "Asia/Kolkata", "")


PLACES = Places(
    {27: State(27, "Maharashtra"), 19: State(19, "West Bengal")},
    {1: jail(1, 27, "Central"), 2: jail(2, 19, "Central"), 3: jail(3, 27, "Yerwada")},
)


def test_every_choice_has_a_word() -> None:
    """Of a division, a set, a period, and of each thing a line may be about."""
    assert set(words.DIMENSIONS) == set(Dimension)
    assert set(words.SETS) == set(NumberSet)
    assert set(words.PRESETS) == set(presets(date(2026, 3, 2)))
    assert set(words.CATEGORIES) == {*InmateCategory, ""}
    assert (set(words.KINDS), set(words.MODES)) == (set(VisitKind), set(VisitMode))


def test_two_jails_of_one_name_are_told_apart_by_their_state() -> None:
    """And one that is out of reach has its number."""
    assert label(Dimension.JAIL, 1, PLACES, "en") == "Central (Maharashtra)"
    assert label(Dimension.JAIL, 3, PLACES, "en") == "Yerwada"
    assert label(Dimension.JAIL, 9, PLACES, "en") == "#9"
    assert label(Dimension.STATE, 19, PLACES, "en") == "West Bengal"
    assert label(Dimension.STATE, 5, PLACES, "en") == "#5"


def test_months_and_periods_are_written_in_the_readers_language() -> None:
    """With the digits of everybody's phone."""
    assert label(Dimension.MONTH, 202402, PLACES, "en") == "Feb 2024"
    for language in ("hi", "bn"):
        assert "2024" in month(202402, language)
        assert "Feb" not in month(202402, language)
    assert period(Period(date(2024, 1, 1), date(2025, 2, 9)), "en") == "1 January 2024 to 9 February 2025"
    assert period(Period(date(2024, 1, 1), date(2024, 1, 1)), "en") == "1 January 2024"


def test_words_of_the_vocabulary_are_translated() -> None:
    """A request that nobody has matched has no category, and says so."""
    assert label(Dimension.KIND, VisitKind.LEGAL, PLACES, "hi") == "वकील"
    assert label(Dimension.CATEGORY, "", PLACES, "en") == "Not found in the register yet"
