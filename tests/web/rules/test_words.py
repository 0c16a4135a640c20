"""Changes and problems in words."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from broker.rules.book import Change, diff
from broker.rules.errors import BadStart, NothingChanged, Overtaken
from broker.rules.model import Clause, Rule
from broker.vocabulary import Relationship, VisitKind
from config.i18n import LANGUAGES
from tests.support.rules import MONTHLY, a_rule, a_version
from web.rules import forms, words


def told(change: Change) -> tuple[str, str, str]:
    """A change in English."""
    return words.subject(change, "en"), words.value(change.before, "en"), words.value(change.after, "en")


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (a_rule(last_day=14), ("Days before the visit, at most", "28", "14")),
        (a_rule(sms=True), ("Codes to the mobile number as well", "no", "yes")),
        (
            a_rule(relationships=frozenset({Relationship.FAMILY})),
            ("Who may visit", "doctors, family, friends, lawyers, and others", "family"),
        ),
        (
            a_rule(quotas=MONTHLY[:1]),
            ("Visits allowed: convicts, by video, with family and friends", "2 a month", "not set"),
        ),
        (
            a_rule(minutes={VisitKind.FAMILY: 20, VisitKind.LEGAL: 30}),
            ("Minutes of a visit: Family and friends", "15", "20"),
        ),
    ],
)
def test_a_change_reads_as_what_where_before_and_after(new: Rule, expected: tuple[str, str, str]) -> None:
    """Nothing of it is an id."""
    (change,) = diff(a_rule(), new)
    assert told(change) == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_change_can_be_said(language: str) -> None:
    """Against nothing everything is a change, and each has its words in every language."""
    for change in diff(None, a_rule()):
        assert words.subject(change, language)
        assert words.value(change.after, language)


def test_every_clause_and_problem_has_its_words() -> None:
    """What the forms and the use case find wrong can be said."""
    assert set(words.CLAUSES) == set(Clause)
    source = Path(forms.__file__).read_text(encoding="utf-8")
    found = set(re.findall(r'errors\[[^]]+\] = "(\w+)"', source)) | {problem for _, problem in forms._ABOUT.values()}
    assert found <= set(words.PROBLEMS)
    assert {error.id for error in (BadStart, NothingChanged, Overtaken)} <= set(words.PROBLEMS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_has_a_name_by_which_a_mistake_is_told(language: str) -> None:
    """Whatever is wrong, the reader learns where."""
    fields = [*forms.typed_rule(a_version(), date(2026, 11, 21)).values, *forms.LISTS, "note", "quotas"]
    told = {words.label(name, language) for name in fields if name != "base" and not name.endswith("-per")}
    assert len(told) == len(fields) - 1 - len(forms.QUOTAS)


def test_an_allowance_is_named_in_full() -> None:
    """Who, how and with whom."""
    assert words.label("quota-every-legal-video", "en") == (
        "Visits allowed: every person in prison, by video, with a lawyer"
    )
