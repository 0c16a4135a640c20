"""The visits that a herd of families comes for: approved, on a terminal of its own each, started by staff."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from pydantic import SecretStr
from redis.asyncio import Redis

from broker.links import link_digest, link_token
from broker.people import Jail, State, Terminal
from broker.rules.model import Rule
from broker.storage.database import Database
from broker.storage.inmates import NewInmate
from broker.storage.unit import UnitOfWork
from broker.visit import NewVisit, NewVisitor, Slot, Visit, VisitKind, VisitStatus, new_id
from broker.vocabulary import InmateCategory, Relationship, VisitMode
from config.secrets import digest, new_token
from rooms.registry import Registry
from web.entry import room_spec

from .places import TERMINALS

_STATE = 27
_BY = "staff:1"
MINUTES = 15


@dataclass(frozen=True, slots=True)
class Booked:
    """A visit and what is needed to come to it. secret: of the browser that is its terminal."""

    visit: Visit
    email: str
    link: str = field(repr=False)
    secret: str = field(repr=False)


async def prepare(db: Database, redis: Redis, key: str, families: int) -> list[Booked]:
    """Make so many visits whose slot has just begun, and have their sessions started. `key`: the secret key."""
    now = datetime.now(UTC)
    slot = (now - timedelta(seconds=5), now + timedelta(minutes=MINUTES))
    booked: list[Booked] = []
    async with db.begin() as uow:
        await uow.jails.add_state(State(_STATE, "Maharashtra"))
        await uow.rules.add(_STATE, _rule(), date(2020, 1, 1), source="bench", note="", by="system:bench", now=now)
        await uow.commit()
    for first in range(0, families, TERMINALS):
        async with db.begin() as uow:
            jail = await uow.jails.add(
                _STATE, 1 + first // TERMINALS, name=f"Jail {first}", city="Pune", timezone="Asia/Kolkata",
                helpline="020-0000 1142",
            )  # fmt: skip
            numbers = range(first, min(first + TERMINALS, families))
            booked += [await _book(uow, SecretStr(key), jail, number, slot) for number in numbers]
            await uow.commit()
    registry = Registry(redis)
    for each in booked:
        spec = room_spec(each.visit)
        await registry.place(spec)
        await registry.open_room(spec.room_id, _BY)
    return booked


async def _book(uow: UnitOfWork, key: SecretStr, jail: Jail, number: int, slot: tuple[datetime, datetime]) -> Booked:
    now = datetime.now(UTC)
    inmate = await uow.inmates.add(
        NewInmate(jail.id, f"UT/{number}/26", f"Prisoner {number}", "Mahadev Kolte", 34, "male",
                  InmateCategory.UNDERTRIAL, "IN"), now,
    )  # fmt: skip
    terminal: Terminal = await uow.terminals.add(jail.id, f"T{number % TERMINALS + 1}")
    secret = new_token()
    await uow.terminals.pair(terminal.id, digest(secret))
    visitor_id, email = new_id(), f"family{number}@family.example"
    visitor = NewVisitor(
        name=f"Visitor {number}",
        relationship=Relationship.FAMILY,
        email=email,
        mobile="",
        language="en",
        link_digest=link_digest(key, visitor_id),
        id=visitor_id,
    )
    new = NewVisit(
        jail_id=jail.id,
        inmate_id=inmate.id,
        kind=VisitKind.FAMILY,
        starts_at=slot[0],
        ends_at=slot[1],
        visitors=(visitor,),
        by=_BY,
    )
    await uow.visits.add(new, now)
    await uow.visits.approve(new.id, Slot(terminal.id, *slot), _BY, now)
    visit = await uow.visits.move(new.id, VisitStatus.OPEN, _BY, "", now)
    return Booked(visit, email, link_token(key, visitor_id), secret)


def _rule() -> Rule:
    return Rule(
        state_code=_STATE,
        first_day=1,
        last_day=15,
        minutes={VisitKind.FAMILY: MINUTES, VisitKind.LEGAL: 30},
        visitors_max={VisitMode.VIDEO: 3},
        relationships=frozenset(Relationship),
        modes=frozenset({VisitMode.VIDEO}),
        decide_hours=12,
        lapse_hours=3,
    )
