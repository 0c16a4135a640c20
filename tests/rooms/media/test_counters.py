"""What is counted, and that a count once given does not change."""

from __future__ import annotations

from bench.caller import AUDIO, VIDEO, Caller, rtp_packet
from rooms.media import Kind, MediaRoom, RoomCounters
from rooms.media.counters import Way
from tests.rooms.media.conftest import House, until


def picture(seq: int) -> bytes:
    """Write a packet of video."""
    return rtp_packet(VIDEO, 500, seq, seq * 3000, b"picture")


async def couple(house: House) -> tuple[MediaRoom, Caller, Caller]:
    """Connect a family and a terminal in a live room."""
    room = house.room()
    family, _ = await house.join(room, "visitor-1", "visitor", ["terminal-1"])
    terminal, _ = await house.join(room, "terminal-1", "terminal", ["visitor-1"])
    return room, family, terminal


def went(counters: RoomCounters) -> dict[Way, int]:
    """The ways on which something went."""
    return {way: count for way, count in counters.ways.items() if count}


async def test_what_is_sent_is_counted_by_way_and_kind(house: House) -> None:
    """And seen on the sender's activity; the time of the last packet too."""
    room, family, terminal = await couple(house)
    before = house.clock.now()
    for seq in range(3):
        family.send_rtp(picture(seq))
    terminal.send_rtp(rtp_packet(AUDIO, 600, 1, 1, b"sound"))
    await until(lambda: room.counters().forwarded == 4)
    counters = room.counters()
    assert counters.received == 4
    assert went(counters) == {("visitor-1", "terminal-1", Kind.VIDEO): 3, ("terminal-1", "visitor-1", Kind.AUDIO): 1}
    assert counters.last_forwarded_at is not None
    assert before <= counters.last_forwarded_at <= house.clock.now()
    activity = {peer.participant_id: peer.media for peer in room.peers}
    assert activity["visitor-1"].audio is None
    assert activity["visitor-1"].video is not None
    assert before <= activity["visitor-1"].video.first <= activity["visitor-1"].video.last
    assert activity["terminal-1"].audio is not None
    assert house.ears.heard[-2:] == [("video", "visitor-1"), ("audio", "terminal-1")]


async def test_a_count_that_was_given_does_not_change(house: House) -> None:
    """It is of that moment; the next question has the next answer."""
    room, family, _ = await couple(house)
    family.send_rtp(picture(1))
    await until(lambda: room.counters().forwarded == 1)
    given = room.counters()
    family.send_rtp(picture(2))
    await until(lambda: room.counters().forwarded == 2)
    assert (given.received, given.forwarded, went(given)) == (1, 1, {("visitor-1", "terminal-1", Kind.VIDEO): 1})


async def test_a_retransmission_counts_as_video(house: House) -> None:
    """Two streams, one kind."""
    room, family, _ = await couple(house)
    family.send_rtp(picture(1))
    family.send_rtp(rtp_packet(97, 501, 1, 3000, b"\0\1picture"))
    await until(lambda: room.counters().forwarded == 2)
    assert went(room.counters()) == {("visitor-1", "terminal-1", Kind.VIDEO): 2}


async def test_a_way_on_which_nothing_went_is_counted_too(house: House) -> None:
    """A zero says that somebody could have received it and did not; a missing line would say nothing."""
    room, family, _ = await couple(house)
    family.send_rtp(picture(1))
    await until(lambda: room.counters().forwarded == 1)
    assert room.counters().ways == {
        ("visitor-1", "terminal-1", Kind.VIDEO): 1,
        ("visitor-1", "terminal-1", Kind.AUDIO): 0,
        ("terminal-1", "visitor-1", Kind.VIDEO): 0,
        ("terminal-1", "visitor-1", Kind.AUDIO): 0,
    }


async def test_readings_say_what_came_from_whom(house: House) -> None:
    """By kind, pictures by their markers, when the last came, and what staff have taken; no monitor among them."""
    room, family, _ = await couple(house)
    await house.join(room, "monitor-1", "monitor", ["visitor-1"])
    room.moderate("visitor-1", muted=True)
    before = house.clock.now()
    family.send_rtp(picture(0))
    for seq in range(1, 4):
        family.send_rtp(rtp_packet(0x80 | VIDEO if seq != 2 else VIDEO, 500, seq, seq // 2 * 3000, b"half a picture"))
    family.send_rtp(rtp_packet(AUDIO, 600, 1, 1, b"sound"))
    await until(lambda: room.counters().received == 5)
    readings = room.readings()
    assert set(readings) == {"visitor-1", "terminal-1"}
    reading = readings["visitor-1"]
    assert (reading.connected, reading.audio, reading.video, reading.frames) == (True, 1, 4, 2)
    assert (reading.muted, reading.blanked, reading.loudness) == (True, False, None)
    assert reading.video_at is not None
    assert before <= reading.video_at <= house.clock.now()
    assert (readings["terminal-1"].audio, readings["terminal-1"].audio_at) == (0, None)


async def test_counts_of_who_has_left_stay_in_the_record(house: House) -> None:
    """By way and kind, after the receiver is gone."""
    room, family, terminal = await couple(house)
    family.send_rtp(picture(1))
    await until(lambda: terminal.rtp)
    room.remove_peer("terminal-1")
    room.remove_peer("terminal-1")
    assert went(room.counters()) == {("visitor-1", "terminal-1", Kind.VIDEO): 1}
