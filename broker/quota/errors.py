"""What the ledger of allowances can refuse.

BrokerError
└── QuotaError
    ├── BadAdjustment   an adjustment by nothing, or without a reason
    └── QuotaSpent      no visit is left in the period
"""

from __future__ import annotations

from datetime import date

from broker.errors import BrokerError


class QuotaError(BrokerError):
    """Anything the ledger refuses."""

    id = "quota_error"


class BadAdjustment(QuotaError):
    """An adjustment by hand says by how much (not zero) and why."""

    id = "bad_adjustment"


class QuotaSpent(QuotaError):
    """The allowance of the period is used up; nothing was changed. `next_date`: the first day on which a visit is left
    (the jail's calendar), None where the rule allows none at all.
    """

    id = "quota_spent"

    def __init__(self, next_date: date | None) -> None:
        super().__init__("no visit is left in this period")
        self.next_date = next_date
