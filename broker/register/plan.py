"""What a file would do to a jail's register, before anything is done. No I/O."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from broker.people import Inmate
from broker.register.lines import Row, key_of
from broker.vocabulary import InmateStatus, ReviewCause


class Gone(StrEnum):
    """What becomes of people of the register whom the file does not name. `kept`: nothing, the file is a part."""

    KEPT = "kept"
    MOVED = "moved"
    RELEASED = "released"


#: What somebody's new status means for visits that were already decided. Coming back to "held" touches none.
CAUSES: Mapping[InmateStatus, ReviewCause] = MappingProxyType(
    {
        InmateStatus.AWAY: ReviewCause.INMATE_AWAY,
        InmateStatus.MOVED: ReviewCause.INMATE_MOVED,
        InmateStatus.RELEASED: ReviewCause.INMATE_RELEASED,
    }
)
_LEFT = frozenset({InmateStatus.MOVED, InmateStatus.RELEASED})
_COMPARED = ("number", "name", "father_name", "age", "gender", "category", "nationality", "status", "no_objection")


@dataclass(frozen=True, slots=True)
class Change:
    """Somebody the register knows, what the file says, and the columns in which they differ."""

    before: Inmate
    row: Row
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """`added` are unknown so far; `gone` are in the register, not in the file, and would get the status `goes`;
    `absent` counts those not in the file whom it leaves alone; `same` those of whom it says nothing new.
    """

    added: tuple[Row, ...]
    changed: tuple[Change, ...]
    gone: tuple[Inmate, ...]
    goes: InmateStatus | None
    absent: int
    same: int

    @property
    def is_empty(self) -> bool:
        """Whether nothing would change."""
        return not (self.added or self.changed or self.gone)

    def causes(self) -> Iterable[tuple[int, ReviewCause]]:
        """Whose visits must be looked at again (inmate id), and why."""
        for change in self.changed:
            cause = CAUSES.get(change.row.status)
            if cause is not None and "status" in change.columns:
                yield change.before.id, cause
        if self.goes is not None:
            for inmate in self.gone:
                yield inmate.id, CAUSES[self.goes]


def make_plan(register: Sequence[Inmate], rows: Sequence[Row], gone: Gone = Gone.KEPT) -> Plan:
    """Hold the rows against the register (all of a jail's, whatever their status)."""
    known = {key_of(inmate.number): inmate for inmate in register}
    named = {key_of(row.number) for row in rows}
    added = tuple(row for row in rows if key_of(row.number) not in known)
    changes = [_change(known[key_of(row.number)], row) for row in rows if key_of(row.number) in known]
    changed = tuple(change for change in changes if change.columns)
    missing = [inmate for key, inmate in known.items() if key not in named and inmate.status not in _LEFT]
    goes = None if gone is Gone.KEPT else InmateStatus(gone.value)
    return Plan(
        added=added,
        changed=changed,
        gone=() if goes is None else tuple(missing),
        goes=goes,
        absent=len(missing) if goes is None else 0,
        same=len(changes) - len(changed),
    )


def _change(inmate: Inmate, row: Row) -> Change:
    columns = tuple(column for column in _COMPARED if getattr(inmate, column) != getattr(row, column))
    return Change(inmate, row, columns)
