"""The fuzzers' short run: seeds, damaged seeds, some seconds of atheris; and that a reader that does harm is found."""

from __future__ import annotations

import random
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rooms.media import relay
from rooms.media.link import dtls
from rooms.media.wire import levels, rtcp, sdp, stun
from signaling import messages
from tests.fuzz import run
from tests.fuzz.besieged import Besieged
from tests.fuzz.targets import TARGETS, Target

SECONDS = 1
"""Of atheris, for each target; libFuzzer makes two of it, and the start takes as long. `./run fuzz` takes its time."""

each_target = pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)


@each_target
def test_no_seed_does_harm(target: Target) -> None:
    """Real packets, real descriptions: what browsers send is no attack."""
    assert target.seeds()
    for seed in target.seeds():
        target.run(seed.read_bytes())


@st.composite
def damaged(draw: st.DrawFn, target: Target) -> bytes:
    """A seed with some bytes changed, cut out, or put in; its first one too, which says what attack it is."""
    data = bytearray(draw(st.sampled_from(target.seeds())).read_bytes())
    if draw(st.booleans()):
        data[:1] = draw(st.binary(min_size=1, max_size=1))
    for _ in range(draw(st.integers(0, 4))):
        at, length = draw(st.integers(0, len(data))), draw(st.integers(0, 8))
        data[at : at + length] = draw(st.binary(max_size=12))
    return bytes(data)


@each_target
@settings(max_examples=60)
@given(data=st.data())
def test_nothing_arbitrary_does_harm(target: Target, data: st.DataObject) -> None:
    """Any bytes, and seeds with something changed."""
    target.run(data.draw(st.binary(max_size=200) | damaged(target)))


@each_target
def test_atheris_finds_nothing_in_a_short_while(target: Target, tmp_path: Path) -> None:
    """Guided by the branches that inputs take; a slow input and a hungry one are findings too."""
    outcome = run.fuzz(target, SECONDS, tmp_path)
    assert outcome.crash is None, outcome.said
    assert outcome.runs > len(target.seeds()), outcome.said
    assert outcome.ways > 10, outcome.said


def test_what_atheris_finds_is_told(tmp_path: Path) -> None:
    """The input's file, and everything that was said; a fuzzer that did not even run is an error."""
    said = f"AssertionError: garbage\nTest unit written to {tmp_path}/crash-1\nstat::number_of_executed_units: 12\n"
    outcome = run._outcome(77, said, tmp_path)
    assert (outcome.crash, outcome.runs) == (tmp_path / "crash-1", 12)
    with pytest.raises(RuntimeError, match="no such option"):
        run._outcome(1, "no such option", tmp_path)


def broken(module: Any, name: str, change: Callable[..., Any]) -> Any:
    """A reader that does harm: the real one, and what is done to its answer."""
    real = getattr(module, name)
    return pytest.param(module, name, lambda *given: change(real(*given), *given), id=name)


@pytest.mark.parametrize(
    ("target", "harm"),
    [
        ("stun", broken(stun, "success", lambda answer, *_: answer * 2)),
        ("rtp", broken(levels, "audio_level", lambda level, packet, size: packet[size])),
        ("rtcp", broken(rtcp, "receiver_report", lambda packet, *_: packet[:-1])),
        ("dtls", broken(dtls, "datagrams", lambda said, *_: [b"".join(said)[:-1]])),
        ("sdp", broken(sdp, "_streams", lambda streams, _: {*streams, "more"})),
        ("signalling", broken(messages, "parse", lambda message, text: message if "pong" not in text else text)),
    ],
)
def test_a_reader_that_does_harm_is_found(target: str, harm: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the seeds alone, a target sees what it is there to see."""
    module, name, change = harm.values
    monkeypatch.setattr(module, name, change)
    with pytest.raises(AssertionError):
        test_no_seed_does_harm(TARGETS[target])


def test_a_relay_that_believes_everything_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without libsrtp's word, garbage reaches the other side."""
    besieged = Besieged("python")
    monkeypatch.setattr(relay, "unprotect", lambda *_: 0)
    with pytest.raises(AssertionError, match="garbage was forwarded"):
        besieged.meet(b"\1", [b"\x20\1"])
    besieged.close()


def test_a_siege_costs_the_node_no_memory() -> None:
    """Thousands of datagrams, from a participant's address and a stranger's: nothing of them is kept."""
    besieged, chance = Besieged(), random.Random(1)

    def assault(times: int) -> None:
        for number in range(times):
            besieged.meet(bytes([number % 4]), [chance.randbytes(chance.randrange(1, 200)) for _ in range(8)])

    assault(40)
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        assault(400)
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    besieged.close()
    assert after - before < 64 * 1024
