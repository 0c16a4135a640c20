"""The browsers in which pages alone are tested; import the fixture where it is to stand for that of all tests.

Whatever carries media between people and the relay is tested in the whole Chromium (tests/support/browsers.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.async_api import Browser


@pytest.fixture(scope="session")
def browsers(chromium_shell: Browser, firefox_browser: Browser) -> dict[str, Browser]:
    """Chromium's headless shell, and Firefox, by the names of the whole browsers."""
    return {"chromium": chromium_shell, "firefox": firefox_browser}
