"""A guest of the measurements at a real node."""

from __future__ import annotations

import asyncio
import time

import pytest
from aiortc.rtcdtlstransport import RTCCertificate

from bench.visits import guest as module
from bench.visits.guest import Guest
from bench.visits.line import LineClosed
from config.facts import EndReason
from rooms.seats import Role
from tests.support.live import MOTHER, TERMINAL
from tests.support.nodes import TestNode, running

WITHIN = 10.0


async def come(node: TestNode, seconds: float = 60) -> tuple[Guest, Guest]:
    """Let a family and a terminal in."""
    spec, certificate = running(seconds), RTCCertificate.generateCertificate()
    guests = Guest(certificate), Guest(certificate)
    for guest, other, (who, role) in zip(
        guests, guests[::-1], ((MOTHER.participant, Role.VISITOR), (TERMINAL.participant, Role.TERMINAL)), strict=True
    ):
        guest.partner = other
        await guest.join(node.url, node.origin, await node.ticket(spec, who, role))
    await node.registry.open_room(spec.room_id, "staff:1")
    return guests


async def talk(guests: tuple[Guest, Guest]) -> None:
    """Let both speak until both have heard something."""
    async with asyncio.timeout(WITHIN):
        while not all(guest.first for guest in guests):
            for guest in guests:
                guest.talk()
            await asyncio.sleep(0.02)


async def test_two_hear_each_other_and_what_is_lost_is_counted_from_the_mark(node: TestNode) -> None:
    """What was sent before the mark, to a room that was not live yet, is no loss; a packet that was dropped is one."""
    one, other = guests = await come(node)
    await talk(guests)
    assert (one.lost, other.lost) == (0, 0)
    for guest in guests:
        guest.count()
    for _ in range(5):
        one.talk()
    one.sent += 1  # as if the wire had eaten one
    async with asyncio.timeout(WITHIN):
        while other.received < 5:  # noqa: ASYNC110 - a counter
            await asyncio.sleep(0.01)
    assert (one.lost, other.lost) == (0, 1)
    for guest in guests:
        guest.leave()


async def test_the_end_is_heard_on_the_line_and_on_the_transport(node: TestNode) -> None:
    """By the kernel's stamps, near each other and after the last packet; nothing is sent any more."""
    one, other = guests = await come(node)
    await talk(guests)
    [room_id] = [room.room_id.rpartition(".")[0] for room in node.media.rooms.values()]
    await node.registry.request_end(room_id, EndReason.ENDED_BY_STAFF, "staff:1")
    async with asyncio.timeout(WITHIN):
        while not all(guest.told and guest.closed for guest in guests):  # noqa: ASYNC110 - stamps
            await asyncio.sleep(0.01)
    last, closed, told = one.last or 0, one.closed or 0, one.told or 0
    assert 0 < last < closed <= time.time_ns()
    assert abs(closed - told) < 2e9
    sent = other.sent
    other.talk()
    assert other.sent == sent
    for guest in guests:
        guest.leave()


async def test_whose_visit_ends_before_the_keys_are_there_does_not_wait_for_them(
    node: TestNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A node that has hung up answers no handshake: the line says that it is over."""

    async def never(_: Guest, role: str = "client") -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(module.Guest, "connect", never)
    spec = running(0.5)
    guest = Guest(RTCCertificate.generateCertificate())
    ticket = await node.ticket(spec, MOTHER.participant, Role.VISITOR)
    async with asyncio.timeout(WITHIN):
        with pytest.raises(LineClosed, match="ended"):
            await guest.join(node.url, node.origin, ticket)
    guest.leave()
