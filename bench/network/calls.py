"""A whole system at the server's place, and calls to it from a family's, by the pages that people use."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright._impl._driver import compute_driver_executable
from playwright.async_api import Browser, Playwright, async_playwright

from tests.scenarios.cable import Cable
from tests.scenarios.house import Booking, House
from tests.scenarios.people import DESK, PHONE, Person, admit, newcomer, ready, staff, start
from tests.support.browsers import launch_chromium, launch_firefox

from .coturn import Coturn
from .space import HOST, SERVER, TURN_HOST, Family

SAMPLER = Path(__file__).with_name("sampler.js").read_text()
SENTENCES = """() => [...document.querySelectorAll("[data-screen=stage] :is([data-say=line], .tile__words)")]
  .filter((place) => place.checkVisibility()).map((place) => place.textContent.trim()).filter(Boolean)"""
LIVE_MS = 60_000
EVERYWHERE = "0.0.0.0"  # noqa: S104 - in a place where nobody else is
TURN_SECRET = "between the server and its TURN server"  # noqa: S105 - of a TURN server that lives as long as the measurement


class PublicHouse(House):
    """A system that people reach by its name and at its own addresses, of both families of IP."""

    def __init__(self, var: Path) -> None:
        super().__init__(var)
        self.url = f"http://{HOST}:{self.port}"
        node = f"ws://{HOST}:{self.port + 1}"
        turn = [f"turn:{TURN_HOST}:3478?transport=udp"]
        turn += [f"{scheme}:{TURN_HOST}:443?transport=tcp" for scheme in ("turn", "turns")]
        self._extra = {
            "MULAKAT_HOST": EVERYWHERE,
            "MULAKAT_NODE_HOST": EVERYWHERE,
            "MULAKAT_PUBLIC_URL": self.url,
            "MULAKAT_NODE_URL": f"{node}/ws",
            "MULAKAT_NODE_ORIGINS": node,
            "MULAKAT_MEDIA_HOST": "::",
            "MULAKAT_MEDIA_ADDRESSES": ",".join(SERVER),
            "MULAKAT_TURN_URLS": ",".join(turn),
            "MULAKAT_TURN_SECRET": TURN_SECRET,
        }
        self._gates = [Cable(port, port, SERVER[1]) for port in (self.port, self.port + 1)]

    async def start(self) -> None:
        """Start it, and stand where a proxy would, which takes IPv6 in front."""
        await super().start()
        for gate in self._gates:
            await gate.lay()

    async def stop(self) -> None:
        """Stop all of it."""
        for gate in self._gates:
            await gate.roll_up()
        await super().stop()


@dataclass
class Server:
    """What is at the server's place: the system, its TURN server, the prison's browser, the TURN server's key."""

    house: House
    browser: Browser
    key: str


@dataclass
class Call:
    """A call that is live: both pages."""

    booking: Booking
    family: Person
    prison: Person

    async def samples(self) -> dict[str, list[dict[str, Any]]]:
        """Return what both pages have measured since they were asked last."""
        pages = {"family": self.family.page, "prison": self.prison.page}
        return {side: await page.evaluate("window.sampler.take()") for side, page in pages.items()}

    async def standing(self) -> str:
        """Return how far both pages' connections have come."""
        pages = {"family": self.family.page, "prison": self.prison.page}
        return ", ".join([f"{side} {await page.evaluate('window.sampler.standing()')}" for side, page in pages.items()])

    async def said(self) -> dict[str, list[str]]:
        """Return which sentences about pictures and lines stand on both pages."""
        pages = {"family": self.family.page, "prison": self.prison.page}
        return {side: await page.evaluate(SENTENCES) for side, page in pages.items()}

    async def path(self) -> str:
        """Return how the family's packets go: "host udp IPv4", "relay tls IPv4"."""
        found = await self.family.page.evaluate("window.sampler.path()")
        if found is None:
            return "none"
        version = "IPv6" if ":" in found["address"] else "IPv4"
        return f"{found['type']} {found['protocol']} {version}"


def treat_as_secure(house: House) -> dict[str, Any]:
    """Return what Chromium and Firefox are told, so that a page of the measurement's own name may use a camera."""
    return {
        "chromium": [f"--unsafely-treat-insecure-origin-as-secure={house.url}"],
        "firefox": {"dom.securecontext.allowlist": HOST, "security.warn_submit_secure_to_insecure": False},
    }


@asynccontextmanager
async def serving(folder: Path, key: str) -> AsyncIterator[Server]:
    """Start everything at the server's place."""
    house = PublicHouse(folder)
    coturn = Coturn(folder, TURN_SECRET, SERVER[0], SERVER)
    async with async_playwright() as playwright:
        browser = await launch_chromium(playwright, treat_as_secure(house)["chromium"])
        try:
            await coturn.start()
            await house.start()
            yield Server(house, browser, key)
        finally:
            await house.stop()
            await coturn.stop()
            await browser.close()


@asynccontextmanager
async def browser_of(family: Family, name: str, server: Server) -> AsyncIterator[Browser]:
    """Start a browser at the family's place: the driver runs there, and so what it starts."""
    told = treat_as_secure(server.house)
    node, _ = compute_driver_executable()
    os.environ["PLAYWRIGHT_NODEJS_PATH"] = family.wrapper(node)
    try:
        context = async_playwright()
        playwright: Playwright = await context.start()
    finally:
        del os.environ["PLAYWRIGHT_NODEJS_PATH"]
    try:
        if name == "chromium":
            more = [*told["chromium"], f"--ignore-certificate-errors-spki-list={server.key}"]
            browser = await launch_chromium(playwright, more)
        else:
            browser = await launch_firefox(playwright, told["firefox"])
        try:
            yield browser
        finally:
            await browser.close()
    finally:
        await playwright.stop()


async def _person(browser: Browser, viewport: dict[str, int], turn: str) -> Person:
    person = await newcomer(browser, viewport, ignore_https_errors=True)
    await person.context.add_init_script(f"(() => {{ const want = {turn}; {SAMPLER} }})();")
    return person


@asynccontextmanager
async def live_call(server: Server, browser: Browser, seconds: float, turn: str) -> AsyncIterator[Call]:
    """From the booking to a live call, and home again. turn: a list in JavaScript, as sampler.js has it."""
    house = server.house
    booking = await house.demo("--minutes", f"{seconds / 60:.2f}", "--starts-in", "1")
    prison = await _person(server.browser, DESK, "[]")
    operator = await staff(server.browser, house, booking.operator, "/operator")
    mother = await _person(browser, PHONE, turn)
    try:
        await prison.page.goto(booking.terminal_link)
        await start(operator, booking)
        await admit(mother, house, booking)
        await ready(mother)
        await mother.until("live", within=LIVE_MS)
        yield Call(booking, mother, prison)
    finally:
        for person in (mother, prison, operator):
            await person.context.close()
