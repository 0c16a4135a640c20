"""What a report can be asked for."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from broker.reports.asked import LONGEST, Asked, Dimension, Period
from broker.reports.numbers import SETS, NumberSet

DAY = date(2024, 2, 29)


def test_a_period_has_both_its_ends_and_is_not_endless() -> None:
    """One day is a period; one that ends before it begins, or after more than ten years, is none."""
    assert Period(DAY, DAY).first == DAY
    Period(DAY, DAY + LONGEST)
    for last in (DAY - timedelta(days=1), DAY + LONGEST + timedelta(days=1)):
        with pytest.raises(ValueError, match="period"):
            Period(DAY, last)


def test_a_report_knows_what_its_numbers_need() -> None:
    """Reasons and people are counted for the numbers that are asked for."""
    minutes = Asked(Period(DAY, DAY), (Dimension.JAIL,), SETS[NumberSet.MINUTES])
    assert (minutes.people, minutes.reasons, minutes.time) == (False, False, True)
    assert Asked(Period(DAY, DAY), (), SETS[NumberSet.PEOPLE]).people
    assert Asked(Period(DAY, DAY), (), SETS[NumberSet.REFUSALS]).reasons
