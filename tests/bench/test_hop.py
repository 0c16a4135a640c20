"""The cost of the hop alone."""

from __future__ import annotations

from bench import hop


async def test_a_packet_costs_some_cpu_and_not_a_millisecond_on_every_engine_there_is() -> None:
    """A few bursts through real relays; the bound is far off, for machines that are busy."""
    costs = await hop.microseconds(repeats=5)
    assert list(costs) == hop.engines()
    assert all(0.5 < cost < 1000 for cost in costs.values())
    assert all(f"{engine} {cost}" in hop.sentence(costs) for engine, cost in costs.items())
