"""What the live tests wait by: it fails where something leaks or stands, and not where a machine is slow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from tests.scenarios import figures
from tests.scenarios.figures import Figures, Look, grows, rest_for, rests, together
from tests.scenarios.house import Booking
from tests.scenarios.slots import SlotEaten, before_the_end_of, in_a_long_enough_slot

BOOKING = Booking("27/11/1/2026", [], [], datetime.now(UTC), datetime.now(UTC), "", {}, {}, [], "T1")


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "PATIENCE", 0.3)
    monkeypatch.setattr(figures, "_PAUSE", 0.001)


def looking(of: Callable[[int], Figures]) -> Look:
    """Figures that are what `of` makes of how often they were looked at."""
    looks: Iterator[int] = count()

    async def look() -> Figures:
        return of(next(looks))

    return look


async def test_what_goes_on_however_slowly_is_waited_for() -> None:
    """A packet at every tenth look is enough; what stands never is."""
    grown = await grows(looking(lambda look: {"frames": look // 10, "energy": 0.1 * look}), frames=3, energy=0.01)
    assert grown["frames"] == 3
    with pytest.raises(AssertionError, match="frames"):
        await grows(looking(lambda _: {"frames": 7}), frames=1)


async def test_what_was_on_its_way_may_come_and_nothing_after_it() -> None:
    """Packets of before the act come for a while; one that comes later, beside what goes on, is a leak."""
    await rests(looking(lambda look: {"audio": min(look, 25), "frames": look}), "audio", frames=10)
    with pytest.raises(AssertionError, match="audio"):
        await rests(looking(lambda look: {"audio": look, "frames": look}), "audio", frames=10)
    with pytest.raises(AssertionError, match="audio"):
        await rests(looking(lambda look: {"audio": look // 18, "frames": look}), "audio", frames=10)


async def test_a_page_that_comes_back_counts_from_nothing() -> None:
    """What it counted before does not have to be made up; what leaks afterwards is seen all the same."""
    await grows(looking(lambda look: {"frames": 500 + look if look < 5 else look}), frames=10)
    with pytest.raises(AssertionError, match="audio"):
        await rests(looking(lambda look: {"audio": (look - 5) % 500, "frames": look}), "audio", frames=10)


async def test_silence_of_a_page_that_receives_nothing_at_all_shows_nothing() -> None:
    """Where what must go on does not, what must not is not said to rest."""
    with pytest.raises(AssertionError, match="must come"):
        await rests(looking(lambda _: {"audio": 5, "frames": 9}), "audio", frames=10)


async def test_a_decoder_that_conceals_makes_no_sound() -> None:
    """What it adds to silence is below what is counted as sound."""
    await rests(looking(lambda look: {"energy": 1e-12 * look, "frames": look}), "energy", frames=10)
    with pytest.raises(AssertionError, match="energy"):
        await rests(looking(lambda look: {"energy": 1e-3 * look, "frames": look}), "energy", frames=10)


async def test_where_nothing_goes_on_time_is_what_rests_are_measured_by() -> None:
    """So long without any; whatever goes on for ever never rests."""
    await rest_for(looking(lambda look: {"packets": min(look, 5)}), 0.05, "packets")
    with pytest.raises(AssertionError, match="packets"):
        await rest_for(looking(lambda look: {"packets": look // 5}), 0.2, "packets")


async def test_several_are_looked_at_in_one_go() -> None:
    """Each figure under its own's name."""
    look = together(mother=looking(lambda _: {"frames": 1}), prison=looking(lambda _: {"frames": 2}))
    assert await look() == {"mother_frames": 1, "prison_frames": 2}


async def test_a_slot_that_was_eaten_is_booked_anew_and_longer() -> None:
    """A fault in a slot that is not over stays one; where it is, nothing is shown, and there is a longer one."""
    stretches = []

    async def too_slow_at_first(stretch: float) -> None:
        stretches.append(stretch)
        booking = replace(BOOKING, ends_at=datetime.now(UTC) + timedelta(seconds=0.1 * stretch))
        async with before_the_end_of(booking, left=0.05):
            await grows(looking(lambda look: {"frames": look // 100}), frames=1)

    await in_a_long_enough_slot(too_slow_at_first, {})
    assert stretches[0] == 1
    assert len(stretches) > 1


async def test_a_fault_within_a_slot_is_not_taken_for_slowness() -> None:
    """It is raised as it is, at once."""
    with pytest.raises(AssertionError, match="a fault"):
        async with before_the_end_of(replace(BOOKING, ends_at=datetime.now(UTC) + timedelta(minutes=1))):
            raise AssertionError("a fault")
    with pytest.raises(SlotEaten):
        async with before_the_end_of(replace(BOOKING, ends_at=datetime.now(UTC))):
            raise AssertionError("nothing is shown")
