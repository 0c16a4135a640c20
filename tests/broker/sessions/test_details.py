"""broker.sessions.details: what a caller is asked, and what counts as right."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.people import Visitor
from broker.sessions.details import NEEDED, Detail, askable, can_be_asked, fit
from tests.broker.samples import a_visitor
from tests.support.visits import IDENTITY

VISITOR = replace(a_visitor("a" * 32), identity=IDENTITY, mobile="+916000001234")
AGED = replace(VISITOR, identity=replace(IDENTITY, birth_date=None, age=41))
BOOKED_BY_STAFF = replace(VISITOR, identity=None)


def test_what_is_known_can_be_asked() -> None:
    """The number of the proof, the year of birth or else the age, and the mobile."""
    assert askable(VISITOR) == (Detail.ID_LAST4, Detail.BIRTH_YEAR, Detail.MOBILE_LAST4)
    assert askable(AGED) == (Detail.ID_LAST4, Detail.AGE, Detail.MOBILE_LAST4)
    assert askable(BOOKED_BY_STAFF) == (Detail.MOBILE_LAST4,)
    assert can_be_asked(VISITOR)
    assert not can_be_asked(BOOKED_BY_STAFF)


@pytest.mark.parametrize("said", ["234A", "234a", " 2 3 4 a ", "2-3-4-A", "２３４Ａ", "२३४A"])
def test_an_answer_is_understood_as_people_say_it(said: str) -> None:
    """Small letters, gaps, full-width forms and other scripts' digits."""
    assert fit(VISITOR, {Detail.ID_LAST4: said, Detail.BIRTH_YEAR: "1990"})


def test_two_right_answers_are_enough_and_one_wrong_one_is_too_much() -> None:
    """All that was asked must be right."""
    right = {Detail.ID_LAST4: "234A", Detail.MOBILE_LAST4: "1234", Detail.BIRTH_YEAR: "1990"}
    assert fit(VISITOR, right)
    for detail in right:
        assert fit(VISITOR, {other: right[other] for other in right if other is not detail})
        assert not fit(VISITOR, right | {detail: "0000"})


def test_fewer_than_two_answers_are_never_enough() -> None:
    """Nor are none, nor one that is right, nor an empty one."""
    assert not fit(VISITOR, {})
    assert not fit(VISITOR, {Detail.ID_LAST4: "234A"})
    assert not fit(VISITOR, {Detail.ID_LAST4: "234A", Detail.MOBILE_LAST4: ""})
    assert NEEDED == 2


def test_what_is_not_known_is_never_right() -> None:
    """No answer fits a detail that nobody registered."""
    for said in ("", "0", "None"):
        assert not fit(AGED, {Detail.ID_LAST4: "234A", Detail.BIRTH_YEAR: said})
        assert not fit(BOOKED_BY_STAFF, {Detail.MOBILE_LAST4: "1234", Detail.ID_LAST4: said})


def test_a_birthday_may_have_passed_since_the_registration() -> None:
    """The age as it was written down, or a year more."""
    for age, right in (("40", False), ("41", True), ("42", True), ("43", False)):
        assert fit(AGED, {Detail.AGE: age, Detail.MOBILE_LAST4: "1234"}) is right


@given(st.sampled_from([VISITOR, AGED]), st.dictionaries(st.sampled_from(Detail), st.text(max_size=60), max_size=4))
def test_no_guess_in_the_dark_is_an_error(visitor: Visitor, answers: dict[Detail, str]) -> None:
    """Whatever is typed is right or wrong."""
    assert fit(visitor, answers) in {True, False}
