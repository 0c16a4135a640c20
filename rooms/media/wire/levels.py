"""How loud a packet says it is: the audio level of RFC 6464 in a one-byte header extension (RFC 8285 section 4.2).

Header extensions are in the clear in SRTP, and the level is all that is read of sound; what was said is not looked at.
"""

from __future__ import annotations

from .rtp import HEADER
from .sdp import AUDIO_LEVEL


def audio_level(packet: memoryview, size: int, extension_id: int = AUDIO_LEVEL[0]) -> int | None:
    """Return the level in -dBov, 0 (loudest) to 127 (silence), or None if the packet does not say.

    packet: the buffer the packet lies in, size: its length in bytes.
    """
    if not packet[0] & 0x10:
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
            return packet[at + 1] & 0x7F
        at += 1 + length
    return None
