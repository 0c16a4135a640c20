"""What a jail can offer, and why not."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broker.rules.model import Rule
from broker.slots.availability import Day, Unavailable, days, length, slots_of
from broker.slots.calendar import Block, Picture, Session
from broker.visit import Slot
from broker.vocabulary import BlockReason, VisitKind, VisitMode
from tests.support.rules import a_picture, a_rule, at, every_day, working

MONDAY = date(2026, 11, 23)
NOW = at("2026-11-23T08:00+05:30")
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
FAMILY, LEGAL = VisitKind.FAMILY, VisitKind.LEGAL
TODAY_TOO = a_rule(first_day=0)
ZONES = ("Asia/Kolkata", "America/New_York", "Australia/Lord_Howe", "Africa/Lagos", "America/Santiago", "Europe/Kyiv")


def one(picture: Picture, *, rule: Rule = TODAY_TOO, people: int = 1, now: datetime = NOW) -> Day:
    """The picture's first day for a family."""
    first = picture.start.astimezone(picture.zone).date()
    return days(picture, rule, FAMILY, people, first=first, last=first, now=now)[0]


def block(starts_at: datetime, ends_at: datetime, terminal_id: int | None = None) -> Block:
    """A block of jail 4."""
    return Block(1, 4, terminal_id, starts_at, ends_at, BlockReason.LOCKDOWN, "", "staff:7", NOW)


def walls(day: Day, timezone: str = "Asia/Kolkata") -> list[str]:
    """When its offers begin on the jail's clock."""
    return [offer.starts_at.astimezone(ZoneInfo(timezone)).strftime("%H:%M") for offer in day.offers]


def test_slots_begin_from_the_first_to_the_last_time() -> None:
    """Both included, a slot's length and the gap apart."""
    assert walls(one(a_picture(MONDAY, MONDAY))) == ["09:00", "09:15", "09:30", "09:45"]
    gap = a_picture(MONDAY, MONDAY, sessions=every_day("09:00", "09:45", gap_minutes=5))
    assert walls(one(gap)) == ["09:00", "09:20", "09:40"]


def test_the_length_is_the_session_s_or_else_the_rule_s() -> None:
    """A jail may differ from its state; a lawyer's visit has a length of its own."""
    picture = a_picture(MONDAY, MONDAY, sessions=every_day("09:00", "09:45", minutes={FAMILY: 20}))
    assert walls(one(picture)) == ["09:00", "09:20", "09:40"]
    assert length(picture, TODAY_TOO, FAMILY, at("2026-11-23T09:00+05:30")) == 20 * MINUTE
    assert length(picture, TODAY_TOO, LEGAL, at("2026-11-23T09:00+05:30")) == 30 * MINUTE
    assert length(picture, TODAY_TOO, FAMILY, at("2026-11-23T20:00+05:30")) == 15 * MINUTE


def test_each_offer_says_on_how_many_stations_it_is_free() -> None:
    """Taken stations are not; a taken slot says it is full."""
    nine = at("2026-11-23T09:00+05:30")
    taken = (Slot(1, nine, nine + 15 * MINUTE), Slot(1, nine + 15 * MINUTE, nine + 30 * MINUTE))
    both = (*taken, Slot(2, nine, nine + 15 * MINUTE))
    day = one(a_picture(MONDAY, MONDAY, taken=both))
    assert [(offer.free, offer.reason) for offer in day.offers] == [
        (0, Unavailable.FULL),
        (1, None),
        (2, None),
        (2, None),
    ]
    assert day.reason is None
    assert len(day.free) == 3


@pytest.mark.parametrize(
    ("reason", "picture"),
    [
        (Unavailable.NOT_OFFERED, a_picture(MONDAY, MONDAY, stations=0)),
        (Unavailable.NOT_OFFERED, a_picture(MONDAY, MONDAY, sessions=())),
        (Unavailable.CLOSED, a_picture(MONDAY, MONDAY, sessions=(working(1, "09:00", "12:00"),))),
        (
            Unavailable.BLOCKED,
            a_picture(MONDAY, MONDAY, blocks=(block(at("2026-11-23T00:00+05:30"), at("2026-11-24T00:00+05:30")),)),
        ),
        (
            Unavailable.FULL,
            a_picture(
                MONDAY,
                MONDAY,
                stations=1,
                taken=(Slot(1, at("2026-11-23T09:00+05:30"), at("2026-11-23T10:00+05:30")),),
            ),
        ),
    ],
)
def test_a_day_without_anything_says_why(reason: Unavailable, picture: Picture) -> None:
    """Never a bare no."""
    day = one(picture)
    assert day.reason is reason
    assert not day.free


def test_a_mode_or_a_party_that_the_rule_does_not_know_is_not_offered() -> None:
    """By video only, at most three: a fourth person, or a visit in person, has no day at all."""
    picture = a_picture(MONDAY, MONDAY)
    assert one(picture, people=4).reason is Unavailable.TOO_MANY_PEOPLE
    in_person_only = a_rule(first_day=0, modes=frozenset({VisitMode.IN_PERSON}))
    assert one(picture, rule=in_person_only).reason is Unavailable.NOT_OFFERED


def test_the_window_is_counted_on_the_jail_s_calendar() -> None:
    """One to two days ahead of the day that it is in the jail, whatever the day elsewhere."""
    first, last = MONDAY - DAY, MONDAY + 3 * DAY
    found = days(
        a_picture(first, last),
        a_rule(first_day=1, last_day=2),
        FAMILY,
        1,
        first=first,
        last=last,
        now=at("2026-11-22T18:31+00:00"),
    )
    assert [day.reason for day in found] == [
        Unavailable.PAST,
        Unavailable.TOO_SOON,
        None,
        None,
        Unavailable.TOO_FAR,
    ]


def test_today_s_slots_pass_one_by_one() -> None:
    """What has begun can't be asked for; when all have, the day is past."""
    picture = a_picture(MONDAY, MONDAY)
    reasons = [offer.reason for offer in one(picture, now=at("2026-11-23T09:15+05:30")).offers]
    assert reasons == [Unavailable.PAST, Unavailable.PAST, None, None]
    assert one(picture, now=at("2026-11-23T09:45+05:30")).reason is Unavailable.PAST


def test_one_blocked_station_leaves_the_others() -> None:
    """Blocked is a slot only when every station is."""
    nine = at("2026-11-23T09:00+05:30")
    day = one(a_picture(MONDAY, MONDAY, blocks=(block(nine, nine + 60 * MINUTE, terminal_id=2),)))
    assert [offer.free for offer in day.offers] == [1, 1, 1, 1]
    taken = (Slot(1, nine, nine + 15 * MINUTE),)
    partly = one(a_picture(MONDAY, MONDAY, blocks=(block(nine, nine + 60 * MINUTE, terminal_id=2),), taken=taken))
    assert partly.offers[0].reason is Unavailable.FULL


def test_capacity_limits_a_session_below_its_stations() -> None:
    """One officer for two screens: one visit at a time."""
    nine = at("2026-11-23T09:00+05:30")
    day = one(
        a_picture(
            MONDAY,
            MONDAY,
            sessions=every_day("09:00", "09:15", capacity=1),
            taken=(Slot(2, nine, nine + 15 * MINUTE),),
        )
    )
    assert [offer.free for offer in day.offers] == [0, 1]


@pytest.mark.parametrize(
    ("day", "timezone", "expected"),
    [
        # The clock jumps from 02:00 to 03:00: nobody is invited for a quarter past two.
        (date(2026, 3, 8), "America/New_York", ["01:30", "01:45", "03:00", "03:15"]),
        # It jumps back from 02:00 to 01:00: half past one is offered once, the first time.
        (
            date(2026, 11, 1),
            "America/New_York",
            ["01:30", "01:45", "02:00", "02:15", "02:30", "02:45", "03:00", "03:15"],
        ),
        # Lord Howe moves by half an hour.
        (date(2026, 10, 4), "Australia/Lord_Howe", ["01:30", "01:45", "02:30", "02:45", "03:00", "03:15"]),
    ],
)
def test_a_clock_that_jumps_offers_no_time_twice_and_none_that_is_not(
    day: date, timezone: str, expected: list[str]
) -> None:
    """Daylight saving, in both directions."""
    picture = a_picture(day, day, timezone=timezone, sessions=every_day("01:30", "03:15"))
    now = picture.start - DAY
    assert walls(one(picture, now=now), timezone) == expected


def test_a_slot_across_the_jump_keeps_its_length() -> None:
    """It lasts fifteen minutes of life, and the next one waits for its end."""
    zone = ZoneInfo("America/New_York")
    long = Session(VisitMode.VIDEO, 6, time(1, 50), time(3, 30), minutes={})
    found = list(slots_of(long, date(2026, 3, 8), 40, zone))
    assert [(start.astimezone(zone).strftime("%H:%M"), end - start) for start, end in found] == [
        ("01:50", 40 * MINUTE),
    ]
    assert found[0][1].astimezone(zone).strftime("%H:%M") == "03:30"


SESSIONS = st.builds(
    lambda weekday, first, span, gap, capacity, minutes: Session(
        VisitMode.VIDEO,
        weekday,
        time(first // 60, first % 60),
        time(min(1439, first + span) // 60, min(1439, first + span) % 60),
        gap_minutes=gap,
        capacity=capacity,
        minutes={FAMILY: minutes},
    ),
    weekday=st.integers(0, 6),
    first=st.integers(0, 1439),
    span=st.integers(0, 600),
    gap=st.integers(0, 20),
    capacity=st.none() | st.integers(1, 3),
    minutes=st.integers(5, 60),
)
DATES = st.dates(date(2025, 1, 1), date(2028, 12, 31)) | st.sampled_from(
    [date(2026, 3, 8), date(2026, 11, 1), date(2026, 10, 4), date(2026, 4, 5), date(2026, 9, 6), date(2026, 3, 29)]
)


@settings(max_examples=200)
@given(SESSIONS, DATES, st.sampled_from(ZONES), st.integers(1, 120))
def test_slots_never_overlap_and_stand_on_the_wall_clock(
    session: Session, day: date, timezone: str, minutes: int
) -> None:
    """In every zone, on every day of clock changes too: each lasts its length, begins within the session on that day,
    and after the one before and the gap.
    """
    zone = ZoneInfo(timezone)
    found = list(slots_of(session, day, minutes, zone))
    for starts_at, ends_at in found:
        local = starts_at.astimezone(zone)
        assert starts_at.tzinfo is UTC
        assert ends_at - starts_at == minutes * MINUTE
        assert local.date() == day
        assert session.first_at <= local.time() <= session.last_at
        assert local.fold == 0
    for (_, end), (start, _) in pairwise(found):
        assert start >= end + session.gap_minutes * MINUTE


@st.composite
def pictures(draw: st.DrawFn) -> tuple[Picture, date, datetime]:
    """A jail somewhere, with anything in the way, a day of it and a present."""
    day, timezone = draw(DATES), draw(st.sampled_from(ZONES))
    last = day + draw(st.integers(0, 3)) * DAY
    picture = a_picture(day, last, timezone=timezone, stations=draw(st.integers(0, 3)))
    span = int((picture.end - picture.start) / MINUTE)
    moments = st.integers(0, span).map(lambda minute: picture.start.astimezone(UTC) + minute * MINUTE)
    lengths = st.integers(1, 300).map(lambda minutes: minutes * MINUTE)
    taken = draw(
        st.lists(st.builds(lambda i, t, n: Slot(i, t, t + n), st.integers(1, 4), moments, lengths), max_size=8)
    )
    blocked = draw(
        st.lists(
            st.builds(lambda i, t, n: block(t, t + n, i), st.none() | st.integers(1, 3), moments, lengths), max_size=3
        )
    )
    sessions = draw(st.lists(SESSIONS, max_size=4, unique_by=lambda each: each.weekday))
    made = Picture(
        timezone,
        picture.mode,
        picture.start,
        picture.end,
        picture.stations,
        tuple(sessions),
        tuple(blocked),
        tuple(taken),
    )
    return made, last, draw(moments) - draw(st.integers(0, 40)) * DAY


@settings(max_examples=150)
@given(pictures(), st.integers(1, 5))
def test_an_offer_can_be_kept_and_a_refusal_has_a_reason(given_: tuple[Picture, date, datetime], people: int) -> None:
    """Whatever stands in the calendar: what is offered is in the future, in the window, for no more people than may
    come, and on so many stations really free; everything else says why.
    """
    picture, last, now = given_
    first = picture.start.astimezone(picture.zone).date()
    rule = a_rule(first_day=1, last_day=20)
    today = now.astimezone(picture.zone).date()
    found = days(picture, rule, FAMILY, people, first=first, last=last, now=now)
    assert [day.date for day in found] == [first + number * DAY for number in range((last - first).days + 1)]
    for day in found:
        assert (day.reason is None) == bool(day.free)
        for offer in day.offers:
            assert (offer.reason is None) == (offer.free > 0)
        for offer in day.free:
            assert people <= rule.visitors_max[picture.mode]
            assert offer.starts_at > now
            assert 1 <= (day.date - today).days <= 20
            really = {station.id for station in picture.stations} - {
                slot.terminal_id
                for slot in picture.taken
                if slot.starts_at < offer.ends_at and offer.starts_at < slot.ends_at
            }
            assert offer.free <= len(really)
            assert not any(
                each.terminal_id is None and each.starts_at < offer.ends_at and offer.starts_at < each.ends_at
                for each in picture.blocks
            )
