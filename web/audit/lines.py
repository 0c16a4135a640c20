"""Entries as lines to read: names in the place of numbers, as they are today, and words in the place of ids."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time

from broker.audit.chain import Entry
from broker.audit.events import AuditEvent
from broker.staff import staff_id
from config.i18n import translations
from web.audit.details import Noted
from web.audit.known import Known
from web.audit.words import ACTORS, EVENTS, SUBJECTS, SYSTEM
from web.staff.wording import reasons
from web.staff.wording.accounts import ROLES

_ID = re.compile(r"[0-9a-f]{16,}")


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


class Reader:
    """Puts entries into the words of one language and on the clock of one zone."""

    def __init__(self, known: Known, language: str, timezone: str) -> None:
        self._known = known
        self._language = language
        self._zone = ZoneInfo(timezone)
        self._say = translations(language).gettext
        names = {"subject": self.subject, "participant": self._participant, "who": lambda by: self._actor(by)[0]}
        self._noted = Noted(known, language, self._zone, names)

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
            about="" if entry.subject == entry.by else self.subject(entry.subject),
            why=reasons.say(entry.event, entry.why, self._say),
            details=self._noted.pairs(entry.details),
        )

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
            return self._say(ACTORS[kind]), self._say(SYSTEM[rest]) if kind == "system" and rest in SYSTEM else ""
        return by, ""

    def subject(self, subject: str) -> str:
        """What an entry is about, or with a colon at its end all of a kind; what is stored, if that has no words."""
        # A watch's id begins so, for itself as for the room.
        kind, _, number = subject.replace("monitor-", "monitor:", 1).partition(":")
        if kind not in SUBJECTS:
            return subject
        staff = self._known.staff.get(staff_id(subject) or 0)
        name = staff.name if staff is not None else self._known.keys.get(subject, "")
        # A number is one that people use; an id says nothing.
        return f"{self._say(SUBJECTS[kind])} {name or ('' if _ID.fullmatch(number) else number)}".rstrip()

    def _participant(self, participant: str) -> str:
        """Somebody in a room, by the id of their seat."""
        if _ID.fullmatch(participant):
            return self._say(SUBJECTS["visitor"])
        return self.subject(participant.replace("-", ":", 1))
