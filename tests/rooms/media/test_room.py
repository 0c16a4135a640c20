"""Who receives what, for how long, and what nobody can notice."""

from __future__ import annotations

import pytest

from bench.caller import AUDIO, HEADER, VIDEO, Caller, rtp_packet
from rooms.media import Kind, MediaRoom, PeerExists, RoomOver
from rooms.media.keyframes import PERIOD
from rooms.media.wire import rtcp
from tests.rooms.media.conftest import House, until


def sound(seq: int, ssrc: int = 900) -> bytes:
    """Write a packet of audio."""
    return rtp_packet(AUDIO, ssrc, seq, seq * 960, b"sound")


def picture(seq: int, ssrc: int = 500) -> bytes:
    """Write a packet of video."""
    return rtp_packet(VIDEO, ssrc, seq, seq * 3000, b"picture")


def said(caller: Caller) -> list[rtcp.Packet]:
    """All RTCP a caller was sent."""
    return [packet for compound in caller.rtcp for packet in rtcp.parse(compound)]


def slot(caller: Caller, source: str) -> list[int]:
    """The SSRCs a caller was promised for a source: audio, video, retransmission."""
    assert caller.server is not None
    return caller.server.slots[source]


async def couple(house: House, room: MediaRoom) -> tuple[Caller, Caller]:
    """Connect a family and a terminal."""
    family, _ = await house.join(room, "visitor-1", "visitor", ["terminal-1"])
    terminal, _ = await house.join(room, "terminal-1", "terminal", ["visitor-1"])
    return family, terminal


async def test_three_parties_receive_each_other_in_their_own_slots(house: House) -> None:
    """A terminal and two families in different places: everyone receives the two others."""
    room = house.room()
    everyone = {"terminal-1": "terminal", "visitor-1": "visitor", "visitor-2": "visitor"}
    callers = {
        who: (await house.join(room, who, role, [other for other in everyone if other != who]))[0]
        for who, role in everyone.items()
    }
    for index, caller in enumerate(callers.values()):
        caller.send_rtp(picture(1, ssrc=500 + index))
    await until(lambda: room.counters().forwarded == 6)
    for who, caller in callers.items():
        await until(lambda caller=caller: len(caller.rtp) == 2)  # type: ignore[misc]
        got = {HEADER.unpack_from(packet)[4] for packet in caller.rtp}
        assert got == {slot(caller, other)[1] for other in everyone if other != who}


async def test_nothing_moves_before_the_room_is_live_and_while_it_is_held(house: House) -> None:
    """Transports connect while people wait; media waits for the phase."""
    room = house.room(live=False)
    family, terminal = await couple(house, room)
    family.send_rtp(picture(1))
    await until(lambda: room.counters().received == 1)
    room.set_phase("live")
    family.send_rtp(picture(2))
    await until(lambda: room.counters().received == 2)
    room.set_phase("held")
    family.send_rtp(picture(3))
    await until(lambda: room.counters().received == 3)
    room.set_phase("live")
    family.send_rtp(picture(4))
    await until(lambda: len(terminal.rtp) == 2)
    assert room.counters().forwarded == 2
    assert [HEADER.unpack_from(packet)[3] for packet in terminal.rtp] == [2 * 3000, 4 * 3000]


async def test_a_room_that_goes_on_asks_for_a_keyframe_at_once(house: House) -> None:
    """After a hold the receiver's decoder has nothing to go on from."""
    room = house.room()
    family, _ = await couple(house, room)
    family.send_rtp(picture(1))
    await until(lambda: room.counters().received == 1)
    room.set_phase("held")
    room.set_phase("live")
    await until(lambda: said(family) == [rtcp.KeyframeRequest(500)])


async def test_staffs_mute_and_blank_take_sound_and_picture_and_give_them_back(house: House) -> None:
    """Each by itself, for the participant and not for the connection; the watcher keeps both."""
    room = house.room()
    family, terminal = await couple(house, room)
    watcher, _ = await house.join(room, "monitor-1", "monitor", ["visitor-1"])
    room.moderate("visitor-1", muted=True)
    family.send_rtp(sound(1))
    family.send_rtp(picture(1))
    await until(lambda: (len(terminal.rtp), len(watcher.rtp)) == (1, 2))
    room.moderate("visitor-1", muted=False, blanked=True)
    family.send_rtp(sound(2))
    family.send_rtp(picture(2))
    await until(lambda: (len(terminal.rtp), len(watcher.rtp)) == (2, 4))
    assert room.counters().ways[("visitor-1", "terminal-1", Kind.AUDIO)] == 1
    assert room.counters().ways[("visitor-1", "terminal-1", Kind.VIDEO)] == 1


async def test_a_blanked_source_is_not_asked_for_keyframes_by_those_who_do_not_see_it(house: House) -> None:
    """Their requests go nowhere; given back, one is asked for at once, by the relay itself."""
    room = house.room()
    family, terminal = await couple(house, room)
    family.send_rtp(picture(1))
    await until(lambda: len(terminal.rtp) == 1)
    room.moderate("visitor-1", blanked=True)
    terminal.send_rtcp(rtcp.pli(slot(terminal, "visitor-1")[1]))
    terminal.send_rtcp(rtcp.nack(rtcp.Nack(slot(terminal, "visitor-1")[1], ((1, 0),))))
    terminal.send_rtp(sound(1, ssrc=901))  # comes after the request on the same path
    await until(lambda: len(family.rtp) == 1)
    assert said(family) == []
    room.moderate("visitor-1", blanked=False)
    await until(lambda: said(family) == [rtcp.KeyframeRequest(500)])


async def test_moderation_holds_for_a_participant_who_comes_back(house: House) -> None:
    """Another connection of the same participant: nothing of what was taken has been given back."""
    room = house.room()
    family, terminal = await couple(house, room)
    room.moderate("visitor-1", muted=True, blanked=True)
    await family.hang_up()
    room.remove_peer("visitor-1")
    family, _ = await house.join(room, "visitor-1", "visitor", ["terminal-1"])
    family.send_rtp(sound(1))
    family.send_rtp(picture(1))
    await until(lambda: room.counters().received == 2)
    assert (terminal.rtp, room.counters().forwarded) == ([], 0)
    room.moderate("visitor-1", muted=False)
    family.send_rtp(sound(2))
    family.send_rtp(picture(2))
    await until(lambda: room.counters().received == 4)
    moved = {way: count for way, count in room.counters().ways.items() if count}
    assert moved == {("visitor-1", "terminal-1", Kind.AUDIO): 1}


async def test_a_lawyers_words_never_reach_a_monitor_and_the_record_proves_it(house: House) -> None:
    """Picture for the watcher, sound for the two only: by what arrived, and by the counters."""
    room = house.room("legal")
    lawyer, terminal = await couple(house, room)
    watcher, _ = await house.join(room, "monitor-1", "monitor", ["terminal-1", "visitor-1"])
    for seq in range(20):
        for caller, offset in ((lawyer, 0), (terminal, 1)):
            caller.send_rtp(sound(seq, 900 + offset))
            caller.send_rtp(picture(seq, 500 + offset))
    lawyer.send_rtcp(rtcp.sender_report(rtcp.SenderReport(900, bytes(8), 0, bytes(8))))
    await until(lambda: room.counters().received == 80)
    ways = room.counters().ways
    heard = {way[0]: count for way, count in ways.items() if way[1] == "monitor-1" and way[2] is Kind.AUDIO}
    assert heard == {"visitor-1": 0, "terminal-1": 0}
    assert ways[("visitor-1", "monitor-1", Kind.VIDEO)] == ways[("terminal-1", "monitor-1", Kind.VIDEO)] == 20
    assert ways[("visitor-1", "terminal-1", Kind.AUDIO)] == ways[("terminal-1", "visitor-1", Kind.AUDIO)] == 20
    await until(lambda: len(watcher.rtp) == 40)
    assert {packet[1] & 0x7F for packet in watcher.rtp} == {VIDEO}
    assert said(watcher) == []


async def test_a_monitor_that_sends_is_heard_by_nobody(house: House) -> None:
    """Real keys, real packets, no route."""
    room = house.room()
    family, terminal = await couple(house, room)
    watcher, peer = await house.join(room, "monitor-1", "monitor", ["visitor-1"])
    watcher.send_rtp(sound(1))
    watcher.send_rtp(picture(1))
    await until(lambda: room.counters().received == 2)
    assert room.counters().forwarded == 0
    assert (family.rtp, terminal.rtp) == ([], [])
    assert peer.media.audio is peer.media.video is None


async def conversation(house: House, *, watched: bool) -> dict[str, list[tuple[object, ...]]]:
    """Let two people talk for two periods of the keyframe schedule, with and without a watcher who does all it can.

    Returns everything the relay sent to each of them: media as it was, RTCP with SSRCs by their meaning.
    """
    room = house.room()
    family, terminal = await couple(house, room)
    watcher = None
    if watched:
        watcher, _ = await house.join(room, "monitor-1", "monitor", ["visitor-1", "terminal-1"])
    await until(lambda: len(room.peers) == 2 + watched)
    for round_ in range(4):
        for caller, other in ((family, "terminal-1"), (terminal, "visitor-1")):
            caller.send_rtp(picture(round_))
            caller.send_rtp(sound(round_))
            mine = slot(caller, other)[1]
            block = rtcp.ReportBlock(mine, bytes(4), round_, bytes(12))
            caller.send_rtcp(rtcp.sender_report(rtcp.SenderReport(500, bytes(8), round_, bytes(8))))
            caller.send_rtcp(rtcp.receiver_report(5, [block]) + rtcp.nack(rtcp.Nack(mine, ((round_, 0),))))
            caller.send_rtcp(rtcp.remb(rtcp.Estimate(500_000, (mine,))))
        await until(lambda round_=round_: room.counters().received == 4 * (round_ + 1))  # type: ignore[misc]
        if watcher is not None:
            complain(watcher)
            await watcher.check()
        house.clock.ahead += PERIOD / 2
        expected = (round_ + 1) // 2
        await until(lambda expected=expected: requests(family) == requests(terminal) == expected)  # type: ignore[misc]
    return {"visitor-1": normalised(family, "terminal-1"), "terminal-1": normalised(terminal, "visitor-1")}


def complain(watcher: Caller) -> None:
    """Say of every stream all that a receiver can say."""
    for source in ("visitor-1", "terminal-1"):
        for ssrc in slot(watcher, source):
            block = rtcp.ReportBlock(ssrc, b"\xff\0\0\xff", 1, bytes(12))
            watcher.send_rtcp(rtcp.receiver_report(9, [block]) + rtcp.pli(ssrc))
            watcher.send_rtcp(rtcp.nack(rtcp.Nack(ssrc, ((1, 0xFFFF),))) + rtcp.remb(rtcp.Estimate(1, (ssrc,))))


def requests(caller: Caller) -> int:
    """How many keyframes a caller was asked for."""
    return sum(isinstance(packet, rtcp.KeyframeRequest) for packet in said(caller))


def normalised(caller: Caller, source: str) -> list[tuple[object, ...]]:
    """What a caller received, with the random SSRCs of this run replaced by what they stand for."""
    names = dict(zip(slot(caller, source), ("audio", "video", "rtx"), strict=True))
    media = [
        (*HEADER.unpack_from(packet)[:4], names[HEADER.unpack_from(packet)[4]], packet[12:]) for packet in caller.rtp
    ]
    control = [
        (type(packet).__name__, names.get(getattr(packet, "ssrc", 0), getattr(packet, "ssrc", 0)), _values(packet))
        for packet in said(caller)
    ]
    return [*media, *control, ("compounds", sorted(len(compound) for compound in caller.rtcp))]


def _values(packet: rtcp.Packet) -> tuple[object, ...]:
    return tuple(getattr(packet, name) for name in packet.__dataclass_fields__ if name != "ssrc")


async def test_a_watcher_changes_not_one_packet_that_the_participants_receive(house: House) -> None:
    """Media, reports, requests, estimates: the same conversation twice, once watched by one who tries everything."""
    house.clock.stop()  # what is said by time is to be the same, too
    unwatched = await conversation(house, watched=False)
    for room in list(house.node.rooms.values()):
        room.end()
    watched = await conversation(house, watched=True)
    assert watched == unwatched
    assert any(entry[0] == "KeyframeRequest" for entry in unwatched["visitor-1"])


async def test_a_watcher_gets_its_keyframe_by_the_schedule(house: House) -> None:
    """Not at once, and not because it asked."""
    room = house.room()
    family, _ = await couple(house, room)
    family.send_rtp(picture(1))
    await until(lambda: room.counters().received == 1)
    watcher, _ = await house.join(room, "monitor-1", "monitor", ["visitor-1"])
    complain_of = slot(watcher, "visitor-1")[1]
    watcher.send_rtcp(rtcp.receiver_report(9) + rtcp.pli(complain_of))
    family.send_rtp(picture(2))
    await until(lambda: watcher.rtp)
    assert said(family) == []
    house.clock.ahead += PERIOD
    await until(lambda: said(family) == [rtcp.KeyframeRequest(500)])


async def test_a_participants_keyframe_request_goes_out_at_once(house: House) -> None:
    """Translated to the source's SSRC, several merged into one."""
    room = house.room()
    family, terminal = await couple(house, room)
    family.send_rtp(picture(1))
    await until(lambda: terminal.rtp)
    for _ in range(3):
        terminal.send_rtcp(rtcp.receiver_report(9) + rtcp.pli(slot(terminal, "visitor-1")[1]))
    await until(lambda: said(family))
    assert said(family) == [rtcp.KeyframeRequest(500)]


async def test_who_reloads_is_the_same_stream_to_the_others(house: House) -> None:
    """Another connection, SSRC and numbers; the same slot, and the numbers go on."""
    room = house.room()
    family, terminal = await couple(house, room)
    family.send_rtp(picture(100))
    await until(lambda: len(terminal.rtp) == 1)
    room.remove_peer("visitor-1")
    again, _ = await house.join(room, "visitor-1", "visitor", ["terminal-1"])
    again.send_rtp(picture(40_000, ssrc=77))
    await until(lambda: len(terminal.rtp) == 2)
    first, second = (HEADER.unpack_from(packet) for packet in terminal.rtp)
    assert (second[2], second[4]) == (first[2] + 1, first[4])
    assert room.counters().ways[("visitor-1", "terminal-1", Kind.VIDEO)] == room.counters().forwarded == 2


async def test_a_removed_participant_is_cut_off_both_ways(house: House) -> None:
    """From the line on in which it is removed."""
    room = house.room()
    family, terminal = await couple(house, room)
    room.remove_peer("visitor-1")
    family.send_rtp(picture(1))
    terminal.send_rtp(picture(1, ssrc=501))
    await until(lambda: room.counters().received == 1)
    assert room.counters().forwarded == 0
    assert family.rtp == terminal.rtp == []
    assert ("lost", "visitor-1") not in house.ears.heard


async def test_after_the_cut_a_client_that_goes_on_sending_reaches_nobody(house: House) -> None:
    """It keeps its keys, ignores the goodbye, checks, sends and asks; all it gets is counted."""
    room = house.room()
    family, terminal = await couple(house, room)
    family.send_rtp(picture(1))
    await until(lambda: terminal.rtp)
    record = room.end()
    received = (len(family.rtp), len(family.rtcp), len(terminal.rtp), len(terminal.rtcp))
    for seq in range(2, 52):
        family.send_rtp(picture(seq))
        family.send_rtcp(rtcp.receiver_report(9) + rtcp.pli(slot(family, "terminal-1")[1]))
    await until(lambda: room.counters().refused_after_end == 100)
    assert await family.check() is None
    assert (len(family.rtp), len(family.rtcp), len(terminal.rtp), len(terminal.rtcp)) == received
    after = room.counters()
    assert (after.received, after.forwarded, after.last_forwarded_at) == (
        record.received,
        record.forwarded,
        after.last_forwarded_at,
    )
    assert [event for event in house.ears.heard if event[0] == "lost"] == []


async def test_the_cut_is_whole_before_anything_else_happens(house: House) -> None:
    """Packets that are in the queue when the room ends: the very next read refuses them."""
    room = house.room()
    family, terminal = await couple(house, room)
    family.send_rtp(picture(1))
    await until(lambda: terminal.rtp)
    for seq in range(2, 12):
        family.send_rtp(picture(seq))
    room.end()
    house.node.engine.drain()
    assert room.counters().forwarded == 1
    assert room.counters().refused_after_end == 10


async def test_a_room_ends_by_itself_when_its_timer_does_not(house: House) -> None:
    """The node's own turn of time closes what nobody closed."""
    room = house.room(seconds=60)
    family, _ = await couple(house, room)
    house.clock.ahead = 60
    await until(lambda: room.phase == "ended")
    await until(lambda: family.dtls.state == "closed")
    assert room.room_id not in house.node.rooms


async def test_an_ended_room_stays_ended(house: House) -> None:
    """No phase, no newcomer, and a second end is the same as the first."""
    room = house.room()
    room.set_phase("ended")
    assert room.end() == room.end()
    with pytest.raises(RoomOver):
        room.set_phase("live")
    with pytest.raises(RoomOver):
        room.add_peer("visitor-1", "visitor", [], house.ears)
    room.set_phase("ended")


async def test_a_participant_has_one_connection(house: House) -> None:
    """The second is refused until the first is removed."""
    room = house.room()
    room.add_peer("visitor-1", "visitor", [], house.ears)
    with pytest.raises(PeerExists):
        room.add_peer("visitor-1", "visitor", [], house.ears)
    room.remove_peer("visitor-1")
    room.add_peer("visitor-1", "visitor", [], house.ears)
