"""What slots can refuse.

BrokerError
└── SlotsError
    ├── BadBlock        a block that ends before it starts
    ├── BadSession      working hours that can't be: an unknown weekday, a last slot before the first
    ├── HoldGone        the hold has expired, and somebody else may have the slot
    └── SlotFull        every terminal or counter is taken or blocked then, or the jail's capacity is reached
"""

from __future__ import annotations

from datetime import datetime

from broker.errors import BrokerError


class SlotsError(BrokerError):
    """Anything that slots refuse."""

    id = "slots_error"


class BadBlock(SlotsError):
    """A block that ends before it starts."""

    id = "bad_block"


class BadSession(SlotsError):
    """Working hours that can't be. `problem`: capacity, gap, last_before_first, length, overlap, weekday."""

    id = "bad_session"

    def __init__(self, problem: str) -> None:
        super().__init__(f"these hours can't be: {problem}")
        self.problem = problem


class HoldGone(SlotsError):
    """The hold has expired or never was: the slot must be taken anew, if it is still free."""

    id = "hold_gone"


class SlotFull(SlotsError):
    """Nothing is free in [starts_at, ends_at); nothing was changed, and the transaction can go on."""

    id = "slot_full"

    def __init__(self, starts_at: datetime, ends_at: datetime) -> None:
        super().__init__("nothing is free at that time")
        self.starts_at = starts_at
        self.ends_at = ends_at
