"""Janus as Debian has it, where it is: a small run through it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.janus.process import JanusMissing, configure, is_installed, janus
from bench.load.machine import Cores
from bench.load.run import Load, one_run
from bench.load.schedule import PACKETS_A_SECOND, Pace
from bench.load.seats import FANOUT
from bench.versus import address


def _can_be_measured() -> bool:
    try:
        return is_installed() and bool(address())
    except JanusMissing:
        return False


@pytest.mark.skipif(not _can_be_measured(), reason="Janus is not installed, or there is only the loopback interface")
@pytest.mark.parametrize("load", [Load(1), Load(1, FANOUT, Pace.BURSTS)], ids=["pair", "fanout"])
async def test_janus_forwards_every_packet_to_everybody(load: Load) -> None:
    """The load that is measured arrives whole, and costs some CPU to join and to forward."""
    run = await one_run(janus(Cores(None, None), address(), 1), load, 0.2)
    legs = sum(len(seat.sources) for seat in load.seats)
    assert run.lost == 0
    assert run.forwarded == 0.2 * PACKETS_A_SECOND * legs
    assert run.join_ms > 0
    assert run.cpu_us_per_packet > 0


def test_a_machine_without_janus_is_told_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """In one sentence, before anything is started."""
    monkeypatch.setattr("bench.janus.process.shutil.which", lambda _: None)
    assert not is_installed()
    with pytest.raises(JanusMissing, match="apt-get install janus"):
        configure(tmp_path, "192.0.2.1", 0)


def test_a_machine_without_a_network_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Janus offers no loopback candidate."""
    monkeypatch.setattr("bench.versus.offered", lambda _: ["127.0.0.1"])
    with pytest.raises(JanusMissing, match="no other address"):
        address()
