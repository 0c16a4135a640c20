"""Fixtures for all tests: real servers, settings and browsers, from tests/support; catalogues compiled first."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
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

#: Files that take longest for the few tests they have, in this order: begun last, they would be waited for alone.
LONGEST = (
    *("scenarios/test_asking.py", "fuzz/test_fuzz.py", "broker/demo/published/test_fill.py"),
    *("scenarios/test_calling_off.py", "broker/deciding/test_machine.py", "broker/reports/test_machine.py"),
    *("bench/visits/test_herd.py", "broker/storage/test_lifecycle_machine.py", "web/register/test_page.py"),
    *("scenarios/test_summer_time.py", "web/operator/test_page.py", "web/superintendent/test_page.py"),
    *("scenarios/test_operator_day.py", "scenarios/test_recovery.py", "scenarios/test_whole_visit.py"),
    *("scenarios/test_moderation.py", "scenarios/test_monitor_acts.py", "scenarios/test_lost_minutes.py"),
    *("scenarios/test_refusals.py", "web/test_audited.py"),
    *("bench/visits/test_boundary.py", "bench/janus/test_process.py", "web/account/test_pages.py"),
)


def pytest_configure() -> None:
    """Compile the catalogues, so that no test reads a sentence of yesterday; a slow machine fails no property."""
    compile_catalogues()
    hypothesis_settings.register_profile("mulakat", deadline=None)
    hypothesis_settings.load_profile("mulakat")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the longest files be handed out first, then those with most tests; a file's own tests keep their order."""
    places = {Path(__file__).parent / name: place for place, name in enumerate(LONGEST)}
    tests = Counter(item.path for item in items)
    items.sort(key=lambda item: (places.get(item.path, len(places)), -tests[item.path], item.path))
