"""The measurement of the relay, small: a relay process, real calls, and figures that hold together."""

from __future__ import annotations

from typing import get_args

import pytest

from bench.commands.__main__ import read
from bench.load.run import Load, one_run
from bench.load.schedule import PACKETS_A_SECOND, Pace
from bench.load.seats import FANOUT
from bench.relay import Choice, EngineMissing, engine_of, ours, relay_process
from config.settings import Settings


async def test_a_run_measures_what_its_rooms_sent() -> None:
    """Two rooms for half a second: every packet forwarded arrives, and each took some time and some CPU."""
    run = await one_run(ours(None), Load(2), 0.5)
    assert run.lost == 0
    assert run.forwarded == 0.5 * 4 * PACKETS_A_SECOND
    assert 0 < run.p50_ms <= run.p99_ms
    assert run.cpu_us_per_packet > 0
    assert run.join_ms > 0


async def test_a_monitor_receives_everybody_and_sends_nothing() -> None:
    """Three families, a terminal and a monitor, in bursts: each sender's packets go out four times."""
    run = await one_run(ours(None), Load(1, FANOUT, Pace.BURSTS), 0.2)
    assert run.lost == 0
    assert run.forwarded == 0.2 * 4 * PACKETS_A_SECOND * 4


async def test_the_engine_is_the_one_that_was_asked_for() -> None:
    """The one in Python is always there; a node that takes another than the wanted one is no measurement."""
    assert await engine_of(Choice.PYTHON) is Choice.PYTHON
    if await engine_of(Choice.AUTO) is Choice.PYTHON:
        with pytest.raises(EngineMissing):
            await engine_of(Choice.COMPILED)


async def test_a_dead_relay_is_noticed() -> None:
    """A process that ends is a lost connection, and no wait for the timeout."""
    with pytest.raises(ConnectionError):
        async with relay_process(None, "bench.relay_node", "no address"):
            pytest.fail("it must not start")


@pytest.mark.parametrize("bench", ["relay", "boundary", "soak"])
def test_an_engine_is_asked_for_by_its_name_in_the_settings(bench: str) -> None:
    """One thing has one name: the words of the command line are those of MULAKAT_MEDIA_ENGINE."""
    names = get_args(Settings.model_fields["media_engine"].annotation)
    assert {str(choice) for choice in Choice} == set(names)
    for name in names:
        choice = read([bench, "--engine", name]).engine
        assert choice.setting == {"MULAKAT_MEDIA_ENGINE": name}
    with pytest.raises(SystemExit):
        read([bench, "--engine", "pure"])
