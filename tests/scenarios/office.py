"""The superintendent's office: signed in with a second factor, deciding what families asked for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pyotp

from broker.demo.world import PASSWORD, TOTP_SECRET
from tests.scenarios.people import DESK, STEP, Person, newcomer

if TYPE_CHECKING:
    from playwright.async_api import Browser, StorageState

    from tests.scenarios.house import House

#: Who is signed in already, by house and name: a code of the second factor works once in its 30 seconds.
_SIGNED_IN: dict[tuple[str, str], StorageState] = {}


async def superintendent(browser: Browser, house: House, jail: str) -> Person:
    """The superintendent of a jail of the demonstration, before the queue."""
    username = f"superintendent.{jail}"
    known = _SIGNED_IN.get((house.url, username))
    if known is None:
        person = await newcomer(browser, DESK)
        await person.page.goto(f"{house.url}/staff/sign-in")
        await person.page.fill("[name=username]", username)
        await person.page.fill("[name=password]", PASSWORD)
        await person.page.fill("[name=totp]", pyotp.TOTP(TOTP_SECRET).at(datetime.now(UTC)))
        await person.page.click("main button[type=submit]")
        await person.page.wait_for_url(lambda url: "sign-in" not in url)
        _SIGNED_IN[house.url, username] = await person.context.storage_state()
    else:
        options: dict[str, Any] = {"viewport": DESK, "locale": "en-GB", "storage_state": known}
        context = await browser.new_context(**options)
        page = await context.new_page()
        page.set_default_timeout(STEP)
        person = Person(page, context)
    await person.page.goto(f"{house.url}/superintendent")
    return person


async def open_request(person: Person, visrn: str) -> None:
    """Open a request from the queue."""
    await person.page.click(f'[data-visrn="{visrn}"] [data-open]')
    await person.page.wait_for_selector('[data-desk="request"]')


async def approve(person: Person, visrn: str) -> None:
    """Approve it into the slot it holds, to the likest person of the register: where no number says who is meant, the
    superintendent chooses.
    """
    await open_request(person, visrn)
    candidates = person.page.locator('input[name="inmate"]')
    if not await candidates.and_(person.page.locator(":checked")).count():
        await candidates.first.check()
    await person.page.click('[data-action="approve"]')
    await person.page.wait_for_load_state()


async def refuse(person: Person, visrn: str, reason: str, text: str = "") -> None:
    """Refuse it with a reason of the list."""
    await open_request(person, visrn)
    await person.page.click('[data-act="refuse"] summary')
    await person.page.select_option("#reason", reason)
    await person.page.fill("#text", text)
    await person.page.click('button[data-action="refuse"]')
    await person.page.wait_for_load_state()
