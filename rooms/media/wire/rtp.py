"""RTP as the relay needs it: the fixed header, the three streams we negotiate, and telling datagrams apart.

RFC 3550 section 5.1 (header), RFC 4588 (retransmission), RFC 5761 section 4 (RTCP on the same port),
RFC 7983 (demultiplexing).
"""

from __future__ import annotations

from enum import Enum, StrEnum
from struct import Struct

from ..forwarding import Kind

HEADER = Struct("!BBHLL")
"""Version/padding/extension/CSRC count, marker/payload type, sequence number, timestamp, SSRC."""

NUMBERS = Struct("!HL")
"""Sequence number and timestamp, at offset 2 of the header."""

SSRC, SSRC_AT = Struct("!L"), 8
"""The SSRC alone, and where in the header it is."""

MAX_PACKET = 1500
"""Bytes. Nothing larger fits an Ethernet frame, and browsers stay below 1,300; a larger datagram is no media."""

MARKED = 0x80
"""The second byte of a packet with the marker set, at least: of video the last one of a picture."""

FIRST_STUN, LAST_STUN = 0, 3
FIRST_DTLS, LAST_DTLS = 20, 63
FIRST_RTP, LAST_RTP = 128, 191
"""What a datagram's first byte says it is (RFC 7983 section 7)."""

FIRST_RTCP, LAST_RTCP = 192, 223
"""What the second byte of an RTP-like datagram says if it is RTCP (RFC 5761 section 4)."""


class Stream(Enum):
    """The streams a participant may send. The server offers, so the payload types are the same for everyone."""

    AUDIO = (111, Kind.AUDIO, 48_000)
    VIDEO = (96, Kind.VIDEO, 90_000)
    RTX = (97, Kind.VIDEO, 90_000)

    __hash__ = object.__hash__  # Enum's own is in Python, and these are the keys of most that is looked up here

    def __init__(self, payload_type: int, kind: Kind, clock_rate: int) -> None:
        self.payload_type = payload_type
        self.kind = kind
        self.clock_rate = clock_rate


class Layer(StrEnum):
    """The sizes of one picture that a participant may send at once (simulcast), by their RID (RFC 8851).

    Who sends but one sends the main one, whether it says so or not; so does all sound.
    """

    MAIN = "h"
    SMALL = "l"

    __hash__ = str.__hash__  # likewise


RED = 63
"""The payload type of redundant audio (RFC 2198), which is sound on the same SSRC as plain packets of it."""

STREAMS = {stream.payload_type: stream for stream in Stream} | {RED: Stream.AUDIO}


def is_newer(seq: int, than: int) -> bool:
    """Whether a sequence number is the same as or after another, in serial arithmetic (RFC 1982)."""
    return (seq - than) & 0xFFFF < 0x8000


def payload_offset(packet: memoryview, size: int) -> int | None:
    """Where the payload of a decrypted packet begins: after CSRCs and header extension. None if it has none.

    packet: the buffer the packet lies in, size: its length in bytes.
    """
    offset = HEADER.size + 4 * (packet[0] & 0x0F)
    if packet[0] & 0x10:
        if offset + 4 > size:
            return None
        offset += 4 + 4 * int.from_bytes(packet[offset + 2 : offset + 4])
    return offset if offset < size else None


def payload(packet: memoryview, size: int) -> memoryview:
    """Return the payload of a decrypted packet without its padding; empty if it has none (RFC 3550 section 5.1)."""
    offset = payload_offset(packet, size)
    if offset is None:
        return packet[:0]
    end = size - packet[size - 1] if packet[0] & 0x20 else size
    return packet[offset : max(offset, end)]
