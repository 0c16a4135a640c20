"""When the collector makes its whole passes."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator

import pytest

from signaling.node.garbage import AT_LATEST, WholePasses, begin, collect_when_quiet, end


@pytest.fixture
def collector() -> Iterator[None]:
    """Put the collector back as it was."""
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)


def test_it_waits_until_no_room_is_held_and_comes_once() -> None:
    """Not in a node that has held none yet, not while one is; then at once, and not again before the next."""
    passes = WholePasses(0)
    assert [passes.due(now, rooms) for now, rooms in ((30, 0), (60, 3), (90, 0), (120, 0), (150, 1), (180, 0))] == [
        False, False, True, False, False, True,
    ]  # fmt: skip


def test_where_it_is_never_quiet_it_comes_at_the_latest_all_the_same() -> None:
    """A node that holds rooms around the clock must not grow for ever."""
    passes = WholePasses(0)
    assert not passes.due(AT_LATEST - 1, 500)
    assert passes.due(AT_LATEST, 500)
    assert not passes.due(AT_LATEST + 30, 500)
    assert passes.due(2 * AT_LATEST, 500)


@pytest.mark.usefixtures("collector")
async def test_old_cycles_are_found_when_it_is_quiet_and_not_before() -> None:
    """What the libraries are made of is not walked any more."""
    begin()
    assert gc.get_freeze_count() > 10_000
    gone = list[str]()

    class Cycle:
        def __init__(self) -> None:
            self.own = self

        def __del__(self) -> None:
            gone.append("gone")

    cycle = Cycle()
    gc.collect()  # old by now
    held = 1
    collecting = asyncio.create_task(collect_when_quiet(lambda: held, every=0.01))
    del cycle
    gc.collect(1)
    await asyncio.sleep(0.05)
    assert gone == []
    held = 0
    async with asyncio.timeout(5):
        while not gone:  # noqa: ASYNC110 - what is waited for is a finalizer
            await asyncio.sleep(0.01)
    collecting.cancel()
    end()
    assert gc.get_freeze_count() == 0
