"""Countries: their names in three languages, and their clocks."""

from __future__ import annotations

from zoneinfo import available_timezones

import pytest

from broker.identity.countries import is_country, name, names, timezones
from config.i18n import LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_names_the_same_countries_india_first(language: str) -> None:
    """Whoever lives abroad looks for theirs in the order of its name."""
    listed = names(language)
    assert next(iter(listed)) == "IN"
    assert set(listed) == set(names("en"))
    rest = [each.casefold() for each in listed.values()][1:]
    assert rest == sorted(rest)


def test_names_are_in_the_readers_language() -> None:
    """CLDR's, by Babel."""
    assert names("en")["NG"] == "Nigeria"
    assert names("hi")["NG"] == "नाइजीरिया"
    assert name("IN", "bn") == "ভারত"
    assert name("ZZ", "en") == "ZZ"


@pytest.mark.parametrize("code", ["EU", "UN", "ZZ", "XA", "in", "IND", "", "AQ"])
def test_groups_and_inventions_are_no_countries(code: str) -> None:
    """Nobody has their passport."""
    assert not is_country(code)


def test_every_country_has_a_clock_that_python_knows() -> None:
    """So that a visitor's own time can always be told."""
    known = available_timezones()
    assert [code for code in names("en") if not timezones(code)] == []
    assert [zone for code in names("en") for zone in timezones(code) if zone not in known] == []


def test_large_countries_have_several_clocks() -> None:
    """One has to be chosen there."""
    assert timezones("IN") == ("Asia/Kolkata",)
    assert {"America/New_York", "America/Los_Angeles"} <= set(timezones("US"))
    assert timezones("ZZ") == ()
