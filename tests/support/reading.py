"""Whether everybody can read a page: axe in light and in dark, and nothing to scroll sideways for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from axe_playwright_python.async_playwright import Axe
from axe_playwright_python.base import AxeResults

if TYPE_CHECKING:
    from playwright.async_api import Page

CONTRAST = ("color-contrast", "link-in-text-block")
"""The rules of axe that look at colours: all that another colour scheme of the same document can break."""

_AXE = Axe()


async def findings(page: Page, *rules: str) -> Any:
    """What axe finds by some of its rules, or by all; it is put into each document once."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(_AXE.axe_script)
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = {"type": "rule", "values": list(rules)}
    return AxeResults(await page.evaluate("(options) => axe.run(document, options)", options))


async def readable(page: Page, what: str = "") -> None:
    """Axe finds nothing by any rule in light, nor by those of contrast in dark, and the page does not scroll sideways.

    `what` names the page where its address does not say it.
    """
    for scheme, rules in (("dark", CONTRAST), ("light", ())):
        await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        found = await findings(page, *rules)
        assert found.violations_count == 0, f"{what or page.url} {scheme}\n{found.generate_report()}"
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), what or page.url
