"""Somebody who asks for a visit: a jail that takes requests, everything they type, and the codes they are sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from redis.asyncio import Redis
from sqlalchemy import select

from broker.documents.store import Document
from broker.mail.post import Post
from broker.onetime import OneTimeCodes
from broker.people import Jail
from broker.registration.draft import Draft
from broker.registration.service import Desk
from broker.rules.model import Per, Quota, Rule, RuleVersion
from broker.slots.calendar import Session
from broker.storage.database import Database
from broker.storage.models import OutboxRow
from broker.visit import State, new_id
from broker.vocabulary import Relationship, VisitKind, VisitMode
from config.settings import Settings

#: A Monday, noon in UTC; the jail's clock shows 17:30.
MONDAY = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
#: The first slot that can be asked for: Wednesday, 10:00 on the jail's clock.
FIRST_SLOT = datetime(2026, 3, 4, 4, 30, tzinfo=UTC)
QUARTER = timedelta(minutes=15)


@dataclass(frozen=True)
class Bookable:
    """A jail with terminals, counters, working hours and a rule."""

    jail: Jail
    version: RuleVersion

    @property
    def code(self) -> str:
        """As the pages write it."""
        return f"{self.jail.state_code}-{self.jail.code}"


def a_rule(state: int = 27, **changes: object) -> Rule:
    """Four video visits a month, from two days ahead to two weeks."""
    fields: dict[str, object] = {
        "state_code": state,
        "quotas": (Quota(kind=VisitKind.FAMILY, mode=VisitMode.VIDEO, count=4, per=Per.MONTH),),
        "first_day": 2,
        "last_day": 14,
        "minutes": {VisitKind.FAMILY: 15, VisitKind.LEGAL: 30},
        "visitors_max": {VisitMode.VIDEO: 3, VisitMode.IN_PERSON: 3},
        "relationships": frozenset(Relationship) - {Relationship.DOCTOR},
        "modes": frozenset(VisitMode),
        "decide_hours": 24,
        "lapse_hours": 6,
    }
    return Rule.model_validate(fields | changes)


async def bookable(
    db: Database,
    *,
    code: int = 11,
    terminals: int = 2,
    last: time = time(12, 0),
    rule: Rule | None = None,
    timezone: str = "Asia/Kolkata",
    starts: date = date(2026, 1, 1),
) -> Bookable:
    """Store a jail that takes visits by video each day from 10:00, and in person from 14:00 to 15:00."""
    rule = rule or a_rule()
    async with db.begin() as uow:
        if rule.state_code not in {state.code for state in await uow.jails.states()}:
            await uow.jails.add_state(State(rule.state_code, "Maharashtra"))
        jail = await uow.jails.add(
            rule.state_code,
            code,
            name=f"Devgiri Road Prison {code}",
            city="Pune",
            timezone=timezone,
            helpline="020-0000 1142",
        )
        for number in range(1, terminals + 1):
            await uow.terminals.add(jail.id, f"T{number}")
        await uow.terminals.add(jail.id, "C1", mode=VisitMode.IN_PERSON)
        hours = [Session(VisitMode.VIDEO, day, time(10, 0), last) for day in range(7)]
        hours += [Session(VisitMode.IN_PERSON, day, time(14, 0), time(15, 0)) for day in range(7)]
        await uow.calendars.set_sessions(jail.id, hours)
        version = await uow.rules.add(
            rule.state_code, rule, starts, source="test", note="", by="system:test", now=MONDAY
        )
        await uow.commit()
    return Bookable(jail, version)


def typed(
    place: Bookable, *, number: int = 1, slots: tuple[datetime, ...] = (FIRST_SLOT,)
) -> dict[str, dict[str, str]]:
    """Everything a mother types, page by page, but the photo."""
    return {
        "you": {
            "name": "Savita Kolte",
            "father_name": "Vithal More",
            "gender": "female",
            "born": "12/05/1971",
            "relationship": "family",
        },
        "contact": {
            "nationality": "IN",
            "address": "12 Shivaji Road\nPune 411005",
            "email": f"savita{number}@family.example",
            "mobile": "98765 43210",
        },
        "proof": {"id_type": "aadhaar", "id_number": "2341 2341 2346"},
        "jail": {"jail": place.code},
        "prisoner": {
            "name": "Sanjay Kolte",
            "father_name": "Mahadev Kolte",
            "age": "34",
            "gender": "male",
            "number": "",
        },
        "how": {"mode": "video"},
        "companions": {},
        "times": {f"slot_{rank}": slot.isoformat() for rank, slot in enumerate(slots, 1)},
        "letter": {"language": "en", "note": "My mother is hard of hearing."},
    }


async def drafted(
    db: Database, steps: Mapping[str, Mapping[str, str]], now: datetime = MONDAY, timezone: str = "Asia/Kolkata"
) -> Draft:
    """A draft with these pages and a photo."""
    async with db.begin() as uow:
        draft = await uow.drafts.start(now, steps=steps, timezone=timezone)
        photo = Document(new_id(), "image/jpeg", 4, now, draft.id)
        await uow.documents.add(photo, b"body")
        draft = await uow.drafts.put(
            Draft(
                draft.id,
                None,
                draft.expires_at,
                steps={**steps, "photo": {"document_id": photo.id}},
                timezone=timezone,
            ),
            now,
        )
        await uow.commit()
    return draft


def desk_of(db: Database, settings: Settings, redis: Redis) -> Desk:
    """What registering needs."""
    return Desk(db, settings, redis, OneTimeCodes(redis, settings.secret_key), Post(settings))


async def code_sent_to(db: Database, address: str) -> str:
    """The code in the newest letter to an address."""
    async with db.read() as uow:
        newest = select(OutboxRow.text).where(OutboxRow.to == address).order_by(OutboxRow.created_at.desc()).limit(1)
        text = await uow.session.scalar(newest)
    found = re.search(r"\b(\d{6})\b", text or "")
    assert found, "the letter has a code"
    return found[1]
