"""One participant's connection: its answer, its address, its consent, its goodbye."""

from __future__ import annotations

import pytest

from bench.caller import VIDEO, rtp_packet
from rooms.media import BadDescription
from rooms.media.link.ice import CONSENT
from tests.rooms.media.conftest import House, until


def picture(seq: int) -> bytes:
    """Write a packet of video."""
    return rtp_packet(VIDEO, 500, seq, seq * 3000, b"picture")


async def test_media_follows_a_participant_to_the_address_it_nominates(house: House) -> None:
    """From Wi-Fi to mobile data: the other side's packets arrive at the new place, DTLS and keys are kept."""
    room = house.room()
    family, peer = await house.join(room, "visitor-1", "visitor", ["terminal-1"])
    terminal, _ = await house.join(room, "terminal-1", "terminal", ["visitor-1"])
    terminal.send_rtp(picture(1))
    await until(lambda: len(family.rtp) == 1)
    home = peer.path.address
    family.move()
    assert await family.check(nominate=False) is not None
    assert peer.path.address == home
    family.send_rtp(picture(1))
    await until(lambda: terminal.rtp)
    assert await family.check() is not None
    assert peer.path.address == family.sock.getsockname()
    terminal.send_rtp(picture(2))
    await until(lambda: len(family.rtp) == 2)
    assert family.dtls.state == "connected"


async def test_an_address_does_not_move_for_a_check_that_is_not_signed(house: House) -> None:
    """Someone who knows everything but the password."""
    room = house.room()
    _, peer = await house.join(room, "visitor-1", "visitor", [])
    thief = house.caller()
    thief.answer(peer.offer())
    home, ignored = peer.path.address, house.node.totals.ignored
    assert await thief.check(password="x" * 32) is None
    thief.send(bytes(thief.binding_request()))
    await until(lambda: house.node.totals.ignored == ignored + 2)
    assert peer.path.address == home


async def test_thirty_seconds_without_a_check_end_a_participation(house: House) -> None:
    """Consent (RFC 7675): said once, and nothing is sent there any more."""
    room = house.room()
    family, peer = await house.join(room, "visitor-1", "visitor", ["terminal-1"])
    terminal, _ = await house.join(room, "terminal-1", "terminal", ["visitor-1"])
    house.clock.ahead += CONSENT / 2
    assert await terminal.check() is not None
    house.clock.ahead += CONSENT / 2
    await until(lambda: ("lost", "visitor-1") in house.ears.heard)
    terminal.send_rtp(picture(1))
    await until(lambda: room.counters().received == 1)
    assert room.counters().forwarded == 0
    assert family.rtp == []
    assert not peer.connected
    assert [event for event in house.ears.heard if event[0] == "lost"] == [("lost", "visitor-1")]


async def test_who_never_answers_is_not_lost_and_who_answers_and_never_comes_is(house: House) -> None:
    """Consent counts from the answer; before it, signalling decides how long to wait."""
    room = house.room()
    room.add_peer("visitor-1", "visitor", [], house.ears)
    silent = room.add_peer("visitor-2", "visitor", [], house.ears)
    silent.answer(house.caller().answer(silent.offer()))
    house.clock.ahead += CONSENT
    await until(lambda: house.ears.heard == [("lost", "visitor-2")])


async def test_a_client_that_hangs_up_is_lost_at_once(house: House) -> None:
    """DTLS close_notify, long before consent would run out."""
    room = house.room()
    family, peer = await house.join(room, "visitor-1", "visitor", [])
    await family.dtls.stop()
    await until(lambda: house.ears.heard[-1] == ("lost", "visitor-1"))
    assert not peer.alive


async def test_a_bad_answer_changes_nothing_and_a_good_one_may_follow(house: House) -> None:
    """The peer goes on waiting."""
    room = house.room()
    peer = room.add_peer("visitor-1", "visitor", [], house.ears)
    caller = house.caller()
    good = caller.answer(peer.offer())
    with pytest.raises(BadDescription):
        peer.answer(good.replace("a=setup:active", "a=setup:passive"))
    peer.candidate("candidate:1 1 udp 1 example.local 9 typ host")
    peer.candidate(None)
    peer.answer(good)
    await caller.connect()
    await until(lambda: peer.connected)


async def test_ice_restarts_on_the_same_keys(house: House) -> None:
    """New credentials and a new version of the offer; the call goes on meanwhile and afterwards."""
    room = house.room()
    family, peer = await house.join(room, "visitor-1", "visitor", ["terminal-1"])
    terminal, _ = await house.join(room, "terminal-1", "terminal", ["visitor-1"])
    before = peer.offer()
    offer = peer.restart_ice()
    assert offer != before
    assert await family.check() is not None, "with the old credentials"
    family.move()
    peer.answer(family.answer(offer))
    assert await family.check() is not None, "with the new ones"
    terminal.send_rtp(picture(1))
    await until(lambda: family.rtp)
    assert [event for event in house.ears.heard if event[0] == "connected"] == [
        ("connected", "visitor-1"),
        ("connected", "terminal-1"),
    ]
