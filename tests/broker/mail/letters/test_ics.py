"""Calendar entries, read back as a calendar does."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from broker.mail.letters import ics
from broker.outbox import Attachment
from broker.vocabulary import VisitMode
from tests.support.clock import NOON
from tests.support.letters import EVERY_LANGUAGE, PAGES, a_reader

HOUR = timedelta(hours=1)


def read(attachment: Attachment) -> tuple[Any, Any]:
    """The calendar and its one event."""
    calendar = Calendar.from_ical(attachment.body)
    [event] = calendar.walk("VEVENT")
    return calendar, event


@EVERY_LANGUAGE
def test_entry_says_when_where_and_by_which_link(language: str) -> None:
    """Times are UTC; the title is in the reader's language; whoever shares the calendar shares no prisoner's name."""
    reader = a_reader(language=language)
    attachment = ics.entry(reader, NOON - 24 * HOUR)
    calendar, event = read(attachment)
    assert calendar["method"] == "PUBLISH"
    assert attachment.content_type == "text/calendar; charset=utf-8; method=PUBLISH"
    assert (event.start, event.end) == (NOON, NOON + timedelta(minutes=15))
    assert event["dtstart"].to_ical() == b"20260302T120000Z"
    assert str(event["url"]) == PAGES.join(reader.visitor)
    assert "25/35/55/2021" in event["description"]
    assert reader.visit.jail.name in event["summary"]
    assert event["class"] == "PRIVATE"
    assert "location" not in event
    assert reader.visit.inmate_known.name not in attachment.body.decode()


@pytest.mark.parametrize(
    ("starts_at", "shown"),
    [(NOON.replace(month=3, day=7), "07:00"), (NOON.replace(month=3, day=9), "08:00")],
)
def test_calendar_in_new_york_shows_the_hour_of_that_day(starts_at: datetime, shown: str) -> None:
    """Before and after the clocks go forward on 8 March 2026."""
    _, event = read(ics.entry(a_reader(starts_at=starts_at), NOON))
    assert event.start.astimezone(ZoneInfo("America/New_York")).strftime("%H:%M") == shown


def test_entry_rings_an_hour_before() -> None:
    """Where the calendar allows alarms from elsewhere."""
    _, event = read(ics.entry(a_reader(), NOON))
    [alarm] = event.walk("VALARM")
    assert alarm["trigger"].dt == -HOUR
    assert alarm["action"] == "DISPLAY"


def test_visit_in_person_has_a_place() -> None:
    """For the map, and the pass as its link."""
    reader = a_reader(mode=VisitMode.IN_PERSON)
    _, event = read(ics.entry(reader, NOON))
    assert event["location"] == "Yerwada Central Prison, Pune"
    assert "/pass/" in str(event["url"])


def test_removal_takes_the_same_event_out() -> None:
    """The UID of the entry, a higher sequence, METHOD CANCEL (RFC 5546, section 3.2.5)."""
    reader = a_reader()
    _, put = read(ics.entry(reader, NOON - HOUR))
    calendar, taken = read(ics.removal(reader, NOON))
    assert calendar["method"] == "CANCEL"
    assert taken["status"] == "CANCELLED"
    assert taken["uid"] == put["uid"]
    assert int(taken["sequence"]) > int(put["sequence"])
    assert taken.walk("VALARM") == []
