"""A signed-in member of staff before a console."""

from __future__ import annotations

from playwright.async_api import Page

from broker.visit import Visit
from tests.support.desk import PASSWORD, Desk


async def signed_in(page: Page, desk: Desk, username: str) -> None:
    """Fill in the sign-in form and arrive on the console."""
    await page.goto(str(desk.server.make_url("/staff/sign-in")))
    await page.fill("[name=username]", username)
    await page.fill("[name=password]", PASSWORD)
    await page.click("button[type=submit]")
    await page.wait_for_selector("[data-console]")


def selector(visit: Visit, state: str = "") -> str:
    """The row of a visit, as automation finds it."""
    return f'[data-visrn="{visit.visrn}"]' + (f'[data-state="{state}"]' if state else "")
