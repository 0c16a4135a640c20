"""Two layers of one picture through both engines: who gets which, and how one goes over."""

from __future__ import annotations

from rooms.media.layers.layering import GIVE_UP, LINGER
from rooms.media.rates.sharing import SMALL
from rooms.media.wire import rtcp
from rooms.media.wire.rtp import Layer, Stream
from tests.rooms.media.conftest import until
from tests.rooms.media.layers.conftest import (
    DELTA,
    KEY,
    MORE,
    REPEATS,
    SSRCS,
    STRONG,
    WEAK,
    Family,
    packet,
    repeat,
)

ON, OFF = ("small layer on", "terminal-1"), ("small layer off", "terminal-1")


async def gone_over(family: Family) -> None:
    """Let the son get the small layer."""
    await family.weaken()
    await until(lambda: ON in family.house.ears.heard)
    family.send("h", 101, DELTA)
    family.send("l", 9000, KEY + b"small")
    await until(lambda: family.got(family.son)[-1][1] == KEY + b"small")


async def test_the_small_layer_is_wanted_only_while_one_line_is_weak_and_another_is_not(family: Family) -> None:
    """Not at first, and no more when the weak one has recovered."""
    await family.look_later(8)
    assert ON not in family.house.ears.heard
    await gone_over(family)
    family.say(son=STRONG)
    for _ in range(3):
        await family.look_later(5)
    family.send("h", 102, KEY + b"again")
    await until(lambda: family.got(family.son)[-1][1] == KEY + b"again")
    await family.look_later(0)
    await family.look_later(LINGER + 0.1)
    await until(lambda: OFF in family.house.ears.heard)


async def test_one_goes_over_exactly_at_a_keyframe(family: Family) -> None:
    """Until then the main layer goes on; from it on nothing of that comes, and the numbers have no gap."""
    await family.weaken()
    await until(lambda: ON in family.house.ears.heard)
    family.send("l", 9000, DELTA + b"too early")
    family.send("h", 101, DELTA + b"main")
    await until(lambda: len(family.got(family.mother)) == 2)
    family.send("l", 9001, KEY + b"small")
    family.send("h", 102, DELTA + b"main no more")
    family.send("l", 9002, MORE + b"small")
    family.send("h", 103, DELTA + b"main no more")
    await until(lambda: len(family.got(family.mother)) == 4 and len(family.got(family.son)) == 4)
    assert family.got(family.son) == [
        (100, KEY),
        (101, DELTA + b"main"),
        (102, KEY + b"small"),
        (103, MORE + b"small"),
    ]
    assert [seq for seq, _ in family.got(family.mother)] == [100, 101, 102, 103]


async def test_the_keyframe_is_asked_for_of_the_layer_that_is_awaited(family: Family) -> None:
    """Until it is there; the main layer's receivers need none."""
    await family.weaken()
    family.send("l", 9000, DELTA)
    await until(lambda: SSRCS["l"] in family.asked())
    before = len(family.asked())
    await family.look_later(1.5)
    await until(lambda: family.asked()[before:] == [SSRCS["l"]])


async def test_a_keyframe_that_was_overtaken_is_waited_over(family: Family) -> None:
    """Of what overtook it nothing has gone out, so the picture would lack that."""
    await family.weaken()
    await until(lambda: ON in family.house.ears.heard)
    family.send("l", 9000, DELTA)
    family.send("l", 9002, MORE)
    family.send("l", 9001, KEY)
    family.send("h", 101, DELTA)
    await until(lambda: len(family.got(family.mother)) == 2)
    family.send("l", 9003, KEY + b"whole")
    await until(lambda: len(family.got(family.son)) == 3)
    assert [payload for _, payload in family.got(family.son)] == [KEY, DELTA, KEY + b"whole"]


async def test_what_comes_late_of_the_old_layer_does_not_reach_who_went_over(family: Family) -> None:
    """It still reaches those who have stayed."""
    await family.weaken()
    await until(lambda: ON in family.house.ears.heard)
    family.send("h", 101, DELTA)
    family.send("h", 103, DELTA)
    family.send("l", 9000, KEY + b"small")
    family.send("h", 102, DELTA + b"late")
    family.send("l", 9001, MORE)
    await until(lambda: len(family.got(family.mother)) == 4 and len(family.got(family.son)) == 5)
    assert DELTA + b"late" in dict(family.got(family.mother)).values()
    assert [seq for seq, _ in family.got(family.son)] == [100, 101, 103, 104, 105]
    assert DELTA + b"late" not in dict(family.got(family.son)).values()


async def test_who_misses_a_packet_gets_it_again_from_its_own_layer(family: Family) -> None:
    """By its own numbers; what is from before it went over is not repeated from the wrong layer."""
    await gone_over(family)
    family.send("l", 9001, MORE + b"missed")
    await until(lambda: family.got(family.son)[-1][1] == MORE + b"missed")
    assert family.son.server is not None
    ssrc, again = family.son.server.slots["terminal-1"][1:]
    count = len(family.son.rtp)
    family.son.send_rtcp(rtcp.receiver_report(1) + rtcp.nack(rtcp.Nack(ssrc, ((101, 0), (103, 0)))))
    await until(lambda: len(family.son.rtp) == count + 1)
    repeated = family.son.rtp[-1]
    assert int.from_bytes(repeated[8:12]) == again
    assert repeated[20:] == (103).to_bytes(2) + MORE + b"missed"


async def test_what_a_layer_lost_on_the_way_here_is_asked_for_and_mended_there(family: Family) -> None:
    """By the RID that a retransmission repairs."""
    await gone_over(family)
    family.send("l", 9002, MORE + b"after")
    await until(lambda: _nacks(family) == [(SSRCS["l"], 9001)])
    family.terminal.send_rtp(repeat("l", 1, packet("l", 9001, MORE + b"lost")))
    await until(lambda: MORE + b"lost" in dict(family.got(family.son)).values())
    assert dict(family.got(family.son))[103] == MORE + b"lost"
    assert family.source.path.routes[REPEATS["l"]].layer is Layer.SMALL
    assert MORE + b"lost" not in dict(family.got(family.mother)).values()


def _nacks(family: Family) -> list[tuple[int, int]]:
    compounds = (rtcp.parse(each) for each in family.terminal.rtcp)
    return [(each.ssrc, each.items[0][0]) for found in compounds for each in found if isinstance(each, rtcp.Nack)][:1]


async def test_the_source_is_told_what_those_take_who_get_its_main_layer(family: Family) -> None:
    """And the small layer's cost; the two estimates are shared between two sources each, of which it is one."""
    await gone_over(family)
    family.terminal.rtcp.clear()
    family.say(mother=STRONG)
    await until(lambda: _told(family))
    assert abs(_told(family)[-1] - (STRONG + SMALL)) < 5_000


def _told(family: Family) -> list[int]:
    compounds = (rtcp.parse(each) for each in family.terminal.rtcp)
    return [each.bitrate for found in compounds for each in found if isinstance(each, rtcp.Estimate)]


async def test_who_never_sends_the_small_layer_is_left_alone(family: Family) -> None:
    """A page of before, or one that has not heard: the weak one is followed again, and nothing is asked for a while."""
    await family.weaken()
    assert len(family.source.path.small) == 1
    family.send("h", 101, DELTA)
    await family.look_later(GIVE_UP + 0.1)
    assert family.source.path.small == frozenset()
    await family.look_later(0)
    await family.look_later(LINGER + 0.1)
    await until(lambda: OFF in family.house.ears.heard)
    family.send("h", 102, DELTA)
    await until(lambda: len(family.got(family.son)) == 3)


async def test_a_layer_that_browsers_drop_by_themselves_is_made_up_for_by_the_other(family: Family) -> None:
    """Where the line gets narrow they send the small one alone, and its keyframe brings everybody over."""
    await gone_over(family)
    await family.look_later(2)
    family.send("l", 9001, DELTA)
    await family.look_later(0)
    family.send("l", 9002, KEY + b"all that is left")
    await until(lambda: family.got(family.mother)[-1][1] == KEY + b"all that is left")


async def test_a_reload_of_the_receiver_begins_with_the_layer_that_is_meant_for_it(family: Family) -> None:
    """A new connection's line is not known: it gets the main layer."""
    await gone_over(family)
    route = family.source.path.layers[Layer.SMALL][Stream.VIDEO]
    assert [leg.path for leg in route.legs] == list(family.source.path.small)
    room = next(iter(family.house.node.rooms.values()))
    room.remove_peer("visitor-2")
    assert not list(route.legs)
    caller, peer = await family.house.join(room, "visitor-2", "visitor", ["terminal-1"])
    family.send("h", 102, DELTA)
    await until(lambda: caller.rtp)
    assert peer.path.legs


async def test_who_agreed_to_no_layers_is_asked_for_none(family: Family) -> None:
    """Whatever its packets say of themselves, they are its one picture."""
    caller, peer = await family.house.join(
        next(iter(family.house.node.rooms.values())), "visitor-3", "visitor", ["terminal-1"]
    )
    caller.send_rtp(packet("l", 1, KEY))
    await until(lambda: peer.path.routes)
    assert peer.path.routes[SSRCS["l"]].layer is Layer.MAIN


def _picture(number: int, base: int, payload: bytes) -> bytes:
    """A payload whose descriptor numbers its picture, as browsers' do (RFC 7741 section 4.2)."""
    return bytes([0x80 | payload[0], 0xE0]) + (0x8000 | number).to_bytes(2) + bytes([base, 0]) + payload[1:]


async def test_pictures_go_on_numbering_whatever_a_layer_numbers_them_by(family: Family) -> None:
    """To the last bit, also in what is sent again: Chromium looks up by these numbers what a picture refers to."""
    await family.weaken()
    await until(lambda: ON in family.house.ears.heard)
    family.send("h", 101, _picture(0x7FFF, 250, DELTA))
    family.send("l", 9000, _picture(5, 7, KEY))
    family.send("l", 9001, _picture(5, 7, MORE))
    family.send("l", 9002, _picture(6, 8, DELTA))
    await until(lambda: len(family.got(family.son)) == 5)
    got = [payload for _, payload in family.got(family.son)][1:]
    assert got == [
        _picture(0x7FFF, 250, DELTA),
        _picture(0, 251, KEY),
        _picture(0, 251, MORE),
        _picture(1, 252, DELTA),
    ]
    assert family.son.server is not None
    count, ssrc = len(family.son.rtp), family.son.server.slots["terminal-1"][1]
    family.son.send_rtcp(rtcp.receiver_report(1) + rtcp.nack(rtcp.Nack(ssrc, ((104, 0),))))
    await until(lambda: len(family.son.rtp) == count + 1)
    assert family.son.rtp[-1][22:] == _picture(1, 252, DELTA)


async def test_sound_and_pictures_keep_time_by_both_layers_sender_reports(family: Family) -> None:
    """Each layer has a media clock of its own; what was taken at one time goes out as of one time."""
    await family.weaken()
    await until(lambda: ON in family.house.ears.heard)
    family.send("l", 9000, DELTA)
    await until(lambda: SSRCS["l"] in family.source.path.routes)
    for layer, timestamp in (("h", 500_000), ("l", 70_000)):
        report = rtcp.SenderReport(SSRCS[layer], (1 << 32).to_bytes(8), timestamp, bytes(8))
        family.terminal.send_rtcp(rtcp.sender_report(report))
    await until(lambda: all(family.source.path.routes[SSRCS[layer]].reported for layer in "hl"))
    family.terminal.send_rtp(packet("h", 101, DELTA, timestamp=590_000))
    family.terminal.send_rtp(packet("l", 9001, KEY, timestamp=163_000))
    await until(lambda: len(family.got(family.son)) == 3)
    main, small = (int.from_bytes(each[4:8]) for each in family.son.rtp[-2:])
    assert small - main == 3_000


async def test_a_monitor_whose_picture_was_paused_gets_the_small_layer_where_it_is_sent(family: Family) -> None:
    """By itself it has none sent, however long it waits; once a son's line has, it is tried with that."""
    monitor, peer = await family.house.join(family.room, "monitor-1", "monitor", ["terminal-1"])
    assert monitor.server is not None
    picture = monitor.server.slots["terminal-1"][1]
    family.callers["monitor-1"] = monitor
    seq = 101

    async def passes(son: int, *, until_given: bool | None = None) -> None:
        """Let seconds pass, in which everybody says what their line takes, if they are given a picture."""
        nonlocal seq
        for _ in range(2 if until_given is None else 60):
            taken = round(family.house.clock.monotonic() * 90_000)
            family.source.path.sent = 500_000.0
            family.terminal.send_rtp(packet("h", seq, DELTA, timestamp=taken))
            family.terminal.send_rtp(packet("l", 9000 + seq, KEY + b"small", timestamp=taken))
            seq += 1
            family.say(mother=STRONG, son=son)
            if peer.rates.receiving.given:
                small = peer.path in family.source.path.small
                lost = (0 if small else 100).to_bytes(1) + bytes(3)
                block = rtcp.ReportBlock(picture, lost, seq, bytes(12))
                takes = rtcp.Estimate(100_000 if small else 30_000, (picture,))
                monitor.send_rtcp(rtcp.receiver_report(1, [block]) + rtcp.remb(takes))
            for caller in family.callers.values():  # what was sent before was read before
                assert await caller.check() is not None
            family.house.clock.ahead += 0.5
            family.room.tick(family.house.clock.monotonic())
            if until_given is bool(peer.rates.receiving.given):
                return
        assert until_given is None

    await passes(STRONG, until_given=False)
    before = len(family.got(monitor))
    await passes(STRONG)
    assert ON not in family.house.ears.heard
    assert len(family.got(monitor)) == before
    await passes(WEAK, until_given=True)
    assert peer.path in family.source.path.small
    await passes(WEAK)
    await until(lambda: len(family.got(monitor)) > before)
    assert {payload for _, payload in family.got(monitor)[before:]} == {KEY + b"small"}
