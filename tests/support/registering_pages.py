"""A browser without scripts that walks through the pages of a registration."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import aiohttp
from sqlalchemy import select

from broker.documents.store import Document
from broker.registration.draft import Draft, Step
from broker.storage.models import DraftRow
from broker.visit import new_id
from tests.support.desk import Browser, Desk
from tests.support.family import FORM_TOKEN, Page, get, read, submit
from tests.support.proofs import proof
from tests.support.registering import Bookable, code_sent_to, typed

HOME = "/visits/new"
#: The pages that are one form of fields.
SIMPLE = ("you", "contact", "proof", "prisoner", "how", "letter")


async def start(browser: Browser) -> Page:
    """Begin."""
    return await submit(browser, HOME, go="new")


async def send(browser: Browser, step: str, fields: Mapping[str, str], go: str = "next") -> Page:
    """Open a page, fill it in, press a button."""
    return await submit(browser, f"{HOME}/{step}", go=go, **fields)


async def upload(browser: Browser, body: bytes, name: str = "card.jpg") -> Page:
    """Send a file."""
    token = FORM_TOKEN.search((await get(browser, f"{HOME}/photo")).text)
    assert token
    form = aiohttp.FormData()
    form.add_field("csrf", token[1])
    form.add_field("go", "next")
    form.add_field("file", io.BytesIO(body), filename=name, content_type="application/octet-stream")
    return await read(await browser.post(f"{HOME}/photo", data=form, allow_redirects=False))


async def draft_of(desk: Desk, email: str | None = None) -> Draft:
    """The only draft there is, or the one with this address."""
    async with desk.db.read() as uow:
        rows = (await uow.session.scalars(select(DraftRow))).all()
        drafts = [await uow.drafts.get(row.id, desk.clock.now()) for row in rows]
    (found,) = (each for each in drafts if email in {None, each.typed(Step.CONTACT).get("email")})
    return found


async def lay_photo(desk: Desk, draft: Draft) -> None:
    """A photo, past the process that opens it."""
    now = desk.clock.now()
    async with desk.db.begin() as uow:
        photo = Document(new_id(), "image/jpeg", 4, now, draft.id)
        await uow.documents.add(photo, b"body")
        kept = await uow.drafts.locked(draft.id, now)
        await uow.drafts.put(replace(kept.with_typed(Step.PHOTO, {"document_id": photo.id})), now)
        await uow.commit()


def morning(desk: Desk, place: Bookable, days: int = 2) -> datetime:
    """Ten o'clock at the jail, so many days from today."""
    zone = ZoneInfo(place.jail.timezone)
    day: date = desk.clock.now().astimezone(zone).date() + timedelta(days=days)
    return datetime.combine(day, time(10), tzinfo=zone)


async def fill(desk: Desk, browser: Browser, place: Bookable, *, number: int = 1, slots: int = 1) -> None:
    """Everything up to the last page."""
    steps = typed(place, number=number)
    await start(browser)
    for step in ("you", "contact", "proof", "jail", "prisoner", "how"):
        await send(browser, step, steps[step])
    await lay_photo(desk, await draft_of(desk, steps["contact"]["email"]))
    await send(browser, "companions", {})
    for quarter in range(slots):
        at = morning(desk, place) + timedelta(minutes=15 * quarter)
        await submit(browser, f"{HOME}/times", add=at.isoformat())
    await send(browser, "letter", steps["letter"])


async def ask(browser: Browser) -> Page:
    """Open the last page and press Send, with its proof of work."""
    return await submit(browser, f"{HOME}/check", go="next", proof=await proof(browser, "register"))


async def type_code(desk: Desk, browser: Browser, email: str) -> Page:
    """The code from the newest mail."""
    return await submit(browser, f"{HOME}/code", otp=await code_sent_to(desk.db, email))
