"""Which version holds on a day, and what one changes against another. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from broker.rules.model import Clause, Per, Quota, Rule, RuleVersion
from broker.vocabulary import InmateCategory, VisitKind, VisitMode


@dataclass(frozen=True, slots=True)
class QuotaKey:
    """What an allowance is about; `category` None for every inmate without an own one."""

    category: InmateCategory | None
    kind: VisitKind
    mode: VisitMode


@dataclass(frozen=True, slots=True)
class Allowed:
    """How many visits in which period."""

    count: int
    per: Per


Subject = QuotaKey | VisitKind | VisitMode | str | None
Value = int | bool | Allowed | tuple[StrEnum, ...] | None


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that a new rule says differently. `name` is the rule's field, `subject` which entry of it; a side that
    says nothing is None.
    """

    clause: Clause
    name: str
    subject: Subject
    before: Value
    after: Value


_CLAUSES = {
    "first_day": Clause.BOOKING_WINDOW,
    "last_day": Clause.BOOKING_WINDOW,
    "sms": Clause.SMS,
    "decide_hours": Clause.DECIDE,
    "lapse_hours": Clause.DECIDE,
    "cancel_hours": Clause.CANCEL,
    "no_show_minutes": Clause.NO_SHOW,
    "lost_percent": Clause.LOST,
    "relationships": Clause.RELATIONSHIPS,
    "modes": Clause.MODES,
    "no_objection": Clause.NO_OBJECTION,
    "minutes": Clause.LENGTH,
    "visitors_max": Clause.VISITORS,
    "quotas": Clause.QUOTA,
}

# Fields that hold one value each.
_SINGLE = (
    *("first_day", "last_day", "sms", "decide_hours", "lapse_hours", "cancel_hours"),
    *("no_show_minutes", "lost_percent"),
)


def in_force(versions: Iterable[RuleVersion], on: date) -> RuleVersion | None:
    """The version that holds on a day: of those that have begun, the one that began last, of equals the newer. None
    before the first.
    """
    begun = [version for version in versions if version.valid_from <= on]
    return max(begun, key=lambda version: (version.valid_from, version.version), default=None)


def diff(old: Rule | None, new: Rule) -> tuple[Change, ...]:
    """What `new` says differently from `old` (None: from nothing), in the order of the rule's fields. Sources are no
    part of it: they say where a rule comes from, not what it is.
    """
    before = {} if old is None else dict(_entries(old))
    after = dict(_entries(new))
    keys = list(dict.fromkeys([*after, *before]))
    return tuple(
        Change(_CLAUSES[name], name, subject, before.get((name, subject)), after.get((name, subject)))
        for name, subject in sorted(keys, key=lambda key: list(_CLAUSES).index(key[0]))
        if before.get((name, subject)) != after.get((name, subject))
    )


def _entries(rule: Rule) -> Iterator[tuple[tuple[str, Subject], Value]]:
    for name in _SINGLE:
        yield (name, None), getattr(rule, name)
    for name in ("relationships", "modes", "no_objection"):
        yield (name, None), tuple(sorted(getattr(rule, name)))
    for kind, minutes in rule.minutes.items():
        yield ("minutes", kind), minutes
    for mode, people in rule.visitors_max.items():
        yield ("visitors_max", mode), people
    for quota in rule.quotas:
        yield ("quotas", _key(quota)), Allowed(quota.count, quota.per)


def _key(quota: Quota) -> QuotaKey:
    return QuotaKey(quota.category, quota.kind, quota.mode)
