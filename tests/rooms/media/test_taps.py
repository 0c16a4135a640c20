"""What a wall takes from the packet path, when, and of whom."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from bench.caller import AUDIO, HEADER, RTX, VIDEO, Caller
from bench.pictures import encode, packetise, painted
from rooms.media import Kind, MediaRoom, Phase
from rooms.media.counters import Loudness
from rooms.media.keyframes import PERIOD
from rooms.media.levels import LevelMeter
from rooms.media.routes import Gate, Path, Route
from rooms.media.taps import PAUSE, PictureTap
from rooms.media.wire import rtcp
from rooms.media.wire.rtp import Stream
from tests.rooms.media.conftest import House, until

KEYFRAME, DELTA = encode([painted(1), painted(2)])


def loud(level: int, seq: int = 1) -> bytes:
    """Write a packet of sound that says how loud it is, in -dBov."""
    header = HEADER.pack(0x90, AUDIO, seq & 0xFFFF, seq * 960 & 0xFFFFFFFF, 900)
    return header + b"\xbe\xde\x00\x01" + bytes([0x10, level, 0, 0]) + b"sound"


class Wall:
    """A room of two on a wall, and what the wall was given."""

    def __init__(self, house: House, room: MediaRoom, family: Caller, terminal: Caller) -> None:
        self.house, self.room, self.family, self.terminal = house, room, family, terminal
        self.given: list[tuple[str, bytes]] = []
        self.seq = 100

    def show(self) -> None:
        """Put the room on the wall."""
        self.room.set_wall(lambda participant, frame: self.given.append((participant, frame)))

    async def send(self, frame: bytes, *, lose: tuple[int, ...] = (), ssrc: int = 500) -> list[bytes]:
        """Send a picture of the family's, wait until the relay has it, return its packets. lose: which ones not to."""
        payloads = packetise(frame)
        packets = [
            HEADER.pack(
                0x80, VIDEO | (0x80 if index == len(payloads) - 1 else 0), self.seq + index, 3000 * self.seq, ssrc
            )
            + payload
            for index, payload in enumerate(payloads)
        ]
        self.seq += len(packets)
        sent = [packet for index, packet in enumerate(packets) if index not in lose]
        before = self.room.counters().received
        for packet in sent:
            self.family.send_rtp(packet)
        await until(lambda: self.room.counters().received == before + len(sent))
        return packets

    @property
    def tapped(self) -> set[str]:
        """The streams of anybody that something hangs on now."""
        return {
            route.stream.name
            for peer in self.room.peers
            for route in peer.path.routes.values()
            if route.tap is not None or route.meter is not None
        }

    async def let_it_be_asked(self) -> None:
        """Put the clock forward until the schedule asks the family for a keyframe."""
        before = len(self.requests)
        self.house.clock.ahead += PERIOD
        await until(lambda: len(self.requests) == before + 1)

    @property
    def requests(self) -> list[rtcp.Packet]:
        """The keyframes that the family was asked for."""
        said = [packet for compound in self.family.rtcp for packet in rtcp.parse(compound)]
        return [packet for packet in said if isinstance(packet, rtcp.KeyframeRequest)]


async def wall_of(house: House, kind: str = "family") -> Wall:
    """Make a live room with two people in it."""
    room = house.room(kind)
    family, _ = await house.join(room, "visitor-1", "visitor", ["terminal-1"])
    terminal, _ = await house.join(room, "terminal-1", "terminal", ["visitor-1"])
    return Wall(house, room, family, terminal)


async def test_a_room_on_no_wall_has_no_taps(house: House) -> None:
    """Every packet of it meets one test of an attribute, and nothing else."""
    wall = await wall_of(house)
    await wall.send(KEYFRAME)
    wall.family.send_rtp(loud(20))
    await until(lambda: wall.room.readings()["visitor-1"].audio == 1)
    assert wall.tapped == set()
    assert wall.room.readings()["visitor-1"].loudness is None


async def test_a_wall_gets_a_keyframe_whole_and_then_none_until_the_schedule_asks_again(house: House) -> None:
    """The first at once; after it the tap sleeps, wakes with the relay's own request, and takes that one."""
    wall = await wall_of(house)
    wall.show()
    await wall.send(KEYFRAME)
    assert wall.given == [("visitor-1", KEYFRAME)]
    assert wall.tapped == set()
    await wall.let_it_be_asked()
    await wall.send(KEYFRAME)
    assert len(wall.given) == 1, "it came too soon after the last"
    await wall.let_it_be_asked()
    assert PAUSE < 2 * PERIOD
    assert wall.tapped == {"VIDEO"}
    await wall.send(DELTA)
    await wall.send(KEYFRAME)
    assert [participant for participant, _ in wall.given] == ["visitor-1", "visitor-1"]


async def test_a_wall_asks_nobody_for_anything(house: House) -> None:
    """On the wall or off it, the family is sent the same: what the schedule sends, and nothing more."""
    wall = await wall_of(house)
    await wall.send(DELTA)
    wall.show()
    await wall.send(DELTA)
    assert wall.requests == []
    await wall.let_it_be_asked()
    assert wall.requests == [rtcp.KeyframeRequest(500)]
    wall.room.set_wall(None)
    wall.show()
    await wall.send(DELTA)
    assert len(wall.requests) == 1
    assert wall.given == []


async def test_what_goes_on_is_the_same_with_a_wall_and_without(house: House) -> None:
    """The tap reads the packet before it is rewritten for a receiver, and changes nothing of it."""
    wall = await wall_of(house)
    wall.show()
    sent = await wall.send(KEYFRAME)
    await until(lambda: len(wall.terminal.rtp) == len(sent))
    assert [packet[12:] for packet in wall.terminal.rtp] == [packet[12:] for packet in sent]


async def test_a_keyframe_that_came_only_with_a_retransmission_is_a_picture(house: House) -> None:
    """The lost packet arrives on the other SSRC, behind its original number; with padding, which is cut off."""
    wall = await wall_of(house)
    wall.show()
    packets = await wall.send(KEYFRAME, lose=(2,))
    await wall.send(DELTA)
    assert wall.given == []
    for packet in packets[1:3]:  # one that was there already, and the one that was not
        wall.family.send_rtp(repeated(packet))
    wall.family.send_rtp(HEADER.pack(0xA0, RTX, 1, 1, 501) + bytes(9) + b"\x0a")
    await until(lambda: wall.given)
    assert wall.given == [("visitor-1", KEYFRAME)]


def repeated(packet: bytes) -> bytes:
    """Return the retransmission of a packet of video, with padding."""
    _, second, seq, timestamp, _ = HEADER.unpack_from(packet)
    header = HEADER.pack(0xA0, (second & 0x80) | RTX, seq, timestamp, 501)
    return header + packet[2:4] + packet[12:] + b"\0\0\3"


async def test_a_keyframe_whose_first_packet_came_last_is_a_picture(house: House) -> None:
    """What overtook it was not waited for, but the relay still has it, to be sent again."""
    wall = await wall_of(house)
    wall.show()
    await wall.send(DELTA)
    packets = await wall.send(KEYFRAME, lose=(0,))
    await wall.send(DELTA)
    assert wall.given == []
    wall.family.send_rtp(repeated(packets[0]))
    await until(lambda: wall.given)
    assert wall.given == [("visitor-1", KEYFRAME)]


async def test_a_keyframe_that_lacks_more_than_its_first_packet_is_waited_for(house: House) -> None:
    """What is there is taken as soon as the first has come, and the rest when it comes."""
    wall = await wall_of(house)
    wall.show()
    packets = await wall.send(KEYFRAME, lose=(0, 3))
    await wall.send(DELTA)
    for packet in (packets[0], packets[3]):
        assert wall.given == []
        wall.family.send_rtp(repeated(packet))
    await until(lambda: wall.given)
    assert wall.given == [("visitor-1", KEYFRAME)]


async def test_a_tap_is_called_for_the_packets_of_a_keyframe_alone(house: House) -> None:
    """However long it waits: what the engine can tell by itself it does not hand on."""
    wall = await wall_of(house)
    await wall.send(DELTA)
    wall.show()
    video = next(route for peer in wall.room.peers for route in peer.path.routes.values())
    take, called = video.tap, []
    assert take is not None

    def count(packet: memoryview, size: int, second: int, seq: int, timestamp: int) -> None:
        called.append(seq)
        take(packet, size, second, seq, timestamp)

    video.tap = count
    await wall.send(DELTA)
    assert called == []
    packets = await wall.send(KEYFRAME)
    assert called == [HEADER.unpack_from(packet)[2] for packet in packets]
    assert wall.given == [("visitor-1", KEYFRAME)]


async def test_a_source_that_reloads_gives_its_new_stream(house: House) -> None:
    """Another SSRC, other numbers: its first keyframe is wanted, whenever the last one was."""
    wall = await wall_of(house)
    wall.show()
    await wall.send(KEYFRAME)
    await wall.send(KEYFRAME, ssrc=777)
    assert len(wall.given) == 2
    assert wall.tapped == set()


async def test_a_wall_is_given_nothing_of_a_room_that_is_held_or_has_ended(house: House) -> None:
    """As a monitor in the room would be."""
    wall = await wall_of(house)
    wall.show()
    wall.room.set_phase(Phase.HELD)
    await wall.send(KEYFRAME)
    assert (wall.given, wall.tapped) == ([], set())
    wall.room.set_phase(Phase.LIVE)
    await wall.send(KEYFRAME)
    assert len(wall.given) == 1
    wall.room.set_phase(Phase.ENDED)
    assert wall.tapped == set()


async def test_a_blanked_picture_still_comes_to_the_wall(house: House) -> None:
    """Staff must be able to judge when to give it back."""
    wall = await wall_of(house)
    wall.room.moderate("visitor-1", blanked=True)
    wall.show()
    await wall.send(KEYFRAME)
    assert len(wall.given) == 1


async def test_a_wall_sees_how_loud_somebody_of_a_family_room_is(house: House) -> None:
    """The loudest since the last look, whether that was speech, and silence once nothing comes."""
    wall = await wall_of(house)
    wall.show()
    for seq in range(20):
        wall.family.send_rtp(loud(25, seq))
    await until(lambda: wall.room.readings()["visitor-1"].audio == 20)
    wall.room.readings()
    for seq in range(20, 40):
        wall.family.send_rtp(loud(25, seq))
    await until(lambda: wall.room.counters().received == 40)
    readings = wall.room.readings()
    assert readings["visitor-1"].loudness == Loudness(-25, speaking=True)
    assert readings["terminal-1"].loudness is None
    assert wall.room.readings()["visitor-1"].loudness == Loudness(-127, speaking=False)


async def test_of_a_lawyers_room_a_wall_sees_and_learns_nothing_of_sound(house: House) -> None:
    """No tap ever hangs on sound, whatever happens in the room; the picture comes as in any other."""
    wall = await wall_of(house, "legal")
    wall.show()
    wall.family.send_rtp(loud(20))
    await until(lambda: wall.room.counters().received == 1)
    await wall.send(KEYFRAME)
    changes: list[tuple[Callable[..., None], dict[str, object]]] = [
        (wall.room.set_phase, {"phase": Phase.HELD}),
        (wall.room.set_phase, {"phase": Phase.LIVE}),
        (wall.room.moderate, {"participant_id": "visitor-1", "muted": True}),
        (wall.room.moderate, {"participant_id": "visitor-1", "muted": False}),
    ]
    for seq, (change, arguments) in enumerate(changes, 2):
        change(**arguments)
        wall.family.send_rtp(loud(20, seq))
        assert "AUDIO" not in wall.tapped
        assert {reading.loudness for reading in wall.room.readings().values()} == {None}
    assert wall.given == [("visitor-1", KEYFRAME)]
    audio = next(route for route in wall.room.peers[0].path.routes.values() if route.stream.kind is Kind.AUDIO)
    await until(lambda: audio.received == 5)


async def test_a_room_taken_off_the_wall_has_no_taps_any_more(house: House) -> None:
    """At once, in the middle of whatever was waited for."""
    wall = await wall_of(house)
    wall.show()
    await wall.send(DELTA)
    wall.family.send_rtp(loud(20))
    await until(lambda: wall.tapped == {"VIDEO", "AUDIO"})
    wall.room.set_wall(None)
    assert wall.tapped == set()
    await wall.send(KEYFRAME)
    assert wall.given == []


@given(st.lists(st.binary(min_size=12, max_size=60), max_size=20))
def test_no_packet_makes_a_tap_raise(packets: list[bytes]) -> None:
    """Whatever its header says of itself."""
    video = Route(Path(Gate(0), None, upstream=True), Stream.VIDEO, ssrc=1, seq=0, timestamp=0, now=0)
    level, picture = LevelMeter(), PictureTap(video, lambda _: None)
    buffer = memoryview(bytearray(2048))
    for packet in packets:
        buffer[: len(packet)] = packet
        level.take(buffer, len(packet))
        picture.take(buffer, len(packet), packet[1], 1, 1)
        picture.take_repeat(buffer, len(packet), packet[1], 1, 1)
