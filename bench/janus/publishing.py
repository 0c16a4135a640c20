"""The SDP offer of who sends into a VideoRoom: what our own relay's offers negotiate, the other way round."""

from __future__ import annotations

from ..caller import AUDIO, FEEDBACK, RTX, VIDEO, Caller

_SECTIONS = (
    ("audio", (AUDIO,), (f"rtpmap:{AUDIO} opus/48000/2", f"fmtp:{AUDIO} minptime=10;useinbandfec=1")),
    (
        "video",
        (VIDEO, RTX),
        (
            f"rtpmap:{VIDEO} VP8/90000",
            *(f"rtcp-fb:{VIDEO} {each}" for each in FEEDBACK),
            f"rtpmap:{RTX} rtx/90000",
            f"fmtp:{RTX} apt={VIDEO}",
        ),
    ),
)


def write_offer(caller: Caller, ssrcs: dict[str, tuple[int, ...]]) -> str:
    """Write a caller's offer of an audio and a video section, as browsers do.

    ssrcs: by kind; video's own, then its retransmissions'.
    """
    lines = ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0", "a=group:BUNDLE 0 1"]
    host, port = caller.sock.getsockname()
    for mid, (kind, formats, attributes) in enumerate(_SECTIONS):
        lines += [
            f"m={kind} 9 UDP/TLS/RTP/SAVPF {' '.join(map(str, formats))}",
            "c=IN IP4 0.0.0.0",
            f"a=mid:{mid}",
            "a=sendonly",
            "a=rtcp-mux",
            "a=rtcp-rsize",
            f"a=ice-ufrag:{caller.ufrag}",
            f"a=ice-pwd:{caller.password}",
            f"a=fingerprint:sha-256 {caller.fingerprint}",
            "a=setup:actpass",
            f"a=candidate:1 1 udp 2130706431 {host} {port} typ host",
            "a=end-of-candidates",
            *(f"a={each}" for each in attributes),
            *([f"a=ssrc-group:FID {' '.join(map(str, ssrcs[kind]))}"] if len(ssrcs[kind]) > 1 else []),
            *(f"a=ssrc:{ssrc} cname:caller" for ssrc in ssrcs[kind]),
        ]
    return "\r\n".join(lines) + "\r\n"
