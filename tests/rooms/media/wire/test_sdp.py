"""The offer as others read it, and answers of every kind of badness."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest
from aiortc.sdp import SessionDescription
from hypothesis import given
from hypothesis import strategies as st

from bench.caller import write_answer
from rooms.media.errors import BadDescription
from rooms.media.wire import description, sdp
from rooms.media.wire.rtp import Stream

FINGERPRINT = ":".join(["AB"] * 32)
OFFER = sdp.Offer(
    session=1,
    version=1,
    ufrag="ours",
    password="p" * 24,
    fingerprint=FINGERPRINT,
    addresses=["192.0.2.1", "2001:db8::1"],
    port=8081,
    sends=True,
    sources=[sdp.OfferedSource("terminal-1", 11, 12, 13), sdp.OfferedSource("visitor-2", 21, 22, 23)],
)
ANSWER = write_answer(sdp.write_offer(OFFER), "theirs", "q" * 24, FINGERPRINT)


def parsed(offer: sdp.Offer = OFFER) -> SessionDescription:
    """Read an offer by another implementation."""
    return SessionDescription.parse(sdp.write_offer(offer))


def test_each_source_has_a_pair_of_sections_under_its_own_name() -> None:
    """Sections in slot order; the stream id is the source's participant id."""
    media = parsed().media
    assert [each.kind for each in media] == ["audio", "video"] * 2
    assert [(each.msid or "").split()[0] for each in media] == ["terminal-1", "terminal-1", "visitor-2", "visitor-2"]


def test_a_participant_sends_on_the_first_pair_only() -> None:
    """The others are for receiving."""
    assert [each.direction for each in parsed().media] == ["sendrecv", "sendrecv", "sendonly", "sendonly"]


def test_a_monitor_is_offered_nothing_to_send_on() -> None:
    """All its sections are the server's to send on."""
    assert {each.direction for each in parsed(replace(OFFER, sends=False)).media} == {"sendonly"}


@pytest.mark.parametrize(("sends", "direction"), [(True, "recvonly"), (False, "inactive")])
def test_someone_alone_has_one_pair_all_the_same(sends: bool, direction: str) -> None:  # noqa: FBT001
    """No sources: what is sent has its place, nothing is promised."""
    media = parsed(replace(OFFER, sources=[], sends=sends)).media
    assert [(each.kind, each.direction, each.ssrc) for each in media] == [
        ("audio", direction, []),
        ("video", direction, []),
    ]


def test_videos_own_ssrc_stands_before_its_retransmissions() -> None:
    """Chromium takes the first for the video."""
    video = parsed().media[3]
    assert [each.ssrc for each in video.ssrc] == [22, 23]
    assert [(group.semantic, group.items) for group in video.ssrc_group] == [("FID", [22, 23])]


def test_payload_types_and_extension_ids_are_the_same_in_every_section() -> None:
    """One participant's packets are right for another as they are."""
    for media in parsed().media:
        assert media.fmt == ([111, 63] if media.kind == "audio" else [96, 97])
        assert (3, sdp.ABS_SEND_TIME[1]) in [(each.id, each.uri) for each in media.rtp.headerExtensions]


def test_every_advertised_address_is_a_candidate_the_first_preferred() -> None:
    """ICE-lite, host candidates, all known from the start."""
    first = parsed().media[0]
    assert first.ice is not None
    assert first.ice.iceLite
    assert first.ice_candidates_complete
    assert [(each.ip, each.port) for each in first.ice_candidates] == [("192.0.2.1", 8081), ("2001:db8::1", 8081)]
    assert first.ice_candidates[0].priority > first.ice_candidates[1].priority


def test_a_good_answer_says_who_answers_and_what_it_takes() -> None:
    """ICE user name fragment, certificate, streams."""
    answer = sdp.read_answer(ANSWER, OFFER)
    assert answer == sdp.Answer("theirs", (("sha-256", FINGERPRINT),), frozenset(Stream))


def test_redundant_audio_is_agreed_on_where_every_section_of_sound_says_so() -> None:
    """Under its own name; it stands second in the offer, so that nobody sends it unasked."""
    assert not sdp.read_answer(ANSWER, OFFER).redundant
    agreed = ANSWER.replace("SAVPF 111", "SAVPF 111 63").replace(
        "a=rtpmap:111 opus/48000/2", "a=rtpmap:111 opus/48000/2\r\na=rtpmap:63 red/48000/2\r\na=fmtp:63 111/111"
    )
    assert sdp.read_answer(agreed, OFFER).redundant
    assert sdp.read_answer(agreed, OFFER).streams == set(Stream)
    assert not sdp.read_answer(agreed.replace("63 red/48000", "63 CN/48000"), OFFER).redundant
    assert not sdp.read_answer(agreed.replace("SAVPF 111 63", "SAVPF 111", 1), OFFER).redundant
    sound = next(media for media in parsed().media if media.kind == "audio")
    red = next(codec for codec in sound.rtp.codecs if codec.payloadType == 63)
    assert (red.name, red.clockRate, red.channels) == ("red", 48_000, 2)


def test_an_answer_without_retransmission_is_no_worse() -> None:
    """It is just not sent any."""
    without = write_answer(sdp.write_offer(OFFER), "theirs", "q" * 24, FINGERPRINT, rtx=False)
    assert sdp.read_answer(without, OFFER).streams == {Stream.AUDIO, Stream.VIDEO}


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("m=video", "m=application", "sections"),
        ("m=audio 9", "m=audio 0", "transport is rejected"),
        ("a=setup:active", "a=setup:passive", "active side"),
        ("a=setup:active\r\n", "", "active side"),
        ("sha-256", "sha-1", "SHA-256"),
        (f"a=fingerprint:sha-256 {FINGERPRINT}\r\n", "", "SHA-256"),
        ("a=ice-ufrag:theirs\r\n", "", "ice-ufrag"),
        ("a=ice-ufrag:theirs", "a=ice-ufrag:x", "ice-ufrag"),
        ("a=ice-ufrag:theirs", "a=ice-ufrag:the irs", "ice-ufrag"),
        ("a=rtcp-mux\r\n", "", "share the port"),
        ("SAVPF 96 97", "SAVPF 98", "codec"),
        ("96 VP8/90000", "96 H264/90000", "payload type"),
        ("111 opus/48000/2", "111 opus", "not SDP"),
        ("SAVPF 111", "SAVPF 99999", "not SDP"),
        ("a=mid:0", "a=mid:0" + "x" * sdp.MAX_SDP, "too long"),
    ],
)
def test_a_bad_answer_is_refused_with_its_reason(old: str, new: str, reason: str) -> None:
    """Each way in which an answer can't be used."""
    assert old in ANSWER
    with pytest.raises(BadDescription, match=reason) as refusal:
        sdp.read_answer(ANSWER.replace(old, new), OFFER)
    assert refusal.value.id == "bad_description"


def test_an_answer_with_fewer_sections_is_refused() -> None:
    """It answers another offer."""
    with pytest.raises(BadDescription, match="sections"):
        sdp.read_answer(ANSWER[: ANSWER.rindex("m=video")], OFFER)


@pytest.mark.parametrize(
    "filling",
    [
        pytest.param("a=rtpmap:1 a/1\r\n" * 1900 + "a=rtcp-fb:* a\r\n" * 1900, id="feedback for codecs"),
        pytest.param("".join(f"a=ssrc:{ssrc} a:\r\n" for ssrc in range(3500)), id="ssrcs"),
        pytest.param("m=audio 0 X 1\r\n" * 3500, id="sections"),
        pytest.param("a=fingerprint:a a\u2028" * 3000, id="other ends of lines"),
    ],
)
def test_an_answer_that_would_keep_the_node_busy_is_refused_unread(
    filling: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All are short enough, and none is an answer to the offer."""
    monkeypatch.setattr(description, "read", lambda _: pytest.fail("it was read"))
    crowded = ANSWER.replace("a=setup:active\r\n", "a=setup:active\r\n" + filling, 1)
    assert len(crowded) <= sdp.MAX_SDP
    with pytest.raises(BadDescription):
        sdp.read_answer(crowded, OFFER)


def test_an_answer_may_have_many_candidates() -> None:
    """Of a laptop with several networks, in both families and over TCP too."""
    candidates = "".join(f"a=candidate:{n} 1 udp 1 192.0.2.{n} {n + 1024} typ host\r\n" for n in range(80))
    crowded = ANSWER.replace("a=setup:active\r\n", "a=setup:active\r\n" + candidates, 1)
    assert sdp.read_answer(crowded, OFFER) == sdp.read_answer(ANSWER, OFFER)


def test_a_later_answer_cannot_bring_another_certificate() -> None:
    """The association is with whoever answered first."""
    before = sdp.read_answer(ANSWER, OFFER)
    with pytest.raises(BadDescription, match="certificate"):
        sdp.read_answer(ANSWER.replace("AB:AB", "CD:CD"), OFFER, before)


@given(st.text(max_size=400))
def test_no_text_does_anything_but_be_refused(text: str) -> None:
    """Whatever is sent as an answer."""
    with pytest.raises(BadDescription):
        sdp.read_answer(text, OFFER)


@given(st.integers(0, len(ANSWER)), st.integers(0, 40), st.text(max_size=12))
def test_a_damaged_answer_is_read_or_refused_and_nothing_else(at: int, length: int, put: str) -> None:
    """Real answers with a piece exchanged for something else."""
    with suppress(BadDescription):
        answer = sdp.read_answer(ANSWER[:at] + put + ANSWER[at + length :], OFFER)
        assert answer.fingerprints
        assert answer.streams <= set(Stream)


def test_who_may_send_is_offered_layers_where_it_sends_and_nobody_else_is() -> None:
    """The main one first: Chromium says what its line takes by the first, and not while that is switched off."""
    sections = sdp.write_offer(OFFER).split("\r\nm=")[1:]
    assert ["a=simulcast:recv h;l" in each.splitlines() for each in sections] == [False, True, False, False]
    assert [line for line in sections[1].splitlines() if line.startswith("a=rid:")] == ["a=rid:h recv", "a=rid:l recv"]
    assert "simulcast" not in sdp.write_offer(replace(OFFER, sends=False))


@pytest.mark.parametrize(
    ("line", "layered"),
    [
        ("a=simulcast:send h;l", True),
        ("a=simulcast:send h;~l", True),
        ("a=simulcast:send l;h recv x", True),
        ("a=simulcast:send h", False),
        ("a=simulcast:recv h;l", False),
        ("a=simulcast:send", False),
    ],
)
def test_an_answer_agrees_to_layers_or_does_not(line: str, layered: bool) -> None:  # noqa: FBT001
    """In the section on which the participant sends its picture; one that knows none says nothing of them."""
    head, audio, video, *rest = ANSWER.split("\r\nm=")
    assert not sdp.read_answer(ANSWER, OFFER).layered
    agreed = "\r\nm=".join([head, audio, f"{video}\r\n{line}", *rest])
    assert sdp.read_answer(agreed, OFFER).layered is layered
    elsewhere = "\r\nm=".join([head, audio, video, *rest]).rstrip() + f"\r\n{line}\r\n"
    assert not sdp.read_answer(elsewhere, OFFER).layered
