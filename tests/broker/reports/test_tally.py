"""Lines added up to numbers: what the definitions promise holds for any visits."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from broker.lifecycle import VisitStatus
from broker.reports.line import Told, derive
from broker.reports.numbers import IDENTITIES, NUMBERS, PARTS, Unit
from broker.reports.tally import Served, Tally, sum_of
from tests.support.told import told, visits

COUNTED = tuple(each for each in NUMBERS.values() if each.unit is not Unit.PEOPLE)


def tally(some: list[Told]) -> Tally:
    """All of them."""
    made = Tally()
    for each in some:
        made.add(sum_of(derive(each)))
    return made


@given(st.lists(visits(), max_size=12))
def test_every_whole_is_the_sum_of_its_parts_whatever_happened(some: list[Told]) -> None:
    """The identities, and what can never be more than something else, over random histories."""
    numbers = tally(some).numbers(NUMBERS)
    assert numbers["requested"] == len(some)
    for whole, parts in IDENTITIES.items():
        assert numbers[whole] == sum(numbers[each] for each in parts), whole
    for chain in PARTS:
        values = [numbers[each] for each in chain if NUMBERS[each].unit is Unit.VISITS]
        assert values == sorted(values)
    assert min(numbers.values()) >= 0


@given(st.lists(visits(), max_size=8), st.lists(visits(), max_size=8))
def test_two_tallies_joined_are_the_tally_of_both(one: list[Told], other: list[Told]) -> None:
    """A total is the sum of its lines."""
    both = tally(one)
    both.join(tally(other))
    ids = [each.id for each in COUNTED]
    assert both.numbers(ids) == tally([*one, *other]).numbers(ids)


def test_people_are_those_who_were_counted_apart() -> None:
    """They are not in the sums; without a count of them they are none."""
    made = tally([told("a"), told("b", status=VisitStatus.REFUSED)])
    wanted = ("connected", "inmates", "foreign_prisoners")
    assert made.numbers(wanted, Served(1, 0)) == {"connected": 1, "inmates": 1, "foreign_prisoners": 0}
    assert made.numbers(wanted)["inmates"] == 0
