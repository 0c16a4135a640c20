"""Inventing the visits of one jail: its sessions of the published table, and what else happens to requests. Pure.

Whatever is drawn comes from a generator that begins with the jail's code: the same jail is always the same.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from math import ceil
from random import Random
from zoneinfo import ZoneInfo

from broker.demo.published.figures import JailFigures, days
from broker.lifecycle import Outcome, VisitStatus
from broker.reasons import CancelReason, RefusalReason
from broker.vocabulary import LossCause, VisitKind, VisitMode

TIMEZONE = ZoneInfo("Asia/Kolkata")
#: Sessions for each person in prison: a quota of two to four a month, and people who come and go.
PER_INMATE = 10
#: How long finding each other takes.
SETTLING = 20
NATIONALITIES = ("NG", "BD", "NP", "KE", "TZ", "UG", "LK", "ZA", "UA", "CN", "US", "AU")

_FIRST, _STEP, _A_DAY = time(9, 0), timedelta(minutes=15), 30
# Of a hundred sessions, how many others: what is not approved, not held, or held at a counter.
_OTHERS = {
    "refused": 7,
    "no_show": 5,
    "cancelled": 4,
    "in_person": 3,
    "withdrawn": 1,
    "prison_absent": 1,
    "failed": 1,
}
_ENDS = {
    Outcome.COMPLETED: 93,
    Outcome.ENDED_EARLY_VISITOR: 3,
    Outcome.ENDED_EARLY_PRISON: 1,
    Outcome.ENDED_BY_STAFF: 1,
    Outcome.TECHNICAL_FAILURE: 2,
}


@dataclass(frozen=True, slots=True)
class Invented:
    """A visit. `inmate` and `place` count from 0 among the jail's people and its terminals (or counters). Seconds:
    `had`, and `lost` by cause; `came`: the family was in the room. `steps` are the statuses it went through.
    """

    starts_at: datetime
    minutes: int
    inmate: int
    steps: tuple[VisitStatus, ...]
    place: int | None = None
    kind: VisitKind = VisitKind.FAMILY
    mode: VisitMode = VisitMode.VIDEO
    outcome: Outcome | None = None
    reason: str = ""
    abroad: bool = False
    came: bool = False
    had: int = 0
    lost: Mapping[LossCause, int] = field(default_factory=dict)


_ASKED = (VisitStatus.REQUESTED,)
_APPROVED = (*_ASKED, VisitStatus.APPROVED)
_CLOSED = (*_APPROVED, VisitStatus.OPEN, VisitStatus.CLOSED)
_NEVER_OPEN = (*_APPROVED, VisitStatus.CLOSED)


def inmates(figures: JailFigures) -> int:
    """How many people the jail needs for its sessions. The first of them are the foreign ones."""
    return max(1, figures.foreign, figures.sessions // PER_INMATE)


def terminals(figures: JailFigures) -> int:
    """How many terminals its busiest day needs."""
    busiest = max((number for _, number in days(figures.sessions)), default=1)
    return ceil(busiest * (1 + sum(_OTHERS.values()) / 100) / _A_DAY) + 1


def visits(figures: JailFigures) -> Iterator[Invented]:
    """Every visit of the jail, day by day."""
    rng = Random(figures.code)  # noqa: S311 - invented, and meant to be the same again
    people = list(range(inmates(figures)))
    rng.shuffle(people)
    others = {name: dict(days(figures.sessions * share // 100)) for name, share in _OTHERS.items()}
    held = dict(days(figures.sessions))
    every = sorted({*held, *(day for by_day in others.values() for day in by_day)})
    for day in every:
        board = _Board(day, terminals(figures))
        for _ in range(held.get(day, 0)):
            # Everybody has one session, then whoever the draw names.
            yield _session(rng, board, people.pop() if people else rng.randrange(inmates(figures)), figures)
        for name, by_day in others.items():
            for _ in range(by_day.get(day, 0)):
                yield _other(name, rng, board, rng.randrange(inmates(figures)))


class _Board:
    """A day's slots: the terminal that is free first takes the next visit."""

    def __init__(self, day: date, places: int) -> None:
        self._first = datetime.combine(day, _FIRST, TIMEZONE)
        self._free = [(0, place) for place in range(places)]

    def next(self, minutes: int) -> tuple[datetime, int]:
        """When, and on which terminal."""
        step, place = heapq.heappop(self._free)
        heapq.heappush(self._free, (step + ceil(minutes / 15), place))
        return self._first + step * _STEP, place

    def wish(self, rng: Random) -> datetime:
        """A time somebody asks for and does not get."""
        return self._first + rng.randrange(_A_DAY) * _STEP


def _session(rng: Random, board: _Board, inmate: int, figures: JailFigures) -> Invented:
    """A call in which both sides met."""
    legal = rng.random() < 0.05
    minutes = 30 if legal else 15
    outcome = rng.choices(list(_ENDS), list(_ENDS.values()))[0]
    starts_at, place = board.next(minutes)
    had, lost = _minutes(rng, minutes * 60, outcome)
    return Invented(
        starts_at,
        minutes,
        inmate,
        _CLOSED,
        place,
        VisitKind.LEGAL if legal else VisitKind.FAMILY,
        outcome=outcome,
        abroad=rng.random() < (0.8 if inmate < figures.foreign else 0.01),
        came=True,
        had=had,
        lost=lost,
    )


def _minutes(rng: Random, offered: int, outcome: Outcome) -> tuple[int, dict[LossCause, int]]:
    if outcome is Outcome.TECHNICAL_FAILURE:
        had = rng.randrange(30, offered // 3)
        return had, {rng.choice((LossCause.PRISON_NETWORK, LossCause.TERMINAL_DOWN)): offered - had - SETTLING}
    if outcome is Outcome.ENDED_BY_STAFF:
        had = rng.randrange(60, offered - 120)
        return had, {LossCause.STAFF_ENDED: offered - had - SETTLING}
    if outcome is not Outcome.COMPLETED:
        return rng.randrange(120, offered - 60), {}
    if rng.random() < 0.85:
        return offered - SETTLING, {}
    lost = {rng.choice(list(LossCause)): rng.randrange(5, offered // 4) for _ in range(rng.choice((1, 1, 2)))}
    return offered - SETTLING - sum(lost.values()), lost


def _other(name: str, rng: Random, board: _Board, inmate: int) -> Invented:
    """What did not become a session."""
    match name:
        case "refused":
            reason = rng.choice([each for each in RefusalReason if each is not RefusalReason.OTHER])
            return Invented(board.wish(rng), 15, inmate, (*_ASKED, VisitStatus.REFUSED), reason=reason.value)
        case "withdrawn" | "cancelled":
            why = rng.choice((CancelReason.BY_VISITOR, CancelReason.BY_VISITOR, *CancelReason))
            steps = (*(_ASKED if name == "withdrawn" else _APPROVED), VisitStatus.CANCELLED)
            return Invented(board.wish(rng), 15, inmate, steps, reason=why.value)
        case "in_person":
            here = rng.random() < 0.9
            outcome = Outcome.COMPLETED if here else Outcome.NOT_RECORDED
            gone = _CLOSED if here else _NEVER_OPEN
            return Invented(board.wish(rng), 15, inmate, gone, 0, mode=VisitMode.IN_PERSON, outcome=outcome, came=here)
        case _:
            return _not_met(name, rng, board, inmate)


def _not_met(name: str, rng: Random, board: _Board, inmate: int) -> Invented:
    outcomes = {
        "no_show": (Outcome.VISITOR_ABSENT, LossCause.NOBODY_CAME),
        "prison_absent": (rng.choice((Outcome.PRISON_ABSENT, Outcome.PRISONER_REFUSED)), LossCause.NOBODY_CAME),
        "failed": (Outcome.TECHNICAL_FAILURE, LossCause.NODE_DOWN),
    }
    outcome, cause = outcomes[name]
    starts_at, place = board.next(15)
    steps = _NEVER_OPEN if name == "no_show" else _CLOSED
    lost = {cause: 15 * 60 - SETTLING}
    return Invented(starts_at, 15, inmate, steps, place, outcome=outcome, came=name != "no_show", lost=lost)
