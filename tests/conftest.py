"""Fixtures for all tests: real servers, settings and browsers, from tests/support; catalogues compiled first."""

from __future__ import annotations

from hypothesis import settings as hypothesis_settings

from config.i18n import compile_catalogues

pytest_plugins = [
    "tests.support.browsers",
    "tests.support.passwords",
    "tests.support.postgresql",
    "tests.support.redis",
    "tests.support.settings",
    "tests.support.smtp",
    "tests.support.statements",
    "tests.support.nodes",  # last: it uses the ones above
]


def pytest_configure() -> None:
    """Compile the catalogues, so that no test reads a sentence of yesterday; a slow machine fails no property."""
    compile_catalogues()
    hypothesis_settings.register_profile("mulakat", deadline=None)
    hypothesis_settings.load_profile("mulakat")
