"""Rules, versions and calendars to test with."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from broker.people import Terminal
from broker.rules.model import Per, Quota, Rule, RuleVersion
from broker.slots.calendar import Picture, Session, day_bounds
from broker.storage.database import Database
from broker.vocabulary import InmateCategory, Relationship, VisitKind, VisitMode
from tests.support.clock import NOON

MONTHLY = (
    Quota(category=InmateCategory.UNDERTRIAL, kind=VisitKind.FAMILY, mode=VisitMode.VIDEO, count=4, per=Per.MONTH),
    Quota(category=InmateCategory.CONVICT, kind=VisitKind.FAMILY, mode=VisitMode.VIDEO, count=2, per=Per.MONTH),
)


def a_rule(**changes: Any) -> Rule:
    """A rule like Maharashtra's; keywords change fields."""
    fields: dict[str, Any] = {
        "state_code": 27,
        "quotas": MONTHLY,
        "first_day": 1,
        "last_day": 28,
        "minutes": {VisitKind.FAMILY: 15, VisitKind.LEGAL: 30},
        "visitors_max": {VisitMode.VIDEO: 3, VisitMode.IN_PERSON: 3},
        "relationships": frozenset(Relationship),
        "modes": frozenset(VisitMode),
        "decide_hours": 24,
        "lapse_hours": 6,
        "cancel_hours": 4,
    }
    return Rule(**(fields | changes))


def a_version(rule: Rule | None = None, *, number: int = 1, valid_from: date = date(2024, 3, 22)) -> RuleVersion:
    """A version of a rule as a value."""
    rule = rule or a_rule()
    return RuleVersion(number, rule.state_code, number, valid_from, rule, "test", "", "system:test", NOON)


async def enact(db: Database, rule: Rule | None = None, *, valid_from: date = date(2024, 3, 22)) -> RuleVersion:
    """Store a version of a rule."""
    rule = rule or a_rule()
    async with db.begin() as uow:
        version = await uow.rules.add(
            rule.state_code, rule, valid_from, source="test", note="", by="system:test", now=NOON
        )
        await uow.commit()
    return version


def working(weekday: int, first: str, last: str, **changes: Any) -> Session:
    """Working hours of a weekday; keywords change fields."""
    fields: dict[str, Any] = {"mode": VisitMode.VIDEO, "weekday": weekday}
    return Session(first_at=time.fromisoformat(first), last_at=time.fromisoformat(last), **(fields | changes))


def every_day(first: str, last: str, **changes: Any) -> tuple[Session, ...]:
    """The same working hours on each weekday."""
    return tuple(working(weekday, first, last, **changes) for weekday in range(7))


def a_picture(first: date, last: date, *, timezone: str = "Asia/Kolkata", stations: int = 2, **changes: Any) -> Picture:
    """What is known of a jail from `first` to `last`; keywords change fields."""
    start, end = day_bounds(first, last, timezone)
    fields: dict[str, Any] = {
        "mode": VisitMode.VIDEO,
        "stations": tuple(Terminal(number, 4, f"T{number}", paired=True) for number in range(1, stations + 1)),
        "sessions": every_day("09:00", "09:45"),
    }
    return Picture(timezone=timezone, start=start, end=end, **(fields | changes))


def at(text: str) -> datetime:
    """An instant written with its offset."""
    moment = datetime.fromisoformat(text)
    assert moment.utcoffset() is not None
    return moment
