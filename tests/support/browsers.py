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
from playwright.async_api import Browser, Playwright, async_playwright

START_MS = 60_000

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
    arguments = [*CHROMIUM_ARGUMENTS, *more, *([] if os.getuid() else ["--no-sandbox"])]
    program = _program("chromium", "chromium-browser", "google-chrome")
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
async def browsers() -> AsyncIterator[dict[str, Browser]]:
    """Both browsers by name, for the whole run; tests that use them run in the session's loop."""
    async with async_playwright() as playwright:
        started = {"chromium": await launch_chromium(playwright), "firefox": await launch_firefox(playwright)}
        yield started
        for browser in started.values():
            await browser.close()
