"""What a decision's form sent."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from broker.reasons import RefusalReason
from web.superintendent.desk.forms import TEXT_LIMIT, Problem, Typed, on_the_clock, stamp


def test_a_missing_text_is_a_problem_only_where_one_is_named() -> None:
    """The same field may be needed for one reason and not for another."""
    typed = Typed.of({"text": "   "})
    assert typed.text("text") == ""
    assert typed.problems == []
    typed.text("text", "words_needed")
    assert typed.problems == [Problem("text", "words_needed")]


def test_a_text_too_long_is_refused_and_kept() -> None:
    """What was typed is shown again, and said to be too long."""
    typed = Typed.of({"text": "a" * (TEXT_LIMIT + 1)})
    typed.text("text")
    assert typed.problems == [Problem("text", "too_long")]
    assert typed.value("text").startswith("aaa")


def test_the_first_problem_of_a_field_stands() -> None:
    """One sentence a field."""
    typed = Typed()
    typed.refuse("slot", "slot_taken")
    typed.refuse("slot", "slot_full")
    assert typed.problems == [Problem("slot", "slot_taken")]


def test_a_choice_is_one_of_the_list() -> None:
    """Anything else is nothing."""
    typed = Typed.of({"reason": "banned", "other": "because"})
    assert typed.choice("reason", RefusalReason, "no_reason") is RefusalReason.BANNED
    assert typed.choice("other", RefusalReason, "no_reason") is None
    assert typed.problems == [Problem("other", "no_reason")]


@pytest.mark.parametrize(
    ("text", "number"), [("-1", -1), ("\u22122", -2), ("+3", 3), (" 15 ", 15), ("", None), ("1.5", None), ("९", None)]
)
def test_numbers_are_read_with_their_sign(text: str, number: int | None) -> None:
    """A typeset minus is a minus; what is no whole number is a problem."""
    typed = Typed.of({"n": text})
    assert typed.number("n", "no_number") == number
    assert bool(typed.problems) is (number is None)


def test_days_and_times_come_as_browsers_send_them() -> None:
    """ISO 8601 dates and times; an empty day is none where that is allowed."""
    typed = Typed.of({"day": "2026-11-24", "at": "10:15", "empty": "", "bad": "24/11/2026"})
    assert typed.day("day", "no_day") == date(2026, 11, 24)
    assert typed.clock("at", "no_time") == time(10, 15)
    assert typed.day_or_never("empty", "no_day") is None
    assert typed.problems == []
    assert typed.day("bad", "no_day") is None
    assert typed.clock("bad", "no_time") is None
    assert typed.problems == [Problem("bad", "no_day")]


def test_a_slots_beginning_survives_its_way_through_the_page() -> None:
    """UTC to the minute; what a page of ours did not write is left out."""
    at = datetime(2026, 11, 24, 4, 30, tzinfo=UTC)
    typed = Typed({"offer": [stamp(at), "tomorrow", stamp(at)], "slot": [stamp(at)]})
    assert typed.instants("offer") == (at,)
    assert typed.instant("slot", "no_slot_chosen") == at
    assert typed.problems == []
    assert typed.instant("nothing", "no_slot_chosen") is None


def test_a_time_of_the_jails_clock_becomes_utc() -> None:
    """India is five and a half hours ahead."""
    assert on_the_clock(date(2026, 11, 24), time(10), "Asia/Kolkata") == datetime(2026, 11, 24, 4, 30, tzinfo=UTC)
