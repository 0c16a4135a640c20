"""The measurement of the wall, small, and what its runs come to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench import wall
from bench.pictures import encode, painted
from bench.relay import Choice
from bench.wall import KINDS, PICTURE_EVERY, TOO_SHORT, WallRun, doubts, middle, one_run, summary, table
from bench.wall_callers import LEVEL, keyframes
from rooms.media.wire.levels import audio_level
from rooms.media.wire.vp8 import KeyframeCollector


def run(kind: str, relay_ms: float, decoder_ms: float = 0.0) -> WallRun:
    """Make up a run."""
    return WallRun(kind, 20, 32.0, relay_ms, decoder_ms, 3.75 if kind == "wall" else 0.0, 0.5, 1.0)


RUNS = [
    *(run("relay", cost) for cost in (5.0, 5.2, 9.0)),
    *(run("unwatched", cost) for cost in (5.5, 5.6, 5.4)),
    *(run("wall", relay, decoder) for relay, decoder in ((5.7, 1.0), (5.9, 0.9), (5.8, 1.1))),
    *(run("follow", cost) for cost in (8.5, 8.6, 8.4)),
]


@pytest.mark.parametrize(("kind", "callers"), [("wall", 2), ("follow", 3)])
async def test_a_run_measures_a_room_of_its_kind(kind: str, callers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """One room for a second through a real relay and a real Redis: it costs some CPU, and a monitor is there or not."""
    monkeypatch.setattr(wall, "WARM_UP", 0.2)
    joined: list[int] = []
    fill = wall.fill

    async def counted(*arguments: object, **options: object) -> object:
        found = await fill(*arguments, **options)  # type: ignore[arg-type]
        joined.append(len(found))
        return found

    monkeypatch.setattr(wall, "fill", counted)
    found = await one_run(kind, 1, 1.0, None, keyframes(1), engine=Choice.AUTO)
    assert joined == [callers]
    assert 0 < found.relay_ms < 1000
    assert found.pace > 0.5


def test_the_wall_is_what_it_costs_on_top_of_a_room_that_nobody_watches() -> None:
    """Relay and decoder together, beside a live follow's."""
    found = summary(RUNS, "compiled")
    assert found["wall_ms_per_room_second"] == pytest.approx(0.3 + 1.0)
    assert found["wall_relay_ms_per_room_second"] == pytest.approx(0.3)
    assert found["wall_decoder_ms_per_room_second"] == 1.0
    assert found["follow_ms_per_room_second"] == pytest.approx(3.0)
    assert found["wall_by_follow"] == pytest.approx(0.433, abs=0.001)
    assert (found["rooms"], found["runs"], found["engine"]) == (20, 3, "compiled")


def test_runs_too_short_for_a_picture_say_no_cost() -> None:
    """Neither in the table nor for programs; what does not hang on pictures stays."""
    short = [replace(each, seconds=PICTURE_EVERY - 1, pictures=0.0) for each in RUNS]
    found = summary(short, "compiled")
    unsaid = {name for name, value in found.items() if value is None}
    assert {"wall_ms_per_room_second", "wall_by_follow", "pictures_per_minute"} <= unsaid
    assert found["unwatched_ms_per_room_second"] == 5.5
    assert doubts(short) == [TOO_SHORT]
    assert None not in summary(RUNS, "compiled").values()
    assert doubts(RUNS) == []
    (late,) = doubts([*RUNS, replace(RUNS[0], pace=0.9)])
    assert late.startswith("In 1 of 13 runs the callers")


def test_a_lucky_or_unlucky_run_does_not_move_the_median() -> None:
    """Three runs of each kind, and the middle one counts."""
    assert middle(RUNS, "relay").relay_ms == 5.2


def test_the_table_has_a_row_for_each_run_and_a_median_for_each_kind() -> None:
    """In columns that line up."""
    *rows, engine = table(RUNS, "python").splitlines()
    assert len(rows) == 1 + len(RUNS) + len(KINDS)
    assert len({len(row) for row in rows}) == 1
    assert engine == "The node's engine: python."


def test_what_the_callers_send_can_be_decoded_and_says_how_loud_it_is() -> None:
    """Or the decoder would have nothing to do, and the taps less than in a call."""
    [payloads] = keyframes(1)
    collector = KeyframeCollector()
    last = len(payloads) - 1
    frames = [collector.push(seq, 1, payload, marker=seq == last) for seq, payload in enumerate(payloads)]
    assert frames[-1] == encode([painted(0)])[0]
    packet = bytes([0x90]) + bytes(11) + LEVEL
    assert audio_level(memoryview(packet), len(packet)) == 30
