"""What is noted beside an event, as pairs of label and value in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, get_day_names

from broker.audit.chain import Details, Plain
from broker.audit.events import AuditEvent
from broker.reasons import NAMES
from broker.staff import Role
from config.i18n import N_, translations
from web.audit import known
from web.audit.known import Known
from web.audit.values import CAUSES, VALUES
from web.audit.words import DETAILS, EVENTS, RESOURCES
from web.losses.words import length
from web.staff.wording.accounts import ROLES

#: Details that are seconds.
_LENGTHS = frozenset({"had", "offered", "seconds"})
#: Ids that say nothing to a reader; who has to follow them finds them in what is taken out.
_UNSAID = frozenset({"warning"})
#: Details that hold several words in one text.
_LISTS = frozenset({"asked"})
_YES, _NO = N_("yes"), N_("no")


class Noted:
    """Says details in one language and on the clock of one zone. `names` tells, by the detail, what is called as the
    entry's own actor or subject are.
    """

    def __init__(self, known_: Known, language: str, zone: ZoneInfo, names: Mapping[str, Callable[[str], str]]) -> None:
        self._known = known_
        self._language = language
        self._zone = zone
        self._names = names
        self._say = translations(language).gettext

    def pairs(self, details: Details) -> tuple[tuple[str, str], ...]:
        """Label and value of each."""
        said = {name: value for name, value in details.items() if name not in _UNSAID and value != ""}
        return tuple((self._label(name), self._value(name, value)) for name, value in said.items())

    def _label(self, name: str) -> str:
        words = DETAILS.get(name) or CAUSES.get(name)
        return name.replace("_", " ") if words is None else self._say(words)

    def _value(self, name: str, value: object) -> str:
        if isinstance(value, list | tuple):
            return ", ".join(dict.fromkeys(self._one(name, each) for each in value)) or "–"
        if isinstance(value, str) and name in _LISTS:
            return ", ".join(self._text(name, each) for each in value.split())
        # A number of jails is a number; one of a list of jails is that jail.
        return str(value) if name == "jails" and isinstance(value, int) else self._one(name, value)

    def _one(self, name: str, value: Plain | object) -> str:
        if value is None or isinstance(value, bool):
            return "–" if value is None else self._say(_YES if value else _NO)
        if name in {"jail", "jails"} and isinstance(value, int):
            return self._known.jails.get(value, f"#{value}")
        if isinstance(value, int) and (name in _LENGTHS or name in CAUSES):
            return length(value, self._language)
        return self._text(name, str(value))

    def _text(self, name: str, text: str) -> str:
        """One that has no words stands as it is: a name, a number."""
        if name in self._names:
            return self._names[name](text)
        if name in known.VISITS:
            return self._known.visits.get(text, text)
        if name == "event":
            return self._event(text)
        if name == "hours":
            return self._hours(text)
        words = _words(name, text)
        return self._moment(text) if words is None else self._say(words)

    def _event(self, text: str) -> str:
        words = EVENTS[AuditEvent(text)] if text in set(AuditEvent) else RESOURCES.get(text.removesuffix(":"))
        return text if words is None else self._say(words)

    def _hours(self, text: str) -> str:
        """Visiting hours as they are noted: "video 0 09:00-11:45", 0 being Monday."""
        mode, day, times = text.split(" ", 2)
        words, days = VALUES["mode"].get(mode), get_day_names("wide", locale=self._language)
        return f"{mode if words is None else self._say(words)}, {days[int(day)]} {times}"

    def _moment(self, text: str) -> str:
        try:
            if len(text) == len("2026-03-02"):
                return str(format_date(date.fromisoformat(text), "d MMM y", locale=self._language))
            at = datetime.fromisoformat(text)
        except ValueError:
            return text
        if at.tzinfo is None:
            return text
        return str(format_datetime(at.astimezone(self._zone), "d MMM y, HH:mm", locale=self._language))


def _words(name: str, text: str) -> str | None:
    if name.startswith("role") and text in set(Role):
        return ROLES[Role(text)]
    return VALUES.get(name, {}).get(text) or CAUSES.get(text) or NAMES.get(text)  # type: ignore[call-overload] # by its value
