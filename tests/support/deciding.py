"""A jail that decides: a rule in force, working hours, two terminals and a counter, two people in prison, an account;
and requests that hold their slots.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from pydantic import SecretStr
from redis.asyncio import Redis

from broker.accounts.account import Account
from broker.people import Identity, Inmate, Jail, State, Terminal
from broker.rules.model import Per, Quota, Rule, RuleVersion
from broker.slots.calendar import Session
from broker.storage.database import Database
from broker.storage.inmates import NewInmate
from broker.visit import NewVisit, NewVisitor, Prisoner, Request, Slot, Visit, VisitorDecision, new_id
from broker.vocabulary import IdType, InmateCategory, Relationship, VisitKind, VisitMode
from broker.worker.paper import Paper
from config.clock import Clock
from config.secrets import digest
from config.settings import Settings
from tests.support.clock import NOON
from tests.support.settings import SECRET_KEY

STAFF = "staff:7"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
#: Ten in the morning in the jail, a week after NOON.
MORNING = NOON.replace(hour=4, minute=30) + 7 * DAY

RULE = Rule(
    state_code=27,
    quotas=(
        Quota(category=InmateCategory.UNDERTRIAL, kind=VisitKind.FAMILY, mode=VisitMode.VIDEO, count=2, per=Per.MONTH),
        Quota(kind=VisitKind.LEGAL, mode=VisitMode.VIDEO, count=2, per=Per.WEEK),
    ),
    first_day=1,
    last_day=28,
    minutes={VisitKind.FAMILY: 15, VisitKind.LEGAL: 30},
    visitors_max={VisitMode.VIDEO: 2, VisitMode.IN_PERSON: 3},
    relationships=frozenset(Relationship),
    modes=frozenset(VisitMode),
    decide_hours=48,
    lapse_hours=12,
    cancel_hours=24,
)

#: The one to be met; `jail_id` is still to be filled in.
UNDERTRIAL = NewInmate(0, "UT/1/26", "Sanjay Kolte", "Mahadev Kolte", 34, "male", InmateCategory.UNDERTRIAL, "IN")


@dataclass(frozen=True)
class Office:
    """A jail with all that deciding there needs."""

    jail: Jail
    terminals: tuple[Terminal, ...]
    counter: Terminal
    inmate: Inmate
    other: Inmate
    account: Account
    version: RuleVersion


async def open_office(db: Database, *, rule: Rule = RULE) -> Office:
    """Store an office."""
    async with db.begin() as uow:
        await uow.jails.add_state(State(27, "Maharashtra"))
        jail = await uow.jails.add(
            27, 11, name="Yerwada", city="Pune", timezone="Asia/Kolkata", helpline="020-0000 1142"
        )
        terminals = [await uow.terminals.add(jail.id, name) for name in ("T1", "T2")]
        counter = await uow.terminals.add(jail.id, "C1", mode=VisitMode.IN_PERSON)
        version = await uow.rules.add(27, rule, date(2026, 1, 1), source="27.toml", note="", by="system:test", now=NOON)
        await uow.calendars.set_sessions(
            jail.id, [Session(mode, weekday, time(10), time(16)) for mode in VisitMode for weekday in range(7)]
        )
        inmate = await uow.inmates.add(replace(UNDERTRIAL, jail_id=jail.id))
        other = await uow.inmates.add(
            replace(UNDERTRIAL, jail_id=jail.id, number="UT/2/26", name="Sanjiv Kolte", age=35)
        )
        account = await uow.accounts.verified(
            "savita@family.example",
            mobile="+916000000001",
            language="en",
            timezone="Asia/Kolkata",
            profile={},
            now=NOON,
        )
        await uow.commit()
    return Office(jail, tuple(terminals), counter, inmate, other, account, version)


def identity(number: str = "ABCDE1234F", **changes: Any) -> Identity:
    """A PAN card's holder."""
    known = Identity(
        father_name="Ganpat More",
        address="12 Station Road, Pune",
        gender="female",
        birth_date=None,
        age=31,
        nationality="IN",
        id_type=IdType.PAN,
        id_number=number,
        id_digest=digest(f"proof {number}"),
        document_id=None,
    )
    return replace(known, **changes)


def person(
    name: str = "Savita Kolte", *, email: str = "savita@family.example", number: str = "ABCDE1234F"
) -> NewVisitor:
    """A visitor who has not been decided about."""
    visitor_id = new_id()
    return NewVisitor(
        id=visitor_id,
        name=name,
        relationship="family",
        email=email,
        mobile="+916000000001",
        language="en",
        link_digest=digest(f"link of {visitor_id}"),
        decision=VisitorDecision.PENDING,
        identity=identity(number),
    )


def prisoner_of(inmate: Inmate, **changes: Any) -> Prisoner:
    """How a family that knows everything describes them."""
    known = Prisoner(inmate.name, inmate.father_name, inmate.age, inmate.gender, inmate.number)
    return replace(known, **changes)


async def ask_for(
    db: Database,
    office: Office,
    *,
    starts_at: datetime = MORNING,
    now: datetime = NOON,
    people: Sequence[NewVisitor] | None = None,
    prisoner: Prisoner | None = None,
    kind: VisitKind = VisitKind.FAMILY,
    mode: VisitMode = VisitMode.VIDEO,
    note: str = "",
    inmate_id: int | None = None,
) -> Visit:
    """A request of the office's account that holds its slot."""
    ends_at = starts_at + RULE.minutes[kind] * MINUTE
    decide_by, lapse_at = RULE.deadlines(starts_at, now)
    new = NewVisit(
        jail_id=office.jail.id,
        inmate_id=inmate_id,
        kind=kind,
        starts_at=starts_at,
        ends_at=ends_at,
        visitors=tuple(people or [person()]),
        by=f"account:{office.account.id}",
        mode=mode,
        account_id=office.account.id,
        request=Request(
            prisoner or prisoner_of(office.inmate), (starts_at,), note, "Asia/Kolkata", decide_by, lapse_at
        ),
        rule_version_id=office.version.id,
    )
    async with db.begin() as uow:
        visit = await uow.visits.add(new, now)
        await uow.holds.replace(visit.id, office.jail.id, mode, starts_at=starts_at, ends_at=ends_at, now=now)
        await uow.commit()
    return visit


async def hold_of(db: Database, visit: Visit) -> Slot:
    """The slot that waits for a request."""
    async with db.read() as uow:
        slot = await uow.holds.of_visit(visit.id)
    assert slot is not None
    return slot


async def counted(db: Database, visit_id: str, inmate: Inmate) -> int:
    """How many visits of the inmate's allowance the ledger has for this visit."""
    async with db.read() as uow:
        return sum(entry.amount for entry in await uow.quotas.entries(inmate.id) if entry.visit_id == visit_id)


async def letters(db: Database, visit: Visit) -> list[str]:
    """The names of the letters about a visit, sorted."""
    async with db.read() as uow:
        return sorted(mail.name for mail in await uow.outbox.for_visit(visit.id))


async def stored(db: Database, visit: Visit) -> Visit:
    """The visit as it stands now."""
    async with db.read() as uow:
        return await uow.visits.get(visit.id)


def paper(db: Database, redis: Redis, clock: Clock) -> Paper:
    """Where a worker puts rooms on paper, with settings that connect to nothing."""
    return Paper(db, redis, clock, Settings(secret_key=SecretStr(SECRET_KEY)))
