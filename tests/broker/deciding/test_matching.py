"""Whom a family means: by number, by likeness, with every difference marked."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.deciding.matching import LEAST, Detail, candidates, compared, plain
from broker.people import Inmate
from broker.visit import Prisoner
from broker.vocabulary import InmateCategory

SANJAY = Inmate(1, 1, "UT/1/26", "Sanjay Kolte", "Mahadev Kolte", 34, "male", InmateCategory.UNDERTRIAL, "IN")
SANJIV = replace(SANJAY, id=2, number="UT/2/26", name="Sanjiv Kolte", age=37)
PETER = replace(SANJAY, id=3, number="CT/9/24", name="Peter Okafor", father_name="John Okafor", age=51)
REGISTER = (PETER, SANJIV, SANJAY)
GIVEN = Prisoner("Sanjay Kolte", "Mahadev Kolte", 34, "male")

names = st.text(st.characters(categories=("L", "M", "Zs", "P")), max_size=30)
prisoners = st.builds(Prisoner, names, names, st.none() | st.integers(0, 110), st.sampled_from(["", "male"]), names)


def test_number_comes_first_whatever_the_name() -> None:
    """Somebody mistyped the name, or the number: both people are shown, and what differs."""
    found = candidates(replace(GIVEN, number="ct 9 24"), REGISTER)
    assert [one.inmate.id for one in found] == [3, 1, 2]
    assert found[0].by_number
    assert found[0].differences == {Detail.NAME, Detail.FATHER_NAME, Detail.AGE}
    assert found[1].differences == {Detail.NUMBER}


def test_without_a_number_the_likeliest_is_first_and_nobody_is_certain() -> None:
    """A likeness of a hundred is still a likeness."""
    found = candidates(GIVEN, REGISTER)
    assert [one.inmate.id for one in found] == [1, 2]
    assert found[0].likeness == 100
    assert not any(one.certain for one in found)


def test_only_number_and_details_together_are_certain() -> None:
    """Case, dots, spaces and a birthday don't matter; anything else does."""
    exact = Prisoner("SANJAY  KOLTE", "mahadev kolte.", 33, "male", "ut/1/26")
    assert compared(exact, SANJAY).certain
    for changes in ({"age": 31}, {"gender": "female"}, {"name": "Sanjay Kolthe"}, {"number": "UT/1/25"}):
        assert not compared(replace(exact, **changes), SANJAY).certain


def test_what_the_family_left_out_differs_in_nothing() -> None:
    """Age and father's name are often not known."""
    given = Prisoner("Sanjay Kolte", "", None, "", "UT/1/26")
    assert compared(given, SANJAY).differences == frozenset()


@pytest.mark.parametrize(("one", "other"), [("José", "jose"), ("A. P.  Rao", "a p rao"), ("सीमा", "सीमा ")])
def test_names_are_compared_without_case_accents_and_dots(one: str, other: str) -> None:
    """In any script."""
    assert plain(one) == plain(other)


def test_vowels_of_indian_scripts_are_no_accents() -> None:
    """Without its vowel sign it is another name."""
    assert plain("सीमा") != plain("सम")


def test_no_more_than_asked_for() -> None:
    """A jail has many of one name."""
    many = [replace(SANJAY, id=number, number=str(number)) for number in range(20)]
    assert [one.inmate.id for one in candidates(GIVEN, many, limit=3)] == [0, 1, 2]


@given(prisoners)
def test_whatever_was_typed_has_an_order(prisoner: Prisoner) -> None:
    """By number first, then by falling likeness, none below the least, each a share of a hundred."""
    found = candidates(prisoner, REGISTER)
    order = [(not one.by_number, -one.likeness) for one in found]
    assert order == sorted(order)
    assert all(one.by_number or one.likeness >= LEAST for one in found)
    assert all(0 <= one.likeness <= 100 for one in found)
