"""A visit's lost minutes as its bar, its stretches in words, and what follows for the family. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from broker.losses.attribution import Why
from broker.losses.judging import looked_at
from broker.losses.makeups import Makeup
from broker.losses.right import is_owed, made_good
from broker.losses.store import CallRecord, Loss
from broker.visit import Visit
from broker.vocabulary import LossSide

#: The width of the bar's drawing.
WIDTH = 1000


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the slot, from `starts_at` to `ends_at`, `left` and `width` of the bar's WIDTH. `kind`: `had`, `none`
    (nobody's loss), `prison` or `family` (a loss on that side). `number`: of the loss it belongs to, 0 for none.
    """

    starts_at: datetime
    ends_at: datetime
    left: int
    width: int
    kind: str
    why: Why
    number: int

    @property
    def seconds(self) -> int:
        """How long it was."""
        return round((self.ends_at - self.starts_at) / timedelta(seconds=1))


@dataclass(frozen=True, slots=True)
class Shown:
    """One visit's losses. `at`, `by`: when somebody looked last, and who (their name, or as the history has it)."""

    visit: Visit
    record: CallRecord
    losses: tuple[Loss, ...]
    stretches: tuple[Stretch, ...]
    makeup: Makeup | None
    at: datetime | None
    by: str

    @property
    def seen(self) -> str:
        """What the form carries, so that nobody's word is overwritten unseen."""
        return "" if self.at is None else self.at.isoformat()

    @property
    def owed(self) -> bool:
        """Whether what lay with the prison reaches the rule's share."""
        return is_owed((loss.share for loss in self.losses), self.record.offered, self.record.lost_percent)

    @property
    def percent(self) -> int:
        """How much of the slot lay with the prison, in whole percent, rounded down."""
        offered = self.record.offered
        return made_good(loss.share for loss in self.losses) * 100 // offered if offered else 0

    @property
    def note(self) -> str:
        """What whoever corrected it wrote."""
        return next((loss.note for loss in self.losses if loss.note), "")


def shown(visit: Visit, record: CallRecord, losses: Sequence[Loss], makeup: Makeup | None, by: str = "") -> Shown:
    """A visit's losses; `by` names who looked last."""
    last = looked_at(losses)
    at, looked_by = (None, "") if last is None else last
    return Shown(
        visit,
        record,
        tuple(losses),
        stretches(visit, record, losses),
        makeup,
        at,
        by or looked_by,
    )


def stretches(visit: Visit, record: CallRecord, losses: Sequence[Loss]) -> tuple[Stretch, ...]:
    """The slot from its first second to its last; what counts for a loss gives a stretch its kind."""
    lost = {(start, end): (number, loss) for number, loss in enumerate(losses, 1) for start, end, _ in loss.stretches}
    found = []
    for start, end, why in record.pieces:
        number, loss = lost.get((start, end), (0, None))
        kind = "had" if why is Why.HAD else "none"
        if loss is not None:
            kind = "prison" if loss.side is LossSide.PRISON else "family"
        left, right = (WIDTH * at // max(1, record.offered) for at in (start, end))
        begin = visit.starts_at
        found.append(
            Stretch(
                begin + timedelta(seconds=start),
                begin + timedelta(seconds=end),
                left,
                max(right - left, 1),
                kind,
                why,
                number,
            )
        )
    return tuple(found)
