"""A visit's lost minutes as its bar, its stretches in words, and what follows for the family. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType

from broker.losses.attribution import Why
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
class Word:
    """What somebody said of losses: that they were as measured, or (`corrects`) something else, and why (`note`). `by`
    as in a visit's history, `name` theirs where they are or were staff.
    """

    at: datetime
    by: str
    name: str
    corrects: bool
    note: str = field(repr=False, default="")


@dataclass(frozen=True, slots=True)
class Shown:
    """One visit's losses. `words`: what staff have said of them, the newest last."""

    visit: Visit
    record: CallRecord
    losses: tuple[Loss, ...]
    stretches: tuple[Stretch, ...]
    makeup: Makeup | None
    words: tuple[Word, ...] = ()

    @property
    def seen(self) -> str:
        """What the form carries, so that nobody's word is overwritten unseen."""
        return self.words[-1].at.isoformat() if self.words else ""

    @property
    def owed(self) -> bool:
        """Whether what lay with the prison reaches the rule's share."""
        return is_owed((loss.share for loss in self.losses), self.record.offered, self.record.lost_percent)

    @property
    def percent(self) -> int:
        """How much of the slot lay with the prison, in whole percent, rounded down."""
        offered = self.record.offered
        return made_good(loss.share for loss in self.losses) * 100 // offered if offered else 0


def shown(
    visit: Visit,
    record: CallRecord,
    losses: Sequence[Loss],
    makeup: Makeup | None,
    names: Mapping[str, str] = MappingProxyType({}),
) -> Shown:
    """A visit's losses; `names`: of who looked at them, by actor."""
    return Shown(visit, record, tuple(losses), stretches(visit, record, losses), makeup, words(losses, names))


def words(losses: Iterable[Loss], names: Mapping[str, str]) -> tuple[Word, ...]:
    """What was said of them, oldest first: one word for all that somebody said at once. A correction has its note."""
    found: dict[tuple[datetime, str], Word] = {}
    for loss in losses:
        if loss.confirmed_at is None:
            continue
        key = loss.confirmed_at, loss.confirmed_by
        corrects = loss.corrected or bool(loss.note)
        if key not in found or (corrects and not found[key].corrects):
            found[key] = Word(*key, names.get(loss.confirmed_by, ""), corrects, loss.note)
    return tuple(found[key] for key in sorted(found))


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
