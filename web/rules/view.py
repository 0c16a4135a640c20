"""A state's rule as its pages show it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from aiohttp import web

from broker.rules.book import Change, diff, in_force
from broker.rules.model import Clause, RuleVersion
from broker.rules.words import CATEGORIES, MODES, RELATIONSHIPS, allowance, day, says
from broker.staff import Staff
from broker.storage.unit import UnitOfWork
from broker.vocabulary import InmateCategory, VisitKind, VisitMode
from web.rules import words

__all__ = ["Book", "StateView", "book", "changes", "choose_state", "day", "names"]


@dataclass(frozen=True, slots=True)
class StateView:
    """A state with a jail in the reader's scope; `whole`: every jail of it is."""

    code: int
    name: str
    timezone: str
    whole: bool

    def today(self, now: datetime) -> date:
        """The day that it is there. A state's jails share a clock."""
        return now.astimezone(ZoneInfo(self.timezone)).date()


@dataclass(frozen=True, slots=True)
class Line:
    """A clause in words, and where it comes from."""

    clause: Clause
    sentences: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A change in words."""

    clause: Clause
    subject: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A version in the history, with what it changed against the one before (nothing for the first)."""

    version: RuleVersion
    begins: str
    standing: str
    changes: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Book:
    """The rule in force today, if any, clause by clause; and every version, newest first."""

    now: RuleVersion | None
    begins: str
    lines: tuple[Line, ...]
    history: tuple[Entry, ...]


async def choose_state(uow: UnitOfWork, staff: Staff, asked: str) -> tuple[StateView, list[StateView]]:
    """The state asked for, else the first with a jail in scope, and all of those. Raises 403, 404."""
    jails = await uow.jails.all()
    found = []
    for state in await uow.jails.states():
        here = [jail for jail in jails if jail.state_code == state.code]
        ours = [jail for jail in here if jail.id in staff.jail_ids]
        if ours:
            found.append(StateView(state.code, state.name, ours[0].timezone, whole=len(ours) == len(here)))
    if asked and not (asked.isascii() and asked.isdigit()):
        raise web.HTTPNotFound
    chosen = next((state for state in found if not asked or str(state.code) == asked), None)
    if chosen is None:
        raise web.HTTPForbidden
    return chosen, found


def book(versions: Sequence[RuleVersion], today: date, language: str) -> Book:
    """The state's book as of today; `versions` oldest first."""
    now = in_force(versions, today)
    entries = [_entry(version, None, now, today, language) for version in versions[:1]]
    entries += [_entry(version, before, now, today, language) for before, version in pairwise(versions)]
    lines = () if now is None else tuple(_line(now, clause, language) for clause in words.CLAUSES)
    begins = "" if now is None else day(now.valid_from, language)
    return Book(now, begins, lines, tuple(reversed(entries)))


def changes(found: Iterable[Change], language: str) -> tuple[Shown, ...]:
    """Changes in words."""
    return tuple(
        Shown(
            change.clause,
            words.subject(change, language),
            words.value(change.before, language),
            words.value(change.after, language),
        )
        for change in found
    )


def names(field: str) -> Mapping[str, str]:
    """The words of a field's list."""
    return {
        "modes": {each.value: name for each, name in MODES.items()},
        "relationships": {each.value: name for each, name in RELATIONSHIPS.items()},
        "no_objection": {each.value: CATEGORIES[each] for each in InmateCategory},
    }[field]


def _entry(
    version: RuleVersion, before: RuleVersion | None, now: RuleVersion | None, today: date, language: str
) -> Entry:
    standing = "now" if version == now else "planned" if version.valid_from > today else "over"
    changed = () if before is None else changes(diff(before.rule, version.rule), language)
    return Entry(version, day(version.valid_from, language), standing, changed)


def _line(version: RuleVersion, clause: Clause, language: str) -> Line:
    rule = version.rule
    match clause:
        case Clause.QUOTA if rule.quotas:
            sentences = tuple(allowance(quota, language) for quota in rule.quotas)
        case Clause.LENGTH:
            sentences = tuple(says(rule, clause, language, kind=kind) for kind in VisitKind)
        case Clause.VISITORS:
            sentences = tuple(says(rule, clause, language, mode=mode) for mode in VisitMode if mode in rule.modes)
        case _:
            sentences = (says(rule, clause, language),)
    return Line(clause, sentences, rule.sources.get(clause, ""))
