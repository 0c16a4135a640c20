"""A state's rule as data."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from broker.rules.model import Per, Quota, Rule
from broker.vocabulary import InmateCategory, VisitKind, VisitMode
from tests.support.clock import NOON
from tests.support.rules import a_rule

FAMILY, LEGAL = VisitKind.FAMILY, VisitKind.LEGAL
VIDEO, IN_PERSON = VisitMode.VIDEO, VisitMode.IN_PERSON
UNDERTRIAL, CONVICT = InmateCategory.UNDERTRIAL, InmateCategory.CONVICT
HOUR = timedelta(hours=1)


def quota(category: InmateCategory | None, count: int, mode: VisitMode = VIDEO) -> Quota:
    """An allowance of family visits a month."""
    return Quota(category=category, kind=FAMILY, mode=mode, count=count, per=Per.MONTH)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"first_day": 5, "last_day": 4}, "last_day is before first_day"),
        ({"decide_hours": 6, "lapse_hours": 6}, "lapse_hours must be fewer"),
        ({"minutes": {FAMILY: 15}}, "minutes needs every kind"),
        ({"modes": frozenset()}, "modes offers nothing"),
        ({"visitors_max": {VIDEO: 3}}, "visitors_max needs every mode"),
        ({"relationships": frozenset()}, "relationships lets nobody visit"),
        ({"quotas": (quota(CONVICT, 2), quota(CONVICT, 3))}, "two quotas are about the same"),
    ],
)
def test_a_rule_that_contradicts_itself_is_refused(changes: dict[str, Any], problem: str) -> None:
    """What can't be meant never becomes a rule, and the refusal says what is wrong."""
    with pytest.raises(ValidationError, match=problem):
        a_rule(**changes)


def test_an_unknown_field_is_refused() -> None:
    """A misspelt number doesn't silently mean the default."""
    with pytest.raises(ValidationError, match="last_days"):
        Rule.model_validate({**a_rule().model_dump(), "last_days": 3})


def test_the_allowance_of_the_category_goes_before_the_one_for_everybody() -> None:
    """An own allowance of zero is an allowance too; where neither is, there is no limit."""
    rule = a_rule(quotas=(quota(None, 3), quota(CONVICT, 0)))
    assert rule.quota(CONVICT, FAMILY, VIDEO) == quota(CONVICT, 0)
    assert rule.quota(UNDERTRIAL, FAMILY, VIDEO) == quota(None, 3)
    assert rule.quota(UNDERTRIAL, FAMILY, IN_PERSON) is None
    assert rule.quota(UNDERTRIAL, LEGAL, VIDEO) is None


def test_deadlines_stand_before_the_slot() -> None:
    """A request made in good time is escalated and lapses by the rule's hours."""
    rule = a_rule(decide_hours=24, lapse_hours=6)
    assert rule.deadlines(NOON + 72 * HOUR, NOON) == (NOON + 48 * HOUR, NOON + 66 * HOUR)


def test_a_late_request_is_not_overdue_at_once() -> None:
    """Asked for when the hours have passed already, half and nine tenths of the time that is left are for deciding."""
    decide_by, lapse_at = a_rule(decide_hours=24, lapse_hours=6).deadlines(NOON + 2 * HOUR, NOON)
    assert (decide_by, lapse_at) == (NOON + 1 * HOUR, NOON + 1.8 * HOUR)


def test_a_rule_is_written_the_same_way_every_time() -> None:
    """Sets have an order on paper, so that one rule has one digest; and it reads back as itself."""
    rule = a_rule()
    written = rule.model_dump(mode="json")
    assert written["relationships"] == sorted(written["relationships"])
    assert Rule.model_validate(written) == rule
