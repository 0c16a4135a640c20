"""The distribution's Chromium and Firefox with invented cameras and microphones, driven by Playwright.

Both may use them without asking, connect to loopback addresses, and talk to nobody but the pages under test.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Mapping, Sequence
from types import MappingProxyType

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Playwright, async_playwright, expect

START_MS = 60_000
STATE_MS = 30_000
"""Within which a page has come to a state on a starved machine; Playwright's own five seconds are over before."""

FPS = 12
"""Of the invented cameras: half of what cameras do, since the machine encodes and paints all pages of a call."""

CHROMIUM_ARGUMENTS = [
    "--allow-loopback-in-peer-connection",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    # Nobody looks: a software's idea of a graphics card would cost more than painting without one.
    "--disable-gpu",
    "--disable-sync",
    "--no-first-run",
    f"--use-fake-device-for-media-stream=fps={FPS}",
    "--use-fake-ui-for-media-stream",
]

FIREFOX_PREFERENCES: dict[str, str | float | bool] = {
    "app.update.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.update.enabled": False,
    "media.autoplay.blocking_policy": 0,
    "media.autoplay.default": 0,
    "media.gmp-manager.url": "",
    "media.gmp-provider.enabled": False,
    "media.navigator.permission.disabled": True,
    "media.navigator.streams.fake": True,
    "media.navigator.video.default_fps": FPS,
    "media.peerconnection.ice.loopback": True,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "http://127.0.0.1:1",
    "toolkit.telemetry.enabled": False,
}


EMPTY: Mapping[str, str | float | bool] = MappingProxyType({})


def _program(*names: str) -> str:
    for name in names:
        found = shutil.which(name)
        if found:
            return found
    pytest.fail(f"no {names[0]}: ./run test installs it where it can")


async def launch_chromium(playwright: Playwright, more: Sequence[str] = ()) -> Browser:
    """Start the distribution's Chromium. Its sandbox cannot be had as root."""
    return await _launch(playwright, _program("chromium", "chromium-browser", "google-chrome"), more)


async def launch_shell(playwright: Playwright) -> Browser:
    """Start the same Chromium without what surrounds a page: for tests of pages, which cost half as much in it."""
    return await _launch(playwright, _program("chromium-headless-shell", "chromium"))


async def _launch(playwright: Playwright, program: str, more: Sequence[str] = ()) -> Browser:
    arguments = [*CHROMIUM_ARGUMENTS, *more, *([] if os.getuid() else ["--no-sandbox"])]
    return await playwright.chromium.launch(executable_path=program, args=arguments, timeout=START_MS)


async def launch_firefox(playwright: Playwright, more: Mapping[str, str | float | bool] = EMPTY) -> Browser:
    """Start the distribution's own Firefox, over WebDriver BiDi."""
    program = _program("firefox-esr", "firefox")
    return await playwright.firefox.launch(
        channel="moz-firefox",
        executable_path=program,
        firefox_user_prefs={**FIREFOX_PREFERENCES, **more},
        env={**os.environ, "MOZ_DISABLE_CONTENT_SANDBOX": "1"},
        timeout=START_MS,
    )


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def playwright() -> AsyncIterator[Playwright]:
    """The driver of all browsers, in the session's loop."""
    expect.set_options(timeout=STATE_MS)
    async with async_playwright() as driver:
        yield driver


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium_browser(playwright: Playwright) -> AsyncIterator[Browser]:
    """Chromium, for the whole run."""
    async with await launch_chromium(playwright) as browser:
        yield browser


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium_shell(playwright: Playwright) -> AsyncIterator[Browser]:
    """Chromium's headless shell, for the whole run."""
    async with await launch_shell(playwright) as browser:
        yield browser


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def firefox_browser(playwright: Playwright) -> AsyncIterator[Browser]:
    """Firefox, for the whole run."""
    async with await launch_firefox(playwright) as browser:
        yield browser


@pytest.fixture(scope="session")
def browsers(chromium_browser: Browser, firefox_browser: Browser) -> dict[str, Browser]:
    """Both browsers by name, for the whole run; tests that use them run in the session's loop."""
    return {"chromium": chromium_browser, "firefox": firefox_browser}
