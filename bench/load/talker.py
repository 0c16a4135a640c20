"""One participant of a measured room: what it sends was made and encrypted before, what it receives is counted.

So many packets leave the generator that none of them can be encrypted, nor all that come back be decrypted, while time
is measured. Each packet carries its sender's number and its own; when it left is noted beside. One in a few that arrive
is decrypted, to learn which it was: that it is one of ours, and how long it took since then. When it arrived is the
kernel's stamp, so that the generator may look whenever it has time.
"""

from __future__ import annotations

import socket
import time
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from struct import Struct

from rooms.media.wire import rtcp

from ..caller import AUDIO, VIDEO, Caller, rtp_packet
from .schedule import TURN, Departure
from .seats import Seat
from .stamps import ANCILLARY, arrived, overflowed, stamped

SSRCS = {AUDIO: 1111, VIDEO: 9696}
RTX_SSRC = 9797
SIZES = {AUDIO: 80, VIDEO: 1100}
STEPS = {AUDIO: 960, VIDEO: 1500}
"""Timestamps between two packets, at 48 and 90 kHz."""

MARK = Struct("!2sLL")
"""What a payload begins with: a VP8 descriptor and header that say it is no keyframe, the sender, the packet."""
NO_KEYFRAME = b"\x10\x01"
MARK_AT = 12

SAMPLED = 17
"""One packet in so many is decrypted and timed; with a turn of eleven, each of the eleven has its turn."""

CONSENT_TURNS, REPORT_TURNS = 50, 10
BITRATE = 2_000_000
BUFFER = bytearray(2048)


@dataclass(frozen=True, slots=True)
class Link:
    """How a participant is connected. out, into: what it sends by and receives by; the same with our own relay."""

    seat: Seat
    out: Caller | None
    into: Caller

    @property
    def callers(self) -> tuple[Caller, ...]:
        """Both, or the one that is both."""
        return (self.into,) if self.out is None or self.out is self.into else (self.into, self.out)


class Talker:
    """A connected participant.

    left: nanoseconds (wall clock) when each packet was sent, by its number. took: nanoseconds of each sampled packet.
    journal: everybody's `left`, by the senders' numbers.
    """

    def __init__(self, link: Link, journal: list[array[int]]) -> None:
        self.link = link
        self.sent = 0
        self.received = 0
        self.took = array("q")
        self.left = array("q")
        self._journal = journal
        self._number = len(journal)
        journal.append(self.left)
        self._packets: list[bytes] = []
        self._turns = self._number
        self._sockets = [_own(caller) for caller in link.callers]
        self._put = self._sockets[-1].send

    @property
    def overflowed(self) -> int:
        """How many datagrams came for which there was no room in its own sockets."""
        return sum(overflowed(sock) for sock in self._sockets)

    def prepare(self, departures: Sequence[Departure], turns: int) -> None:
        """Make and encrypt all packets of so many turns."""
        if self.link.out is None:
            return
        protect, counts = self.link.out.dtls._tx_srtp.protect, dict.fromkeys(SSRCS, 0)  # noqa: SLF001 - as caller.py does
        for number, departure in enumerate(list(departures) * turns):
            kind = departure.payload_type
            counts[kind] += 1
            payload = MARK.pack(NO_KEYFRAME, self._number, number).ljust(SIZES[kind], b"\0")
            packet = rtp_packet(kind, SSRCS[kind], counts[kind], counts[kind] * STEPS[kind], payload)
            self._packets.append(protect(packet))
        self.left.extend([0] * len(self._packets))

    def send(self) -> None:
        """Send the next packet."""
        number = self.sent
        self.left[number] = time.time_ns()
        self._put(self._packets[number])
        self.sent = number + 1

    def look(self) -> None:
        """Count what has come; now and then say that one is there, and report. To be called once a turn."""
        for caller, sock in zip(self.link.callers, self._sockets, strict=True):
            self._collect(caller, sock)
        self._turns += 1
        if self._turns % CONSENT_TURNS == 0:
            for caller in self.link.callers:
                caller.consent()
        if self._turns % REPORT_TURNS == 0:
            self._report()

    def _collect(self, caller: Caller, sock: socket.socket) -> None:
        receive, buffer = sock.recv_into, BUFFER
        try:
            while True:
                if self.received % SAMPLED == 0:
                    self._sample(caller, sock)
                    continue
                size = receive(buffer)
                if _is_media(buffer):
                    self.received += 1
                elif buffer[0] < 64:
                    caller.take(bytes(buffer[:size]))
        except BlockingIOError:
            return

    def _sample(self, caller: Caller, sock: socket.socket) -> None:
        """Take a packet and note how long it was under way. Raises ValueError when it is none that we sent."""
        datagram, ancillary, _, _ = sock.recvmsg(len(BUFFER), ANCILLARY)
        if not _is_media(datagram):
            if datagram[0] < 64:
                caller.take(datagram)
            return
        self.received += 1
        packet = caller.dtls._rx_srtp.unprotect(datagram)  # noqa: SLF001 - as caller.py does
        mark, sender, number = MARK.unpack_from(packet, MARK_AT)
        if mark != NO_KEYFRAME:
            raise ValueError("a packet that nobody sent")
        stamp = arrived(ancillary)
        if stamp is not None:
            self.took.append(stamp - self._journal[sender][number])

    def _report(self) -> None:
        """Report once a second as browsers do: on what was sent, and on what came, with an estimate of the line."""
        if self.link.out is not None:
            ntp = int((time.time() + 2_208_988_800) * 2**32).to_bytes(8)
            counts = self.sent.to_bytes(4) + (self.sent * 600).to_bytes(4)
            for kind, ssrc in SSRCS.items():
                timestamp = round(self._turns * TURN * STEPS[kind] * 50)
                self.link.out.send_rtcp(rtcp.sender_report(rtcp.SenderReport(ssrc, ntp, timestamp, counts)))
        streams = self.link.into.server.streams if self.link.into.server is not None else []
        blocks = [rtcp.ReportBlock(ssrc, bytes(4), self.received & 0xFFFF, bytes(12)) for ssrc in streams]
        estimate = rtcp.remb(rtcp.Estimate(BITRATE, tuple(streams)))
        self.link.into.send_rtcp(rtcp.receiver_report(SSRCS[AUDIO], blocks) + estimate)


def _own(caller: Caller) -> socket.socket:
    """Take a caller's socket from the event loop, bound to its server, with the kernel's stamps."""
    sock = caller.unplug()
    if caller.server is not None:
        sock.connect(caller.server.address)
    return stamped(sock)


def _is_media(datagram: bytes | bytearray) -> bool:
    """Whether it is RTP and not RTCP, STUN or DTLS (RFC 7983, RFC 5761)."""
    return 127 < datagram[0] < 192 and not 191 < datagram[1] < 224
