"""Visits to test with: a jail with terminals and an inmate in a database, and requests for visits there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from broker.people import Inmate, Jail, State, Terminal
from broker.storage.database import Database
from broker.storage.inmates import NewInmate
from broker.storage.unit import UnitOfWork
from broker.visit import Identity, NewVisit, NewVisitor, Prisoner, Request, Slot, Visit, VisitKind, new_id
from broker.vocabulary import IdType, InmateCategory, VisitorDecision
from config.secrets import digest
from tests.support.clock import NOON

STAFF = "staff:7"
IDENTITY = Identity(
    "Mahadev", "1 Station Road, Pune", "female", date(1990, 2, 28), None, "IN", IdType.PAN, "AAAPA1234A", "d" * 64, None
)


@dataclass(frozen=True)
class Place:
    """A jail with what a visit there needs."""

    jail: Jail
    terminals: tuple[Terminal, ...]
    inmate: Inmate


async def furnish(db: Database, *, state: int = 27, code: int = 11, terminals: int = 2) -> Place:
    """Store a state (unless it is there), a jail, its terminals T1, T2… and an inmate."""
    async with db.begin() as uow:
        if state not in {known.code for known in await uow.jails.states()}:
            await uow.jails.add_state(State(state, f"State {state}"))
        jail = await uow.jails.add(
            state, code, name=f"Prison {code}", city="Pune", timezone="Asia/Kolkata", helpline="020-0000 1142"
        )
        screens = [await uow.terminals.add(jail.id, f"T{number}") for number in range(1, terminals + 1)]
        inmate = await uow.inmates.add(
            NewInmate(jail.id, "UT/1/26", "Sanjay Kolte", "Mahadev Kolte", 34, "male", InmateCategory.UNDERTRIAL, "IN")
        )
        await uow.commit()
    return Place(jail, tuple(screens), inmate)


def new_visitor(name: str = "Savita Kolte") -> NewVisitor:
    """A visitor with an address and a link of their own."""
    visitor_id = new_id()
    return NewVisitor(
        id=visitor_id,
        name=name,
        relationship="wife",
        email=f"savita.{visitor_id[:8]}@family.example",
        mobile="+916000000001",
        language="en",
        link_digest=digest(f"link of {visitor_id}"),
    )


def request(place: Place, *, starts_at: datetime = NOON, minutes: float = 15, visitors: int = 1) -> NewVisit:
    """A request for a visit to the place's inmate."""
    return NewVisit(
        jail_id=place.jail.id,
        inmate_id=place.inmate.id,
        kind=VisitKind.FAMILY,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
        visitors=tuple(new_visitor() for _ in range(visitors)),
        by="system:test",
    )


def asked(place: Place, *, starts_at: datetime = NOON + timedelta(days=3), minutes: float = 15) -> NewVisit:
    """A request as a family makes it: nobody has matched it with the register, and its visitor is known by a proof."""
    return replace(
        request(place, starts_at=starts_at, minutes=minutes),
        inmate_id=None,
        visitors=(replace(new_visitor(), decision=VisitorDecision.PENDING, identity=IDENTITY),),
        request=Request(
            Prisoner("Sanjay Kolte", "Mahadev Kolte", 34, "male", "UT/1/26"),
            (starts_at,),
            "",
            "Asia/Kolkata",
            decide_by=starts_at - timedelta(hours=48),
            lapse_at=starts_at - timedelta(hours=24),
        ),
    )


async def free_inmate(uow: UnitOfWork, place: Place, starts_at: datetime, ends_at: datetime) -> Inmate:
    """The place's inmate or, while they have another visit, somebody else held there, of the same name."""
    held = await uow.inmates.of_jail(place.jail.id)
    for inmate in (place.inmate, *(each for each in held if each.number.startswith(f"{place.inmate.number}/"))):
        theirs = await uow.visits.of_inmate(inmate.id, starts_at)
        if not any(visit.live and visit.starts_at < ends_at for visit in theirs):
            return inmate
    one = place.inmate
    number = f"{one.number}/{len(held)}"
    return await uow.inmates.add(
        NewInmate(place.jail.id, number, one.name, one.father_name, one.age, one.gender, one.category, one.nationality)
    )


async def approved(uow: UnitOfWork, place: Place, new: NewVisit, *, terminal: int = 0, now: datetime = NOON) -> Visit:
    """Store the request and approve it on one of the place's terminals, without committing. A request for the place's
    inmate is one for `free_inmate`: whom it is for matters to few tests, and nobody is at two terminals at once.
    """
    if new.inmate_id == place.inmate.id:
        new = replace(new, inmate_id=(await free_inmate(uow, place, new.starts_at, new.ends_at)).id)
    await uow.visits.add(new, now)
    slot = Slot(place.terminals[terminal].id, new.starts_at, new.ends_at)
    return await uow.visits.approve(new.id, slot, STAFF, now)


async def booked(db: Database, place: Place, *, terminal: int = 0, starts_at: datetime = NOON) -> Visit:
    """An approved visit, committed."""
    async with db.begin() as uow:
        visit = await approved(uow, place, request(place, starts_at=starts_at), terminal=terminal)
        await uow.commit()
    return visit
