"""All pages together, and the rule over them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from broker.people import Jail
from broker.registration.draft import STEPS, Draft, Step
from broker.registration.errors import Incomplete
from broker.registration.whole import check_rule, first_gap, problems_of, read_whole
from broker.rules.model import RuleVersion
from broker.vocabulary import VisitMode
from tests.support.registering import MONDAY, Bookable, a_rule, typed

TODAY = date(2026, 3, 2)
PLACE = Bookable(
    Jail(1, 27, 11, "Devgiri", "Pune", "Asia/Kolkata", "020"),
    RuleVersion(1, 27, 1, TODAY, a_rule(), "test", "", "system:test", datetime(2026, 1, 1, tzinfo=UTC)),
)
COMPLETE = Draft("d", None, MONDAY + timedelta(days=1), steps={**typed(PLACE), "photo": {"document_id": "f" * 32}})


def test_a_complete_draft_is_read() -> None:
    """Every page into its values."""
    whole = read_whole(COMPLETE, TODAY)
    assert (whole.people, whole.jail.codes, whole.how.mode) == (1, (27, 11), VisitMode.VIDEO)
    assert first_gap(COMPLETE, TODAY) is None
    check_rule(whole, a_rule())


@pytest.mark.parametrize("step", [step for step in STEPS if step not in {Step.COMPANIONS, Step.LETTER}])
def test_the_first_gap_is_told(step: Step) -> None:
    """Whichever page was left out."""
    draft = replace(COMPLETE, steps={name: page for name, page in COMPLETE.steps.items() if name != step})
    assert first_gap(draft, TODAY) is step
    assert problems_of(step, draft, TODAY)
    with pytest.raises(Incomplete) as wrong:
        read_whole(draft, TODAY)
    assert wrong.value.step == step


def test_what_the_rule_forbids_names_its_page() -> None:
    """The relationship, the way to meet, the number of people."""
    whole = read_whole(COMPLETE, TODAY)
    brothers = (object(),) * 3
    for broken, rule, step in (
        (whole, a_rule(relationships=frozenset({"lawyer"})), Step.YOU),
        (whole, a_rule(modes=frozenset({"in_person"})), Step.HOW),
        (replace(whole, companions=brothers), a_rule(), Step.COMPANIONS),  # type: ignore[arg-type] # only counted
    ):
        with pytest.raises(Incomplete) as wrong:
            check_rule(broken, rule)
        assert wrong.value.step == step
