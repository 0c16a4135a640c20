"""A source of two layers made by hand, in a room with a strong line and a weak one."""

from __future__ import annotations

import pytest

from bench.caller import HEADER, RTX, VIDEO, Caller
from rooms.media.peer import Peer
from rooms.media.room import MediaRoom
from rooms.media.wire import rtcp
from tests.rooms.media.conftest import House, until

SSRCS = {"h": 700, "l": 701}
REPEATS = {"h": 710, "l": 711}
STRONG, WEAK = 800_000, 100_000
#: What a keyframe's first packet begins with: descriptor, frame tag, start code, size (RFC 7741, RFC 6386).
KEY = b"\x10\x10\0\0\x9d\x01\x2a" + bytes(4)
DELTA = b"\x10\x11\0\0" + bytes(8)
MORE = b"\0" + bytes(12)


def packet(layer: str, seq: int, payload: bytes, *, timestamp: int | None = None) -> bytes:
    """Write a packet of a layer, with its RID."""
    at = seq * 3000 if timestamp is None else timestamp
    header: bytes = HEADER.pack(0x90, VIDEO, seq & 0xFFFF, at & 0xFFFFFFFF, SSRCS[layer])
    return b"".join((header, b"\xbe\xde\0\x01", bytes([0x40]), layer.encode(), b"\0\0", payload))


def repeat(layer: str, seq: int, original: bytes) -> bytes:
    """Write a retransmission of a packet, with the repaired RID."""
    _, _, osn, timestamp, _ = HEADER.unpack_from(original)
    header: bytes = HEADER.pack(0x90, RTX, seq, timestamp, REPEATS[layer])
    return b"".join((header, b"\xbe\xde\0\x01", bytes([0x50]), layer.encode(), b"\0\0", osn.to_bytes(2), original[20:]))


def remb(caller: Caller, bitrate: int, slot: str) -> bytes:
    """Write what a receiver says that its line takes."""
    assert caller.server is not None
    ssrc = caller.server.slots[slot][1]
    return rtcp.receiver_report(1) + rtcp.remb(rtcp.Estimate(bitrate, (ssrc,)))


class Family:
    """A terminal that sends, a mother whose line is strong, a son whose line is weak."""

    def __init__(self, house: House, room: MediaRoom, callers: dict[str, Caller], source: Peer) -> None:
        self.house, self.room, self.callers, self.source = house, room, callers, source
        self.terminal, self.mother, self.son = callers.values()

    def send(self, layer: str, seq: int, payload: bytes) -> None:
        """Send a packet of a layer."""
        self.terminal.send_rtp(packet(layer, seq, payload))

    def say(self, **rates: int) -> None:
        """Let lines take so much."""
        for who, rate in rates.items():
            caller = getattr(self, who)
            caller.send_rtcp(remb(caller, rate, "terminal-1"))

    async def look_later(self, seconds: float) -> None:
        """Put the clock forward, and let the room look at it. Consent is given anew meanwhile."""
        for caller in self.callers.values():
            await caller.check()
        self.house.clock.ahead += seconds
        before = self.source.path.allowance = -1
        await until(lambda: self.source.path.allowance != before)  # it is filled up at each look

    async def weaken(self) -> None:
        """Let the son's line be weak for long enough, and the mother's strong."""
        self.say(mother=STRONG, son=WEAK)
        await until(lambda: len(self.source.path.estimates) == 2)
        for _ in range(3):
            await self.look_later(1.5)

    def asked(self) -> list[int]:
        """The SSRCs of which the terminal was asked for a keyframe."""
        compounds = (rtcp.parse(each) for each in self.terminal.rtcp)
        return [each.ssrc for found in compounds for each in found if isinstance(each, rtcp.KeyframeRequest)]

    @staticmethod
    def got(caller: Caller) -> list[tuple[int, bytes]]:
        """The numbers and payloads of the video somebody has received, in order."""
        video = [each for each in caller.rtp if each[1] & 0x7F == VIDEO]
        return [(int.from_bytes(each[2:4]), each[20:]) for each in video]


def agreeing(answer: str) -> str:
    """An answer that agrees to send both layers."""
    head, audio, video, *rest = answer.split("\r\nm=")
    video += "\r\na=rid:h send\r\na=rid:l send\r\na=simulcast:send h;l"
    return "\r\nm=".join([head, audio, video, *rest]) + ("" if rest else "\r\n")


@pytest.fixture
async def family(house: House) -> Family:
    """All three are connected, and the main layer has begun."""
    room = house.room()
    callers: dict[str, Caller] = {}
    for who in ("terminal-1", "visitor-1", "visitor-2"):
        peer = room.add_peer(who, who[:-2], [each for each in NAMES if each != who], house.ears)
        caller = callers[who] = house.caller()
        peer.answer(agreeing(caller.answer(peer.offer())))
        await caller.connect()
        await until(lambda peer=peer: peer.connected)  # type: ignore[misc]
    source = next(peer for peer in room.peers if peer.participant_id == "terminal-1")
    family = Family(house, room, callers, source)
    family.send("h", 100, KEY)
    await until(lambda: family.got(family.son))
    return family


NAMES = ("terminal-1", "visitor-1", "visitor-2")
