"""Who gets how much, on both engines' paths."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms.media.backends import Backend
from rooms.media.rates.sharing import ENOUGH, LEAST, MOST, SHARED, SMALL, UNSEEN, divide, fitting, needed, told
from rooms.media.routes import Gate, Path


@pytest.fixture
def source(backend: Backend) -> Path:
    """Somebody whose picture others see."""
    return backend.path(backend.gate(1e9), None, upstream=True)


def seen_by(source: Path, backend: Backend, *rates: int, upstream: bool = True) -> list[Path]:
    """Let others say what their lines take of it."""
    paths = [backend.path(source.gate, None, upstream=upstream) for _ in rates]
    for path, rate in zip(paths, rates, strict=True):
        divide(path, rate, [source])
    return paths


@pytest.mark.parametrize(
    ("rates", "expected"),
    [
        ((900_000,), 900_000),
        ((90_000,), 90_000),
        ((10_000,), LEAST),
        ((9_000_000,), MOST),
        ((300_000, 900_000), 300_000),
        ((50_000, 900_000), SHARED),
        ((50_000, 80_000), 80_000),
        ((10_000, 20_000), LEAST),
        ((), UNSEEN),
    ],
)
def test_a_source_follows_its_weakest_receiver_as_far_as_the_others_still_see(
    source: Path, backend: Backend, rates: tuple[int, ...], expected: int
) -> None:
    """Alone, a receiver is followed down to the least picture; beside others, to one that is good for them."""
    seen_by(source, backend, *rates)
    assert told(source) == expected


def test_who_gets_the_small_layer_holds_nobody_back(source: Path, backend: Backend) -> None:
    """The others get what the weakest of them takes, and the small layer's cost comes on top; it needs little."""
    _, weak, _ = seen_by(source, backend, 500_000, 110_000, 300_000)
    assert told(source) == SHARED
    assert needed(source, weak) == SHARED
    source.small = frozenset({weak})
    assert told(source) == 300_000 + SMALL
    assert needed(source, weak) == SMALL


def test_where_all_are_to_get_the_small_layer_the_weakest_is_followed(source: Path, backend: Backend) -> None:
    """There is nobody else to follow."""
    source.small = frozenset(seen_by(source, backend, 500_000, 200_000))
    assert told(source) == 200_000


def test_monitors_bound_nobody(source: Path, backend: Backend) -> None:
    """What theirs take is written down, for what they are given; the source is told what it was told before."""
    seen_by(source, backend, 400_000)
    before = told(source)
    monitor = seen_by(source, backend, 50_000, upstream=False)[0]
    assert source.estimates[monitor] == 50_000
    assert told(source) == before


def test_a_line_is_divided_among_the_pictures_it_carries(source: Path, backend: Backend) -> None:
    """And forgotten where nothing is known any more."""
    second = backend.path(source.gate, None, upstream=True)
    receiver = backend.path(source.gate, None, upstream=True)
    divide(receiver, 1_000_000, [source, second])
    assert source.estimates == second.estimates == {receiver: 500_000}
    divide(receiver, None, [source, second])
    assert source.estimates == second.estimates == {}


def test_a_picture_needs_what_its_source_can_be_told(source: Path, backend: Backend) -> None:
    """For a participant: no more than the others see, at most what is shared. For a monitor: what is sent."""
    weak, other = seen_by(source, backend, 80_000, 900_000)
    assert needed(source, weak) == SHARED
    source.estimates[other] = 90_000
    assert needed(source, weak) == 90_000
    del source.estimates[other]
    assert needed(source, weak) == LEAST
    monitor = backend.path(source.gate, None, upstream=False)
    source.sent = 330_000.0
    assert needed(source, monitor) == 330_000


@given(st.floats(0, 1e7), st.lists(st.floats(LEAST, 1e6), max_size=6))
def test_what_fits_is_as_much_as_fits(rate: float, needs: list[float]) -> None:
    """The first so many, and one more would be too much."""
    count = fitting(rate, needs)
    assert rate >= ENOUGH * sum(needs[:count]) or count == 0
    assert count == len(needs) or rate < ENOUGH * sum(needs[: count + 1])


@given(st.lists(st.integers(0, 10_000_000), min_size=1, max_size=5))
def test_no_receiver_can_starve_a_source_and_none_can_raise_it(rates: list[int]) -> None:
    """Between the least picture and what the offer allows; never more than the best receiver takes."""
    source = Path(Gate(1e9), None, upstream=True)
    for rate in rates:
        divide(Path(source.gate, None, upstream=True), rate, [source])
    assert LEAST <= told(source) <= max(LEAST, min(MOST, max(rates)))
