"""Retransmissions as RTP carries them (RFC 4588): a stream of their own, on the original's clock.

A retransmission has the original's timestamp, marker and header extensions, a number of its own stream, and before the
payload the original's number (OSN). What has no payload is padding, by which senders probe their lines.
"""

from __future__ import annotations

from .rtp import HEADER, payload, payload_offset

OSN_SIZE = 2
_MARKER, _PADDING = 0x80, 0x20


def wrap(original: bytes, *, payload_type: int, ssrc: int, seq: int) -> bytes | None:
    """Make a retransmission of a packet, under these numbers; None of one without a payload."""
    view = memoryview(original)
    at = payload_offset(view, len(original))
    if at is None:
        return None
    first, second, osn, timestamp, _ = HEADER.unpack_from(original)
    header = HEADER.pack(first, second & _MARKER | payload_type, seq & 0xFFFF, timestamp, ssrc)
    return b"".join((header, view[HEADER.size : at], osn.to_bytes(OSN_SIZE), view[at:]))


def unwrap(repeat: bytes, *, payload_type: int, ssrc: int) -> bytes | None:
    """Take a retransmission apart into the original, of that payload type and SSRC; None of what is only padding."""
    view = memoryview(repeat)
    at = payload_offset(view, len(repeat))
    content = payload(view, len(repeat))
    if at is None or len(content) < OSN_SIZE:
        return None
    first, second, _, timestamp, _ = HEADER.unpack_from(repeat)
    osn = int.from_bytes(content[:OSN_SIZE])
    header = HEADER.pack(first & ~_PADDING, second & _MARKER | payload_type, osn, timestamp, ssrc)
    return b"".join((header, view[HEADER.size : at], content[OSN_SIZE:]))


def renumber(repeat: bytes, *, ssrc: int, seq: int, osn_offset: int, time_offset: int) -> bytearray:
    """Put a retransmission, or padding, under other numbers."""
    first, second, _, timestamp, _ = HEADER.unpack_from(repeat)
    packet = bytearray(repeat)
    HEADER.pack_into(packet, 0, first, second, seq & 0xFFFF, (timestamp + time_offset) & 0xFFFFFFFF, ssrc)
    osn = original_seq(repeat)
    at = payload_offset(memoryview(repeat), len(repeat))
    if osn is not None and at is not None:
        packet[at : at + OSN_SIZE] = ((osn + osn_offset) & 0xFFFF).to_bytes(OSN_SIZE)
    return packet


def original_seq(repeat: bytes) -> int | None:
    """Return the number of a retransmission's original; None of what is only padding."""
    content = payload(memoryview(repeat), len(repeat))
    return int.from_bytes(content[:OSN_SIZE]) if len(content) >= OSN_SIZE else None
