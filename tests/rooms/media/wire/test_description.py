"""Descriptions line by line: what is kept, what is passed over, what makes no sense."""

from __future__ import annotations

import pytest
from aiortc.sdp import SessionDescription
from hypothesis import given
from hypothesis import strategies as st

from rooms.media.wire import description
from tests.fuzz.targets import CORPUS

SECTION = ["m=audio 9 UDP/TLS/RTP/SAVPF 111 63"]


@pytest.mark.parametrize("browser", ["chromium", "firefox"])
def test_browsers_answers_are_read_as_another_implementation_reads_them(browser: str) -> None:
    """Section by section."""
    text = (CORPUS / "sdp" / f"{browser}.sdp").read_text()
    theirs = SessionDescription.parse(text).media
    ours = description.read(text.splitlines())
    assert len(ours) == len(theirs)
    for one, other in zip(ours, theirs, strict=True):
        assert other.ice is not None
        assert other.dtls is not None
        assert (one.kind, one.port, list(one.formats), one.rtcp_mux) == (
            other.kind,
            other.port,
            other.fmt,
            other.rtcp_mux,
        )
        assert one.ufrag == other.ice.usernameFragment
        assert one.fingerprints == [(each.algorithm, each.value) for each in other.dtls.fingerprints]
        assert {"active": "client"}[str(one.setup)] == other.dtls.role
        assert one.codecs == {each.payloadType: each.name.lower() for each in other.rtp.codecs}


def test_what_stands_before_the_first_section_holds_for_each() -> None:
    """A section says otherwise for itself alone; fingerprints add up, for both must be right."""
    lines = ["a=setup:active", "a=ice-ufrag:all", "a=fingerprint:sha-256 AA", *SECTION, "a=ice-ufrag:own"]
    lines += ["a=fingerprint:sha-512 BB", *SECTION]
    first, second = description.read(lines)
    assert (first.setup, first.ufrag, first.fingerprints) == ("active", "own", [("sha-256", "AA"), ("sha-512", "BB")])
    assert (second.setup, second.ufrag, second.fingerprints) == ("active", "all", [("sha-256", "AA")])


@pytest.mark.parametrize(
    ("said", "layers"),
    [("send h;l", {"h", "l"}), ("recv x send ~h;l", {"h", "l"}), ("recv h;l", set()), ("send", set()), ("", set())],
)
def test_layers_are_those_that_are_sent(said: str, layers: set[str]) -> None:
    """In either order of directions (RFC 8853 section 5.1), also those that pause."""
    (section,) = description.read([*SECTION, f"a=simulcast:{said}"])
    assert section.layers == layers


@pytest.mark.parametrize(
    "line",
    [
        "m=audio",
        "m=audio 9 UDP/TLS/RTP/SAVPF",
        "m=audio nine UDP/TLS/RTP/SAVPF 111",
        "m=audio 9 UDP/TLS/RTP/SAVPF opus",
        "m=audio 9 UDP/TLS/RTP/SAVPF 128",
        "m=audio 9 UDP/TLS/RTP/SAVPF -1",
        "a=fingerprint:sha-256",
        "a=fingerprint",
        "a=fingerprint:sha-256 AA BB",
        "a=rtpmap:111",
        "a=rtpmap:111 opus",
        "a=rtpmap:111 opus/fast",
        "a=rtpmap:opus/48000",
    ],
)
def test_what_is_looked_at_and_makes_no_sense_is_an_error(line: str) -> None:
    """It is not guessed what was meant."""
    with pytest.raises(ValueError, match=r"no codec|no media|no payload|unpack|invalid literal"):
        description.read([*SECTION, line])


@given(st.text())
def test_what_nobody_asks_for_is_passed_over(text: str) -> None:
    """Attributes and lines of any other name."""
    (line, *_) = f"a=x-{text}".splitlines()
    assert description.read([*SECTION, line, f"b={line}", line[2:]]) == description.read(SECTION)
