"""One visit as the reports count it: where it belongs, what became of it, and its minutes. Pure.

Each visit has exactly one `Result`, so that the counts of results add up to the visits. A visit counts on the day of
its slot, or, before it is approved, of the slot that is wanted, on the jail's own calendar.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

from broker.identity.countries import HOME, timezones
from broker.identity.phones import calling_code
from broker.lifecycle import UNDECIDED, Outcome, VisitStatus
from broker.reasons import CancelReason, RefusalReason
from broker.vocabulary import InmateCategory, LossCause, VisitKind, VisitMode


class Result(StrEnum):
    """What became of a visit. `withdrawn`: cancelled, by whomever, before anybody approved it; `cancelled`: after
    that. `to_come`: approved, and not over.
    """

    CANCELLED = "cancelled"
    COMPLETED = "completed"
    ENDED_BY_STAFF = "ended_by_staff"
    ENDED_EARLY = "ended_early"
    NOT_RECORDED = "not_recorded"
    NO_SHOW = "no_show"
    PRISON_ABSENT = "prison_absent"
    REFUSED = "refused"
    TECHNICAL_FAILURE = "technical_failure"
    TO_COME = "to_come"
    UNDECIDED = "undecided"
    WITHDRAWN = "withdrawn"


#: Results of which nobody ever said yes.
NOT_APPROVED = frozenset({Result.REFUSED, Result.UNDECIDED, Result.WITHDRAWN})
#: Results of which the slot has passed with the visit in it.
CLOSED = frozenset(Result) - NOT_APPROVED - {Result.CANCELLED, Result.TO_COME}

#: With the old name that some browsers still give it.
_HOME_ZONES = frozenset({*timezones(HOME), "Asia/Calcutta"})

_OUTCOMES: Mapping[Outcome, Result] = MappingProxyType(
    {
        Outcome.CANCELLED_BY_JAIL: Result.CANCELLED,
        Outcome.COMPLETED: Result.COMPLETED,
        Outcome.ENDED_BY_STAFF: Result.ENDED_BY_STAFF,
        Outcome.ENDED_EARLY_PRISON: Result.ENDED_EARLY,
        Outcome.ENDED_EARLY_VISITOR: Result.ENDED_EARLY,
        Outcome.IDENTITY_NOT_CONFIRMED: Result.ENDED_BY_STAFF,
        Outcome.NOBODY_CAME: Result.NO_SHOW,
        Outcome.NOT_RECORDED: Result.NOT_RECORDED,
        Outcome.PRISONER_REFUSED: Result.PRISON_ABSENT,
        Outcome.PRISON_ABSENT: Result.PRISON_ABSENT,
        Outcome.TECHNICAL_FAILURE: Result.TECHNICAL_FAILURE,
        Outcome.VISITOR_ABSENT: Result.NO_SHOW,
    }
)


@dataclass(frozen=True, slots=True)
class Measured:
    """A call's record: seconds offered, had by both sides at once, and lost; whether the family was in the room, and
    whether both sides were ever connected at once.
    """

    offered: int
    had: int
    lost: int
    family_came: bool
    both_came: bool


@dataclass(frozen=True, slots=True)
class Told:
    """All that a line is derived from. `cancelled_from` and `reason` are of the history's last step into refused or
    cancelled; `seconds` are connected seconds by participant, `measured` the call's record where there is one;
    `losses` seconds by the cause that counts. `foreign_phone`: a visitor who may come has a number of another country;
    `timezone`: of the family's clock, "" where nobody asked.
    """

    visit_id: str
    state_code: int
    jail_id: int
    jail_timezone: str
    kind: VisitKind
    mode: VisitMode
    status: VisitStatus
    starts_at: datetime
    ends_at: datetime
    outcome: Outcome | None = None
    opened_at: datetime | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)
    inmate_id: int | None = None
    category: InmateCategory | None = None
    nationality: str = HOME
    cancelled_from: VisitStatus | None = None
    reason: str = ""
    foreign_phone: bool = False
    timezone: str = ""
    measured: Measured | None = None
    losses: Mapping[LossCause, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Minutes:
    """A call's time in whole seconds: `offered` = `had` + `unmeasured` + all that is lost + what people did not use.
    `unmeasured`: not had, in a call that has no record; `unexplained`: lost, and to no cause.
    """

    offered: int = 0
    had: int = 0
    unmeasured: int = 0
    lost: Mapping[LossCause, int] = field(default_factory=dict)
    unexplained: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """The row. `reason`: a `RefusalReason` of what is refused, a `CancelReason` of what is cancelled or withdrawn, else
    "". `foreigner`: the inmate's nationality is another country's. `minutes` are those of calls that are over.
    """

    visit_id: str
    state_code: int
    jail_id: int
    day: date
    inmate_id: int | None
    category: InmateCategory | None
    foreigner: bool
    kind: VisitKind
    mode: VisitMode
    abroad: bool
    result: Result
    reason: str = ""
    admitted: bool = False
    connected: bool = False
    minutes: Minutes = field(default_factory=Minutes)

    @property
    def month(self) -> int:
        """The day's year and month as one number: 202402."""
        return month_of(self.day)


def month_of(day: date) -> int:
    """A day's year and month as one number: 202402."""
    return day.year * 100 + day.month


def is_foreign_phone(mobile: str) -> bool:
    """Whether a number (E.164) is of another country; not where there is none."""
    return mobile.startswith("+") and not mobile.startswith(calling_code(HOME))


def derive(told: Told) -> Line:
    """The line of a visit."""
    result = result_of(told)
    came, met = _who_came(told) if result in CLOSED else (False, False)
    return Line(
        visit_id=told.visit_id,
        state_code=told.state_code,
        jail_id=told.jail_id,
        day=told.starts_at.astimezone(ZoneInfo(told.jail_timezone)).date(),
        inmate_id=told.inmate_id,
        category=told.category,
        foreigner=told.inmate_id is not None and told.nationality not in {HOME, ""},
        kind=told.kind,
        mode=told.mode,
        abroad=told.mode is VisitMode.VIDEO and _is_abroad(told),
        result=result,
        reason=_reason(result, told.reason),
        admitted=came,
        connected=met,
        minutes=_minutes(told) if result in CLOSED and told.mode is VisitMode.VIDEO else Minutes(),
    )


def result_of(told: Told) -> Result:
    """What became of it."""
    match told.status:
        case VisitStatus.CLOSED:
            return _OUTCOMES[told.outcome or Outcome.NOT_RECORDED]
        case VisitStatus.CANCELLED:
            return Result.WITHDRAWN if told.cancelled_from in UNDECIDED else Result.CANCELLED
        case VisitStatus.REFUSED:
            return Result.REFUSED
        case VisitStatus.ASKED | VisitStatus.REQUESTED:
            return Result.UNDECIDED
        case VisitStatus.APPROVED | VisitStatus.OPEN:
            return Result.TO_COME


def _reason(result: Result, said: str) -> str:
    """One of the reasons, so that they add up; what is none of them is "other"."""
    match result:
        case Result.REFUSED:
            return said if said in set(RefusalReason) else RefusalReason.OTHER.value
        case Result.CANCELLED | Result.WITHDRAWN:
            return said if said in set(CancelReason) else CancelReason.OTHER.value
        case _:
            return ""


def _is_abroad(told: Told) -> bool:
    return told.foreign_phone or (told.timezone != "" and told.timezone not in _HOME_ZONES)


def _who_came(told: Told) -> tuple[bool, bool]:
    """Whether the family was let in, and whether both sides met. Nobody meets who was not let in."""
    if told.mode is VisitMode.IN_PERSON:
        return told.opened_at is not None, told.opened_at is not None
    if told.measured is not None:
        met = told.measured.both_came or told.measured.had > 0
        return told.measured.family_came or met, met
    family, prison = _connected(told.seconds)
    return family > 0, min(family, prison) > 0


def _minutes(told: Told) -> Minutes:
    """The minutes of a call that is over; none of their parts is ever more than what is left of the whole."""
    if told.measured is None:
        offered = round((told.ends_at - told.starts_at) / timedelta(seconds=1))
        had = min(offered, round(min(_connected(told.seconds))))
        return Minutes(offered, had, unmeasured=offered - had)
    had = min(told.measured.had, told.measured.offered)
    rest = told.measured.offered - had
    lost = {}
    for cause in LossCause:
        seconds = min(told.losses.get(cause, 0), rest)
        rest -= seconds
        if seconds:
            lost[cause] = seconds
    unexplained = min(max(0, told.measured.lost - sum(lost.values())), rest)
    return Minutes(told.measured.offered, had, lost=lost, unexplained=unexplained)


def _connected(seconds: Mapping[str, float]) -> tuple[float, float]:
    """The longest time of the family's side and of the prison's. Monitors are on no side."""
    prison = [spent for who, spent in seconds.items() if who.startswith("terminal-")]
    family = [spent for who, spent in seconds.items() if not who.startswith(("terminal-", "monitor-"))]
    return max(family, default=0.0), max(prison, default=0.0)
