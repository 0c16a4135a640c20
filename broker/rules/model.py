"""A state's rule as data: who may visit whom, how often, how long, how far ahead, and what is decided by when.

A Rule is one state's whole rule; a RuleVersion is a Rule with its number and first day. Neither is ever changed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, field_serializer, model_validator

from broker.vocabulary import InmateCategory, Relationship, VisitKind, VisitMode

_HOUR = timedelta(hours=1)


class Clause(StrEnum):
    """The parts of a rule that a decision can cite; also the keys of its sources."""

    BOOKING_WINDOW = "booking_window"
    CANCEL = "cancel"
    DECIDE = "decide"
    LENGTH = "length"
    LOST = "lost"
    MODES = "modes"
    NO_OBJECTION = "no_objection"
    NO_SHOW = "no_show"
    QUOTA = "quota"
    RELATIONSHIPS = "relationships"
    SMS = "sms"
    VISITORS = "visitors"


class Per(StrEnum):
    """The calendar period of an allowance. A week begins on Monday; a fortnight is a half of a month, from the 1st and
    from the 16th.
    """

    DAY = "day"
    FORTNIGHT = "fortnight"
    MONTH = "month"
    WEEK = "week"


class Quota(BaseModel):
    """At most `count` visits of a kind and mode in each period, for a category of inmates (None: for every other)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    category: InmateCategory | None = None
    kind: VisitKind
    mode: VisitMode
    count: Annotated[int, Field(ge=0, le=200)]
    per: Per

    @property
    def key(self) -> tuple[InmateCategory | None, VisitKind, VisitMode]:
        """What it is about."""
        return self.category, self.kind, self.mode


Days = Annotated[int, Field(ge=0, le=180)]
Hours = Annotated[int, Field(ge=0, le=24 * 30)]
Minutes = Annotated[int, Field(ge=1, le=240)]
People = Annotated[int, Field(ge=1, le=20)]


class Rule(BaseModel):
    """One state's rule.

    `first_day` and `last_day`: how many days ahead (the jail's calendar) a visit may be asked for, least and most.
    `minutes`: the length of a visit by kind. `visitors_max`: people in one visit by mode. `sms`: codes go to the mobile
    as well. `no_objection`: categories of inmates whose visits need an agency's no-objection first. `decide_hours`
    before its slot an undecided request is escalated, `lapse_hours` before it refused with an apology. A family that
    cancels at least `cancel_hours` before the slot gets the allowance back. A family that is not there
    `no_show_minutes` after the start may be called a no-show. A visit that lost `lost_percent` of its time or more to
    what was not the family's doing is made good. `sources`: where each clause comes from.
    A visit without a quota for it is not limited.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    state_code: Annotated[int, Field(ge=1, le=99)]
    quotas: tuple[Quota, ...] = ()
    first_day: Days
    last_day: Days
    minutes: dict[VisitKind, Minutes]
    visitors_max: dict[VisitMode, People]
    relationships: frozenset[Relationship]
    modes: frozenset[VisitMode]
    sms: bool = False
    no_objection: frozenset[InmateCategory] = frozenset()
    decide_hours: Hours
    lapse_hours: Hours
    cancel_hours: Hours = 0
    no_show_minutes: Minutes = 10
    lost_percent: Annotated[int, Field(ge=1, le=100)] = 20
    sources: dict[Clause, str] = {}

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        problems = [sentence for sentence, wrong in self._contradictions() if wrong]
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def _contradictions(self) -> tuple[tuple[str, bool], ...]:
        keys = [quota.key for quota in self.quotas]
        return (
            ("last_day is before first_day", self.last_day < self.first_day),
            ("lapse_hours must be fewer than decide_hours", self.lapse_hours >= self.decide_hours),
            ("two quotas are about the same visits", len(keys) != len(set(keys))),
            ("minutes needs every kind of visit", set(self.minutes) != set(VisitKind)),
            ("modes offers nothing", not self.modes),
            ("visitors_max needs every mode that is offered", not self.modes <= set(self.visitors_max)),
            ("relationships lets nobody visit", not self.relationships),
        )

    @field_serializer("relationships", "modes", "no_objection")
    def _sorted(self, words: frozenset[StrEnum]) -> list[str]:
        # One order, or the same rule would have several digests.
        return sorted(words)

    def quota(self, category: InmateCategory, kind: VisitKind, mode: VisitMode) -> Quota | None:
        """The allowance that counts such a visit: the category's own, else the one for everybody, else None."""
        by_key = {quota.key: quota for quota in self.quotas}
        return by_key.get((category, kind, mode)) or by_key.get((None, kind, mode))

    def deadlines(self, starts_at: datetime, now: datetime) -> tuple[datetime, datetime]:
        """When a request made now for that start is escalated, and when it lapses: by the rule's hours, but never at
        once. One asked for later than the rule foresees keeps half, and nine tenths, of the time there is.
        """
        left = max(starts_at - now, timedelta(0))
        decide_by = max(starts_at - self.decide_hours * _HOUR, now + left * 0.5)
        lapse_at = max(starts_at - self.lapse_hours * _HOUR, now + left * 0.9)
        return decide_by, lapse_at


@dataclass(frozen=True, slots=True)
class RuleVersion:
    """A rule with its place in the book. `version` counts up within the state; in force from `valid_from` on (the
    state's calendar) until a later one begins. `source`: a file's name, or "browser"; `note` why it was made.
    """

    id: int
    state_code: int
    version: int
    valid_from: date
    rule: Rule = field(repr=False)
    source: str
    note: str = field(repr=False)
    by: str
    created_at: datetime
