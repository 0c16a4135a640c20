"""A superintendent's desk to test with: the desk's first jail with a rule, hours, a counter and requests that wait."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from broker.documents import service
from broker.lifecycle import Outcome
from broker.slots.calendar import Session
from broker.staff import Role
from broker.visit import NewVisitor, Prisoner, Visit
from broker.vocabulary import VisitMode
from tests.support.deciding import RULE, UNDERTRIAL, Office, ask_for, identity, person
from tests.support.desk import Browser, Desk, post, sign_in
from web.keys import SETTINGS

USERNAME = "leela"


async def open_office_at(desk: Desk) -> Office:
    """What deciding needs, in the desk's first jail; and a superintendent, USERNAME."""
    here, now = desk.here, desk.clock.now()
    async with desk.db.begin() as uow:
        counter = await uow.terminals.add(here.jail.id, "C1", mode=VisitMode.IN_PERSON)
        version = await uow.rules.add(27, RULE, date(2026, 1, 1), source="27.toml", note="", by="system:test", now=now)
        sessions = [Session(mode, weekday, time(10), time(16)) for mode in VisitMode for weekday in range(7)]
        await uow.calendars.set_sessions(here.jail.id, sessions)
        other = replace(UNDERTRIAL, jail_id=here.jail.id, number="UT/2/26", name="Sanjiv Kolte", age=35)
        account = await uow.accounts.verified(
            "savita@family.example",
            mobile="+916000000001",
            language="en",
            timezone="Asia/Kolkata",
            profile={},
            now=now,
        )
        second = await uow.inmates.add(other)
        await uow.commit()
    await desk.hire(USERNAME, Role.SUPERINTENDENT, here)
    return Office(here.jail, here.terminals, counter, here.inmate, second, account, version)


def in_days(desk: Desk, days: int, at: time = time(10)) -> datetime:
    """A time of the jail's clock, so many days from today."""
    zone = ZoneInfo(desk.here.jail.timezone)
    day = desk.clock.now().astimezone(zone).date() + timedelta(days=days)
    return datetime.combine(day, at, zone)


async def requested(
    desk: Desk,
    office: Office,
    *,
    days: int = 5,
    at: time = time(10),
    people: Sequence[NewVisitor] | None = None,
    prisoner: Prisoner | None = None,
    note: str = "",
) -> Visit:
    """A request for a family's visit by video, made now, that holds its slot."""
    return await ask_for(
        desk.db,
        office,
        starts_at=in_days(desk, days, at),
        now=desk.clock.now(),
        people=people,
        prisoner=prisoner,
        note=note,
    )


async def known_person(desk: Desk, office: Office, name: str = "Savita Kolte") -> NewVisitor:
    """Somebody who has visited before, so that nothing flags a first visit."""
    then = desk.clock.now() - timedelta(days=20)
    past = await ask_for(desk.db, office, starts_at=in_days(desk, -10), now=then, people=[person(name)])
    async with desk.db.begin() as uow:
        hold = await uow.holds.of_visit(past.id)
        assert hold is not None
        await uow.visits.approve(past.id, hold, "system:test", then, inmate_id=office.inmate.id)
        await uow.visits.close(past.id, Outcome.COMPLETED, {}, "system:test", then)
        await uow.commit()
    return person(name)


async def with_proof(desk: Desk, office: Office, raw: bytes, name: str = "Savita Kolte") -> NewVisitor:
    """Somebody whose proof of identity was uploaded."""
    kept = await service.keep(
        desk.db,
        raw,
        draft_id=None,
        now=desk.clock.now(),
        settings=desk.app[SETTINGS],
        account_id=office.account.id,
    )
    return replace(person(name), identity=identity(document_id=kept.id))


async def at_the_desk(browser: Browser, username: str = USERNAME) -> Browser:
    """The browser, signed in."""
    answer = await sign_in(browser, username)
    assert answer.status == 303, answer.status
    return browser


async def read(browser: Browser, path: str) -> str:
    """A page that is there."""
    answer = await browser.get(path, allow_redirects=False)
    text = await answer.text()
    assert answer.status == 200, (answer.status, answer.headers.get("Location"), text[:400])
    return text


async def send(browser: Browser, path: str, /, **fields: str) -> str:
    """Send a form that goes well; where it leads."""
    answer = await post(browser, path, **fields)
    assert answer.status == 303, (answer.status, sentences(await answer.text()))
    return answer.headers["Location"]


def sentences(html: str) -> list[str]:
    """The problems that a page tells."""
    return re.findall(r'class="field__error"[^>]*>([^<]+)<', html)
