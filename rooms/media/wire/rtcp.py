"""RTCP read into values and written from them; feedback.py decides what becomes of them.

RFC 3550 section 6 (reports), RFC 4585 section 6 (NACK, PLI), RFC 5104 section 4.3.1 (FIR),
draft-alvestrand-rmcat-remb (REMB).

Reading is forgiving: what is malformed or not understood is left out, and nothing raises.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from struct import Struct

SR, RR, RTPFB, PSFB = 200, 201, 205, 206
FMT_NACK = 1
FMT_PLI, FMT_FIR, FMT_AFB = 1, 4, 15
REMB_MARK = b"REMB"
MAX_BLOCKS = 31

RELAY_SSRC = 1
"""The sender SSRC of what the relay says in its own name; it sends no media, so any constant does."""

ALL_LOST = 0xFF
"""The share of packets lost, in 256ths, that says of a picture: send none. Of whom a line carries no picture the relay
tells it that of its own (rates/); no receiver's word is passed on as so much."""

_COMMON = Struct("!BBH")
_SENDER = Struct("!L8sL8s")
_BLOCK = Struct("!L4sL12s")
_FEEDBACK = Struct("!LL")
_NACK_ITEM = Struct("!HH")
_SSRC = Struct("!L")


@dataclass(frozen=True, slots=True)
class ReportBlock:
    """What a receiver says of one source. `lost` and `timing` are carried on as they are (loss; jitter, LSR, DLSR)."""

    ssrc: int
    lost: bytes
    highest: int
    timing: bytes


@dataclass(frozen=True, slots=True)
class SenderReport:
    """A source's wall clock against its media clock. `ntp` and `counts` are carried on as they are."""

    ssrc: int
    ntp: bytes
    timestamp: int
    counts: bytes


@dataclass(frozen=True, slots=True)
class Nack:
    """Packets of a source that did not arrive: (sequence number, bit mask of the 16 after it) each."""

    ssrc: int
    items: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class KeyframeRequest:
    """A PLI, or one entry of a FIR: to the relay they mean the same."""

    ssrc: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """A REMB: what a receiver's line can take, in bit/s, of all the sources named together."""

    bitrate: int
    ssrcs: tuple[int, ...]


Packet = Estimate | KeyframeRequest | Nack | ReportBlock | SenderReport


def parse(compound: bytes) -> list[Packet]:
    """Read a decrypted compound packet; stops at the first thing that is not RTCP."""
    packets: list[Packet] = []
    position = 0
    while position + 4 <= len(compound):
        first, packet_type, words = _COMMON.unpack_from(compound, position)
        end = position + 4 + 4 * words
        if first >> 6 != 2 or end > len(compound):
            break
        padding = compound[end - 1] if first & 0x20 else 0
        body = compound[position + 4 : max(position + 4, end - padding)]
        packets.extend(_read(packet_type, first & 0x1F, body))
        position = end
    return packets


def _read(packet_type: int, count: int, body: bytes) -> Iterable[Packet]:
    if packet_type == SR and len(body) >= _SENDER.size:
        return [SenderReport(*_SENDER.unpack_from(body)), *_blocks(body, _SENDER.size, count)]
    if packet_type == RR:
        return _blocks(body, 4, count)
    if packet_type == RTPFB and count == FMT_NACK:
        return _nack(body)
    if packet_type == PSFB:
        return _payload_feedback(count, body)
    return ()


def _blocks(body: bytes, offset: int, count: int) -> Iterator[ReportBlock]:
    last = min(offset + count * _BLOCK.size, len(body)) - _BLOCK.size
    for at in range(offset, last + 1, _BLOCK.size):
        yield ReportBlock(*_BLOCK.unpack_from(body, at))


def _nack(body: bytes) -> Iterator[Nack]:
    if len(body) >= _FEEDBACK.size + _NACK_ITEM.size:
        whole = len(body) - len(body) % _NACK_ITEM.size
        yield Nack(_FEEDBACK.unpack_from(body)[1], tuple(_NACK_ITEM.iter_unpack(body[_FEEDBACK.size : whole])))


def _payload_feedback(fmt: int, body: bytes) -> Iterator[Packet]:
    if len(body) < _FEEDBACK.size:
        return
    if fmt == FMT_PLI:
        yield KeyframeRequest(_FEEDBACK.unpack_from(body)[1])
    elif fmt == FMT_FIR:
        for at in range(8, len(body) - 7, 8):
            yield KeyframeRequest(_SSRC.unpack_from(body, at)[0])
    elif fmt == FMT_AFB and body[8:12] == REMB_MARK and len(body) >= 16 and len(body) >= 16 + 4 * body[12]:
        exponent, mantissa = body[13] >> 2, int.from_bytes(body[13:16]) & 0x3FFFF
        yield Estimate(mantissa << exponent, tuple(_SSRC.unpack_from(body, 16 + 4 * i)[0] for i in range(body[12])))


def _packet(count: int, packet_type: int, body: bytes) -> bytes:
    return _COMMON.pack(0x80 | count, packet_type, len(body) // 4) + body


def sender_report(report: SenderReport) -> bytes:
    """Write a sender report without report blocks."""
    return _packet(0, SR, _SENDER.pack(report.ssrc, report.ntp, report.timestamp, report.counts))


def receiver_report(reporter: int, blocks: Sequence[ReportBlock] = ()) -> bytes:
    """Write a receiver report; more blocks than fit are left out. reporter: the SSRC it is said in the name of."""
    fitting = blocks[:MAX_BLOCKS]
    packed = (_BLOCK.pack(block.ssrc, block.lost, block.highest, block.timing) for block in fitting)
    return _packet(len(fitting), RR, _SSRC.pack(reporter) + b"".join(packed))


def nack(request: Nack) -> bytes:
    """Write a request for retransmissions."""
    items = b"".join(_NACK_ITEM.pack(*item) for item in request.items)
    return _packet(FMT_NACK, RTPFB, _FEEDBACK.pack(RELAY_SSRC, request.ssrc) + items)


def pli(ssrc: int) -> bytes:
    """Write a request for a keyframe."""
    return _packet(FMT_PLI, PSFB, _FEEDBACK.pack(RELAY_SSRC, ssrc))


def remb(estimate: Estimate) -> bytes:
    """Write a REMB; the bitrate is rounded down to what 18 bits of mantissa hold. At most 255 SSRCs fit."""
    exponent = max(0, estimate.bitrate.bit_length() - 18)
    mantissa = estimate.bitrate >> exponent
    head = bytes([len(estimate.ssrcs)]) + ((exponent << 18) | mantissa).to_bytes(3)
    return _packet(
        FMT_AFB,
        PSFB,
        _FEEDBACK.pack(RELAY_SSRC, 0) + REMB_MARK + head + b"".join(map(_SSRC.pack, estimate.ssrcs)),
    )
