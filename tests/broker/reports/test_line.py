"""One visit as the reports count it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given

from broker.lifecycle import Outcome, VisitStatus
from broker.reasons import CancelReason, RefusalReason
from broker.reports.line import CLOSED, NOT_APPROVED, Measured, Result, Told, derive, is_foreign_phone, month_of
from broker.vocabulary import LossCause, VisitMode
from tests.support.told import FAMILY, QUARTER, TERMINAL, told, visits

S = VisitStatus


@pytest.mark.parametrize(
    ("status", "before", "result"),
    [
        (S.REQUESTED, None, Result.UNDECIDED),
        (S.REQUESTED, S.APPROVED, Result.UNDECIDED),
        (S.ASKED, S.REQUESTED, Result.UNDECIDED),
        (S.REFUSED, S.ASKED, Result.REFUSED),
        (S.CANCELLED, S.REQUESTED, Result.WITHDRAWN),
        (S.CANCELLED, S.ASKED, Result.WITHDRAWN),
        (S.CANCELLED, S.APPROVED, Result.CANCELLED),
        (S.APPROVED, S.REQUESTED, Result.TO_COME),
        (S.OPEN, S.APPROVED, Result.TO_COME),
    ],
)
def test_a_visit_that_is_not_closed_counts_as_where_it_stands(
    status: VisitStatus, before: VisitStatus | None, result: Result
) -> None:
    """A cancellation is one of two, by whether anybody had approved; nothing of a call is counted yet."""
    line = derive(told(status=status, cancelled_from=before, outcome=None))
    assert (line.result, line.admitted, line.connected, line.minutes.offered) == (result, False, False, 0)


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_of_a_closed_visit_is_counted_as_approved(outcome: Outcome) -> None:
    """None is forgotten: an outcome that is new to the code has no result, and this fails."""
    line = derive(told(outcome=outcome))
    assert line.result not in NOT_APPROVED
    assert (line.result in CLOSED) == (outcome is not Outcome.CANCELLED_BY_JAIL)


def test_the_day_is_that_of_the_jails_own_calendar() -> None:
    """Half past midnight in India is still yesterday in London."""
    line = derive(told(starts_at=datetime(2024, 12, 31, 19, 0, tzinfo=UTC)))
    assert (line.day, line.month) == (date(2025, 1, 1), 202501)
    assert month_of(date(2024, 2, 29)) == 202402


@pytest.mark.parametrize(
    ("status", "said", "reason"),
    [
        (S.REFUSED, "no_match", RefusalReason.NO_MATCH),
        (S.REFUSED, "in words of one's own", RefusalReason.OTHER),
        (S.REFUSED, CancelReason.WEATHER, RefusalReason.OTHER),
        (S.CANCELLED, "weather", CancelReason.WEATHER),
        (S.CANCELLED, "", CancelReason.OTHER),
        (S.APPROVED, "no_match", ""),
    ],
)
def test_a_reason_is_one_of_the_list_so_that_reasons_add_up(status: VisitStatus, said: str, reason: str) -> None:
    """What is none of them counts as another one; what is neither refused nor cancelled has none."""
    assert derive(told(status=status, reason=said, cancelled_from=S.APPROVED)).reason == reason


@pytest.mark.parametrize(
    ("more", "came", "met"),
    [
        ({"measured": Measured(900, 0, 880, family_came=False, both_came=False)}, False, False),
        ({"measured": Measured(900, 0, 880, family_came=True, both_came=False)}, True, False),
        ({"measured": Measured(900, 1, 880, family_came=True, both_came=True)}, True, True),
        ({"measured": None, "seconds": {FAMILY: 10.0}}, True, False),
        ({"measured": None, "seconds": {FAMILY: 10.0, "monitor-1": 900.0}}, True, False),
        ({"measured": None, "seconds": {TERMINAL: 10.0}}, False, False),
        ({"measured": None, "seconds": {FAMILY: 10.0, TERMINAL: 9.0}}, True, True),
        ({"mode": VisitMode.IN_PERSON}, True, True),
        ({"mode": VisitMode.IN_PERSON, "opened_at": None}, False, False),
    ],
)
def test_who_was_let_in_and_who_met_is_what_was_measured(more: dict[str, Any], *, came: bool, met: bool) -> None:
    """By the call's record; without one by the seconds of both sides, never a monitor's; in person by the gate."""
    line = derive(told(**more))
    assert (line.admitted, line.connected) == (came, met)


def test_lost_minutes_stand_with_the_cause_that_counts() -> None:
    """What no loss explains is lost too, and what people did not use is neither lost nor had."""
    line = derive(
        told(
            measured=Measured(900, 500, 300, family_came=True, both_came=True),
            losses={LossCause.PRISON_NETWORK: 200, LossCause.STAFF_ENDED: 60},
        )
    )
    assert line.minutes.lost == {LossCause.PRISON_NETWORK: 200, LossCause.STAFF_ENDED: 60}
    assert (line.minutes.offered, line.minutes.had, line.minutes.unexplained) == (900, 500, 40)


def test_a_call_without_a_record_says_that_it_was_not_measured() -> None:
    """The seconds of the shorter side were had; of the rest nobody can say what became of it."""
    line = derive(told(measured=None, seconds={FAMILY: 700.4, TERMINAL: 650.0}))
    assert (line.minutes.offered, line.minutes.had, line.minutes.unmeasured) == (900, 650, 250)


def test_a_visit_in_person_has_no_minutes() -> None:
    """Nobody measures how long people sit at a counter."""
    assert derive(told(mode=VisitMode.IN_PERSON)).minutes.offered == 0


@pytest.mark.parametrize(
    ("more", "abroad"),
    [
        ({}, False),
        ({"foreign_phone": True}, True),
        ({"timezone": "Africa/Lagos"}, True),
        ({"timezone": "Asia/Kolkata"}, False),
        ({"timezone": "Asia/Calcutta"}, False),
        ({"foreign_phone": True, "mode": VisitMode.IN_PERSON}, False),
    ],
)
def test_a_call_is_from_abroad_by_telephone_or_by_clock(more: dict[str, Any], *, abroad: bool) -> None:
    """Who comes to the gate is not abroad, whatever the telephone."""
    assert derive(told(**more)).abroad is abroad


@pytest.mark.parametrize(
    ("mobile", "foreign"), [("+916000000001", False), ("+2348012345678", True), ("", False), ("9876543210", False)]
)
def test_a_telephone_is_foreign_by_its_countrys_code(mobile: str, *, foreign: bool) -> None:
    """Where there is no number there is nothing to say."""
    assert is_foreign_phone(mobile) is foreign


@pytest.mark.parametrize(
    ("nationality", "inmate_id", "foreigner"), [("NG", 5, True), ("IN", 5, False), ("", 5, False), ("NG", None, False)]
)
def test_a_foreign_prisoner_is_one_by_the_register(nationality: str, inmate_id: int | None, *, foreigner: bool) -> None:
    """A request that nobody has matched names nobody's nationality."""
    assert derive(told(nationality=nationality, inmate_id=inmate_id)).foreigner is foreigner


@given(visits())
def test_whatever_was_measured_the_parts_of_a_call_are_never_more_than_the_whole(each: Told) -> None:
    """Nothing is negative, and nobody met who was not let in."""
    line = derive(each)
    parts = [line.minutes.had, line.minutes.unmeasured, line.minutes.unexplained, *line.minutes.lost.values()]
    assert min(parts) >= 0
    assert sum(parts) <= line.minutes.offered
    assert line.connected <= line.admitted
    assert all(line.minutes.lost.values())


def test_the_slot_of_the_factory_is_a_quarter_of_an_hour() -> None:
    """What the figures above rest on."""
    assert timedelta(seconds=900) == QUARTER
