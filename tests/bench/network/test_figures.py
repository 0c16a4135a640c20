"""bench.network.figures: what samples of a call come to."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bench.network.figures import Sample, figures

BEGIN, END = 100.0, 120.0


def samples(
    *,
    sounds: Callable[[float], bool] = lambda _: True,
    moves: Callable[[float], bool] = lambda _: True,
    made_up: float = 0,
) -> list[Sample]:
    """A look each fifth of a second: ten packets and four pictures since the last one, where there are any."""
    found, packets, frames = [], 0, 0
    for number in range(101):
        at = BEGIN + number / 5
        packets += 10 if sounds(at) else 0
        frames += 4 if moves(at) else 0
        found.append(Sample(at, packets, number * 9600, int(number * 9600 * made_up), frames))
    return found


def test_a_good_call_has_every_second_and_all_its_pictures() -> None:
    """Nothing to recover from."""
    found = figures(samples(), BEGIN, END)
    assert (found.voice, found.concealed, found.fps, found.freezes) == (1.0, 0.0, 20.0, 0)
    assert (found.frozen, found.silent, found.recovered) == (0.2, 0.2, None)


def test_sound_that_is_mostly_made_up_is_no_voice() -> None:
    """A tenth is heard well, six tenths say nothing."""
    assert figures(samples(made_up=0.1), BEGIN, END).voice == 1.0
    broken = figures(samples(made_up=0.6), BEGIN, END)
    assert (broken.voice, broken.concealed) == (0.0, 0.6)


def test_pictures_that_stand_are_counted_and_their_longest_stand_is_told() -> None:
    """Two freezes, of one and of three seconds; the voice goes on."""
    found = figures(samples(moves=lambda at: not (105 < at < 106 or 110 < at < 113)), BEGIN, END)
    assert (found.freezes, found.voice) == (2, 1.0)
    assert found.frozen == pytest.approx(3.0, abs=0.3)


def test_recovery_is_from_the_mending_to_the_first_sound_after_the_silence() -> None:
    """What is heard in the moment of a change is of before it."""
    found = figures(samples(sounds=lambda at: not 105.4 < at < 107.5), BEGIN, END, mended=105.0)
    assert found.recovered == pytest.approx(2.6, abs=0.2)
    assert found.silent == pytest.approx(2.2, abs=0.2)


def test_a_change_that_nobody_hears_needs_no_recovery_and_one_that_never_ends_has_none() -> None:
    """0 and None are told apart."""
    assert figures(samples(), BEGIN, END, mended=105.0).recovered == 0.0
    assert figures(samples(sounds=lambda at: at < 105), BEGIN, END, mended=105.0).recovered is None


def test_a_page_that_told_nothing_is_the_worst_call() -> None:
    """It is not left out of the table."""
    found = figures([], BEGIN, END)
    assert (found.voice, found.concealed, found.silent) == (0.0, 1.0, 20.0)


def test_a_sample_is_read_as_the_page_has_it_and_silence_made_of_silence_is_no_loss() -> None:
    """The names are those of RTCInboundRtpStreamStats."""
    audio = {"packetsReceived": 5, "totalSamplesReceived": 960, "concealedSamples": 90, "silentConcealedSamples": 40}
    raw = {"at": 2500, "audio": audio, "video": {"framesDecoded": 3}}
    assert Sample.read(raw) == Sample(at=2.5, audio_packets=5, samples=960, concealed=50, frames=3)
    assert Sample.read({"at": 0, "audio": {}, "video": {}}).frames == 0
