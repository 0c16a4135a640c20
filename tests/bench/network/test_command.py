"""`./run bench network`: which calls it holds, and what it prints of them."""

from __future__ import annotations

import json

import pytest

from bench.network.command import heading, rows, summary
from bench.network.figures import Figures
from bench.network.measuring import Result
from bench.network.scenarios import SCENARIOS, chosen

GOOD = Figures(voice=1.0, concealed=0.012, fps=19.9, freezes=0, frozen=0.2, silent=0.2, recovered=2.1)
CALLS = [
    Result("move", "chromium", "host udp IPv4", GOOD, GOOD),
    Result("turn-tls", "firefox", "none", None, None, "AssertionError: not heard\nby anybody"),
]


def test_every_network_that_was_asked_for_is_there() -> None:
    """2 to 20 % loss, 64 to 300 kbit/s, 400 ms, an outage, another address, no UDP, no IPv4."""
    lines = {scenario.name: scenario for scenario in SCENARIOS}
    assert {each.line.loss for each in SCENARIOS} == {0, 0.02, 0.05, 0.1, 0.2}
    assert {each.line.rate for each in SCENARIOS} == {None, 64_000, 150_000, 300_000}
    assert lines["delay-400"].line.delay == 0.4
    assert not lines["turn-tcp"].line.udp
    assert not lines["turn-tls"].line.udp
    assert lines["ipv6"].families == (6,)


def test_names_choose_calls_and_a_browser_may_stand_behind_one() -> None:
    """Else each with every browser that was given."""
    found = chosen("move/firefox,ipv6", "chromium,firefox")
    assert [(scenario.name, browser) for scenario, browser in found] == [
        ("move", "firefox"), ("ipv6", "chromium"), ("ipv6", "firefox"),
    ]  # fmt: skip
    assert len(chosen("", "chromium")) == len(SCENARIOS)


@pytest.mark.parametrize(("only", "browser", "wrong"), [("fog", "chromium", "fog"), ("", "lynx", "lynx")])
def test_a_name_that_is_none_is_named(only: str, browser: str, wrong: str) -> None:
    """With those there are."""
    with pytest.raises(ValueError, match=wrong):
        chosen(only, browser)


def test_the_table_has_a_line_for_each_side_and_says_why_there_was_no_call() -> None:
    """As wide as its heading."""
    family, prison = rows(CALLS[0]).splitlines()
    assert len(family) == len(prison) == len(heading())
    assert "prison" in prison
    assert "1.2%" in family
    assert rows(CALLS[1]).endswith("no call: AssertionError: not heard")


def test_the_last_line_has_every_call_and_counts_those_that_were_none() -> None:
    """One JSON object."""
    found = json.loads(json.dumps(summary(CALLS)))
    assert (found["calls"], found["failed"]) == (2, 1)
    assert found["results"][0]["heard"]["recovered"] == 2.1
