"""Calendar entries (RFC 5545) for a visit: one that puts it into the family's calendar, the same again with a higher
sequence that moves it there, and one that takes it out (RFC 5546, METHOD CANCEL).

Times are UTC, so that each calendar shows them on its own clock, daylight saving included. The person in prison is not
named: calendars are shared more freely than letters.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from icalendar import Alarm, Calendar, Event

from broker.mail.letters.reader import Reader
from broker.outbox import Attachment
from config.i18n import translations

_PRODUCT = "-//Mulakat//visits//EN"
_REMIND_BEFORE = timedelta(hours=1)
_THE_PAST = datetime(2024, 1, 1, tzinfo=UTC)


def entry(reader: Reader, now: datetime) -> Attachment:
    """The visit as an event, with a reminder an hour before."""
    event = _event(reader, now)
    event.add("status", "CONFIRMED")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", -_REMIND_BEFORE)
    alarm.add("description", str(event["summary"]))
    event.add_component(alarm)
    return _file(event, "PUBLISH")


def removal(reader: Reader, now: datetime) -> Attachment:
    """Takes the event out of the calendar again."""
    event = _event(reader, now)
    event.add("status", "CANCELLED")
    return _file(event, "CANCEL")


def _event(reader: Reader, now: datetime) -> Event:
    visit = reader.visit
    _ = translations(reader.language).gettext
    number = _("Visit Reference Number")
    helpline = _("Helpline of the jail")
    event = Event()
    event.add("uid", f"{visit.id}@{reader.pages.host}")
    # Seconds since the visit was asked for: each letter's entry is newer than the one before it, with nothing to count.
    event.add("sequence", max(0, int((now - (visit.created_at or _THE_PAST)).total_seconds())))
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", visit.starts_at.astimezone(UTC))
    event.add("dtend", visit.ends_at.astimezone(UTC))
    title = _("Visit in person, %(jail)s") if reader.in_person else _("Visit by video, %(jail)s")
    event.add("summary", title % {"jail": visit.jail.name})
    if reader.in_person:
        event.add("location", f"{visit.jail.name}, {visit.jail.city}")
    event.add("url", reader.link)
    event.add("description", f"{number}: {visit.visrn}\n{reader.link}\n{helpline}: {visit.jail.helpline}")
    event.add("class", "PRIVATE")
    return event


def _file(event: Event, method: str) -> Attachment:
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(event)
    return Attachment("visit.ics", f"text/calendar; charset=utf-8; method={method}", calendar.to_ical())
