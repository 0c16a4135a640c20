"""The published table's figures, dealt out exactly at every scale."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.demo.published.figures import FOREIGN, JAILS, KNOWN, SESSIONS, days, deal, jails
from broker.reports.periods import PUBLISHED


@given(st.integers(0, 10**6), st.lists(st.integers(0, 10**4), min_size=1, max_size=40))
def test_what_is_dealt_sums_to_what_there_was(total: int, weights: list[int]) -> None:
    """To the last one, within one of each share, and nothing for no weight."""
    dealt = deal(total, weights)
    whole = sum(weights)
    assert sum(dealt) == (total if whole else 0)
    for each, weight in zip(dealt, weights, strict=True):
        assert each >= 0
        assert not whole or abs(each - Fraction(total * weight, whole)) < 1


def test_at_full_size_it_is_the_published_table() -> None:
    """Sixty jails, seven of them by name with their own numbers, which no other jail reaches."""
    made = jails()
    assert len(made) == JAILS
    assert {each.name: each.sessions for each in made[: len(KNOWN)]} == KNOWN
    assert sum(each.sessions for each in made) == SESSIONS == 316_647
    assert sum(each.foreign for each in made) == FOREIGN == 1_105
    assert max(each.sessions for each in made[len(KNOWN) :]) < min(KNOWN.values())
    assert len({each.code for each in made}) == JAILS


@pytest.mark.parametrize("share", [Fraction(1, 100), Fraction(1, 7), Fraction(1, 10_000)])
def test_a_share_of_it_has_exactly_that_share(share: Fraction) -> None:
    """Rounded once, for all jails together; nobody foreign is without a session."""
    made = jails(share)
    assert sum(each.sessions for each in made) == round(SESSIONS * share)
    assert all(each.foreign <= each.sessions for each in made)


def test_a_jails_sessions_fall_on_the_periods_days() -> None:
    """All of them, on no day outside."""
    made = days(45_174)
    assert sum(number for _, number in made) == 45_174
    assert (made[0][0], made[-1][0]) == (PUBLISHED.first, PUBLISHED.last)
