"""What a participant's line makes of its media, and who is told; on both engines' paths."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
import structlog

from rooms.media.backends import Backend
from rooms.media.counters import Paused
from rooms.media.rates.adaptation import Adaptation
from rooms.media.rates.sending import HUSHED, Sending
from rooms.media.routes import Path
from rooms.media.wire import rtcp
from rooms.media.wire.rtp import Layer, Stream
from rooms.media.wire.sdp import Answer

NEITHER = Answer("ufrag", (), frozenset(Stream))
REDUNDANT = Answer("ufrag", (), frozenset(Stream), redundant=True)
LAYERED = Answer("ufrag", (), frozenset(Stream), layered=True)


@dataclass(eq=False)
class Connection:
    """Whose path it is, and who is told: keeps what it hears, in order."""

    heard: list[object] = field(default_factory=list)

    def of(self, path: Path) -> Connection:
        """Fit this path's media to its line."""
        path.owner = self
        self.adaptation = Adaptation(
            path, "somebody", self, Paused(), changed=lambda: self.heard.append("changed"), log=structlog.get_logger()
        )
        self.rates = self.adaptation.rates
        return self

    def offer_anew(self) -> None:
        """Keep it."""
        self.heard.append("offer")

    def want_keyframe(self, layer: Layer) -> None:
        """Keep it."""
        self.heard.append(layer)

    def send_rtcp(self, plain: bytes) -> None:
        """Keep what it was told to send."""
        self.heard += [packet.bitrate for packet in rtcp.parse(plain) if isinstance(packet, rtcp.Estimate)]

    def on_pictures(self, _participant_id: str, unseen: frozenset[str], *, weak: bool) -> None:
        """Keep it."""
        self.heard.append((sorted(unseen), weak))

    def on_layers(self, _participant_id: str, *, small: bool) -> None:
        """Keep it."""
        self.heard.append(f"small {small}")


class Three:
    """A source of sound and picture, a participant who is given both, and another one."""

    def __init__(self, backend: Backend) -> None:
        gate = backend.gate(1e9)
        self.source, self.one, self.other = (backend.path(gate, None, upstream=True) for _ in range(3))
        self.sending, self.receiving = Connection().of(self.source), Connection().of(self.one)
        self.routes = {
            stream: backend.route(self.source, stream, ssrc=7 + index, seq=0, timestamp=0, now=0.0)
            for index, stream in enumerate((Stream.AUDIO, Stream.VIDEO))
        }
        for stream, route in self.routes.items():
            self.source.add(route)
            route.feed((backend.leg(self.one, stream),), 0.0)

    def lose_sound(self, negotiated: Answer | None) -> list[object]:
        """Let a tenth of the source's sound be lost for some looks."""
        for step in range(1, 6):
            sound = self.routes[Stream.AUDIO]
            sound.highest, sound.received = 100 * step, 90 * step
            self.sending.adaptation.look(negotiated, 2.1 * step)
        return self.sending.heard


@pytest.fixture
def three(backend: Backend) -> Three:
    """A fresh one."""
    return Three(backend)


def test_only_who_can_is_offered_to_say_its_sound_twice(three: Three) -> None:
    """Once, and in the next offer."""
    assert three.lose_sound(NEITHER) == three.lose_sound(None) == []
    assert not three.sending.adaptation.redundant
    assert three.lose_sound(REDUNDANT) == ["offer"]
    assert three.sending.adaptation.redundant


def test_a_narrow_line_is_not_offered_more(three: Three) -> None:
    """What it loses then it loses because there is too much."""
    for step in range(1, 6):
        three.source.late = True  # as the look before found
        sound = three.routes[Stream.AUDIO]
        sound.highest, sound.received = 100 * step, 90 * step
        three.sending.adaptation.look(REDUNDANT, 2.1 * step)
    assert "offer" not in three.sending.heard


def test_only_who_can_is_asked_for_the_small_layer(three: Three) -> None:
    """While one line is weak and another is not; said once."""
    three.source.estimates.update({three.one: 100_000, three.other: 800_000})
    for negotiated in (NEITHER, LAYERED):
        for step in range(20):
            three.routes[Stream.VIDEO].last_at = step / 2
            three.sending.adaptation.look(negotiated, step / 2)
        asked = [each for each in three.sending.heard if isinstance(each, str) and each.startswith("small")]
        assert asked == ([] if negotiated is NEITHER else ["small True"])


def test_whose_pictures_do_not_fit_is_said_once(three: Three) -> None:
    """And the room works out anew who is given what."""
    adaptation = three.receiving.adaptation
    adaptation.choose_pictures([("source", three.source)])
    three.source.sent = 300_000.0
    lossy = rtcp.ReportBlock(three.routes[Stream.VIDEO].legs[0].ssrc, b"\x80\0\0\0", 1, bytes(12))
    for step in range(8):
        adaptation.read([rtcp.Estimate(8_000, (9,)), lossy], step / 2)
        adaptation.look(NEITHER, step / 2)
        adaptation.choose_pictures([("source", three.source)])
    assert three.receiving.heard == ["changed", (["source"], False)]


def test_what_waits_on_the_way_to_a_participant_is_seen_by_its_answers(three: Three) -> None:
    """To the sender reports of its source, which are passed on to it."""
    sound = three.routes[Stream.AUDIO]
    three.source.sent = 300_000.0
    three.receiving.adaptation.choose_pictures([("source", three.source)])
    for second in range(10):
        stamp = bytes([0, 0, 0, 0, 0, second, 0, 0])
        three.sending.adaptation.read([rtcp.SenderReport(sound.ssrc, stamp, 0, bytes(8))], float(second))
        came = second + (0.02 if second < 5 else 0.4)
        answer = rtcp.ReportBlock(sound.legs[0].ssrc, bytes(4), 1, bytes(4) + stamp[2:6] + bytes(4))
        three.receiving.adaptation.read([rtcp.Estimate(20_000, (9,)), answer], came)
        three.receiving.adaptation.look(NEITHER, came)
        three.receiving.adaptation.choose_pictures([("source", three.source)])
    assert (["source"], False) in three.receiving.heard


def test_a_source_is_told_at_once_what_a_participant_takes_of_it(three: Three) -> None:
    """And of a monitor's line, nothing."""
    three.receiving.adaptation.choose_pictures([("source", three.source)])
    three.receiving.adaptation.read([rtcp.Estimate(200_000, (9,))], 1.0)
    assert three.sending.heard == [200_000]
    three.one.upstream = False
    three.receiving.adaptation.read([rtcp.Estimate(90_000, (9,))], 2.0)
    assert three.sending.heard == [200_000]


def test_who_is_to_send_no_picture_is_told_so_between_looks(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    """Again as soon as 0.2 s have passed, and not in each tick."""
    monkeypatch.setattr(Sending, "weak", True)
    three = Three(backend)
    three.source.sent = 30_000.0
    three.sending.rates.say(100.0, asked=True)
    for tick in range(1, 7):
        three.routes[Stream.VIDEO].last_at = 100 + tick / 8
        three.sending.adaptation.look(NEITHER, 100 + tick / 8)
    assert [each for each in three.sending.heard if isinstance(each, int)] == pytest.approx([HUSHED] * 3, rel=0.01)
