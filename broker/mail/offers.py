"""What a refusal offers in its place, and what a family is told of minutes that were lost. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from broker.vocabulary import LossCause, LossSide


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


@dataclass(frozen=True, slots=True)
class MadeGood:
    """A visit that is made good: `had` of `offered` seconds; what the others were lost to (`causes`, the most first);
    the beginnings of slots that are free now (UTC); until when one may be taken, on the jail's clock. `citation` says
    the rule in a reader's language.
    """

    had: int
    offered: int
    causes: tuple[tuple[LossCause, LossSide], ...]
    slots: tuple[datetime, ...]
    until: datetime
    citation: Callable[[str], str]
