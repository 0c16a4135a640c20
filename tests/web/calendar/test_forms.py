"""What the calendar's forms mean."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from broker.people import Terminal
from broker.slots.calendar import Session
from broker.vocabulary import BlockReason, VisitKind, VisitMode
from tests.support.rules import at, working
from web.calendar.forms import NewBlock, Typed, key_of, parse_block, parse_hours, typed_hours

HOURS = {"mode": "video", "first": "09:00", "last": "12:45", "gap": "0", "capacity": "", "family": "", "legal": ""}
BLOCK = {"station": "", "from_day": "2026-11-24", "to_day": "2026-11-24", "reason": "holiday", "note": "Diwali"}
ZONE = ZoneInfo("Asia/Kolkata")
NOW = at("2026-11-23T08:00+05:30")
STATIONS = (Terminal(5, 4, "T1", paired=True), Terminal(6, 4, "C1", paired=False, mode=VisitMode.IN_PERSON))


def hours(*days: str, **changes: str) -> tuple[Session, ...] | Typed:
    """The hours form with some fields changed, in a week without any yet."""
    return parse_hours(Typed(HOURS | changes, frozenset(days)), ())


def block(**changes: str) -> NewBlock | Typed:
    """The block form with some fields changed."""
    return parse_block(Typed(BLOCK | changes), STATIONS, ZONE, NOW)


def test_one_session_comes_of_each_chosen_day() -> None:
    """Monday to Wednesday with one form; what is empty is left to the rule."""
    assert hours("0", "1", "2") == tuple(working(day, "09:00", "12:45") for day in range(3))


def test_every_field_of_the_hours_counts() -> None:
    """Lengths by kind, the pause, and how many at a time."""
    assert hours("5", mode="in_person", gap="5", capacity="2", legal="45", first="10:00") == (
        Session(VisitMode.IN_PERSON, 5, time(10), time(12, 45), 5, 2, {VisitKind.LEGAL: 45}),
    )


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"mode": "by_letter"}, {"mode": "choose"}),
        ({"first": "nine"}, {"first": "time"}),
        ({"first": "", "last": ""}, {"first": "time", "last": "time"}),
        ({"last": "08:59"}, {"last": "last_before_first"}),
        ({"gap": "-1"}, {"gap": "number"}),
        ({"family": "0"}, {"family": "number"}),
        ({"legal": "241"}, {"legal": "number"}),
        ({"capacity": "0"}, {"capacity": "number"}),
        ({"capacity": "१"}, {"capacity": "number"}),
    ],
)
def test_hours_that_cannot_be_read_say_where(changes: dict[str, str], errors: dict[str, str]) -> None:
    """And keep everything that was typed."""
    told = hours("0", **changes)
    assert isinstance(told, Typed)
    assert told.errors == errors
    assert (told["last"], told.chosen) == ((HOURS | changes)["last"], frozenset("0"))


def test_hours_need_a_day() -> None:
    """A day that isn't one is none."""
    told = hours("7", "monday")
    assert isinstance(told, Typed)
    assert told.errors == {"weekday": "choose_day"}


def test_hours_that_meet_others_are_refused_unless_they_replace_them() -> None:
    """A change of nine to ten o'clock is no conflict with itself."""
    stands = working(0, "09:00", "12:45")
    later = Typed(HOURS | {"first": "10:00"}, frozenset("0"))
    refused = parse_hours(later, (stands,))
    assert isinstance(refused, Typed)
    assert refused.errors == {"first": "overlap"}
    replaces = Typed({**later.values, "replaces": key_of(stands)}, later.chosen)
    assert parse_hours(replaces, (stands,)) == (working(0, "10:00", "12:45"),)


def test_hours_that_stand_fill_the_form_from_which_they_come_back() -> None:
    """What one opens and saves unchanged is unchanged."""
    stands = Session(VisitMode.VIDEO, 3, time(9), time(12), 5, 2, {VisitKind.FAMILY: 20, VisitKind.LEGAL: 45})
    assert parse_hours(typed_hours(stands), [stands]) == (stands,)


def test_without_times_whole_days_of_the_jail_are_blocked() -> None:
    """From its midnight to the midnight after the last day."""
    assert block(to_day="2026-11-25") == NewBlock(
        None, at("2026-11-24T00:00+05:30"), at("2026-11-26T00:00+05:30"), BlockReason.HOLIDAY, "Diwali"
    )


def test_without_a_last_day_one_day_is_blocked() -> None:
    """Its whole length."""
    assert block(to_day="") == NewBlock(
        None, at("2026-11-24T00:00+05:30"), at("2026-11-25T00:00+05:30"), BlockReason.HOLIDAY, "Diwali"
    )


def test_with_times_those_hours_of_one_station_are_blocked() -> None:
    """On the jail's clock."""
    made = block(station="6", from_time="09:30", to_time="11:00", reason="equipment", note=" ")
    assert isinstance(made, NewBlock)
    assert (made.terminal_id, made.note) == (6, "")
    assert made.starts_at.astimezone(UTC) == datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
    assert made.ends_at == at("2026-11-24T11:00+05:30")


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"station": "7"}, {"station": "choose"}),
        ({"reason": ""}, {"reason": "choose"}),
        ({"reason": "other", "note": " "}, {"note": "say_why"}),
        ({"from_day": "tomorrow"}, {"from_day": "date"}),
        ({"to_day": "later"}, {"to_day": "date"}),
        ({"to_day": "9999-12-31"}, {"to_day": "date"}),
        ({"from_time": "25:00"}, {"from_time": "time"}),
        ({"to_day": "2026-11-23"}, {"to_day": "ends_before"}),
        ({"from_day": "2026-11-20", "to_day": "2026-11-20"}, {"to_day": "over"}),
        ({"to_day": "2028-11-20"}, {"to_day": "too_far"}),
    ],
)
def test_a_block_that_cannot_be_says_where(changes: dict[str, str], errors: dict[str, str]) -> None:
    """Each field has its own sentence."""
    told = block(**changes)
    assert isinstance(told, Typed)
    assert told.errors == errors
