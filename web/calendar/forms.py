"""What the forms of the calendar sent: kept as typed, and as what it means or what is wrong with each field. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from broker.people import Terminal
from broker.slots.calendar import Session, check_sessions
from broker.slots.errors import BadSession
from broker.vocabulary import BlockReason, VisitKind, VisitMode

_LONGEST_MINUTES = 240
_HORIZON = timedelta(days=366)
_DAY = timedelta(days=1)

W = TypeVar("W", VisitMode, BlockReason)


@dataclass(frozen=True, slots=True)
class Typed:
    """A form's fields as typed, its checked boxes, and the id of what is wrong with a field, by field."""

    values: Mapping[str, str] = field(default_factory=dict)
    chosen: frozenset[str] = frozenset()
    errors: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")


@dataclass(frozen=True, slots=True)
class NewBlock:
    """A block to be: from its first instant to its end, on one station or (None) all."""

    terminal_id: int | None
    starts_at: datetime
    ends_at: datetime
    reason: BlockReason
    note: str


def key_of(session: Session) -> str:
    """A session's name in a form: no two of a jail have the same mode, weekday and beginning."""
    return f"{session.mode}-{session.weekday}-{session.first_at:%H%M}"


def typed_hours(session: Session) -> Typed:
    """A session as the form would have been filled in."""
    values = {
        "replaces": key_of(session),
        "mode": session.mode.value,
        "first": f"{session.first_at:%H:%M}",
        "last": f"{session.last_at:%H:%M}",
        "gap": str(session.gap_minutes),
        "capacity": "" if session.capacity is None else str(session.capacity),
    } | {kind.value: str(session.minutes.get(kind, "")) for kind in VisitKind}
    return Typed(values, frozenset({str(session.weekday)}))


def parse_hours(typed: Typed, existing: Iterable[Session]) -> tuple[Session, ...] | Typed:
    """All of the jail's sessions with those of the form among them (instead of the one it `replaces`), or what is wrong
    with the form. One session a chosen weekday.
    """
    errors: dict[str, str] = {}
    mode = _one_of(VisitMode, typed["mode"])
    if mode is None:
        errors["mode"] = "choose"
    weekdays = sorted(int(day) for day in typed.chosen if day in set("0123456"))
    if not weekdays:
        errors["weekday"] = "choose_day"
    first, last = _time(typed, "first", errors), _time(typed, "last", errors)
    gap = _number(typed, "gap", errors, least=0) or 0
    capacity = _number(typed, "capacity", errors, least=1)
    minutes = {
        kind: number for kind in VisitKind if (number := _number(typed, kind.value, errors, least=1)) is not None
    }
    if first is not None and last is not None and last < first:
        errors["last"] = "last_before_first"
    if errors or mode is None or first is None or last is None:
        return Typed(typed.values, typed.chosen, errors)
    kept = [session for session in existing if key_of(session) != typed["replaces"]]
    new = [Session(mode, day, first, last, gap, capacity, minutes) for day in weekdays]
    try:
        return check_sessions([*kept, *new])
    except BadSession as error:
        return Typed(typed.values, typed.chosen, {"first": error.problem})


def parse_block(typed: Typed, stations: Iterable[Terminal], zone: ZoneInfo, now: datetime) -> NewBlock | Typed:
    """The block that the form describes on the jail's clock, or what is wrong with it. Without times, whole days; the
    last day is part of it, and is the first where none is given.
    """
    errors: dict[str, str] = {}
    where = typed["station"]
    known = {str(station.id): station.id for station in stations}
    if where and where not in known:
        errors["station"] = "choose"
    reason = _one_of(BlockReason, typed["reason"])
    if reason is None:
        errors["reason"] = "choose"
    elif reason is BlockReason.OTHER and not typed["note"].strip():
        errors["note"] = "say_why"
    starts_at = _instant(typed, "from", zone, errors)
    ends_at = _instant(typed, "to", zone, errors, whole_day=_DAY)
    if starts_at is not None and ends_at is not None:
        if ends_at <= starts_at:
            errors["to_day"] = "ends_before"
        elif ends_at <= now:
            errors["to_day"] = "over"
        elif ends_at - now > _HORIZON:
            errors["to_day"] = "too_far"
    if errors or starts_at is None or ends_at is None or reason is None:
        return Typed(typed.values, typed.chosen, errors)
    return NewBlock(known.get(where), starts_at, ends_at, reason, typed["note"].strip())


def _one_of(words: type[W], text: str) -> W | None:
    return next((word for word in words if word.value == text), None)


def _time(typed: Typed, name: str, errors: dict[str, str]) -> time | None:
    try:
        return time.fromisoformat(typed[name].strip()).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        errors[name] = "time"
        return None


def _number(typed: Typed, name: str, errors: dict[str, str], *, least: int) -> int | None:
    text = typed[name].strip()
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 4 or not least <= int(text) <= _LONGEST_MINUTES:
        errors[name] = "number"
        return None
    return int(text)


def _instant(
    typed: Typed, side: str, zone: ZoneInfo, errors: dict[str, str], *, whole_day: timedelta = timedelta(0)
) -> datetime | None:
    """The instant of a day and a time of the jail; without a time, the day's beginning and `whole_day` more."""
    try:
        day = date.fromisoformat(typed[f"{side}_day"].strip() or typed["from_day"].strip())
    except ValueError:
        errors[f"{side}_day"] = "date"
        return None
    if not 2000 <= day.year <= 2200:
        errors[f"{side}_day"] = "date"
        return None
    if not typed[f"{side}_time"].strip():
        return datetime.combine(day + whole_day, time(), tzinfo=zone)
    at = _time(typed, f"{side}_time", errors)
    return None if at is None else datetime.combine(day, at, tzinfo=zone)
