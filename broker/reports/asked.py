"""What somebody asks a report for: a period, how it is divided, and which visits. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from broker.reports.numbers import with_people, with_reasons, with_time
from broker.vocabulary import InmateCategory, VisitKind, VisitMode

#: Days a report may span: ten years, and the leap days in them.
LONGEST = timedelta(days=3653)


class Dimension(StrEnum):
    """What a report is divided by. `category` is the inmate's; the line "" is that of requests that nobody has matched
    with the register.
    """

    CATEGORY = "category"
    JAIL = "jail"
    KIND = "kind"
    MODE = "mode"
    MONTH = "month"
    STATE = "state"


#: A group's key: a code, an id, a month as 202402, or a word of the vocabulary.
Key = int | str
#: Keys of a line by the dimensions it is divided by; () is the total.
Keys = tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days, both ends included, on each jail's own calendar. Raises ValueError for one that is empty, or longer
    than ten years.
    """

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("a period ends on the day it begins, or later")
        if self.last - self.first > LONGEST:
            raise ValueError("a period of more than ten years")


@dataclass(frozen=True, slots=True)
class Asked:
    """A report. `by`: up to two dimensions, the second within the first. `numbers`: ids in the order of the columns.
    The visits: of these jails (None: of all), and of this category, kind and mode where one is given. `people_within`:
    count different people in the inner lines as well, which is what takes longest; without it they have none.
    """

    period: Period
    by: tuple[Dimension, ...]
    numbers: tuple[str, ...]
    jail_ids: frozenset[int] | None = None
    category: InmateCategory | None = None
    kind: VisitKind | None = None
    mode: VisitMode | None = None
    people_within: bool = True

    @property
    def reasons(self) -> bool:
        """Whether reasons must be told apart."""
        return with_reasons(self.numbers)

    @property
    def time(self) -> bool:
        """Whether durations must be added up."""
        return with_time(self.numbers)

    @property
    def people(self) -> bool:
        """Whether different people must be counted."""
        return with_people(self.numbers)
