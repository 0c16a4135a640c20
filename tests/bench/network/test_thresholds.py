"""What must hold over each network: what is said to be broken, and what is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.network.figures import Figures
from bench.network.measuring import Result
from bench.network.scenarios import SCENARIOS
from bench.network.thresholds import DEMANDS, broken

GOOD = Figures(voice=1.0, concealed=0.012, fps=19.9, freezes=0, frozen=0.2, silent=0.2, recovered=2.1)
MOVE = Result("move", "chromium", "host udp IPv4", GOOD, GOOD)


def test_every_network_has_its_demand() -> None:
    """And there is none for a network that is none."""
    assert set(DEMANDS) == {scenario.name for scenario in SCENARIOS}


def test_a_good_call_breaks_nothing() -> None:
    """Whatever its way, where none is demanded."""
    assert broken(MOVE) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (replace(GOOD, fps=0.0), "the prison saw nothing move"),
        (replace(GOOD, recovered=3.2), "the prison heard again after 3.2 s and not within 3 s"),
        (replace(GOOD, recovered=None), "the prison heard again never and not within 3 s"),
        (replace(GOOD, frozen=4.5), "the prison saw the same picture for 4.5 s and not for 4 at most"),
    ],
)
def test_what_one_side_lacks_is_said_of_it(wrong: Figures, said: str) -> None:
    """In one sentence, and of nobody else."""
    assert broken(replace(MOVE, told=wrong)) == [said]


def test_a_voice_that_comes_too_seldom_is_said_with_both_shares() -> None:
    """Of the side that did not hear it."""
    lossy = Result("loss-20", "chromium", "host udp IPv4", replace(GOOD, voice=0.5), GOOD)
    assert broken(lossy) == ["the family heard in 50% of the seconds and not in 90%"]


def test_a_line_too_narrow_for_pictures_owes_none() -> None:
    """At 64 kbit/s the voice is all that is demanded."""
    assert broken(Result("rate-64", "firefox", "host udp IPv4", replace(GOOD, fps=0.0), GOOD)) == []


def test_on_a_line_that_is_narrow_for_a_while_pictures_wait_and_come_back() -> None:
    """One that never waited cost the voice; one that waits for ever costs the picture."""
    waited = replace(GOOD, frozen=9.0, seen=3.0)
    assert broken(Result("narrow", "chromium", "host udp IPv4", waited, waited)) == []
    for wrong, said in (
        (replace(waited, frozen=2.0), "saw pictures that were to wait 5 s for a better line after 2.0"),
        (replace(waited, seen=None), "saw pictures again never and not within 17 s"),
        (replace(waited, seen=17.5), "saw pictures again after 17.5 s and not within 17 s"),
    ):
        assert broken(Result("narrow", "chromium", "host udp IPv4", wrong, waited)) == [f"the family {said}"]


def test_another_way_than_the_one_meant_is_broken() -> None:
    """A call that got through by UDP says nothing about TURN over TLS."""
    around = Result("turn-tls", "chromium", "host udp IPv4", GOOD, GOOD)
    assert broken(around) == ["media went by host udp IPv4 and not by relay tls IPv4"]


def test_no_call_is_broken() -> None:
    """Whatever it failed of."""
    assert broken(Result("clean", "firefox", "none", None, None, "AssertionError: not heard")) == ["there was no call"]
