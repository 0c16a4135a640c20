"""The form in which a state's rule is edited: a rule as text fields, and text fields as a rule. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic import ValidationError

from broker.rules.model import Clause, Per, Rule, RuleVersion
from broker.vocabulary import InmateCategory, Relationship, VisitKind, VisitMode

NUMBERS = (
    *("first_day", "last_day", "decide_hours", "lapse_hours", "cancel_hours"),
    *("no_show_minutes", "lost_percent"),
)
LISTS: Mapping[str, tuple[str, ...]] = {
    "modes": tuple(VisitMode),
    "relationships": tuple(Relationship),
    "no_objection": tuple(InmateCategory),
}
#: Who an allowance is for; "" for every person in prison.
WHO = ("", *InmateCategory)

# What a contradiction of the whole rule is about: the field that it is shown at.
_ABOUT = {
    "last_day is before first_day": ("last_day", "last_before_first"),
    "lapse_hours must be fewer than decide_hours": ("lapse_hours", "lapse_after_decide"),
    "modes offers nothing": ("modes", "choose"),
    "relationships lets nobody visit": ("relationships", "choose"),
}


@dataclass(frozen=True, slots=True)
class QuotaField:
    """The row of the form for one allowance: its two fields' names, and what it is about."""

    category: str
    kind: VisitKind
    mode: VisitMode

    @property
    def name(self) -> str:
        """What its fields' names begin with."""
        return f"quota-{self.category or 'every'}-{self.kind}-{self.mode}"


QUOTAS = tuple(QuotaField(who, kind, mode) for kind in VisitKind for mode in VisitMode for who in WHO)


@dataclass(frozen=True, slots=True)
class Typed:
    """A form's fields as typed, its checked boxes by list, and what is wrong, by field."""

    values: Mapping[str, str] = field(default_factory=dict)
    chosen: Mapping[str, frozenset[str]] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")


@dataclass(frozen=True, slots=True)
class Edit:
    """What a form asks for: this rule, from this day on, for this reason, in the place of the version `base_id`."""

    rule: Rule
    valid_from: date
    note: str
    base_id: int


def typed_rule(version: RuleVersion, valid_from: date) -> Typed:
    """A version as the form would have been filled in; `valid_from` is proposed for the next one."""
    rule = version.rule
    values = {name: str(getattr(rule, name)) for name in NUMBERS}
    values |= {f"minutes-{kind}": str(rule.minutes[kind]) for kind in VisitKind}
    values |= {f"visitors-{mode}": str(rule.visitors_max.get(mode, "")) for mode in VisitMode}
    by_key = {quota.key: quota for quota in rule.quotas}
    for each in QUOTAS:
        category = InmateCategory(each.category) if each.category else None
        quota = by_key.get((category, each.kind, each.mode))
        values[each.name] = "" if quota is None else str(quota.count)
        values[f"{each.name}-per"] = Per.MONTH.value if quota is None else quota.per.value
    values |= {"sms": "yes" if rule.sms else "no", "base": str(version.id), "valid_from": valid_from.isoformat()}
    chosen = {name: frozenset(str(word) for word in getattr(rule, name)) for name in LISTS}
    return Typed(values, chosen)


def parse(typed: Typed, base: Rule, today: date) -> Edit | Typed:
    """What the form asks for, or what is wrong with it. Sources of clauses that differ from `base` are the caller's."""
    errors: dict[str, str] = {}
    data: dict[str, Any] = {name: _number(typed, name, errors) for name in NUMBERS}
    data["minutes"] = {kind.value: _number(typed, f"minutes-{kind}", errors) for kind in VisitKind}
    data["visitors_max"] = {
        mode.value: _number(typed, f"visitors-{mode}", errors)
        for mode in VisitMode
        if typed[f"visitors-{mode}"].strip() or mode.value in typed.chosen.get("modes", ())
    }
    data["quotas"] = list(_quotas(typed, errors))
    for name, words in LISTS.items():
        data[name] = sorted(typed.chosen.get(name, frozenset()) & set(words))
    data["sms"] = typed["sms"] == "yes"
    valid_from = _date(typed["valid_from"])
    if valid_from is None:
        errors["valid_from"] = "date"
    elif valid_from < today:
        errors["valid_from"] = "before_today"
    if not typed["note"].strip():
        errors["note"] = "say_why"
    if errors or valid_from is None:
        return Typed(typed.values, typed.chosen, errors)
    try:
        rule = Rule.model_validate({**data, "state_code": base.state_code, "sources": base.sources})
    except ValidationError as error:
        return Typed(typed.values, typed.chosen, dict(_placed(error)))
    base_id = typed["base"]
    known = int(base_id) if base_id.isascii() and base_id.isdigit() and len(base_id) < 10 else 0
    return Edit(rule, valid_from, typed["note"].strip(), known)


def sourced(rule: Rule, changed: Iterable[Clause], source: str) -> Rule:
    """The rule with `source` as the source of the clauses that were changed."""
    return rule.model_copy(update={"sources": rule.sources | dict.fromkeys(changed, source)})


def _quotas(typed: Typed, errors: dict[str, str]) -> Iterable[dict[str, Any]]:
    for each in QUOTAS:
        if not typed[each.name].strip():
            continue
        count = _number(typed, each.name, errors)
        per = typed[f"{each.name}-per"]
        if per not in set(Per):
            errors[each.name] = "choose"
        yield {"category": each.category or None, "kind": each.kind, "mode": each.mode, "count": count, "per": per}


def _number(typed: Typed, name: str, errors: dict[str, str]) -> int:
    text = typed[name].strip()
    if text.isascii() and text.isdigit() and len(text) <= 4:
        return int(text)
    errors[name] = "number"
    return 0


def _date(text: str) -> date | None:
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return found if found.year <= 2200 else None


def _placed(error: ValidationError) -> Iterable[tuple[str, str]]:
    """Each problem of the rule at the field that it is about."""
    names = {"minutes": "minutes", "visitors_max": "visitors"}
    for each in error.errors(include_url=False, include_context=False, include_input=False):
        where = [str(part) for part in each["loc"]]
        if not where:
            known = [place for sentence, place in _ABOUT.items() if sentence in each["msg"]]
            yield from known or [("note", "contradiction")]
        elif where[0] in names:
            yield f"{names[where[0]]}-{where[1]}", "out_of_range"
        elif where[0] in NUMBERS:
            yield where[0], "out_of_range"
        else:
            yield "quotas", "out_of_range"
