"""The family's words beside the register's, and what became of the wished times."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from broker.deciding.matching import Detail, compared
from broker.people import Inmate, Jail
from broker.slots.availability import Day, Offer, Unavailable
from broker.visit import Prisoner, Request, Slot, Visit, VisitStatus
from broker.visrn import VisRN
from broker.vocabulary import InmateCategory, VisitKind
from web.superintendent import compare

INMATE = Inmate(1, 1, "UT/1/26", "Sanjay Kolte", "Mahadev Kolte", 34, "male", InmateCategory.UNDERTRIAL, "IN")
AT = datetime(2026, 11, 24, 4, 30, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
JAIL = Jail(1, 27, 11, "Yerwada", "Pune", "Asia/Kolkata", "020-0000 1142")
VISIT = Visit(
    "0" * 32,
    VisRN(27, 11, 1, 2026),
    JAIL,
    None,
    None,
    VisitKind.FAMILY,
    VisitStatus.REQUESTED,
    None,
    AT,
    AT + QUARTER,
    (),
)


def asked_for(*preferences: datetime) -> Request:
    """A request for these times."""
    prisoner = Prisoner("Sanjay Kolte", "Mahadev Kolte", 34, "male", "UT/1/26")
    return Request(prisoner, preferences, "", "Asia/Kolkata", AT, AT)


def test_differences_are_marked_where_they_are() -> None:
    """A row a detail, in the order they are read; what the family left out differs in nothing."""
    prisoner = Prisoner("Sanjay Kolte", "Madhav Kolte", None, "male")
    rows = compare.rows(
        prisoner, [compared(prisoner, INMATE), compared(prisoner, replace(INMATE, id=2, gender="female"))]
    )
    marked = {row.detail: tuple(cell.differs for cell in row.cells) for row in rows}
    assert list(marked) == [Detail.NAME, Detail.FATHER_NAME, Detail.AGE, Detail.GENDER, Detail.NUMBER]
    assert marked[Detail.NAME] == (False, False)
    assert marked[Detail.FATHER_NAME] == (True, True)
    assert marked[Detail.AGE] == (False, False)
    assert marked[Detail.GENDER] == (False, True)
    assert next(row for row in rows if row.detail is Detail.AGE).said == ""


def test_a_wish_is_held_free_taken_or_not_offered() -> None:
    """Each of the family's times says what can be had of it."""
    day = Day(
        date(2026, 11, 24),
        None,
        (
            Offer(AT, AT + QUARTER, 2),
            Offer(AT + QUARTER, AT + 2 * QUARTER, 1),
            Offer(AT + 2 * QUARTER, AT + 3 * QUARTER, 0, Unavailable.FULL),
        ),
    )
    closed = Day(date(2026, 11, 25), Unavailable.CLOSED)
    request = asked_for(AT, AT + QUARTER, AT + 2 * QUARTER, AT + timedelta(days=1), AT + timedelta(days=60))
    wishes = compare.wishes(VISIT, request, Slot(1, AT, AT + QUARTER), (day, closed))
    assert [(wish.held, wish.free, wish.reason) for wish in wishes] == [
        (True, 2, None),
        (False, 1, None),
        (False, 0, Unavailable.FULL),
        (False, 0, Unavailable.CLOSED),
        (False, 0, Unavailable.CLOSED),
    ]


def test_a_hold_whose_time_is_past_is_no_wish_to_grant() -> None:
    """What is over can't be approved, held or not."""
    over = Day(date(2026, 11, 24), Unavailable.PAST, (Offer(AT, AT + QUARTER, 0, Unavailable.PAST),))
    (wish,) = compare.wishes(VISIT, asked_for(AT), Slot(1, AT, AT + QUARTER), (over,))
    assert (wish.held, wish.free, wish.reason) == (False, 0, Unavailable.PAST)


def test_the_nearest_other_times_are_offered_in_order() -> None:
    """Not those the family wished for, and no days without any."""
    offers = tuple(Offer(AT + n * QUARTER, AT + (n + 1) * QUARTER, 1) for n in range(-2, 3))
    free = compare.free_days([Day(date(2026, 11, 24), None, offers), Day(date(2026, 11, 25), Unavailable.CLOSED)])
    assert [day.date for day in free] == [date(2026, 11, 24)]
    assert [offer.starts_at - AT for offer in compare.nearest(free, [AT], 2)] == [-QUARTER, QUARTER]
