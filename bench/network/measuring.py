"""One scenario after the other: make the network, hold the call, and read what came of it."""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import Error as PlaywrightError

from . import space
from .calls import Call, Server, browser_of, live_call, serving
from .certificate import make_certificate, write_policies
from .figures import Figures, Sample, figures
from .scenarios import ADAPTED, NARROW, OUTAGE, TRIED, Scenario
from .space import TURN_HOST, Family
from .wire import Line

SETTLED = 3.0
"""Seconds a call is left alone before anything happens to it: the first pictures are the largest."""

HEARD_WITHIN = 60.0
JOINING = 180.0
"""Seconds that a slow machine may take until both hear each other, and that the slot is the longer for it."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one call. heard: by the family of the prison; told: by the prison of the family.

    said: the sentences about pictures and lines that stood on each side's page.
    """

    scenario: str
    browser: str
    path: str
    heard: Figures | None
    told: Figures | None
    failed: str = ""
    said: dict[str, list[str]] = field(default_factory=dict)


async def measure(calls: Sequence[tuple[Scenario, str]], seconds: float, say: Callable[[Result], None]) -> list[Result]:
    """Hold each call, a scenario with a browser, `seconds` of it measured; say what came of each as it comes."""
    with tempfile.TemporaryDirectory(prefix="mulakat-network-") as name:
        folder = Path(name)
        key = make_certificate(folder, TURN_HOST)
        write_policies(folder)
        with space.server(folder):
            async with serving(folder, key) as server:
                found = []
                for scenario, browser in calls:
                    found.append(await _one(scenario, browser, server, folder, seconds))
                    say(found[-1])
                return found


async def _one(scenario: Scenario, browser: str, server: Server, folder: Path, seconds: float) -> Result:
    with space.family(folder, folder / "policies") as home:
        home.connect(scenario.families)
        try:
            if scenario.always:
                home.wlan.be(scenario.line)
            async with browser_of(home, browser, server) as started:
                turn = json.dumps(list(scenario.turn))
                async with live_call(server, started, JOINING + seconds, turn) as call:
                    return await _held(scenario, browser, home, call, seconds)
        except (AssertionError, OSError, PlaywrightError, TimeoutError) as error:
            return Result(scenario.name, browser, "none", None, None, f"{type(error).__name__}: {error}")
        finally:
            home.disconnect()


async def _held(scenario: Scenario, browser: str, home: Family, call: Call, seconds: float) -> Result:
    """The call is live: let it settle, do to it what the scenario says, and read both pages."""
    seen: dict[str, list[Sample]] = {"family": [], "prison": []}
    await _until_heard(call, seen)
    await _pass(call, seen, SETTLED)
    begins = time.time()
    mended = None
    if scenario.event == "outage":
        home.wlan.be(Line(down=True))
        await _pass(call, seen, OUTAGE)
        begins = mended = time.time()
    home.wlan.be(scenario.line)
    said: dict[str, dict[str, None]] = {side: {} for side in seen}
    if scenario.event == "narrow":
        await _listen(call, seen, NARROW, said)
        begins += ADAPTED
        mended = time.time()
        home.wlan.be(Line())
    if scenario.event == "move":
        mended = time.time()
        await asyncio.to_thread(home.move)
    await _listen(call, seen, max(seconds, TRIED) if scenario.event == "narrow" else seconds, said)
    path = await call.path()
    ends = time.time()
    of = {side: figures(samples, begins, ends, mended) for side, samples in seen.items()}
    return Result(
        scenario.name, browser, path, of["family"], of["prison"], said={side: list(each) for side, each in said.items()}
    )


async def _listen(call: Call, seen: dict[str, list[Sample]], seconds: float, said: dict[str, dict[str, None]]) -> None:
    """Let time pass, and write down what stands on the pages meanwhile, each sentence once."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        await _pass(call, seen, min(1.0, left))
        for side, sentences in (await call.said()).items():
            said[side].update(dict.fromkeys(sentences))


async def _pass(call: Call, seen: dict[str, list[Sample]], seconds: float) -> None:
    """Let time pass, and take the pages' samples meanwhile."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        await asyncio.sleep(min(1.0, left))
        for side, raw in (await call.samples()).items():
            seen[side] += map(Sample.read, raw)


async def _until_heard(call: Call, seen: dict[str, list[Sample]]) -> None:
    """Wait until both sides hear and see each other; raises AssertionError, saying how far each has come."""
    until = time.monotonic() + HEARD_WITHIN
    while time.monotonic() < until:
        await _pass(call, seen, 0.5)
        last = [samples[-1] if samples else None for samples in seen.values()]
        if all(each is not None and each.audio_packets > 10 and each.frames > 5 for each in last):
            return
    raise AssertionError(f"not heard: {await call.standing()}")
