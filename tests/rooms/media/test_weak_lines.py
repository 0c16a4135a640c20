"""A line too weak for a picture, in a whole room: whose picture waits, and who is told."""

from __future__ import annotations

from bench.caller import AUDIO, HEADER, VIDEO, Caller, rtp_packet
from rooms.media import MediaRoom, Peer
from rooms.media.rates.pauses import FIRST
from rooms.media.rates.sharing import LEAST, SHARED, UNSEEN
from rooms.media.wire import rtcp
from tests.rooms.media.conftest import House, until
from tests.rooms.media.test_room import requests

SENT = 500_000
STEP = 0.5


class Call:
    """A room in which everybody sends sound and picture, and says what their line takes; time passes when told to."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.room: MediaRoom = house.room()
        self.callers: dict[str, Caller] = {}
        self.peers: dict[str, Peer] = {}
        self.lines: dict[str, int] = {}
        self.packets = 1
        self._seq = 0

    async def join(self, **roles: str) -> None:
        """Let them in; `monitor` sends nothing."""
        ids = {who: f"{who}-1" for who in roles}
        sources = [ids[who] for who, role in roles.items() if role != "monitor"]
        for who, role in roles.items():
            others = [source for source in sources if source != ids[who]]
            self.callers[who], self.peers[who] = await self.house.join(self.room, ids[who], role, others)
            self.lines[who] = 600_000

    async def pass_by(self, seconds: float) -> None:
        """Let time pass: each half second everybody sends a packet of each kind and says how its line is."""
        for _ in range(round(seconds / STEP)):
            self.house.clock.ahead += STEP
            self._seq += 1
            before = self.room.counters().received
            senders = [who for who in self.callers if self.peers[who].role != "monitor"]
            for index, who in enumerate(senders):
                self._send(self.callers[who], index)
            await until(lambda: self.room.counters().received == before + (1 + self.packets) * len(senders))  # noqa: B023
            for who, caller in self.callers.items():
                await self._says(caller, self.peers[who], self.lines[who])
            self.room.tick(self.house.clock.monotonic())

    def _send(self, caller: Caller, index: int) -> None:
        seq, taken = self._seq, self.house.clock.monotonic()
        caller.send_rtp(rtp_packet(AUDIO, 900 + index, seq, round(taken * 48_000), b"sound"))
        for number in range(seq * self.packets, (seq + 1) * self.packets):
            caller.send_rtp(rtp_packet(VIDEO, 500 + index, number, round(taken * 90_000), b"picture"))
        octets = round(seq * SENT * STEP / 8)
        counts = seq.to_bytes(4) + octets.to_bytes(4)
        caller.send_rtcp(rtcp.sender_report(rtcp.SenderReport(500 + index, bytes(8), seq * 45_000, counts)))

    async def _says(self, caller: Caller, peer: Peer, bitrate: int) -> None:
        """What its line takes, as long as it is given any picture: browsers measure by that."""
        assert caller.server is not None
        if not peer.rates.receiving.given:
            return
        pictures = tuple(slot[1] for slot in caller.server.slots.values())
        lost = (100 if bitrate < SHARED else 0).to_bytes(1) + bytes(3)
        blocks = [rtcp.ReportBlock(ssrc, lost, self._seq, bytes(12)) for ssrc in pictures]
        caller.send_rtcp(rtcp.receiver_report(5, blocks) + rtcp.remb(rtcp.Estimate(bitrate, pictures)))
        assert await caller.check() is not None  # what was sent before was read before

    def received(self, who: str, kind: int) -> int:
        """How many packets of a kind somebody was sent so far."""
        return sum(packet[1] & 0x7F == kind for packet in self.callers[who].rtp)

    def said(self, who: str) -> list[rtcp.Packet]:
        """What somebody was told since the last call, in order."""
        caller = self.callers[who]
        packets = [packet for compound in caller.rtcp for packet in rtcp.parse(compound)]
        caller.rtcp.clear()
        return packets

    def told(self, who: str) -> list[int]:
        """How much picture somebody was told to send so far."""
        packets = [packet for compound in self.callers[who].rtcp for packet in rtcp.parse(compound)]
        return [packet.bitrate for packet in packets if isinstance(packet, rtcp.Estimate)]

    async def is_told(self, who: str, rate: int) -> None:
        """Wait until somebody was told this rate last, as the mantissa of a REMB keeps it."""
        await until(lambda: self.told(who) and rate * 0.99 <= self.told(who)[-1] <= rate)

    def heard(self) -> list[tuple[str, str]]:
        """What listeners heard of pictures."""
        return [heard for heard in self.house.ears.heard if heard[0].startswith("pictures")]

    async def arrives(self, who: str, kind: int, seconds: float = 2) -> int:
        """How many packets of a kind arrive at somebody while time passes; of sound, all must."""
        before = self.received(who, kind)
        await self.pass_by(seconds)
        await until(lambda: len(self.callers[who].rtp) == self.sent_to(who))
        return self.received(who, kind) - before

    def sent_to(self, who: str) -> int:
        """How many packets the relay has sent somebody."""
        peer = self.peers[who].participant_id
        return sum(count for way, count in self.room.counters().ways.items() if way[1] == peer)


async def test_a_weak_monitor_costs_the_family_nothing(house: House) -> None:
    """At 50 kbit/s it is the monitor who gets less: no picture, but each packet of sound. The family's rate stays."""
    call = Call(house)
    await call.join(visitor="visitor", terminal="terminal", monitor="monitor")
    call.lines["monitor"] = 1_200_000
    call.packets = 25  # as many as so much picture takes
    await call.pass_by(5)
    await call.is_told("visitor", 600_000)
    call.lines["monitor"] = 50_000
    await call.pass_by(4)
    assert call.heard() == [("pictures ['terminal-1', 'visitor-1'] False", "monitor-1")]
    assert await call.arrives("monitor", VIDEO) == 0
    assert await call.arrives("monitor", AUDIO) == 2 * 4
    assert await call.arrives("terminal", VIDEO) == 4 * call.packets
    assert {round(rate, -4) for rate in call.told("visitor")} == {600_000}
    assert call.house.node.totals.paused.monitor > 0
    assert call.house.node.totals.paused.receiver == 0


async def test_a_weak_third_party_does_not_take_the_others_picture(house: House) -> None:
    """The source goes down to what is still good for the other one, and then the weak one is given sound alone."""
    call = Call(house)
    await call.join(terminal="terminal", visitor="visitor", aunt="visitor")
    await call.pass_by(5)
    call.lines["aunt"] = 60_000
    await call.pass_by(2)
    await call.is_told("terminal", SHARED)
    await call.pass_by(4)
    assert call.heard()[-1] == ("pictures ['terminal-1', 'visitor-1'] False", "aunt-1")
    assert await call.arrives("aunt", VIDEO) == 0
    assert await call.arrives("aunt", AUDIO) == 2 * 4
    assert await call.arrives("visitor", VIDEO) == 2 * 4
    await call.is_told("terminal", 300_000)
    assert min(call.told("terminal")) >= SHARED * 0.99


async def test_a_picture_is_paused_and_taken_up_again(house: House) -> None:
    """No camera is blamed; when it is tried again the source hears first how little to send, then of a keyframe."""
    call = Call(house)
    await call.join(visitor="visitor", terminal="terminal")
    await call.pass_by(5)
    call.lines["terminal"] = 8_000
    await call.pass_by(4)
    assert call.heard() == [("pictures ['visitor-1'] False", "terminal-1")]
    assert call.room.readings()["visitor-1"].unseen
    assert not call.room.readings()["terminal-1"].unseen
    await call.is_told("visitor", UNSEEN)
    assert await call.arrives("terminal", VIDEO) == 0
    assert await call.arrives("terminal", AUDIO) == 4
    seqs = [HEADER.unpack_from(packet)[2] for packet in call.callers["terminal"].rtp if packet[1] & 0x7F == VIDEO]
    call.said("visitor")
    call.lines["terminal"] = 400_000
    await call.pass_by(FIRST - 3)
    await until(lambda: any(rate <= LEAST for rate in call.told("visitor")))
    await until(lambda: requests(call.callers["visitor"]))
    wishes = [packet for packet in call.said("visitor") if isinstance(packet, rtcp.Estimate | rtcp.KeyframeRequest)]
    first = next(i for i, packet in enumerate(wishes) if isinstance(packet, rtcp.Estimate) and packet.bitrate <= LEAST)
    assert any(isinstance(packet, rtcp.KeyframeRequest) for packet in wishes[first:])
    assert call.heard()[-1] == ("pictures [] False", "terminal-1")
    assert await call.arrives("terminal", VIDEO) == 4
    again = [HEADER.unpack_from(packet)[2] for packet in call.callers["terminal"].rtp if packet[1] & 0x7F == VIDEO]
    assert again == list(range(seqs[0], seqs[0] + len(again))), "its numbers go on where they stopped"


async def test_what_staff_took_is_not_said_to_be_a_weak_line(house: House) -> None:
    """A blanked picture is nobody's line's fault; and once it is given back, it is given."""
    call = Call(house)
    await call.join(visitor="visitor", terminal="terminal")
    await call.pass_by(5)
    call.lines["terminal"] = 8_000
    await call.pass_by(4)
    call.room.moderate("visitor-1", blanked=True)
    assert call.heard()[-1] == ("pictures [] False", "terminal-1")
    assert not call.room.readings()["visitor-1"].unseen


async def test_who_leaves_bounds_nobody_any_more(house: House) -> None:
    """A weak receiver's word goes with it."""
    call = Call(house)
    await call.join(terminal="terminal", visitor="visitor", aunt="visitor")
    call.lines["aunt"] = 400_000
    await call.pass_by(5)
    await call.is_told("terminal", 200_000)
    call.room.remove_peer("aunt-1")
    del call.callers["aunt"], call.peers["aunt"], call.lines["aunt"]
    await call.pass_by(2)
    await call.is_told("terminal", 600_000)
