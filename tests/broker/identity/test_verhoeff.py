"""Verhoeff's check digit, against published numbers and against what it promises."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.identity import verhoeff

NUMBERS = st.text("0123456789", min_size=1, max_size=24)


@pytest.mark.parametrize(("number", "digit"), [("236", "3"), ("12345", "1"), ("142857", "0"), ("123456789012", "0")])
def test_the_check_digit_is_the_published_one(number: str, digit: str) -> None:
    """The examples that every description of the scheme gives."""
    assert verhoeff.check_digit(number) == digit
    assert verhoeff.holds(number + digit)


@pytest.mark.parametrize("number", ["999941057058", "999971658847", "999933119405", "999955183433", "999990501894"])
def test_the_test_numbers_of_the_authority_hold(number: str) -> None:
    """UIDAI publishes numbers of people who do not exist, for tests of authentication."""
    assert verhoeff.holds(number)


@given(NUMBERS, st.data())
def test_one_wrong_digit_is_always_found(number: str, data: st.DataObject) -> None:
    """Whichever it is, and whatever it became."""
    full = number + verhoeff.check_digit(number)
    place = data.draw(st.integers(0, len(full) - 1))
    other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != full[place]]))
    assert not verhoeff.holds(full[:place] + other + full[place + 1 :])


@given(NUMBERS, st.data())
def test_two_neighbours_that_changed_places_are_always_found(number: str, data: st.DataObject) -> None:
    """The slip that a plain sum of digits does not see."""
    full = number + verhoeff.check_digit(number)
    place = data.draw(st.integers(0, len(full) - 2))
    swapped = full[:place] + full[place + 1] + full[place] + full[place + 2 :]
    assert verhoeff.holds(swapped) is (swapped == full)


@pytest.mark.parametrize("text", ["", "12a4", "२३६३", " 2363"])
def test_what_is_not_digits_does_not_hold(text: str) -> None:
    """Only ASCII digits are numbers here; everything else has been brought into them before."""
    assert not verhoeff.holds(text)
