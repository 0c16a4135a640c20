"""What a refusal offers in its place. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Offer:
    """Slots that are free instead (their beginnings, UTC, best first), and the first day on the jail's calendar for
    which a visit may be asked for again. Nothing of both: an empty offer.
    """

    slots: tuple[datetime, ...] = ()
    from_date: date | None = None

    def __bool__(self) -> bool:
        """Whether anything is offered."""
        return bool(self.slots) or self.from_date is not None


NOTHING = Offer()
