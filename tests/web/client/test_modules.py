"""Every script of the pages can be read by a browser, and finds what it imports: none is run for that."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

WEB = Path(__file__).resolve().parents[3] / "web"
SCRIPTS = sorted(path.relative_to(WEB / "static/js").as_posix() for path in (WEB / "static/js").rglob("*.js"))
#: A script that a page loads as no module, as browsers did before there were any.
CLASSIC = re.compile(r"""<script(?![^>]*type="module")[^>]*asset\('js/([^']+)'\)""")

# A module's imports are fetched, read and joined before the first of them runs; here the first one stops the others.
WRONG = """async ({ modules, classic }) => {
  const address = (text) => URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  const stop = address('throw new Error("read, and not run")');
  const wrong = {};
  for (const [name, place] of Object.entries(modules)) {
    const text = place.replaceAll("./", `${location.origin}/static/js/`);
    const script = place.startsWith("/") ? location.origin + place : address(text);
    const whole = address(`import "${stop}"; import "${script}";`);
    const error = await import(whole).then(() => "it was run", (error) => error);
    if (error.message !== "read, and not run") wrong[name] = String(error);
  }
  for (const [name, place] of Object.entries(classic)) {
    const text = place.startsWith("/") ? await (await fetch(place)).text() : place;
    try { new Function(text); } catch (error) { wrong[name] = String(error); }
  }
  return wrong;
}"""


async def wrong(page: Page, modules: dict[str, str], classic: dict[str, str]) -> dict[str, str]:
    """What is wrong with which of these scripts: an address that begins with "/", or the text itself."""
    found: dict[str, str] = await page.evaluate(WRONG, {"modules": modules, "classic": classic})
    return found


def classic_scripts() -> set[str]:
    """Those that are no modules, by the pages that load them."""
    return {name for page in (WEB / "templates").rglob("*.html") for name in CLASSIC.findall(page.read_text())}


async def test_every_script_can_be_read_and_finds_what_it_imports(modules: Page) -> None:
    """No syntax error, no file and no name that is not there; in each browser."""
    classic = classic_scripts()
    assert classic == {"old.js"}
    addresses = {name: f"/static/js/{name}" for name in SCRIPTS}
    as_modules = {name: place for name, place in addresses.items() if name not in classic}
    assert len(as_modules) > 30
    assert await wrong(modules, as_modules, {name: addresses[name] for name in classic}) == {}


async def test_a_script_that_is_wrong_is_found(modules: Page) -> None:
    """Whatever is wrong with it, and in whichever way it is loaded."""
    found = await wrong(
        modules,
        {
            "cut": "export const half = {",
            "name": 'import { nothing } from "./lib/time.js"; nothing();',
            "file": 'import "./lib/nowhere.js";',
            "right": 'import { timeOfDay } from "./lib/time.js"; timeOfDay(null);',
        },
        {"old cut": "(function () {", "old right": "(function () { var old = 1; })();"},
    )
    assert set(found) == {"cut", "name", "file", "old cut"}
    assert all("SyntaxError" in found[name] for name in ("cut", "name", "old cut"))
