"""The form in which a rule is edited."""

from __future__ import annotations

from datetime import date

import pytest

from broker.rules.model import Clause, Per, Quota, Rule
from broker.vocabulary import InmateCategory, Relationship, VisitKind, VisitMode
from tests.support.rules import MONTHLY, a_rule, a_version
from web.rules.forms import Edit, Typed, parse, sourced, typed_rule

TODAY = date(2026, 11, 21)
FULL = typed_rule(a_version(number=7), TODAY)
NOTED = {**FULL.values, "note": "Order 7 of 2026"}


def edited(changes: dict[str, str], chosen: dict[str, frozenset[str]] | None = None) -> Edit | Typed:
    """The form of a rule with some fields changed."""
    return parse(Typed(NOTED | changes, {**FULL.chosen, **(chosen or {})}), a_rule(), TODAY)


def made(wanted: Edit | Typed) -> Rule:
    """The rule of a form that is right."""
    assert isinstance(wanted, Edit), wanted.errors
    return wanted.rule


@pytest.mark.parametrize(
    "rule",
    [
        a_rule(),
        a_rule(quotas=(), sms=True, no_objection=frozenset({InmateCategory.CONVICT})),
        a_rule(modes=frozenset({VisitMode.VIDEO}), visitors_max={VisitMode.VIDEO: 2}),
        a_rule(quotas=(Quota(kind=VisitKind.LEGAL, mode=VisitMode.VIDEO, count=0, per=Per.FORTNIGHT),)),
    ],
)
def test_a_rule_comes_back_from_its_form_as_it_was(rule: Rule) -> None:
    """What an administrator opens and saves unchanged is unchanged."""
    form = typed_rule(a_version(rule), TODAY)
    back = made(parse(Typed({**form.values, "note": "x"}, form.chosen), rule, TODAY))
    assert back.model_copy(update={"quotas": ()}) == rule.model_copy(update={"quotas": ()})
    assert set(back.quotas) == set(rule.quotas)


def test_every_field_of_the_form_reaches_the_rule() -> None:
    """Numbers, lists, allowances, and what the version needs beside the rule."""
    wanted = edited(
        {
            "last_day": "14",
            "minutes-family": "20",
            "visitors-video": "2",
            "visitors-in_person": "",
            "quota-convict-family-video": "3",
            "quota-undertrial-family-video": "",
            "sms": "yes",
            "valid_from": "2026-12-01",
        },
        {"relationships": frozenset({"family"}), "modes": frozenset({"video"})},
    )
    rule = made(wanted)
    assert (rule.last_day, rule.minutes[VisitKind.FAMILY], rule.sms) == (14, 20, True)
    assert rule.visitors_max == {VisitMode.VIDEO: 2}
    assert rule.relationships == {Relationship.FAMILY}
    assert rule.modes == {VisitMode.VIDEO}
    assert rule.quotas == (MONTHLY[1].model_copy(update={"count": 3}),)
    assert isinstance(wanted, Edit)
    assert (wanted.valid_from, wanted.note, wanted.base_id) == (date(2026, 12, 1), "Order 7 of 2026", 7)


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"last_day": "many"}, {"last_day": "number"}),
        ({"last_day": "0"}, {"last_day": "last_before_first"}),
        ({"last_day": "999"}, {"last_day": "out_of_range"}),
        ({"lapse_hours": "24"}, {"lapse_hours": "lapse_after_decide"}),
        ({"minutes-legal": "0"}, {"minutes-legal": "out_of_range"}),
        ({"visitors-video": ""}, {"visitors-video": "number"}),
        ({"visitors-video": "99"}, {"visitors-video": "out_of_range"}),
        ({"quota-convict-family-video": "-1"}, {"quota-convict-family-video": "number"}),
        ({"quota-convict-family-video": "999"}, {"quotas": "out_of_range"}),
        ({"quota-convict-family-video-per": "year"}, {"quota-convict-family-video": "choose"}),
        ({"valid_from": "soon"}, {"valid_from": "date"}),
        ({"valid_from": "2026-11-20"}, {"valid_from": "before_today"}),
        ({"note": " "}, {"note": "say_why"}),
    ],
)
def test_a_mistake_is_found_at_its_field(changes: dict[str, str], errors: dict[str, str]) -> None:
    """And everything typed is kept."""
    told = edited(changes)
    assert isinstance(told, Typed)
    assert told.errors == errors
    assert told.values == NOTED | changes


@pytest.mark.parametrize("name", ["modes", "relationships"])
def test_a_rule_that_lets_nobody_come_is_refused(name: str) -> None:
    """At the list where nothing is chosen; what isn't in the list was never chosen."""
    told = edited({}, {name: frozenset({"pigeon"})})
    assert isinstance(told, Typed)
    assert told.errors == {name: "choose"}


def test_a_number_that_is_no_version_finds_none() -> None:
    """A tampered field is refused later as overtaken, not with a crash."""
    for text in ("", "x", "9" * 30):
        wanted = edited({"base": text})
        assert isinstance(wanted, Edit)
        assert wanted.base_id == 0


def test_only_changed_clauses_get_a_new_source() -> None:
    """The others keep where they come from."""
    rule = a_rule(sources={Clause.QUOTA: "old", Clause.SMS: "leaflet"})
    assert sourced(rule, [Clause.QUOTA], "Order 7").sources == {Clause.QUOTA: "Order 7", Clause.SMS: "leaflet"}
