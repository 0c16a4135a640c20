"""Header extensions with headers of one byte (RFC 8285 section 4.2): where one lies, and what two of them say.

abs-send-time (http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time) is the sender's time as a packet left it: 24
bits of seconds, with 18 of them behind the point. Receivers reckon from it what their line can take.

The RTP stream id (RFC 8852) says which layer a packet belongs to, of a retransmission the repaired one; browsers
leave it off once a receiver has reported on the stream.
"""

from __future__ import annotations

from .rtp import HEADER, Layer

SEND_TIME_UNIT = 1 << 18
"""How many of its units are a second."""

_SEND_TIME_BYTES = 3


def find_extension(packet: memoryview, size: int, extension_id: int) -> tuple[int, int] | None:
    """Return where the data of an extension element begin and how many bytes they are; None if there is none.

    packet: the buffer the packet lies in, size: its length in bytes.
    """
    if size < HEADER.size or not packet[0] & 0x10:
        return None
    at = HEADER.size + 4 * (packet[0] & 0x0F)
    if at + 4 > size or packet[at] != 0xBE or packet[at + 1] != 0xDE:
        return None
    end = at + 4 + 4 * int.from_bytes(packet[at + 2 : at + 4])
    at += 4
    if end > size:
        return None
    while at < end:
        element = packet[at]
        if element == 0:  # padding
            at += 1
            continue
        found, length = element >> 4, (element & 0x0F) + 1
        if found == 15 or at + 1 + length > end:  # reserved: what follows is not for us
            return None
        if found == extension_id:
            return at + 1, length
        at += 1 + length
    return None


def send_time(packet: memoryview, size: int, extension_id: int) -> int | None:
    """Return when the packet says that it was sent, in units of SEND_TIME_UNIT, modulo 64 s; None if it does not."""
    found = find_extension(packet, size, extension_id)
    if found is None or found[1] != _SEND_TIME_BYTES:
        return None
    return int.from_bytes(packet[found[0] : found[0] + _SEND_TIME_BYTES])


def set_send_time(packet: memoryview, size: int, extension_id: int, time: int) -> None:
    """Let the packet say that it was sent at another time, if it says when at all."""
    found = find_extension(packet, size, extension_id)
    if found is not None and found[1] == _SEND_TIME_BYTES:
        packet[found[0] : found[0] + _SEND_TIME_BYTES] = (time & 0xFFFFFF).to_bytes(_SEND_TIME_BYTES)


def layer_of(packet: memoryview, size: int, *extension_ids: int) -> Layer | None:
    """Return the layer that a packet says it is of, in any of these extensions; None if it says none of ours."""
    for extension_id in extension_ids:
        found = find_extension(packet, size, extension_id)
        if found is not None:
            named = bytes(packet[found[0] : found[0] + found[1]])
            return next((layer for layer in Layer if layer.encode() == named), None)
    return None
