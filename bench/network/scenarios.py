"""The networks that calls are held over. docs/media.md tells what came of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .wire import Line

CLEAN = Line()
OUTAGE = 10.0
"""Seconds for which a train is in a tunnel."""
NARROW, ADAPTED = 13.0, 7.0
"""Seconds for which a line is narrow in mid-call, and after how many of them the voice is measured: until then a
picture that does not fit stood in its way. It is tried again after ten seconds of pause; the line is good by then."""
TRIED = 18.0
"""Seconds after that within which it has been tried: so long is measured at least."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One network.

    line: how the family's line is, each way, from when the call is live; from before it where `always`.
    families: of IP addresses the family has. turn: beginnings of the TURN addresses its page may use; none for no TURN.
    event: what happens once in mid-call.
    """

    name: str
    line: Line = CLEAN
    always: bool = False
    families: tuple[int, ...] = (4,)
    turn: tuple[str, ...] = ()
    event: Literal["nothing", "outage", "move", "narrow"] = "nothing"


SCENARIOS = (
    Scenario("clean"),
    Scenario("loss-2", Line(loss=0.02)),
    Scenario("loss-5", Line(loss=0.05)),
    Scenario("loss-10", Line(loss=0.10)),
    Scenario("loss-20", Line(loss=0.20)),
    Scenario("rate-64", Line(rate=64_000)),
    Scenario("rate-150", Line(rate=150_000)),
    Scenario("rate-300", Line(rate=300_000)),
    Scenario("delay-400", Line(delay=0.4)),
    Scenario("outage", event="outage"),
    Scenario("narrow", Line(rate=64_000), event="narrow"),
    Scenario("move", event="move"),
    Scenario("turn-tcp", Line(udp=False), always=True, turn=("turn:",)),
    Scenario("turn-tls", Line(udp=False), always=True, turn=("turns:",)),
    Scenario("ipv6", families=(6,)),
)


BROWSERS = ("chromium", "firefox")


def chosen(only: str, browsers: str) -> list[tuple[Scenario, str]]:
    """Return the calls to hold: these scenarios (all for none), each with these browsers.

    Names are separated by commas; `NAME/BROWSER` is one scenario with that browser alone. Raises ValueError for a name
    that is none.
    """
    known = {scenario.name: scenario for scenario in SCENARIOS}
    default = _names(browsers)
    calls = []
    for name in _names(only) or list(known):
        scenario, _, browser = name.partition("/")
        if scenario not in known:
            raise ValueError(f"{scenario} is not one of {', '.join(known)}.")
        calls += [(known[scenario], each) for each in ([browser] if browser else default)]
    wrong = {browser for _, browser in calls} - set(BROWSERS)
    if wrong:
        raise ValueError(f"{', '.join(sorted(wrong))} is not one of {', '.join(BROWSERS)}.")
    return calls


def _names(text: str) -> list[str]:
    return [name for name in text.split(",") if name]
