"""A family that asks for a visit on a phone: what they type on each page, and what they read afterwards."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from playwright.async_api import FilePayload

from tests.scenarios.house import soon
from tests.scenarios.people import PHONE, PROBE, STEP, Person, newcomer

if TYPE_CHECKING:
    from playwright.async_api import Browser

    from tests.scenarios.house import House

ASK = "/visits/new"
_MOST_PAGES = 15
_NEXT = 'button[name="go"][value="next"]'


@dataclass
class Family:
    """Who asks, for whom, and how: in a jail of the demonstration, for one of its inmates."""

    email: str
    name: str = "Sunanda Kolte"
    father_name: str = "Mahadev Kolte"
    relationship: str = "family"
    nationality: str = "IN"
    mobile: str = "98200 12345"
    id_type: str = "pan"
    id_number: str = "AAAPK4321B"
    jail: str = "27-11"
    prisoner: dict[str, str] = field(
        default_factory=lambda: {
            "name": "Sanjay Mahadev Kolte",
            "father_name": "Mahadev Kolte",
            "age": "34",
            "gender": "male",
            "number": "UT/2291/26",
        }
    )
    mode: str = "video"
    language: str = "en"
    timezone: str = "Asia/Kolkata"
    #: Which of the free slots is chosen, counted over the days that are shown.
    slot: int = 0
    days_ahead: int = 0


@dataclass
class Asked:
    """What came of it."""

    visrn: str
    starts_at: datetime
    person: Person


async def phone(browser: Browser, family: Family) -> Person:
    """A fresh phone, with the family's clock and language."""
    locale = {"en": "en-GB", "hi": "hi-IN", "bn": "bn-IN"}[family.language]
    options: dict[str, Any] = {"viewport": PHONE, "locale": locale, "timezone_id": family.timezone}
    context = await browser.new_context(**options)
    await context.add_init_script(PROBE)
    page = await context.new_page()
    page.set_default_timeout(STEP)
    return Person(page, context)


async def ask(browser: Browser, house: House, family: Family) -> Asked:
    """From the first page to the VisRN, with the code from the mail (and the SMS) that really came."""
    person = await phone(browser, family)
    await fill_in(person, house, family)
    return await finish(person, house, family)


async def finish(person: Person, house: House, family: Family) -> Asked:
    """From the times to the VisRN."""
    starts_at = await choose_time(person, family)
    await type_page(person, "letter", choices={"language": family.language})
    return await send(person, house, family, starts_at)


async def fill_in(person: Person, house: House, family: Family) -> None:
    """Everything before the times."""
    page = person.page
    await page.goto(house.url + ASK)
    await page.click('form[data-step="start"] button[name="go"][value="new"]')
    await type_page(
        person,
        "you",
        texts={"name": family.name, "father_name": family.father_name, "born": "12/05/1991"},
        choices={"gender": "female", "relationship": family.relationship},
    )
    await type_page(
        person,
        "contact",
        texts={"email": family.email, "mobile": family.mobile, "address": "12 Station Road"},
        choices={"nationality": family.nationality},
    )
    await type_page(person, "proof", texts={"id_number": family.id_number}, choices={"id_type": family.id_type})
    await page.wait_for_url("**/photo")
    await page.set_input_files("[name=file]", FilePayload(name="proof.png", mimeType="image/png", buffer=a_png()))
    await page.click(_NEXT)
    await page.wait_for_url("**/jail")
    await page.click(f'button[name="jail"][value="{family.jail}"]')
    prisoner = dict(family.prisoner)
    await type_page(person, "prisoner", choices={"gender": prisoner.pop("gender")}, texts=prisoner)
    await type_page(person, "how", choices={"mode": family.mode})
    await type_page(person, "companions")


async def type_page(
    person: Person, step: str, *, texts: dict[str, str] | None = None, choices: dict[str, str] | None = None
) -> None:
    """Fill in one page and press Next."""
    page = person.page
    await page.wait_for_url(f"**/{step}")
    for name, value in (texts or {}).items():
        await page.fill(f'[name="{name}"]', value)
    for name, value in (choices or {}).items():
        if await page.locator(f'select[name="{name}"]').count():
            await page.select_option(f'select[name="{name}"]', value)
        else:
            await page.check(f'input[name="{name}"][value="{value}"]')
    await page.click(_NEXT)


async def choose_time(person: Person, family: Family) -> datetime:
    """Take one of the free slots of the first day that has any, or of a later one."""
    page = person.page
    await page.wait_for_url("**/times*")
    if family.days_ahead:
        days = page.locator(".week .day:not(.day--none)")
        await days.nth(family.days_ahead).click()
        await page.wait_for_load_state()
    slot = page.locator('button[name="add"]:not([disabled])').nth(family.slot)
    starts_at = datetime.fromisoformat(str(await slot.get_attribute("value")))
    await slot.click()
    await page.click(".wishes " + _NEXT)
    return starts_at


async def send(person: Person, house: House, family: Family, starts_at: datetime) -> Asked:
    """The last pages: look once more, the code."""
    page = person.page
    await page.wait_for_url("**/check")
    before = {to: len(await house.mails(to)) for to in (family.email, e164(family))}
    await page.click('form[data-step="check"] button[value="next"]')
    await page.wait_for_url("**/code")
    for name, to in (("otp", family.email), ("sms", e164(family))):
        if await page.locator(f"#{name}").count():
            text = await house.next_mail(to, after=before[to])
            await page.fill(f"#{name}", six_digits(text))
    await page.click('form[data-step="code"] button[type=submit]')
    await page.wait_for_url("**/done")
    visrn = await page.get_attribute("[data-visrn]", "data-visrn")
    assert visrn
    return Asked(visrn, starts_at, person)


async def letter(house: House, to: str, words: str) -> dict[str, Any]:
    """The first mail to an address whose subject or text has these words, once it has come."""

    async def found() -> dict[str, Any] | None:
        fitting = [mail for mail in await house.mails(to) if words in mail["subject"] + mail["text"]]
        return fitting[0] if fitting else None

    return await soon(found)


def six_digits(text: str) -> str:
    """The code in a message."""
    found = re.search(r"\b(\d{6})\b", text)
    assert found, "the message holds no code"
    return found[1]


def e164(family: Family) -> str:
    """The family's number as messages are addressed."""
    digits = re.sub(r"\D", "", family.mobile)
    return f"+{digits}" if family.mobile.startswith("+") else f"+91{digits}"


def a_png() -> bytes:
    """A small picture, as a phone would send one."""
    from io import BytesIO  # noqa: PLC0415 - only here

    from PIL import Image  # noqa: PLC0415 - only here

    out = BytesIO()
    Image.new("RGB", (640, 400), (200, 190, 170)).save(out, "PNG")
    return out.getvalue()


def link_in(text: str) -> str:
    """The visitor's own link in the mail of an approval."""
    found = re.search(r"https?://\S+/join/\S+", text)
    assert found, "the mail holds no link"
    return found[0]


async def status(browser: Browser, house: House, visrn: str) -> tuple[str | None, str]:
    """What a stranger is told who types the number: the state, and the page's words."""
    page = (await newcomer(browser, PHONE)).page
    await page.goto(house.url + "/status")
    await page.fill("[name=visrn]", visrn)
    await page.click('form[data-step="status"] button[type=submit]')
    await page.wait_for_selector("[data-standing]")
    return await page.get_attribute("[data-standing]", "data-standing"), await page.inner_text("main")


async def sign_in(person: Person, house: House, email: str) -> None:
    """Sign in with a code from the mail, if this phone isn't signed in; ends at the list of visits."""
    page = person.page
    await page.goto(house.url + "/account")
    if "/account/sign-in" not in page.url:
        return
    before = len(await house.mails(email))
    await page.fill("[name=email]", email)
    await page.click('form[data-step="email"] button[type=submit]')
    await page.wait_for_selector('form[data-step="code"]')
    await page.fill('form[data-step="code"] [name=otp]', six_digits(await house.next_mail(email, after=before)))
    await page.click('form[data-step="code"] button[type=submit]:not([formaction])')
    await page.wait_for_url("**/account")


async def ask_again(person: Person, house: House, family: Family, *, prisoner: str) -> Asked:
    """Walk through pages that are filled in already; only the prisoner's name is corrected, and a time chosen."""
    page = person.page
    starts_at = datetime.min.replace(tzinfo=UTC)
    for _ in range(_MOST_PAGES):
        if "/visits/new/check" in page.url:
            break
        if page.url.endswith("/prisoner"):
            await page.fill('[name="name"]', prisoner)
        if "/times" in page.url:
            starts_at = await choose_time(person, family)
        else:
            await page.click(_NEXT)
        await page.wait_for_load_state()
    return await send(person, house, family, starts_at)
