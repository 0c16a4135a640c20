"""A rule in plain sentences."""

from __future__ import annotations

from datetime import date

import pytest

from broker.rules import words
from broker.rules.model import Clause, Per, Quota
from broker.vocabulary import InmateCategory, Relationship, VisitKind, VisitMode
from config.i18n import LANGUAGES
from tests.support.rules import a_rule, a_version


def test_a_citation_says_the_clause_its_version_and_its_source() -> None:
    """A family reads what the rule says, since when, and where it stands."""
    version = a_version(a_rule(sources={Clause.QUOTA: "Notification of 22 March 2024."}), number=3)
    assert words.cite(version, Clause.QUOTA, "en", category=InmateCategory.CONVICT) == (
        "The rule allows convicts 2 visits a month: by video, with family and friends. "
        "This is version 3 of the state's rule, in force since 22 March 2024. "
        "Source: Notification of 22 March 2024."
    )


def test_a_citation_without_a_source_does_not_pretend_one() -> None:
    """Nothing is said where nothing is known."""
    assert "Source" not in words.cite(a_version(), Clause.LENGTH, "en")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("clause", Clause)
@pytest.mark.parametrize("kind", VisitKind)
@pytest.mark.parametrize("mode", VisitMode)
def test_every_clause_can_be_cited(language: str, clause: Clause, kind: VisitKind, mode: VisitMode) -> None:
    """In every language, about every visit, without a gap in the sentence."""
    told = words.cite(a_version(), clause, language, kind=kind, mode=mode)
    assert told
    assert "%(" not in told
    assert "None" not in told


def test_the_allowance_for_everybody_is_said_of_the_category_that_asks() -> None:
    """Somebody's family reads about them, not about everybody."""
    rule = a_rule(quotas=(Quota(kind=VisitKind.FAMILY, mode=VisitMode.VIDEO, count=1, per=Per.WEEK),))
    told = words.says(rule, Clause.QUOTA, "en", category=InmateCategory.UNDERTRIAL)
    assert told == "The rule allows undertrials 1 visit a week: by video, with family and friends."
    assert words.says(rule, Clause.QUOTA, "en").startswith("The rule allows every person in prison 1 visit a week")


def test_no_limit_and_no_visit_are_said_as_such() -> None:
    """Without an allowance there is no limit; an allowance of zero is none at all."""
    none = Quota(kind=VisitKind.LEGAL, mode=VisitMode.VIDEO, count=0, per=Per.DAY)
    assert "no limit" in words.says(a_rule(quotas=()), Clause.QUOTA, "en", category=InmateCategory.CONVICT)
    assert "no visit of this kind" in words.allowance(none, "en")


def test_what_depends_on_the_rule_depends_on_it() -> None:
    """SMS, no-objection and who may visit read as the rule has them."""
    rule = a_rule(
        sms=True,
        no_objection=frozenset({InmateCategory.CONVICT}),
        relationships=frozenset({Relationship.LAWYER, Relationship.FAMILY}),
    )
    assert "mobile" in words.says(rule, Clause.SMS, "en")
    assert "only" in words.says(a_rule(), Clause.SMS, "en")
    assert "first: convicts." in words.says(rule, Clause.NO_OBJECTION, "en")
    assert "noted for that person" in words.says(a_rule(), Clause.NO_OBJECTION, "en")
    assert words.says(rule, Clause.RELATIONSHIPS, "en") == "These people may visit: family and lawyers."


def test_what_is_made_good_and_who_is_late_are_said_in_numbers() -> None:
    """As the rule has them; one minute is one."""
    rule = a_rule(lost_percent=30, no_show_minutes=1)
    assert "loses 30% of its time or more" in words.says(rule, Clause.LOST, "en")
    assert "1 minute after the beginning" in words.says(rule, Clause.NO_SHOW, "en")
    assert "10 minutes after" in words.says(a_rule(), Clause.NO_SHOW, "en")


def test_a_date_reads_in_the_reader_s_language() -> None:
    """Months have their names."""
    assert words.day(date(2026, 11, 21), "hi") != words.day(date(2026, 11, 21), "en")
