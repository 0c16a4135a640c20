"""Flags: each is raised by one thing, and by nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from broker.deciding.flags import Flag, Known, agency_to_ask, flags_of, local_day
from broker.people import Inmate, Jail, Visitor
from broker.visit import Outcome, Prisoner, Request, Slot, Visit, VisitKind, VisitStatus
from broker.visrn import VisRN
from broker.vocabulary import InmateCategory, InmateStatus
from tests.support.clock import NOON
from tests.support.deciding import HOUR, RULE

JAIL = Jail(1, 27, 11, "Yerwada", "Pune", "Asia/Kolkata", "020")
INMATE = Inmate(1, 1, "UT/1/26", "Sanjay Kolte", "Mahadev", 34, "male", InmateCategory.UNDERTRIAL, "IN")
VISIT = Visit(
    id="a" * 32,
    visrn=VisRN(27, 11, 1, 2026),
    jail=JAIL,
    terminal=None,
    inmate=None,
    kind=VisitKind.FAMILY,
    status=VisitStatus.REQUESTED,
    slot=None,
    starts_at=NOON + HOUR,
    ends_at=NOON + 2 * HOUR,
    visitors=(Visitor("b" * 32, "a" * 32, "Savita", "family", "s@family.example", "", "en", 0),),
)
REQUEST = Request(Prisoner("Sanjay Kolte", "", None, ""), (NOON + HOUR,), "", "Asia/Kolkata", NOON, NOON)
BEFORE = replace(VISIT, id="c" * 32, status=VisitStatus.CLOSED, outcome=Outcome.COMPLETED)
CLEAR = Known(VISIT, REQUEST, INMATE, sure=True, hold=Slot(1, NOON + HOUR, NOON + 2 * HOUR), past=(BEFORE,))


def test_request_with_nothing_against_it_has_no_flag() -> None:
    """Such a one may be approved with others at once."""
    assert flags_of(CLEAR, NOON) == frozenset()


@pytest.mark.parametrize(
    ("changes", "flag"),
    [
        ({"spent": True}, Flag.ALLOWANCE_SPENT),
        ({"banned": True}, Flag.BANNED),
        ({"duplicates": (VISIT,)}, Flag.DUPLICATE),
        ({"request": replace(REQUEST, escalated_at=NOON)}, Flag.ESCALATED),
        ({"past": ()}, Flag.FIRST_VISIT),
        ({"past": (replace(BEFORE, outcome=Outcome.VISITOR_ABSENT),)}, Flag.FIRST_VISIT),
        ({"inmate": replace(INMATE, status=InmateStatus.AWAY)}, Flag.INMATE_AWAY),
        ({"no_objection": True}, Flag.NO_OBJECTION),
        ({"ruled": False}, Flag.NO_RULE),
        ({"hold": None}, Flag.NO_SLOT),
        ({"hold": Slot(1, NOON, NOON + HOUR)}, Flag.NO_SLOT),
        ({"request": replace(REQUEST, note="She hears badly.")}, Flag.NOTE),
        ({"restricted": True}, Flag.RESTRICTED),
        ({"reviewed": True}, Flag.UNDER_REVIEW),
        ({"sure": False}, Flag.UNSURE_MATCH),
        ({"inmate": None}, Flag.UNSURE_MATCH),
    ],
)
def test_each_thing_raises_its_own_flag(changes: dict[str, Any], flag: Flag) -> None:
    """One thing, one flag."""
    assert flags_of(replace(CLEAR, **changes), NOON) == {flag}


def test_agency_is_the_registers_or_the_rules() -> None:
    """Named, unnamed, or nobody to ask."""
    rule = RULE.model_copy(update={"no_objection": frozenset({InmateCategory.UNDERTRIAL})})
    assert agency_to_ask(replace(INMATE, no_objection="NIA"), rule) == "NIA"
    assert agency_to_ask(INMATE, rule) == ""
    assert agency_to_ask(INMATE, RULE) is None
    assert agency_to_ask(INMATE, None) is None


def test_day_is_that_of_the_jails_calendar() -> None:
    """Half past one at night in Pune is the evening before in London."""
    at = datetime(2026, 3, 2, 20, 0, tzinfo=ZoneInfo("UTC"))
    assert local_day(JAIL, at).isoformat() == "2026-03-03"
