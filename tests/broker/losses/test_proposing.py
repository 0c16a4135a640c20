"""Which free slots a letter names."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from broker.losses.proposing import NAMED, propose
from broker.slots.availability import Day, Offer

ZONE = "Asia/Kolkata"
FIRST = date(2026, 3, 9)
LENGTH = timedelta(minutes=15)


def moment(day: int, clock: str) -> datetime:
    """A time of the jail's day, so many days after the first."""
    local = datetime.fromisoformat(f"{FIRST + timedelta(days=day)}T{clock}")
    return local.replace(tzinfo=ZoneInfo(ZONE)).astimezone(UTC)


def a_day(number: int, *clocks: str, taken: tuple[str, ...] = ()) -> Day:
    """A day with free slots, and some that are taken."""
    offers = [Offer(moment(number, clock), moment(number, clock) + LENGTH, int(clock not in taken)) for clock in clocks]
    return Day(FIRST + timedelta(days=number), None, tuple(offers))


def named(days: list[Day], like: str = "11:15") -> list[datetime]:
    """The beginnings that a letter names."""
    return [offer.starts_at for offer in propose(days, moment(-3, like), ZONE)]


def test_three_days_at_the_hour_that_the_family_chose() -> None:
    """Soon, and as near to the time of day as there is; of two equally near the earlier."""
    days = [a_day(n, "10:00", "11:00", "11:15", "11:30", "15:00", taken=("11:15",)) for n in range(5)]
    assert named(days) == [moment(n, "11:00") for n in range(3)]


def test_days_on_which_nothing_is_free_are_passed_over_and_few_days_give_more_each() -> None:
    """Two days only: the second best of the first is named as well, all in time's order."""
    days = [a_day(0, "10:00", taken=("10:00",)), a_day(2, "10:00", "11:00"), a_day(6, "16:00")]
    assert named(days) == [moment(2, "10:00"), moment(2, "11:00"), moment(6, "16:00")]
    assert named([a_day(0)]) == []


def test_hour_is_the_jails_own_and_midnight_is_near_to_midnight() -> None:
    """Ten to twelve at night is nearer to a quarter past midnight than to nine in the evening."""
    assert named([a_day(0, "00:15", "21:00"), a_day(1, "00:15", "21:00"), a_day(2, "00:15")], "23:50") == [
        moment(n, "00:15") for n in range(3)
    ]


@given(days=st.lists(st.lists(st.integers(0, 95), max_size=6, unique=True), max_size=6), like=st.integers(0, 95))
def test_named_slots_are_free_few_and_in_order(days: list[list[int]], like: int) -> None:
    """Never more than a letter names, never fewer than there are, each once."""

    def clock(quarter: int) -> str:
        return f"{quarter // 4:02d}:{quarter % 4 * 15:02d}"

    given_days = [a_day(number, *(clock(each) for each in sorted(quarters))) for number, quarters in enumerate(days)]
    free = [offer for day in given_days for offer in day.free]
    found = propose(given_days, moment(0, clock(like)), ZONE)
    assert len(found) == min(NAMED, len(free))
    assert list(found) == sorted(set(found), key=lambda offer: offer.starts_at)
    assert set(found) <= set(free)
