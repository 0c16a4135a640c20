"""How loud a packet says it is: the audio level of RFC 6464 in a one-byte header extension (RFC 8285 section 4.2).

Header extensions are in the clear in SRTP, and the level is all that is read of sound; what was said is not looked at.
"""

from __future__ import annotations

from .extensions import find_extension
from .sdp import AUDIO_LEVEL


def audio_level(packet: memoryview, size: int, extension_id: int = AUDIO_LEVEL[0]) -> int | None:
    """Return the level in -dBov, 0 (loudest) to 127 (silence), or None if the packet does not say.

    packet: the buffer the packet lies in, size: its length in bytes.
    """
    found = find_extension(packet, size, extension_id)
    return None if found is None else packet[found[0]] & 0x7F
