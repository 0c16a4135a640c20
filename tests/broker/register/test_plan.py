"""What a file would do to a register."""

from __future__ import annotations

import pytest

from broker.people import Inmate
from broker.register.lines import Row, read_line
from broker.register.plan import Gone, make_plan
from broker.vocabulary import InmateCategory, InmateStatus, ReviewCause


def inmate(id_: int, number: str, status: InmateStatus = InmateStatus.HELD) -> Inmate:
    """Somebody on the register."""
    return Inmate(id_, 1, number, "Sanjay Kolte", "Mahadev Kolte", 34, "male", InmateCategory.UNDERTRIAL, "IN", status)


def row(number: str, **changes: object) -> Row:
    """What a file says of somebody."""
    values = {
        "number": number,
        "name": "Sanjay Kolte",
        "father_name": "Mahadev Kolte",
        "age": 34,
        "gender": "male",
        "category": "undertrial",
    }
    found, faults = read_line(2, values | changes)
    assert found is not None, faults
    return found


def test_everybody_is_new_changed_the_same_or_absent() -> None:
    """Held against each other by the number; what differs is named."""
    register = [inmate(1, "UT/1"), inmate(2, "UT/2"), inmate(3, "UT/3")]
    plan = make_plan(register, [row("UT/1"), row("UT/2", age=35, status="away"), row("UT/4")])
    assert [each.number for each in plan.added] == ["UT/4"]
    assert [(change.before.id, change.columns) for change in plan.changed] == [(2, ("age", "status"))]
    assert (plan.same, plan.absent, plan.gone, plan.goes) == (1, 1, (), None)
    assert list(plan.causes()) == [(2, ReviewCause.INMATE_AWAY)]


@pytest.mark.parametrize(
    ("gone", "cause"), [(Gone.RELEASED, ReviewCause.INMATE_RELEASED), (Gone.MOVED, ReviewCause.INMATE_MOVED)]
)
def test_who_is_missing_from_a_whole_register_goes(gone: Gone, cause: ReviewCause) -> None:
    """Once: whoever went before is not sent again."""
    register = [inmate(1, "UT/1"), inmate(2, "UT/2"), inmate(3, "UT/3", InmateStatus.RELEASED)]
    plan = make_plan(register, [row("ut / 1")], gone)
    assert [each.id for each in plan.gone] == [2]
    assert (2, cause) in list(plan.causes())


def test_who_comes_back_needs_no_second_look() -> None:
    """Their visits were looked at when they went."""
    plan = make_plan([inmate(1, "UT/1", InmateStatus.AWAY)], [row("UT/1")])
    assert [change.columns for change in plan.changed] == [("status",)]
    assert list(plan.causes()) == []


def test_a_correction_of_somebody_long_released_touches_no_visit() -> None:
    """Only a status that is new counts."""
    plan = make_plan([inmate(1, "UT/1", InmateStatus.RELEASED)], [row("UT/1", age=40, status="released")])
    assert list(plan.causes()) == []


def test_the_same_again_changes_nothing() -> None:
    """An import may be repeated."""
    assert make_plan([inmate(1, "UT/1")], [row("UT/1")], Gone.RELEASED).is_empty
