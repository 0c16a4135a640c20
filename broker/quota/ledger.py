"""What is left of an allowance, reckoned from the ledger's lines. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice

from broker.quota.periods import Period, following, period
from broker.rules.model import Quota
from broker.vocabulary import QuotaReason, VisitKind, VisitMode

# How many periods ahead a next free one is looked for; nobody plans further than that.
_HORIZON = 60


@dataclass(frozen=True, slots=True)
class QuotaLeft:
    """An allowance in one period [period_start, period_end) of the jail's calendar. `limit` and `left` are None where
    the rule sets no limit (the period is then the day alone). `left` is never below 0, though `used` may exceed the
    limit after an adjustment or a new rule. `next_start`: the first day of the next period with a visit left.
    """

    limit: int | None
    used: int
    left: int | None
    period_start: date
    period_end: date
    next_start: date | None

    @property
    def spent(self) -> bool:
        """Whether no visit is left."""
        return self.left == 0


@dataclass(frozen=True, slots=True)
class QuotaEntry:
    """One line of the ledger: `amount` visits used (+) or given back (-) in the period beginning on `period_start`."""

    id: int
    inmate_id: int
    kind: VisitKind
    mode: VisitMode
    period_start: date
    amount: int
    visit_id: str | None
    reason: QuotaReason
    note: str = field(repr=False)
    by: str
    at: datetime
    rule_version_id: int | None


def reckon(used: Mapping[date, int], quota: Quota | None, on: date) -> QuotaLeft:
    """What is left on a day. `used`: the net amounts of the ledger by `period_start`.

    A line counts in the period that its own period began in: after a change from weeks to months, what was used in the
    month's weeks counts in the month. A net below zero (more given back than used) adds to the allowance.
    """
    if quota is None:
        tomorrow = on + timedelta(days=1)
        return QuotaLeft(None, used.get(on, 0), None, on, tomorrow, tomorrow)
    here = period(quota.per, on)
    spent = _within(used, here)
    later = islice(following(quota.per, here.end), _HORIZON)
    next_start = next((each.start for each in later if _within(used, each) < quota.count), None)
    return QuotaLeft(quota.count, spent, max(0, quota.count - spent), here.start, here.end, next_start)


def _within(used: Mapping[date, int], where: Period) -> int:
    return sum(amount for start, amount in used.items() if start in where)
