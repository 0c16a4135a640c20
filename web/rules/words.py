"""The words of the rule pages: names of fields, what is wrong with one, what an edit changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from broker.rules.book import Allowed, Change, QuotaKey, Value
from broker.rules.model import Clause, Per
from broker.rules.words import CATEGORIES, MODES, PERIODS, RELATIONSHIPS, listed
from broker.rules.words import KINDS as WITH
from broker.vocabulary import InmateCategory, VisitKind, VisitMode
from config.i18n import N_, translations

CLAUSES: Mapping[Clause, str] = {
    Clause.QUOTA: N_("How often"),
    Clause.LENGTH: N_("How long"),
    Clause.BOOKING_WINDOW: N_("When to ask"),
    Clause.MODES: N_("How visits happen"),
    Clause.VISITORS: N_("How many visitors"),
    Clause.RELATIONSHIPS: N_("Who may visit"),
    Clause.DECIDE: N_("When the jail decides"),
    Clause.CANCEL: N_("Cancelling"),
    Clause.NO_SHOW: N_("Who does not come"),
    Clause.LOST: N_("Lost minutes"),
    Clause.NO_OBJECTION: N_("No-objection"),
    Clause.SMS: N_("Codes"),
}

KINDS: Mapping[VisitKind, str] = {
    VisitKind.FAMILY: N_("Family and friends"),
    VisitKind.LEGAL: N_("Lawyers"),
}

FIELDS: Mapping[str, str] = {
    "first_day": N_("Days before the visit, at least"),
    "last_day": N_("Days before the visit, at most"),
    "decide_hours": N_("Hours before the visit: remind the jail"),
    "lapse_hours": N_("Hours before the visit: refuse with an apology"),
    "cancel_hours": N_("Hours before the visit: cancelling is not counted"),
    "no_show_minutes": N_("Minutes after the beginning: the family may be taken not to come"),
    "lost_percent": N_("Percent of a visit: so much lost is made good"),
    "minutes": N_("Minutes of a visit"),
    "visitors_max": N_("Visitors at most"),
    "quotas": N_("Visits allowed"),
    "modes": N_("Visits are possible"),
    "relationships": N_("Who may visit"),
    "no_objection": N_("An agency's no-objection first, for"),
    "sms": N_("Codes to the mobile number as well"),
}

#: What stands beside the rule in the form.
BESIDE: Mapping[str, str] = {
    "note": N_("Why, and by which order"),
    "quotas": N_("How often"),
    "valid_from": N_("It holds from"),
}

#: What is wrong with a field (`web.rules.forms`), and what to do.
PROBLEMS: Mapping[str, str] = {
    "bad_start": N_("This version can't begin before today, nor before the version that it follows."),
    "before_today": N_("A version begins today or later: what is decided stays decided."),
    "choose": N_("Choose at least one."),
    "contradiction": N_("These numbers contradict each other."),
    "date": N_("Write the day as on a calendar, such as 2026-11-23."),
    "lapse_after_decide": N_("The refusal must come later than the reminder: write fewer hours."),
    "last_before_first": N_("This is less than the least number of days."),
    "nothing_changed": N_("Nothing is changed yet."),
    "number": N_("Write a number."),
    "out_of_range": N_("This number is too small or too large."),
    "overtaken": N_("Somebody else has made a new version meanwhile. Look at it, then begin again from it."),
    "say_why": N_("Say why, and by which order: this stands in the history and beside each changed value."),
}


def label(name: str, language: str) -> str:
    """A field of the form, by its name there (`web.rules.forms`), as the reader knows it."""
    tr = translations(language).gettext
    field, _, rest = name.partition("-")
    match field:
        case "minutes":
            return f"{tr(FIELDS['minutes'])}: {tr(KINDS[VisitKind(rest)])}"
        case "visitors":
            return f"{tr(FIELDS['visitors_max'])}: {tr(MODES[VisitMode(rest)])}"
        case "quota":
            who, kind, mode = rest.split("-")
            category = None if who == "every" else InmateCategory(who)
            words = (CATEGORIES[category], MODES[VisitMode(mode)], WITH[VisitKind(kind)])
            return f"{tr(FIELDS['quotas'])}: {', '.join(map(tr, words))}"
        case _:
            return tr(FIELDS.get(field) or BESIDE[field])


def subject(change: Change, language: str) -> str:
    """What a change is about: the field, and which entry of it."""
    _ = translations(language).gettext
    name = _(FIELDS[change.name])
    match change.subject:
        case None:
            return name
        case QuotaKey(category=category, kind=kind, mode=mode):
            return f"{name}: {_(CATEGORIES[category])}, {_(MODES[mode])}, {_(WITH[kind])}"
        case VisitKind() as kind:
            return f"{name}: {_(KINDS[kind])}"
        case VisitMode() as mode:
            return f"{name}: {_(MODES[mode])}"
        case other:
            return f"{name}: {other}"


def value(said: Value, language: str) -> str:
    """One side of a change; nothing is a word as well."""
    words = translations(language)
    _ = words.gettext
    match said:
        case None:
            return _("not set")
        case bool():
            return _("yes") if said else _("no")
        case Allowed(count=count, per=per):
            return f"{count} {_(PERIODS[Per(per)])}"
        case tuple():
            return _list(said, language) or _("nobody")
        case _:
            return str(said)


def _list(chosen: tuple[Any, ...], language: str) -> str:
    names: dict[Any, str] = {**RELATIONSHIPS, **MODES, **{each: CATEGORIES[each] for each in InmateCategory}}
    return listed(chosen, names, language)
