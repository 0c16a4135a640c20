"""What a jail can offer: day by day, slot by slot, and where nothing is offered, why. Pure.

Slots stand at times of the jail's wall clock. Where its clock jumps forward, a time that the day doesn't have is not
offered; where it jumps back, a time that comes twice is offered once, the first time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from broker.rules.model import Rule
from broker.slots.calendar import Picture, Session
from broker.vocabulary import VisitKind

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)


class Unavailable(StrEnum):
    """Why there is nothing to be had."""

    BLOCKED = "blocked"
    CLOSED = "closed"
    FULL = "full"
    NOT_OFFERED = "not_offered"
    PAST = "past"
    TOO_FAR = "too_far"
    TOO_MANY_PEOPLE = "too_many_people"
    TOO_SOON = "too_soon"


@dataclass(frozen=True, slots=True)
class Offer:
    """A slot [starts_at, ends_at) in UTC and on how many stations it is `free`; at 0, `reason` says why."""

    starts_at: datetime
    ends_at: datetime
    free: int
    reason: Unavailable | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the jail's calendar. `reason`: why nothing can be had on it, None where something can."""

    date: date
    reason: Unavailable | None
    offers: tuple[Offer, ...] = ()

    @property
    def free(self) -> tuple[Offer, ...]:
        """The slots that can be had."""
        return tuple(offer for offer in self.offers if offer.free)


def days(
    picture: Picture, rule: Rule, kind: VisitKind, people: int, *, first: date, last: date, now: datetime
) -> tuple[Day, ...]:
    """Every day from `first` to `last` (the jail's calendar, both included) with what `people` visitors could have. The
    picture must reach from the first instant of `first` to the end of `last`.
    """
    today = now.astimezone(picture.zone).date()
    never = _never(picture, rule, people)
    wanted = (first + number * _DAY for number in range((last - first).days + 1))
    return tuple(
        Day(day, reason)
        if (reason := never or _window(rule, day, today))
        else _working_day(picture, rule, kind, day, now)
        for day in wanted
    )


def slots_of(session: Session, day: date, minutes: int, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    """The slots of a session on a day in UTC, each `minutes` long, in order and never overlapping."""
    step = (minutes + session.gap_minutes) * _MINUTE
    wall, last = datetime.combine(day, session.first_at), datetime.combine(day, session.last_at)
    free_from = None
    while wall <= last:
        starts_at = _instant(wall, zone)
        if starts_at is not None and (free_from is None or starts_at >= free_from):
            yield starts_at, starts_at + minutes * _MINUTE
            free_from = starts_at + step
        wall += step


def length(picture: Picture, rule: Rule, kind: VisitKind, starts_at: datetime) -> timedelta:
    """How long a visit that starts then lasts: by the session it lies in, else by the rule."""
    session = picture.session_at(starts_at)
    return (rule.minutes[kind] if session is None else session.minutes.get(kind, rule.minutes[kind])) * _MINUTE


def _never(picture: Picture, rule: Rule, people: int) -> Unavailable | None:
    """Why no day at all can be had."""
    if picture.mode not in rule.modes or not picture.stations or not picture.sessions:
        return Unavailable.NOT_OFFERED
    if people > rule.visitors_max[picture.mode]:
        return Unavailable.TOO_MANY_PEOPLE
    return None


def _window(rule: Rule, day: date, today: date) -> Unavailable | None:
    """Why a day can't be asked for, whatever is free on it."""
    if day < today:
        return Unavailable.PAST
    if day < today + rule.first_day * _DAY:
        return Unavailable.TOO_SOON
    if day > today + rule.last_day * _DAY:
        return Unavailable.TOO_FAR
    return None


def _working_day(picture: Picture, rule: Rule, kind: VisitKind, day: date, now: datetime) -> Day:
    offers = tuple(
        _offer(picture, session, starts_at, ends_at, now)
        for session in picture.sessions
        if session.weekday == day.weekday()
        for starts_at, ends_at in slots_of(session, day, session.minutes.get(kind, rule.minutes[kind]), picture.zone)
    )
    if not offers:
        return Day(day, Unavailable.CLOSED)
    return Day(day, None if any(offer.free for offer in offers) else _shared(offers), offers)


def _offer(picture: Picture, session: Session, starts_at: datetime, ends_at: datetime, now: datetime) -> Offer:
    if starts_at <= now:
        return Offer(starts_at, ends_at, 0, Unavailable.PAST)
    free = len(picture.free_stations(starts_at, ends_at, session.capacity))
    if free:
        return Offer(starts_at, ends_at, free)
    blocked = all(any(b.covers(s.id, starts_at, ends_at) for b in picture.blocks) for s in picture.stations)
    return Offer(starts_at, ends_at, 0, Unavailable.BLOCKED if blocked else Unavailable.FULL)


def _shared(offers: tuple[Offer, ...]) -> Unavailable:
    """The reason of a day on which nothing is free: full where somebody could have been lucky, else what all say."""
    reasons = {offer.reason for offer in offers}
    return next(r for r in (Unavailable.FULL, Unavailable.BLOCKED, Unavailable.PAST) if r in reasons)


def _instant(wall: datetime, zone: ZoneInfo) -> datetime | None:
    """The instant (UTC) at which the zone's clock first shows this time; None if it skips it (PEP 495)."""
    at = wall.replace(tzinfo=zone).astimezone(UTC)
    return at if at.astimezone(zone).replace(tzinfo=None) == wall else None
