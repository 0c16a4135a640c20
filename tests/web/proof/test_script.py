"""The script that works, in real browsers: right, fast enough, and out of the way of whoever types."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.support.desk import Desk
from web.proof import work

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

# A millisecond budget for the whole range on this machine. A cheap phone is four to six times slower than a desk.
SLOWEST_MS = 4_000

DIGESTS = """
async ([module, prefixes, numbers]) => {
  const { hasher, hex } = await import(module);
  return prefixes.map((prefix) => { const digest = hasher(prefix); return numbers.map((n) => hex(digest(n))); });
}
"""
WHOLE_RANGE = """
async ([module, most]) => {
  const { search } = await import(module);
  const begun = performance.now();
  const found = search("0".repeat(64), "0123456789abcdef01234567?expires=1900000000&for=register&", 0, most);
  return [found, performance.now() - begun];
}
"""


IN_WORKER = """
([script, task]) => new Promise((done) => {
  const worker = new Worker(script, { type: "module" });
  worker.onmessage = (event) => done(event.data);
  worker.onerror = () => done("refused");
  worker.postMessage(task);
})
"""


@pytest_asyncio.fixture(loop_scope="session", params=["chromium", "firefox"])
async def page(request: pytest.FixtureRequest, browsers: dict[str, Browser], shown: Desk) -> AsyncIterator[Page]:
    """A phone's page; an error of the scripts fails the test."""
    context = await browsers[request.param].new_context(viewport={"width": 360, "height": 740})
    opened = await context.new_page()
    opened.set_default_timeout(20_000)
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    await context.close()
    assert errors == []


def url(desk: Desk, path: str) -> str:
    """An address on the running application."""
    return str(desk.server.make_url(path))


async def test_the_hashes_are_those_of_the_standard(page: Page, shown: Desk) -> None:
    """Of every length around a block's end, against Python's own."""
    await page.goto(url(shown, "/helplines"))
    prefixes = ["a" * length for length in range(140)]
    numbers = [0, 7, 42, 99_999, 100_000]
    found = await page.evaluate(DIGESTS, ["/static/js/lib/sha256.js", prefixes, numbers])
    expected = [[hashlib.sha256(f"{prefix}{n}".encode()).hexdigest() for n in numbers] for prefix in prefixes]
    assert found == expected


async def test_the_whole_range_takes_a_moment(page: Page, shown: Desk) -> None:
    """The worst case, which nobody has: the last number of all."""
    await page.goto(url(shown, "/helplines"))
    found, took = await page.evaluate(WHOLE_RANGE, ["/static/js/lib/sha256.js", work.MAX_NUMBER])
    assert found == -1
    assert took < SLOWEST_MS


async def test_the_policy_allows_the_worker(page: Page, shown: Desk) -> None:
    """And it finds the number; where it were refused, the page would do its work, and typing would suffer."""
    await page.goto(url(shown, "/helplines"))
    salt = "0123456789abcdef01234567?expires=1900000000&for=status&"
    task = {"challenge": hashlib.sha256(f"{salt}4711".encode()).hexdigest(), "salt": salt, "maxnumber": 5000}
    assert await page.evaluate(IN_WORKER, ["/static/js/proof-worker.js", task]) == 4711
    task["maxnumber"] = 4710
    assert await page.evaluate(IN_WORKER, ["/static/js/proof-worker.js", task]) == -1


async def test_the_form_is_sent_with_its_proof(page: Page, shown: Desk) -> None:
    """Type, press, and the answer is there; the proof was made meanwhile."""
    visit = await shown.book()
    await page.goto(url(shown, "/status"))
    await page.fill("[name=visrn]", str(visit.visrn))
    await page.wait_for_selector('[data-proof="done"]', state="attached")
    await page.click("button[type=submit]")
    await page.wait_for_selector("[data-standing=approved]")


async def test_a_form_that_is_sent_too_soon_waits_for_its_proof(page: Page, shown: Desk) -> None:
    """It says so, and goes by itself; pressing twice sends it once."""
    visit = await shown.book()
    release = None

    async def slow(route) -> None:  # type: ignore[no-untyped-def]
        nonlocal release
        release = route

    await page.route("**/proof?for=status", slow)
    await page.goto(url(shown, "/status"))
    await page.fill("[name=visrn]", str(visit.visrn))
    await page.click("button[type=submit]")
    await expect(page.locator("[data-proof-said]")).to_contain_text("One moment")
    await page.click("button[type=submit]")
    assert release is not None
    await release.continue_()
    await page.wait_for_selector("[data-standing=approved]")


async def test_a_page_that_comes_back_makes_a_new_proof(page: Page, shown: Desk) -> None:
    """By the back button: the old one is spent."""
    first, second = await shown.book(), await shown.book(terminal=1)
    await page.goto(url(shown, "/status"))
    for visit in (first, second):
        await page.fill("[name=visrn]", str(visit.visrn))
        await page.click("button[type=submit]")
        await page.wait_for_selector("[data-standing=approved]")
        await expect(page.locator(".standing__number")).to_have_text(str(visit.visrn))
        await page.go_back()


async def test_a_proof_that_can_not_be_made_says_so(page: Page, shown: Desk) -> None:
    """In words; the form can still be sent, and the server says the same."""
    await page.route("**/proof?for=status", lambda route: route.abort())
    await page.goto(url(shown, "/status"))
    await page.wait_for_selector('[data-proof="failed"]', state="attached")
    await expect(page.locator("[data-proof-said]")).to_contain_text("could not be done")


async def test_without_workers_the_page_does_it_itself(page: Page, shown: Desk) -> None:
    """Older browsers know no module workers."""
    visit = await shown.book()
    await page.add_init_script("delete globalThis.Worker;")
    await page.goto(url(shown, "/status"))
    await page.fill("[name=visrn]", str(visit.visrn))
    await page.click("button[type=submit]")
    await page.wait_for_selector("[data-standing=approved]")
