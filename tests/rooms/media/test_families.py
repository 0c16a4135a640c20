"""Both families of IP in one room, on one socket, and a phone that goes from one to the other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from aiortc.rtcdtlstransport import RTCCertificate

from bench.caller import AUDIO, Caller, rtp_packet
from rooms.media import MediaNode
from tests.rooms.media.conftest import House, SteppedClock, until

SIX, FOUR = "::1", "127.0.0.1"


@pytest.fixture
async def dual(certificate: RTCCertificate) -> AsyncIterator[House]:
    """A node that is bound to every address, and offers loopback of both families."""
    clock = SteppedClock()
    node = MediaNode("::", 0, [SIX, FOUR], clock, certificate)
    await node.open()
    house = House(node, clock, certificate)
    yield house
    for caller in house.callers:
        await caller.hang_up()
    await node.close()


async def joined(house: House, certificate: RTCCertificate, host: str, who: str, sources: list[str]) -> Caller:
    """Somebody who comes by an address of one family."""
    room = house.node.rooms.get("room") or house.node.add_room("room", "family", house.clock.now().replace(year=2100))
    room.set_phase("live")
    caller = Caller(certificate, host)
    house.callers.append(caller)
    peer = room.add_peer(who, "terminal" if who.startswith("terminal") else "visitor", sources, house.ears)
    await caller.call(peer.offer(), peer.answer)
    await until(lambda: peer.connected)
    return caller


def sound(seq: int) -> bytes:
    """Write a packet of sound."""
    return rtp_packet(AUDIO, 700, seq, seq * 960, b"sound")


async def test_a_family_on_ipv6_and_a_prison_on_ipv4_hear_each_other(dual: House, certificate: RTCCertificate) -> None:
    """One socket takes both, and what came by one family leaves by the other."""
    family = await joined(dual, certificate, SIX, "visitor-1", ["terminal-1"])
    prison = await joined(dual, certificate, FOUR, "terminal-1", ["visitor-1"])
    family.send_rtp(sound(1))
    prison.send_rtp(sound(1))
    await until(lambda: family.rtp and prison.rtp)


async def test_each_is_told_the_address_it_was_seen_at(dual: House, certificate: RTCCertificate) -> None:
    """XOR-MAPPED-ADDRESS (RFC 8489): of IPv6 as it is, of IPv4 without the prefix of a dual-stack socket."""
    for host, who in ((SIX, "visitor-1"), (FOUR, "terminal-1")):
        caller = await joined(dual, certificate, host, who, [])
        response = await caller.check()
        assert response is not None
        assert response.attributes["XOR-MAPPED-ADDRESS"] == caller.sock.getsockname()[:2]


async def test_a_call_goes_along_from_one_family_to_the_other(dual: House, certificate: RTCCertificate) -> None:
    """A nomination from the new address is enough; nothing is said beside it."""
    family = await joined(dual, certificate, SIX, "visitor-1", ["terminal-1"])
    prison = await joined(dual, certificate, FOUR, "terminal-1", ["visitor-1"])
    assert family.server is not None
    family.host, family.server = FOUR, replace(family.server, address=(FOUR, dual.node.port))
    family.move()
    assert await family.check() is not None
    prison.send_rtp(sound(1))
    family.send_rtp(sound(1))
    await until(lambda: family.rtp and prison.rtp)


async def test_the_offer_has_candidates_of_both_in_the_order_given(dual: House) -> None:
    """The first one has the highest priority (RFC 8445 section 5.1.2)."""
    room = dual.node.add_room("room", "family", dual.clock.now().replace(year=2100))
    offer = room.add_peer("visitor-1", "visitor", [], dual.ears).offer()
    candidates = [line.split() for line in offer.splitlines() if line.startswith("a=candidate:")][:2]
    assert [each[4] for each in candidates] == [SIX, FOUR]
    assert int(candidates[0][3]) > int(candidates[1][3])
