"""The server's offer written, the participant's answer read and checked (RFC 8829, RFC 8859 for bundled sections).

The server offers, so it dictates: the sections, their order, payload types and header-extension ids are the same for
everyone, and one participant's packets are right for another as they are. The sections are fixed for the whole
visit. The first audio and video section carry what the participant sends; each pair, that one included, carries what
it receives from one source, under SSRCs promised here, with the source's participant id as the stream id. A source
that is not there yet, or has left, is a section on which nothing comes: people come and go without renegotiation.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ..errors import BadDescription
from ..forwarding import Kind
from . import description
from .description import Section
from .extensions import layer_of
from .rtp import RED, Layer, Stream

MAX_SDP = 64 * 1024
"""Characters. Browsers' answers for four sources stay below 12,000."""

MAX_SECTION = 120
"""Lines of one section, and of what stands before the first. Browsers' have 25, and one for each candidate.

Nothing that we keep of an answer is longer than that.
"""

AUDIO_LEVEL = (1, "urn:ietf:params:rtp-hdrext:ssrc-audio-level")
ABS_SEND_TIME = (3, "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time")
"""REMB is computed from it; transport-wide congestion control would need renumbering of every packet."""
STREAM_ID = (4, "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id")
REPAIRED_STREAM_ID = (5, "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id")
"""Which layer a packet is of, and a retransmission (RFC 8852). Only where pictures are sent."""

SOUND_LIMIT = 24_000
"""bit/s that a participant's sound may take on average (RFC 7587 section 6.1), 51,000 with its headers.

All that is in a voice, and a line of 64 kbit/s still carries it. Chromium would take 32,000 and fill such a line.
"""

VIDEO_LIMIT = 2_000
"""kbit/s that a participant may send as video (b=AS, RFC 4566): a talking head at 720p."""

VIDEO_START = 600
"""kbit/s that Chromium begins with instead of 300: a visit of 15 minutes has no time for a slow start."""

AUDIO, VIDEO, RTX = Stream.AUDIO.payload_type, Stream.VIDEO.payload_type, Stream.RTX.payload_type

_ICE_CHARS = re.compile(r"[A-Za-z0-9+/]+")


@dataclass(frozen=True, slots=True)
class OfferedSource:
    """One source's slot: its participant id, and the SSRCs it will be received under."""

    participant_id: str
    audio: int
    video: int
    rtx: int


@dataclass(frozen=True, slots=True)
class Offer:
    """What an offer is made of. version grows with each offer of one session. sources: in slot order, possibly none.

    sends: whether the participant may send; a monitor may not. addresses: advertised IP addresses, best first.
    redundant: whether it is to send redundant audio, if it can.
    """

    session: int
    version: int
    ufrag: str
    password: str
    fingerprint: str
    addresses: Sequence[str]
    port: int
    sends: bool
    sources: Sequence[OfferedSource]
    redundant: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server needs to know of an answer.

    fingerprints: (algorithm, value) each. streams: what the participant can take and, where it sends, may send.
    redundant: whether it takes redundant audio, in every section of sound. layered: whether it can send its picture in
    all of our layers at once.
    """

    ufrag: str
    fingerprints: tuple[tuple[str, str], ...]
    streams: frozenset[Stream]
    redundant: bool = False
    layered: bool = False

    def layer(self, packet: bytes) -> Layer:
        """Return the layer that a decrypted packet of the participant's picture is of; the main one if it says none."""
        named = layer_of(memoryview(packet), len(packet), REPAIRED_STREAM_ID[0], STREAM_ID[0]) if self.layered else None
        return named or Layer.MAIN


def kinds(offer: Offer) -> tuple[Kind, ...]:
    """Return the kind of each section, in order: an audio and a video section a source, and at least one pair."""
    return (Kind.AUDIO, Kind.VIDEO) * max(1, len(offer.sources))


def write_offer(offer: Offer) -> str:
    """Write the offer as SDP."""
    sections = kinds(offer)
    lines = [
        "v=0",
        f"o=- {offer.session} {offer.version} IN IP4 127.0.0.1",
        "s=-",
        "t=0 0",
        "a=ice-lite",
        "a=group:BUNDLE " + " ".join(str(mid) for mid in range(len(sections))),
        "a=msid-semantic: WMS *",
    ]
    host = offer.addresses[0]
    connection = f"c=IN IP{6 if ':' in host else 4} {host}"
    shared = _shared(offer)
    for mid, kind in enumerate(sections):
        source = offer.sources[mid // 2] if offer.sources else None
        lines += _section(offer, mid, kind, connection, receives=source is not None)
        lines += shared
        lines += _AUDIO if kind is Kind.AUDIO else _VIDEO
        if kind is Kind.VIDEO and offer.sends and mid < 2:
            lines += _LAYERS
        if source is not None:
            lines += _promised(source, kind)
    return "\r\n".join(lines) + "\r\n"


def _section(offer: Offer, mid: int, kind: Kind, connection: str, *, receives: bool) -> list[str]:
    sends = offer.sends and mid < 2
    direction = {(True, True): "sendrecv", (True, False): "sendonly", (False, True): "recvonly"}
    # Browsers send by the first they know, and take whatever was agreed on.
    sound = f"{RED} {AUDIO}" if offer.redundant else f"{AUDIO} {RED}"
    formats = sound if kind is Kind.AUDIO else f"{VIDEO} {RTX}"
    return [
        f"m={kind} {offer.port} UDP/TLS/RTP/SAVPF {formats}",
        connection,
        *([f"b=AS:{VIDEO_LIMIT}"] if kind is Kind.VIDEO else []),
        f"a=mid:{mid}",
        f"a={direction.get((receives, sends), 'inactive')}",
    ]


def _shared(offer: Offer) -> list[str]:
    """The transport, which is the same in every section."""
    return [
        "a=rtcp-mux",
        "a=rtcp-rsize",
        f"a=ice-ufrag:{offer.ufrag}",
        f"a=ice-pwd:{offer.password}",
        f"a=fingerprint:sha-256 {offer.fingerprint}",
        "a=setup:actpass",
        *_candidates(offer),
        "a=end-of-candidates",
    ]


def _candidates(offer: Offer) -> list[str]:
    """Host candidates; their priority is RFC 8445 section 5.1.2.1's, the advertised order as local preference."""
    return [
        f"a=candidate:{index + 1} 1 udp {(126 << 24) | ((65535 - index) << 8) | 255} {address} {offer.port} typ host"
        for index, address in enumerate(offer.addresses)
    ]


def _extensions(*extensions: tuple[int, str]) -> list[str]:
    return [f"a=extmap:{number} {uri}" for number, uri in extensions]


_AUDIO = (
    *_extensions(AUDIO_LEVEL, ABS_SEND_TIME),
    f"a=rtpmap:{AUDIO} opus/48000/2",
    f"a=fmtp:{AUDIO} minptime=10;useinbandfec=1;maxaveragebitrate={SOUND_LIMIT}",
    f"a=rtpmap:{RED} red/48000/2",
    f"a=fmtp:{RED} {AUDIO}/{AUDIO}",
)

_VIDEO = (
    *_extensions(ABS_SEND_TIME),
    f"a=rtpmap:{VIDEO} VP8/90000",
    *(f"a=rtcp-fb:{VIDEO} {each}" for each in ("nack", "nack pli", "ccm fir", "goog-remb")),
    f"a=fmtp:{VIDEO} x-google-start-bitrate={VIDEO_START}",
    f"a=rtpmap:{RTX} rtx/90000",
    f"a=fmtp:{RTX} apt={VIDEO}",
)

_LAYERS = (
    *_extensions(STREAM_ID, REPAIRED_STREAM_ID),
    *(f"a=rid:{layer} recv" for layer in Layer),
    f"a=simulcast:recv {';'.join(Layer)}",
)
"""Simulcast (RFC 8853): the participant may send each of these. Which of them it does is said by signalling.

The main one stands first though browsers take the first for the smallest: Chromium says what its line takes (REMB) by
the first one alone, and not while that is switched off. The page sets the sizes (peer.js).
"""


def _promised(source: OfferedSource, kind: Kind) -> list[str]:
    """The SSRCs of a slot. Video's own stands before its retransmissions', or Chromium takes those for the video."""
    stream, track = source.participant_id, f"{source.participant_id}-{kind}"
    ssrcs = [source.audio] if kind is Kind.AUDIO else [source.video, source.rtx]
    lines = [f"a=msid:{stream} {track}"]
    if kind is Kind.VIDEO:
        lines.append(f"a=ssrc-group:FID {source.video} {source.rtx}")
    for ssrc in ssrcs:
        lines += [f"a=ssrc:{ssrc} cname:{stream}", f"a=ssrc:{ssrc} msid:{stream} {track}"]
    return lines


def read_answer(sdp: str, offer: Offer, before: Answer | None = None) -> Answer:
    """Read the answer to an offer. Raises BadDescription, saying what is wrong with it.

    before: the answer to an earlier offer of the same connection; its certificate can't change.
    """
    expected = kinds(offer)
    sections = _read(sdp, len(expected))
    if [each.kind for each in sections] != [str(kind) for kind in expected]:
        raise BadDescription("the sections are not those of the offer")
    first = sections[0]
    ufrag = _check_transport(first)
    accepted = [each for each in sections if each.port != 0]
    streams: set[Stream] = set()
    for section in accepted:
        _check_section(section)
        streams |= _streams(section)
    prints = tuple(first.fingerprints)
    if before is not None and before.fingerprints != prints:
        raise BadDescription("the certificate has changed")
    redundant = all(_takes_red(each) for each in accepted if each.kind == Kind.AUDIO)
    layered = offer.sends and set(Layer) <= sections[1].layers
    return Answer(ufrag, prints, frozenset(streams), redundant, layered)


def _read(sdp: str, sections: int) -> list[Section]:
    """Read what is not too long: see MAX_SECTION."""
    if len(sdp) > MAX_SDP:
        raise BadDescription("it is too long")
    lines = sdp.splitlines()
    starts = [0, *(number for number, line in enumerate(lines) if line.startswith("m=")), len(lines)]
    if len(starts) - 2 != sections:
        raise BadDescription("the sections are not those of the offer")
    if any(end - start > MAX_SECTION for start, end in pairwise(starts)):
        raise BadDescription("a section is too long")
    try:
        return description.read(lines)
    except ValueError as error:
        raise BadDescription("it is not SDP") from error


def _check_transport(section: Section) -> str:
    """The first section's transport is everyone's: the sections are bundled (RFC 9143). Returns its ICE name."""
    if section.port == 0:
        raise BadDescription("the section that carries the transport is rejected")
    ufrag = section.ufrag
    if ufrag is None or not 4 <= len(ufrag) <= 256 or _ICE_CHARS.fullmatch(ufrag) is None:
        raise BadDescription("there is no valid ice-ufrag")
    if section.setup != "active":
        raise BadDescription("the participant must be the active side of DTLS")
    if not any(algorithm.lower() == "sha-256" for algorithm, _ in section.fingerprints):
        raise BadDescription("there is no SHA-256 fingerprint")
    return ufrag


def _check_section(section: Section) -> None:
    if not section.rtcp_mux:
        raise BadDescription("RTCP must share the port")
    wanted, name = (AUDIO, "opus") if section.kind == Kind.AUDIO else (VIDEO, "vp8")
    if wanted not in section.formats:
        raise BadDescription("the offered codec is not accepted")
    if section.codecs.get(wanted) != name:
        raise BadDescription("the payload type is not the offered codec's")


def _takes_red(section: Section) -> bool:
    return RED in section.formats and section.codecs.get(RED) == "red"


def _streams(section: Section) -> set[Stream]:
    if section.kind == Kind.AUDIO:
        return {Stream.AUDIO}
    return {Stream.VIDEO, Stream.RTX} if RTX in section.formats else {Stream.VIDEO}
