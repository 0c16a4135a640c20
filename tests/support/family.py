"""A family before the join pages: a browser that opens the link, types, and reads the mail that was queued for it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

from aiohttp import ClientResponse

from broker.visit import Visit
from tests.support.desk import Browser, Desk

FORM_TOKEN = re.compile(r'name="csrf" value="([^"]+)"')


@dataclass
class Page:
    """An answer that has been read."""

    status: int
    text: str
    location: str

    @property
    def words(self) -> str:
        """What a reader sees, without markup, on one line."""
        body = self.text.partition("<body")[2].partition(">")[2]
        return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body))).strip()

    @property
    def alert(self) -> str:
        """What the page says is the matter; "" when it is content."""
        found = re.search(r'role="alert"[^>]*>(.*?)<', self.text, re.DOTALL)
        return unescape(found[1]).strip() if found else ""

    def value(self, field: str) -> str:
        """What stands in a field."""
        found = re.search(rf'name="{field}"[^>]*?value="([^"]*)"', self.text)
        return unescape(found[1]) if found else ""


def link_of(visit: Visit, seat: int = 0) -> str:
    """The path of a visitor's link, as tests.support.visits makes it."""
    return f"/join/link of {visit.visitors[seat].id}"


async def read(answer: ClientResponse) -> Page:
    """Read an answer."""
    return Page(answer.status, await answer.text(), answer.headers.get("Location", ""))


async def get(browser: Browser, path: str) -> Page:
    """Open a page without following a redirect."""
    return await read(await browser.get(path, allow_redirects=False))


async def submit(browser: Browser, path: str, to: str | None = None, **fields: str) -> Page:
    """Open the page of a form, fill it in, send it; a redirect is not followed."""
    token = FORM_TOKEN.search((await get(browser, path)).text)
    assert token, "the page has a form"
    return await read(await browser.post(to or path, data={"csrf": token[1], **fields}, allow_redirects=False))


async def number(browser: Browser, visit: Visit, seat: int = 0) -> Page:
    """By the link: type the VisRN, press Next."""
    return await submit(browser, link_of(visit, seat), visrn=str(visit.visrn))


async def codes(browser: Browser, otp: str, pin: str) -> Page:
    """Type both codes, press the button."""
    return await submit(browser, "/join/codes", otp=otp, pin=pin)


async def mails(desk: Desk, visit: Visit, seat: int = 0) -> list[str]:
    """The texts of the code mails that were queued for a visitor, oldest first."""
    async with desk.db.read() as uow:
        queued = await uow.outbox.for_visit(visit.id)
    own = [mail for mail in queued if mail.visitor_id == visit.visitors[seat].id and mail.name == "codes"]
    return [mail.text for mail in sorted(own, key=lambda mail: mail.created_at)]


async def mailed_codes(desk: Desk, visit: Visit, seat: int = 0) -> tuple[str, str]:
    """OTP and Room PIN of the newest mail."""
    text = (await mails(desk, visit, seat))[-1]
    otp, pin = re.search(r"OTP: (\d{6})", text), re.search(r"Room PIN: (\d{4})", text)
    assert otp
    assert pin
    return otp[1], pin[1]


async def come_in(desk: Desk, browser: Browser, visit: Visit, seat: int = 0) -> Page:
    """From the link to the answer that leads to the call."""
    await number(browser, visit, seat)
    return await codes(browser, *await mailed_codes(desk, visit, seat))


def other(code: str) -> str:
    """A code of the same length that is certainly wrong."""
    return "".join(str((int(digit) + 1) % 10) for digit in code)
