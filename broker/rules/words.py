"""A rule in plain sentences: for a refusal that cites it, and for the page that shows it.

Every function takes the language of whoever reads it. Numbers stand as digits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from gettext import NullTranslations
from typing import TypeVar

from babel.dates import format_date
from babel.lists import format_list

from broker.rules.model import Clause, Per, Quota, Rule, RuleVersion
from broker.vocabulary import InmateCategory, Relationship, VisitKind, VisitMode
from config.i18n import N_, translations

W = TypeVar("W")

CATEGORIES: Mapping[InmateCategory | None, str] = {
    InmateCategory.CONVICT: N_("convicts"),
    InmateCategory.UNDERTRIAL: N_("undertrials"),
    None: N_("every person in prison"),
}
KINDS: Mapping[VisitKind, str] = {
    VisitKind.FAMILY: N_("with family and friends"),
    VisitKind.LEGAL: N_("with a lawyer"),
}
MODES: Mapping[VisitMode, str] = {
    VisitMode.IN_PERSON: N_("in person"),
    VisitMode.VIDEO: N_("by video"),
}
PERIODS: Mapping[Per, str] = {
    Per.DAY: N_("a day"),
    Per.FORTNIGHT: N_("in each half of a month"),
    Per.MONTH: N_("a month"),
    Per.WEEK: N_("a week"),
}
RELATIONSHIPS: Mapping[Relationship, str] = {
    Relationship.DOCTOR: N_("doctors"),
    Relationship.FAMILY: N_("family"),
    Relationship.FRIEND: N_("friends"),
    Relationship.LAWYER: N_("lawyers"),
    Relationship.OTHER: N_("others"),
}


def cite(
    version: RuleVersion,
    clause: Clause,
    language: str,
    *,
    category: InmateCategory | None = None,
    kind: VisitKind = VisitKind.FAMILY,
    mode: VisitMode = VisitMode.VIDEO,
) -> str:
    """What a clause says about such a visit, which version of the rule that is, and where it comes from: what a
    decision tells a family. `category` picks the allowance that a quota speaks of.
    """
    _ = translations(language).gettext
    told = [
        says(version.rule, clause, language, category=category, kind=kind, mode=mode),
        _("This is version %(version)s of the state's rule, in force since %(date)s.")
        % {"version": version.version, "date": day(version.valid_from, language)},
    ]
    if source := version.rule.sources.get(clause, "").rstrip(". "):
        told.append(_("Source: %(source)s.") % {"source": source})
    return " ".join(told)


def says(
    rule: Rule,
    clause: Clause,
    language: str,
    *,
    category: InmateCategory | None = None,
    kind: VisitKind = VisitKind.FAMILY,
    mode: VisitMode = VisitMode.VIDEO,
) -> str:
    """One clause as a sentence or two."""
    words = translations(language)
    match clause:
        case Clause.QUOTA:
            return _quota(rule, category, kind, mode, language)
        case Clause.LENGTH:
            return _length(rule.minutes[kind], kind, words)
        case Clause.VISITORS:
            return _visitors(rule.visitors_max.get(mode, 0), mode, words)
        case Clause.LOST:
            return _lost(rule.lost_percent, words)
        case Clause.NO_SHOW:
            return _no_show(rule.no_show_minutes, words)
        case _:
            return _plain(rule, clause, language)


def allowance(quota: Quota, language: str) -> str:
    """An allowance as a sentence that says whom it is for."""
    words = translations(language)
    fields = {
        "who": words.gettext(CATEGORIES[quota.category]),
        "count": quota.count,
        "per": words.gettext(PERIODS[quota.per]),
        "mode": words.gettext(MODES[quota.mode]),
        "kind": words.gettext(KINDS[quota.kind]),
    }
    if quota.count == 0:
        return words.gettext("The rule allows %(who)s no visit of this kind: %(mode)s, %(kind)s.") % fields
    told = words.ngettext(
        "The rule allows %(who)s %(count)s visit %(per)s: %(mode)s, %(kind)s.",
        "The rule allows %(who)s %(count)s visits %(per)s: %(mode)s, %(kind)s.",
        quota.count,
    )
    return told % fields


def day(on: date, language: str) -> str:
    """A date as people write it."""
    return format_date(on, "d MMMM y", locale=language)


def listed(chosen: Iterable[W], names: Mapping[W, str], language: str) -> str:
    """Some of the words in `names`, as a list that is read in one breath."""
    words = translations(language)
    return format_list([words.gettext(name) for each, name in names.items() if each in set(chosen)], locale=language)


def _quota(rule: Rule, category: InmateCategory | None, kind: VisitKind, mode: VisitMode, language: str) -> str:
    quotas = [quota for quota in rule.quotas if (quota.kind, quota.mode) == (kind, mode)]
    if category is not None:
        own = rule.quota(category, kind, mode)
        quotas = [] if own is None else [own.model_copy(update={"category": category})]
    if not quotas:
        return translations(language).gettext("The rule sets no limit on the number of these visits.")
    return " ".join(allowance(quota, language) for quota in quotas)


def _length(minutes: int, kind: VisitKind, words: NullTranslations) -> str:
    if kind is VisitKind.LEGAL:
        return words.ngettext(
            "A visit with a lawyer lasts %(minutes)s minute.",
            "A visit with a lawyer lasts %(minutes)s minutes.",
            minutes,
        ) % {"minutes": minutes}
    told = words.ngettext("A visit lasts %(minutes)s minute.", "A visit lasts %(minutes)s minutes.", minutes)
    return told % {"minutes": minutes}


def _visitors(people: int, mode: VisitMode, words: NullTranslations) -> str:
    if mode is VisitMode.VIDEO:
        told = words.ngettext(
            "At most %(people)s person can take part in a visit by video.",
            "At most %(people)s people can take part in a visit by video.",
            people,
        )
    else:
        told = words.ngettext(
            "At most %(people)s person can come to a visit in person.",
            "At most %(people)s people can come to a visit in person.",
            people,
        )
    return told % {"people": people}


def _plain(rule: Rule, clause: Clause, language: str) -> str:
    _ = translations(language).gettext
    match clause:
        case Clause.BOOKING_WINDOW:
            told = _("A visit can be asked for from %(first)s to %(last)s days before the day of the visit.")
            return told % {"first": rule.first_day, "last": rule.last_day}
        case Clause.CANCEL:
            told = _("A visit that the family cancels at least %(hours)s hours before is not counted.")
            return told % {"hours": rule.cancel_hours}
        case Clause.DECIDE:
            told = _(
                "The jail decides at the latest %(lapse)s hours before the visit. A request that has waited until "
                "%(decide)s hours before the visit is brought to its attention again."
            )
            return told % {"decide": rule.decide_hours, "lapse": rule.lapse_hours}
        case Clause.MODES:
            return _("Visits are possible: %(modes)s.") % {"modes": listed(rule.modes, MODES, language)}
        case Clause.RELATIONSHIPS:
            return _("These people may visit: %(who)s.") % {"who": listed(rule.relationships, RELATIONSHIPS, language)}
        case Clause.NO_OBJECTION:
            return _no_objection(rule, language)
        case _ if rule.sms:
            return _("Codes are sent to the mobile number as well as to the email address.")
        case _:
            return _("Codes are sent to the email address only.")


def _lost(percent: int, words: NullTranslations) -> str:
    told = words.gettext(
        "A visit that loses %(percent)s%% of its time or more to something that was not the family's doing is not "
        "counted, and another one is offered in its place."
    )
    return told % {"percent": percent}


def _no_show(minutes: int, words: NullTranslations) -> str:
    return words.ngettext(
        "A family that has not come %(minutes)s minute after the beginning may be taken not to come any more.",
        "A family that has not come %(minutes)s minutes after the beginning may be taken not to come any more.",
        minutes,
    ) % {"minutes": minutes}


def _no_objection(rule: Rule, language: str) -> str:
    _ = translations(language).gettext
    if not rule.no_objection:
        return _("A visit needs an agency's no-objection only where one is noted for that person in prison.")
    told = _("A visit to these people needs an agency's no-objection first: %(who)s.")
    return told % {"who": listed(rule.no_objection, CATEGORIES, language)}
