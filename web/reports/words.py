"""The reports' words: what a report is divided by, which numbers it shows, its periods, and what a line is called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from babel.dates import format_date

from broker.people import Jail, State
from broker.reports.asked import Dimension, Key, Period
from broker.reports.numbers import NumberSet
from broker.reports.periods import first_of
from broker.vocabulary import InmateCategory, VisitKind, VisitMode
from config.i18n import N_, translations

DIMENSIONS: Mapping[Dimension, str] = {
    Dimension.STATE: N_("State"),
    Dimension.JAIL: N_("Jail"),
    Dimension.MONTH: N_("Month"),
    Dimension.CATEGORY: N_("Category"),
    Dimension.KIND: N_("With whom"),
    Dimension.MODE: N_("Visits"),
}
SETS: Mapping[NumberSet, str] = {
    NumberSet.SUMMARY: N_("At a glance"),
    NumberSet.DECISIONS: N_("What was decided"),
    NumberSet.REFUSALS: N_("Refusals by reason"),
    NumberSet.VISITS: N_("What became of approved visits"),
    NumberSet.CANCELLATIONS: N_("Cancellations by reason"),
    NumberSet.MINUTES: N_("Time, and lost time by cause"),
    NumberSet.PEOPLE: N_("People served"),
}
PRESETS: Mapping[str, str] = {
    "this_month": N_("This month"),
    "last_month": N_("Last month"),
    "this_quarter": N_("This quarter"),
    "last_quarter": N_("Last quarter"),
    "this_year": N_("This financial year"),
    "last_year": N_("Last financial year"),
}
CATEGORIES: Mapping[str, str] = {
    InmateCategory.CONVICT: N_("Convict"),
    InmateCategory.UNDERTRIAL: N_("Undertrial"),
    "": N_("Not found in the register yet"),
}
KINDS: Mapping[str, str] = {VisitKind.FAMILY: N_("Family and friends"), VisitKind.LEGAL: N_("Lawyer")}
MODES: Mapping[str, str] = {VisitMode.VIDEO: N_("By video"), VisitMode.IN_PERSON: N_("In person")}

_WORDS = {Dimension.CATEGORY: CATEGORIES, Dimension.KIND: KINDS, Dimension.MODE: MODES}


@dataclass(frozen=True, slots=True)
class Places:
    """The states and jails that lines may be about, by code and by id."""

    states: Mapping[int, State]
    jails: Mapping[int, Jail]
    _twice: frozenset[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        names = [jail.name for jail in self.jails.values()]
        object.__setattr__(self, "_twice", frozenset(name for name in names if names.count(name) > 1))

    def jail(self, jail_id: int) -> str:
        """The jail's name, with its state's where two jails share it."""
        jail = self.jails.get(jail_id)
        if jail is None:
            return f"#{jail_id}"
        return f"{jail.name} ({self.state(jail.state_code)})" if jail.name in self._twice else jail.name

    def state(self, code: int) -> str:
        """The state's name."""
        state = self.states.get(code)
        return state.name if state else f"#{code}"


def label(dimension: Dimension, key: Key, places: Places, language: str) -> str:
    """What a line is called."""
    match dimension:
        case Dimension.JAIL:
            return places.jail(int(key))
        case Dimension.STATE:
            return places.state(int(key))
        case Dimension.MONTH:
            return month(int(key), language)
        case _:
            return translations(language).gettext(_WORDS[dimension][str(key)])


def month(key: int, language: str) -> str:
    """202402 as people write it: "Feb 2024"."""
    return str(format_date(first_of(key), "MMM y", locale=language))


def period(asked: Period, language: str) -> str:
    """The period as people write it: "1 January 2024 to 9 February 2025"."""
    first, last = (format_date(day, "d MMMM y", locale=language) for day in (asked.first, asked.last))
    if first == last:
        return str(first)
    return translations(language).gettext("%(first)s to %(last)s") % {"first": first, "last": last}
