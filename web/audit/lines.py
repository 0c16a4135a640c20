"""Entries as lines to read: names in the place of numbers, as they are today, and words in the place of ids."""

from __future__ import annotations

import gettext
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time

from broker.audit.chain import Entry
from broker.audit.events import AuditEvent
from broker.reasons import NAMES
from broker.staff import Role, StaffName, staff_id
from broker.storage.unit import UnitOfWork
from config.i18n import N_, translations
from web.audit.values import VALUES
from web.audit.words import ACTORS, DETAILS, EVENTS, SUBJECTS
from web.staff.words import ROLES

_STAFF = "staff:"


@dataclass(frozen=True, slots=True)
class Line:
    """One entry in words. `who` and `role` ("" where there is none) of the actor; `visit` is a VisRN or ""; `details`
    are pairs of label and value.
    """

    seq: int
    at: datetime
    day: str
    time: str
    who: str
    role: str
    actor: str
    event: str
    what: str
    visit: str
    jail: str
    subject: str
    about: str
    why: str
    details: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What the numbers in some entries stand for today."""

    staff: Mapping[int, StaffName]
    visits: Mapping[str, str]
    jails: Mapping[int, str]
    keys: Mapping[str, str]


async def look_up(uow: UnitOfWork, entries: Collection[Entry]) -> Known:
    """All names that these entries need, in a few statements."""
    people = {number for entry in entries for text in (entry.by, entry.subject) if (number := staff_id(text))}
    visits = {entry.visit_id for entry in entries if entry.visit_id}
    asked_keys = any(text.startswith("api_key:") for entry in entries for text in (entry.by, entry.subject))
    return Known(
        await uow.staff.named(people),
        {visit_id: str(number) for visit_id, number in (await uow.visits.numbers(visits)).items()},
        {jail.id: jail.name for jail in await uow.jails.all()},
        {f"api_key:{key.id}": key.name for key in await uow.api_keys.all()} if asked_keys else {},
    )


class Reader:
    """Puts entries into the words of one language and on the clock of one zone."""

    def __init__(self, known: Known, language: str, timezone: str) -> None:
        self._known = known
        self._language = language
        self._zone = ZoneInfo(timezone)
        self._catalogue: gettext.NullTranslations = translations(language)

    def lines(self, entries: Sequence[Entry]) -> list[Line]:
        """In the same order."""
        return [self.line(entry) for entry in entries]

    def line(self, entry: Entry) -> Line:
        """One entry."""
        local = entry.at.astimezone(self._zone)
        who, role = self._actor(entry.by)
        jail = "" if entry.jail_id is None else self._known.jails.get(entry.jail_id, f"#{entry.jail_id}")
        return Line(
            seq=entry.seq,
            at=entry.at,
            day=format_date(local.date(), "d MMM y", locale=self._language),
            time=format_time(local, "HH:mm:ss", locale=self._language),
            who=who,
            role=role,
            actor=entry.by,
            event=str(entry.event),
            what=self._event(str(entry.event)),
            visit=self._known.visits.get(entry.visit_id or "", entry.visit_id or ""),
            jail=jail,
            subject=entry.subject,
            about="" if entry.subject == entry.by else self._subject(entry.subject),
            why=self._say(NAMES[entry.why]) if entry.why in NAMES else entry.why,  # type: ignore[index] # by its value
            details=tuple((self._label(name), self._value(name, value)) for name, value in entry.details.items()),
        )

    def _say(self, sentence: str) -> str:
        return self._catalogue.gettext(sentence)

    def _event(self, event: str) -> str:
        """An event that the code does not know any more stands there as it was stored."""
        return self._say(EVENTS[AuditEvent(event)]) if event in set(AuditEvent) else event

    def _actor(self, by: str) -> tuple[str, str]:
        staff = self._known.staff.get(staff_id(by) or 0)
        if staff is not None:
            return staff.name, self._say(ROLES[staff.role])
        kind, _, rest = by.partition(":")
        if kind == "api_key":
            return self._known.keys.get(by, by), self._say(ACTORS[kind])
        if kind in ACTORS:
            return self._say(ACTORS[kind]), rest if kind == "system" else ""
        return by, ""

    def _subject(self, subject: str) -> str:
        kind, _, number = subject.partition(":")
        if kind not in SUBJECTS:
            return subject
        staff = self._known.staff.get(staff_id(subject) or 0)
        name = staff.name if staff is not None else self._known.keys.get(subject, "")
        return f"{self._say(SUBJECTS[kind])} {name or number}"

    def _label(self, name: str) -> str:
        return self._say(DETAILS[name]) if name in DETAILS else name.replace("_", " ")

    def _value(self, name: str, value: object) -> str:
        if isinstance(value, list):
            return ", ".join(self._value(name, each) for each in value) or "–"
        if value is None or isinstance(value, bool):
            return "–" if value is None else self._say(_YES if value else _NO)
        text = str(value)
        if name in {"jail", "jails"} and isinstance(value, int):
            return self._known.jails.get(value, f"#{value}")
        if name.startswith("role") and text in set(Role):
            return self._say(ROLES[Role(text)])
        if text in NAMES:
            return self._say(NAMES[text])  # type: ignore[index] # by its value
        if name == "event" and text in set(AuditEvent):
            return self._event(text)
        words = VALUES.get(name, {}).get(text)
        return text if words is None else self._say(words)


_YES, _NO = N_("yes"), N_("no")
