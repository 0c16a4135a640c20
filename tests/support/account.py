"""Somebody with an account at a jail that takes requests: their visits, and the way in by the code from the mail."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from broker.accounts.account import Account
from broker.links import link_digest
from broker.outbox import OutboxMail
from broker.slots.calendar import Session
from broker.visit import NewVisit, NewVisitor, Prisoner, Request, Slot, Visit, VisitMode, VisitorDecision, new_id
from broker.vocabulary import VisitKind
from tests.support.deciding import RULE, identity
from tests.support.desk import Browser, Desk
from tests.support.family import FORM_TOKEN, Page, get, read, submit
from web.keys import SETTINGS

EMAIL = "savita@family.example"
QUARTER = timedelta(minutes=15)


async def open_account(desk: Desk, email: str = EMAIL, **changes: Any) -> Account:
    """Store an account."""
    fields: dict[str, Any] = {"mobile": "", "language": "en", "timezone": "Asia/Kolkata", "profile": {}}
    async with desk.db.begin() as uow:
        account = await uow.accounts.verified(email, now=desk.clock.now(), **(fields | changes))
        await uow.commit()
    return account


async def open_hours(desk: Desk) -> None:
    """Let the desk's own jail take requests, in both modes, every day from ten to four on its clock."""
    async with desk.db.begin() as uow:
        await uow.rules.add(27, RULE, date(2026, 1, 1), source="test", note="", by="system:test", now=desk.clock.now())
        hours = [Session(mode, day, time(10), time(16)) for mode in VisitMode for day in range(7)]
        await uow.calendars.set_sessions(desk.here.jail.id, hours)
        await uow.terminals.add(desk.here.jail.id, "C1", VisitMode.IN_PERSON)
        await uow.commit()


def morning(desk: Desk, days: int = 3) -> datetime:
    """Ten o'clock at the jail, so many days from today."""
    zone = ZoneInfo(desk.here.jail.timezone)
    day = desk.clock.now().astimezone(zone).date() + timedelta(days=days)
    return datetime.combine(day, time(10), tzinfo=zone)


def visitor(desk: Desk, name: str = "Savita Kolte", email: str = EMAIL) -> NewVisitor:
    """A visitor whose link is the real one."""
    visitor_id = new_id()
    return NewVisitor(
        id=visitor_id,
        name=name,
        relationship="family",
        email=email,
        mobile="+916000000001",
        language="en",
        link_digest=link_digest(desk.app[SETTINGS].secret_key, visitor_id),
        decision=VisitorDecision.PENDING,
        identity=identity(),
    )


async def ask(
    desk: Desk,
    account: Account,
    *,
    starts_at: datetime | None = None,
    mode: VisitMode = VisitMode.VIDEO,
    visitors: tuple[NewVisitor, ...] = (),
) -> Visit:
    """A request of this account that holds its slot; it would also take the two slots after it."""
    starts_at = starts_at or morning(desk)
    now, jail_id = desk.clock.now(), desk.here.jail.id
    decide_by, lapse_at = RULE.deadlines(starts_at, now)
    wanted = tuple(starts_at + number * QUARTER for number in range(3))
    prisoner = Prisoner("Sanjay Kolte", "Mahadev Kolte", 34, "male")
    new = NewVisit(
        jail_id=jail_id,
        inmate_id=None,
        kind=VisitKind.FAMILY,
        starts_at=starts_at,
        ends_at=starts_at + QUARTER,
        visitors=visitors or (visitor(desk),),
        by=account.actor,
        mode=mode,
        account_id=account.id,
        request=Request(prisoner, wanted, "She is hard of hearing.", account.timezone, decide_by, lapse_at),
    )
    async with desk.db.begin() as uow:
        visit = await uow.visits.add(new, now)
        await uow.holds.replace(visit.id, jail_id, mode, starts_at=new.starts_at, ends_at=new.ends_at, now=now)
        await uow.commit()
    return visit


async def approve(desk: Desk, visit: Visit, starts_at: datetime | None = None) -> Visit:
    """Approve it as it was asked for, or into another slot."""
    starts_at = starts_at or visit.starts_at
    async with desk.db.begin() as uow:
        (terminal, *_) = await uow.jails.terminals(visit.jail.id, visit.mode)
        approved = await uow.visits.approve(
            visit.id,
            Slot(terminal.id, starts_at, starts_at + QUARTER),
            "staff:7",
            desk.clock.now(),
            inmate_id=desk.here.inmate.id,
        )
        await uow.commit()
    return approved


async def proof(browser: Browser, purpose: str = "account") -> str:
    """Do the work that a page's script does."""
    challenge = await (await browser.get(f"/proof?for={purpose}")).json()
    salt, goal = challenge["salt"], challenge["challenge"]
    number = next(n for n in range(10**7) if hashlib.sha256(f"{salt}{n}".encode()).hexdigest() == goal)
    kept = {name: challenge[name] for name in ("algorithm", "challenge", "salt", "signature")}
    return base64.b64encode(json.dumps(kept | {"number": number}).encode()).decode()


async def ask_for_code(browser: Browser, email: str = EMAIL, path: str = "/account/sign-in", **fields: str) -> Page:
    """Type the address, let the page do its work, press the button."""
    worked = {"proof": await proof(browser)}
    return await submit(browser, path, "/account/sign-in", email=email, **(worked | fields))


async def queued(desk: Desk, email: str = EMAIL) -> list[OutboxMail]:
    """The letters that wait to be sent to an address, oldest first; they go on waiting."""
    async with desk.db.begin() as uow:
        mails = await uow.outbox.claim(desk.clock.now(), QUARTER, 100)
    return sorted((mail for mail in mails if mail.to == email), key=lambda mail: mail.created_at)


async def mailed_code(desk: Desk, email: str = EMAIL) -> str:
    """The code in the newest letter to that address."""
    letters = [mail for mail in await queued(desk, email) if mail.expires_at is not None]
    code = re.search(r"\b(\d{6})\b", letters[-1].text)
    assert code
    return code[1]


async def sign_in(desk: Desk, browser: Browser, email: str = EMAIL, path: str = "/account/sign-in") -> Page:
    """From the address to the page behind the code."""
    await ask_for_code(browser, email, path, next=path.partition("next=")[2])
    return await submit(browser, "/account/code", otp=await mailed_code(desk, email))


async def press(browser: Browser, page: str, to: str, **fields: str) -> Page:
    """Send the form of a page that has several: the token is the same in all."""
    token = FORM_TOKEN.search((await get(browser, page)).text)
    assert token, "the page has a form"
    return await read(await browser.post(to, data={"csrf": token[1], **fields}, allow_redirects=False))


def companion(desk: Desk, name: str = "Arun Kolte") -> NewVisitor:
    """Somebody who comes along and has no address of their own."""
    return replace(visitor(desk), name=name, id=(other := new_id()), link_digest=_digest(desk, other))


def _digest(desk: Desk, visitor_id: str) -> str:
    return link_digest(desk.app[SETTINGS].secret_key, visitor_id)
