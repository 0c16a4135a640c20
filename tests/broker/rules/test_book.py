"""Which version holds on a day, and what one changes."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from broker.rules.book import Allowed, Change, QuotaKey, diff, in_force
from broker.rules.model import Clause, Per, Quota
from broker.vocabulary import InmateCategory, Relationship, VisitKind, VisitMode
from tests.support.rules import MONTHLY, a_rule, a_version

DAY = timedelta(days=1)
DATES = st.dates(date(2024, 1, 1), date(2027, 12, 31))


def test_nothing_holds_before_the_first_version() -> None:
    """A day before any rule has none; the first day of a version has it."""
    version = a_version(valid_from=date(2026, 4, 1))
    assert in_force([version], date(2026, 3, 31)) is None
    assert in_force([version], date(2026, 4, 1)) is version


@given(st.lists(DATES, min_size=1, max_size=6), DATES)
def test_the_version_that_began_last_holds(starts: list[date], on: date) -> None:
    """Whatever the order they were made in; of two that begin on one day, the newer."""
    versions = [a_version(number=number, valid_from=start) for number, start in enumerate(starts, 1)]
    found = in_force(versions, on)
    begun = [version for version in versions if version.valid_from <= on]
    if found is None:
        assert not begun
    else:
        assert all((found.valid_from, found.version) >= (other.valid_from, other.version) for other in begun)
        assert found in begun


def test_equal_rules_differ_in_nothing() -> None:
    """Where a rule comes from is no part of what it says."""
    assert diff(a_rule(), a_rule(sources={Clause.QUOTA: "elsewhere"})) == ()


def test_every_changed_value_is_named_with_both_sides() -> None:
    """Numbers, lists, and entries that come, go or change; a side that says nothing is None."""
    convict, legal = MONTHLY[1], Quota(kind=VisitKind.LEGAL, mode=VisitMode.VIDEO, count=2, per=Per.WEEK)
    new = a_rule(
        quotas=(convict.model_copy(update={"count": 3}), legal),
        last_day=14,
        minutes={VisitKind.FAMILY: 20, VisitKind.LEGAL: 30},
        relationships=frozenset({Relationship.FAMILY}),
    )
    changes = {(change.name, change.subject): change for change in diff(a_rule(), new)}
    video = VisitKind.FAMILY, VisitMode.VIDEO
    undertrial, convicts = (QuotaKey(category, *video) for category in reversed(InmateCategory))
    assert changes["last_day", None] == Change(Clause.BOOKING_WINDOW, "last_day", None, 28, 14)
    assert changes["minutes", VisitKind.FAMILY].after == 20
    assert changes["quotas", convicts].before == Allowed(2, Per.MONTH)
    assert changes["quotas", convicts].after == Allowed(3, Per.MONTH)
    assert changes["quotas", undertrial].after is None
    assert changes["quotas", QuotaKey(None, VisitKind.LEGAL, VisitMode.VIDEO)].before is None
    assert changes["relationships", None].after == (Relationship.FAMILY,)
    assert len(changes) == 6


def test_a_first_rule_is_all_new() -> None:
    """Against nothing, every value is a change."""
    assert all(change.before is None for change in diff(None, a_rule()))
    assert {change.clause for change in diff(None, a_rule())} == set(Clause)
