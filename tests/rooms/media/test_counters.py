"""What is counted, and that a count once given does not change."""

from __future__ import annotations

from bench.caller import AUDIO, VIDEO, Caller, rtp_packet
from rooms.media import Kind, MediaRoom
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
    assert counters.ways == {("visitor-1", "terminal-1", Kind.VIDEO): 3, ("terminal-1", "visitor-1", Kind.AUDIO): 1}
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
    assert (given.received, given.forwarded, dict(given.ways)) == (1, 1, {("visitor-1", "terminal-1", Kind.VIDEO): 1})


async def test_a_retransmission_counts_as_video(house: House) -> None:
    """Two streams, one kind."""
    room, family, _ = await couple(house)
    family.send_rtp(picture(1))
    family.send_rtp(rtp_packet(97, 501, 1, 3000, b"\0\1picture"))
    await until(lambda: room.counters().forwarded == 2)
    assert room.counters().ways == {("visitor-1", "terminal-1", Kind.VIDEO): 2}


async def test_counts_of_who_has_left_stay_in_the_record(house: House) -> None:
    """By way and kind, after the receiver is gone."""
    room, family, terminal = await couple(house)
    family.send_rtp(picture(1))
    await until(lambda: terminal.rtp)
    room.remove_peer("terminal-1")
    room.remove_peer("terminal-1")
    assert room.counters().ways == {("visitor-1", "terminal-1", Kind.VIDEO): 1}
