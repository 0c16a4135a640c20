"""Redundant audio (RFC 2198): a packet that carries those before it once more.

Before the blocks are their headers: four bytes for each repeated one, oldest first (a mark, its payload type, how much
earlier its timestamp is, its length), and one byte for the packet's own, which is the rest. Repeated are the packets
just before this one, so the last repeated block has the number before this packet's.
"""

from __future__ import annotations

from collections.abc import Sequence

from .rtp import HEADER, payload, payload_offset

MOST_EARLIER = 1 << 14
"""Timestamps and lengths have 14 and 10 bits."""

MOST_LENGTH = 1 << 10

_MORE, _MARKER, _PADDING = 0x80, 0x80, 0x20


def wrap(packet: bytes, repeated: Sequence[tuple[int, bytes]], *, payload_type: int) -> bytes:
    """Let a packet carry earlier ones: (timestamp, payload) each, oldest first, of the packets just before it.

    From the first on that can't be carried, since it is too old or long, those before it are left out.
    """
    first, second, seq, timestamp, ssrc = HEADER.unpack_from(packet)
    view = memoryview(packet)
    at = payload_offset(view, len(packet))
    if at is None:
        return packet
    blocks: list[tuple[int, bytes]] = []
    for when, content in reversed(repeated):
        earlier = (timestamp - when) & 0xFFFFFFFF
        if earlier >= MOST_EARLIER or len(content) >= MOST_LENGTH:
            break
        blocks.insert(0, (earlier, content))
    own_type = second & 0x7F
    heads = [bytes([_MORE | own_type]) + (earlier << 10 | len(content)).to_bytes(3) for earlier, content in blocks]
    header = HEADER.pack(first & ~_PADDING, second & _MARKER | payload_type, seq, timestamp, ssrc)
    parts: tuple[bytes | memoryview, ...] = (
        view[HEADER.size : at],
        *heads,
        bytes([own_type]),
        *(content for _, content in blocks),
    )
    return b"".join([header, *parts, payload(view, len(packet))])


def unwrap(packet: bytes, *, payload_type: int) -> list[bytes]:
    """Take a packet apart into plain ones of a payload type, oldest first and its own last; empty if it is malformed.

    A repeated one has the number that follows from its place, and neither marker nor header extensions. Blocks of other
    payload types are left out.
    """
    view = memoryview(packet)
    at = payload_offset(view, len(packet))
    content = payload(view, len(packet))
    blocks = _blocks(content)
    if at is None or not blocks:
        return []
    first, second, seq, timestamp, ssrc = HEADER.unpack_from(packet)
    plain = []
    for back, (kind, earlier, data) in zip(range(len(blocks) - 1, -1, -1), blocks, strict=True):
        if kind != payload_type or not data:
            continue
        if back:
            header = HEADER.pack(0x80, kind, (seq - back) & 0xFFFF, (timestamp - earlier) & 0xFFFFFFFF, ssrc)
            plain.append(header + data)
        else:
            header = HEADER.pack(first & ~_PADDING, second & _MARKER | kind, seq, timestamp, ssrc)
            plain.append(b"".join((header, view[HEADER.size : at], data)))
    return plain


def _blocks(content: memoryview) -> list[tuple[int, int, memoryview]]:
    """Read the blocks: payload type, how much earlier, data each. Empty if they are not what their headers say."""
    heads: list[tuple[int, int, int]] = []
    at = 0
    while at < len(content) and content[at] & _MORE:
        if at + 4 > len(content):
            return []
        word = int.from_bytes(content[at + 1 : at + 4])
        heads.append((content[at] & 0x7F, word >> 10, word & (MOST_LENGTH - 1)))
        at += 4
    own = len(content) - at - 1 - sum(length for _, _, length in heads)
    if own < 0:
        return []
    heads.append((content[at] & 0x7F, 0, own))
    at += 1
    blocks = []
    for kind, earlier, length in heads:
        blocks.append((kind, earlier, content[at : at + length]))
        at += length
    return blocks
