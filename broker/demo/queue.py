"""Requests that wait in the invented jails, so that a superintendent who signs in finds something to decide."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from broker.demo.world import JAILS, MAIL_DOMAIN, TIMEZONE, DemoJail
from broker.identity.proofs import number_digest
from broker.links import link_digest
from broker.people import Identity, Jail
from broker.rules.model import RuleVersion
from broker.slots.availability import days
from broker.slots.calendar import day_bounds
from broker.storage.database import Database
from broker.storage.unit import UnitOfWork
from broker.visit import NewVisit, NewVisitor, Outcome, Prisoner, Request, Slot, VisitKind, VisitMode, new_id
from broker.vocabulary import Gender, IdType, Relationship, VisitorDecision
from config.settings import Settings

_ACTOR = "system:demo"
#: Days ahead from which slots are asked for, and how many days are looked at.
_FROM, _LOOK_AT = 3, 7
#: How long ago somebody came who is known: weeks, so that it was at the same time of a working day.
_AGO = timedelta(weeks=2)


@dataclass(frozen=True, slots=True)
class _Wish:
    """Who asks for whom. `held` is the place of the person in the jail's register; `name` how the family writes the
    name, None for the register's own spelling and number; `known`: they have visited before.
    """

    visitor: str
    relationship: Relationship
    pan: str
    held: int
    name: str | None = None
    mode: VisitMode = VisitMode.VIDEO
    language: str = "en"
    note: str = ""
    gender: Gender = Gender.FEMALE
    known: bool = False


_WISHES = (
    _Wish("Savita Deshpande", Relationship.FAMILY, "AAAPD1001A", 0, language="hi", known=True),
    _Wish(
        "Arun Bhagat",
        Relationship.FRIEND,
        "AAAPB1002B",
        0,
        name="Sanjai Kolthe",
        mode=VisitMode.IN_PERSON,
        gender=Gender.MALE,
    ),
    _Wish("Adv. Farida Merchant", Relationship.LAWYER, "AAAPM1003C", 1, note="Bail hearing on Monday."),
    _Wish("Kamala Biswas", Relationship.FAMILY, "AAAPB1004D", 1, name="Somebody Else", note="I use a hearing aid."),
)


async def ask(db: Database, settings: Settings, now: datetime) -> None:
    """Ask for some visits in every invented jail where nothing waits to be decided. Needs the world and its rules."""
    for demo in JAILS:
        async with db.begin() as uow:
            jail = next(j for j in await uow.jails.all() if (j.state_code, j.code) == (demo.state_code, demo.code))
            if await uow.visits.undecided([jail.id]):
                continue
            rule = await uow.rules.in_force(jail.state_code, now.date())
            for wish in _WISHES:
                await _ask(uow, settings, wish, demo, jail, rule, now)
            await uow.commit()


async def _ask(  # noqa: PLR0917 - a wish and everything it is made with
    uow: UnitOfWork, settings: Settings, wish: _Wish, demo: DemoJail, jail: Jail, version: RuleVersion, now: datetime
) -> None:
    kind = VisitKind.LEGAL if wish.relationship is Relationship.LAWYER else VisitKind.FAMILY
    starts = await _free(uow, jail, wish.mode, kind, version=version, now=now)
    if not starts:
        return
    starts_at, ends_at = starts[0], starts[0] + timedelta(minutes=version.rule.minutes[kind])
    decide_by, lapse_at = version.rule.deadlines(starts_at, now)
    new = NewVisit(
        jail_id=jail.id,
        inmate_id=None,
        kind=kind,
        starts_at=starts_at,
        ends_at=ends_at,
        visitors=(_visitor(settings, wish),),
        by=_ACTOR,
        mode=wish.mode,
        request=Request(
            _prisoner(wish, demo), tuple(starts[:3]), wish.note, TIMEZONE, decide_by=decide_by, lapse_at=lapse_at
        ),
        rule_version_id=version.id,
        demo=True,
    )
    if wish.known:
        await _visited(uow, settings, new, demo.inmates[wish.held].number, now)
    await uow.visits.add(new, now)
    await uow.holds.replace(new.id, jail.id, wish.mode, starts_at=starts_at, ends_at=ends_at, now=now)


async def _visited(uow: UnitOfWork, settings: Settings, new: NewVisit, number: str, now: datetime) -> None:
    """A visit of the same people to the same inmate some time ago, which took place; only once."""
    [visitor] = new.visitors
    if visitor.identity is None or await uow.visits.of_person([], [visitor.identity.id_digest]):
        return
    visitor_id, starts_at = new_id(), new.starts_at - _AGO
    inmate = next(each for each in await uow.inmates.of_jail(new.jail_id) if each.number == number)
    past = replace(
        new,
        id=new_id(),
        inmate_id=inmate.id,
        starts_at=starts_at,
        ends_at=new.ends_at - _AGO,
        visitors=(replace(visitor, id=visitor_id, link_digest=link_digest(settings.secret_key, visitor_id)),),
        request=None,
    )
    *_, terminal = await uow.jails.terminals(new.jail_id)  # `./run demo` begins with the first
    await uow.visits.add(past, now - 2 * _AGO)
    await uow.visits.approve(past.id, Slot(terminal.id, starts_at, past.ends_at), _ACTOR, now - 2 * _AGO)
    await uow.visits.close(past.id, Outcome.COMPLETED, {visitor_id: 880.0}, _ACTOR, past.ends_at)


async def _free(
    uow: UnitOfWork, jail: Jail, mode: VisitMode, kind: VisitKind, *, version: RuleVersion, now: datetime
) -> list[datetime]:
    first = now.date() + timedelta(days=_FROM)
    last = first + timedelta(days=_LOOK_AT)
    start, end = day_bounds(first, last, jail.timezone)
    picture = await uow.calendars.picture(jail, mode, start, end, now)
    found = days(picture, version.rule, kind, 1, first=first, last=last, now=now)
    return [offer.starts_at for day in found for offer in day.offers if offer.reason is None]


def _visitor(settings: Settings, wish: _Wish) -> NewVisitor:
    visitor_id = new_id()
    return NewVisitor(
        id=visitor_id,
        name=wish.visitor,
        relationship=wish.relationship.value,
        email=f"{wish.visitor.split()[-1].lower()}.{visitor_id[:10]}@{MAIL_DOMAIN}",
        mobile=f"+916000{int(visitor_id[:8], 16) % 1_000_000:06d}",
        language=wish.language,
        link_digest=link_digest(settings.secret_key, visitor_id),
        decision=VisitorDecision.PENDING,
        identity=Identity(
            father_name="Mohan " + wish.visitor.split()[-1],
            address="12 Station Road, Pune 411001",
            gender=wish.gender.value,
            birth_date=None,
            age=38,
            nationality="IN",
            id_type=IdType.PAN,
            id_number=wish.pan,
            id_digest=number_digest(settings.secret_key, IdType.PAN, wish.pan),
            document_id=None,
        ),
    )


def _prisoner(wish: _Wish, demo: DemoJail) -> Prisoner:
    held = demo.inmates[wish.held]
    if wish.name is None:
        return Prisoner(held.name, held.father_name, held.age, held.gender, held.number)
    return Prisoner(wish.name, held.father_name, held.age + 2, held.gender)
