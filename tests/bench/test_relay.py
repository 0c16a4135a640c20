"""The measurement of the relay, small: a relay process, real calls, and figures that hold together."""

from __future__ import annotations

from bench.relay import PACKETS_A_SECOND, one_run


async def test_a_run_measures_what_its_rooms_sent() -> None:
    """Two rooms for half a second: every packet forwarded arrives, and each took some time and some CPU."""
    run = await one_run(2, 0.5, None)
    assert run.lost == 0
    assert run.forwarded >= 0.5 * 4 * PACKETS_A_SECOND * 0.5
    assert 0 < run.p50_ms <= run.p99_ms
    assert run.cpu_us_per_packet > 0
