"""Moderation and warnings as values."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from rooms import moderation
from rooms.moderation import Moderation, WarningNotice, current, moderation_from_json, moderation_to_json
from tests.support.clock import NOON
from tests.support.live import BROTHER, MOTHER, TERMINAL


def warning(name: str = "w-1", **changes: Any) -> moderation.Warning:
    """Return a warning to cover oneself, given at noon."""
    fields: dict[str, Any] = {"id": name, "notice": WarningNotice.COVER, "given_at": NOON}
    return moderation.Warning(**fields | changes)


def test_moderation_comes_back_from_json_as_it_was_written() -> None:
    """Every participant's own; a hash without the field is a room without moderation."""
    written = {MOTHER.participant: Moderation(muted=True), TERMINAL.participant: Moderation(blanked=True)}
    assert moderation_from_json(moderation_to_json(written)) == written
    assert moderation_from_json(None) == {}


def test_a_warning_comes_back_from_json_as_it_was_given() -> None:
    """In any script, with the millisecond it was given in."""
    typed = warning(to=(MOTHER.participant,), notice="", text="कृपया शांत रहें", given_at=NOON + timedelta(milliseconds=7))
    assert moderation.Warning.from_json(typed.to_json()) == typed


@pytest.mark.parametrize(
    "fields",
    [
        {"id": ""},
        {"id": "x" * 65},
        {"notice": ""},
        {"notice": "", "text": " \n"},
        {"notice": "behave", "text": "and more"},
        {"notice": "shout"},
        {"notice": "", "text": "x" * 301},
    ],
)
def test_a_warning_that_says_nothing_or_too_much_is_not_made(fields: dict[str, Any]) -> None:
    """One prepared notice that is known, or one text of at most 300 characters."""
    with pytest.raises(ValueError, match=r"warning|notice"):
        warning(**fields)


def test_a_warning_is_shown_for_a_minute_to_those_it_is_meant_for() -> None:
    """Who comes later, or is not meant, is not shown it; one to nobody in particular is for all."""
    to_all, to_mother = warning("all"), warning("mother", to=(MOTHER.participant,))
    given = [to_all, to_mother]
    assert current(given, MOTHER.participant, NOON + timedelta(seconds=59)) == given
    assert current(given, BROTHER.participant, NOON + timedelta(seconds=59)) == [to_all]
    assert current(given, MOTHER.participant, NOON + timedelta(seconds=60)) == []


def test_a_warning_that_was_not_given_is_neither_kept_nor_shown() -> None:
    """The registry gives it its time."""
    with pytest.raises(ValueError, match="not given"):
        warning(given_at=None).to_json()
    assert not warning(given_at=None).is_current(NOON)
