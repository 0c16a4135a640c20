"""What is left of an allowance."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from broker.quota.ledger import QuotaLeft, reckon
from broker.quota.periods import period
from broker.rules.model import Per, Quota
from broker.vocabulary import VisitKind, VisitMode

DATES = st.dates(date(2026, 1, 1), date(2027, 3, 31))
DAY = timedelta(days=1)


def allowed(count: int, per: Per = Per.MONTH) -> Quota:
    """An allowance of family visits by video."""
    return Quota(kind=VisitKind.FAMILY, mode=VisitMode.VIDEO, count=count, per=per)


def test_the_last_day_of_a_month_and_the_first_of_the_next_are_two_periods() -> None:
    """Four used in January leave four in February."""
    used = {date(2026, 1, 1): 4}
    assert reckon(used, allowed(4), date(2026, 1, 31)) == QuotaLeft(
        4, 4, 0, date(2026, 1, 1), date(2026, 2, 1), date(2026, 2, 1)
    )
    assert reckon(used, allowed(4), date(2026, 2, 1)).left == 4


def test_the_next_start_skips_a_month_that_is_used_up_already() -> None:
    """Visits approved ahead count where they are: the next free month is the one after."""
    used = {date(2026, 1, 1): 2, date(2026, 2, 1): 2, date(2026, 3, 1): 1}
    assert reckon(used, allowed(2), date(2026, 1, 5)).next_start == date(2026, 3, 1)


def test_an_allowance_of_none_never_comes_back() -> None:
    """There is no next date to offer."""
    left = reckon({}, allowed(0), date(2026, 1, 5))
    assert (left.left, left.spent, left.next_start) == (0, True, None)


def test_without_a_limit_there_is_always_something_left() -> None:
    """The period is the day alone, and never spent."""
    left = reckon({date(2026, 1, 5): 7}, None, date(2026, 1, 5))
    assert (left.limit, left.used, left.left, left.spent) == (None, 7, None, False)
    assert (left.period_start, left.period_end) == (date(2026, 1, 5), date(2026, 1, 6))


def test_what_was_used_beyond_the_limit_is_not_owed() -> None:
    """A rule that became stricter in the middle of a month leaves zero, not less."""
    left = reckon({date(2026, 1, 1): 4}, allowed(2), date(2026, 1, 20))
    assert (left.used, left.left) == (4, 0)


def test_visits_given_by_hand_add_to_the_allowance() -> None:
    """A net below zero is more than the rule's number."""
    assert reckon({date(2026, 1, 1): -1}, allowed(2), date(2026, 1, 20)).left == 3


def test_weeks_count_in_the_month_they_began_in_after_a_change() -> None:
    """A state that goes from weeks to months doesn't forget what the month's weeks have used."""
    weeks = {date(2025, 12, 29): 1, date(2026, 1, 5): 1, date(2026, 1, 26): 1}
    assert reckon(weeks, allowed(4), date(2026, 1, 31)).used == 2


@given(st.lists(DATES, max_size=12), st.integers(1, 5), st.sampled_from(Per), DATES)
def test_spending_only_what_is_left_never_overspends_a_period(days: list[date], count: int, per: Per, on: date) -> None:
    """Whatever the days and their order, month ends among them: no period holds more than its limit, what is left and
    what is used make the limit, and the next start has a visit left.
    """
    used: dict[date, int] = {}
    refused = []
    for day in days:
        if reckon(used, allowed(count, per), day).spent:
            refused.append(day)
            continue
        start = period(per, day).start
        used[start] = used.get(start, 0) + 1
    assert all(amount <= count for amount in used.values())
    assert all(used[period(per, day).start] == count for day in refused)
    left = reckon(used, allowed(count, per), on)
    assert left.left is not None
    assert left.used + left.left == count
    assert left.next_start is not None
    assert left.next_start >= left.period_end
    assert not reckon(used, allowed(count, per), left.next_start).spent
