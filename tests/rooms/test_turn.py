"""rooms.turn: credentials for TURN, alone and before Debian's coturn with the documented configuration."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from aioice import stun, turn

from bench.network.coturn import Coturn
from rooms.turn import credentials, ice_servers
from tests.support.ports import free_port

SECRET = "between us and the server"
ENDS = datetime(2026, 3, 2, 6, 15, 0, 250_000, tzinfo=UTC)
URLS = ("turn:turn.example:3478?transport=udp", "turns:turn.example:443?transport=tcp")


def test_a_name_says_until_when_and_for_whom_and_the_password_signs_it() -> None:
    """As the draft has it: base64(HMAC-SHA1(secret, timestamp:id)), the timestamp being the slot's last second."""
    mine = credentials(SECRET, "visitor-a", ENDS)
    assert mine.username == f"{int(ENDS.timestamp()) + 1}:visitor-a"
    expected = hmac.new(SECRET.encode(), mine.username.encode(), hashlib.sha1).digest()
    assert base64.b64decode(mine.password) == expected
    assert mine.password not in repr(mine)
    assert mine.username not in repr(mine)


def test_each_participant_has_credentials_of_its_own() -> None:
    """So that a quota a user is one a participant, and one who shares theirs shares their own."""
    assert credentials(SECRET, "a", ENDS) != credentials(SECRET, "b", ENDS)


def test_servers_are_in_the_browsers_own_form() -> None:
    """One RTCIceServer with all addresses; nothing at all where none are configured."""
    mine = credentials(SECRET, "a", ENDS)
    assert ice_servers(URLS, SECRET, "a", ENDS) == [
        {"urls": list(URLS), "username": mine.username, "credential": mine.password}
    ]
    assert ice_servers((), SECRET, "a", ENDS) == []


class Echo(asyncio.DatagramProtocol):
    """Stands for a node: sends back what comes."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        self.transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Send it back."""
        self.transport.sendto(data, addr)


class Heard(asyncio.DatagramProtocol):
    """What came back through the relay."""

    def __init__(self) -> None:
        self.datagrams: asyncio.Queue[bytes] = asyncio.Queue()

    def datagram_received(self, data: bytes, addr: object) -> None:
        """Keep it."""
        self.datagrams.put_nowait(data)


@pytest.fixture
async def coturn(tmp_path: Path) -> AsyncIterator[Coturn]:
    """Debian's server on the loopback address, allowed to relay to 127.0.0.1 and no further."""
    server = Coturn(
        tmp_path, SECRET, "127.0.0.1", ["127.0.0.1"], ports=(free_port(), free_port()), more=["allow-loopback-peers"]
    )
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


@asynccontextmanager
async def allocation(server: Coturn, until: datetime) -> AsyncIterator[turn.TurnClientUdpProtocol]:
    """A relay of the server's, with our credentials; raises TransactionFailed if it gives none."""
    mine = credentials(SECRET, "visitor-a", until)
    loop = asyncio.get_running_loop()
    address = ("127.0.0.1", server.ports[0])
    transport, client = await loop.create_datagram_endpoint(
        lambda: turn.TurnClientUdpProtocol(
            address, username=mine.username, password=mine.password, lifetime=600, channel_refresh_time=500
        ),
        remote_addr=address,
    )
    try:
        await client.connect()
        yield client
    finally:
        if client.refresh_task is not None:
            client.refresh_task.cancel()
        transport.close()
        await asyncio.sleep(0)


@asynccontextmanager
async def node(address: str) -> AsyncIterator[tuple[str, int]]:
    """Where a node's media would be."""
    way, _ = await asyncio.get_running_loop().create_datagram_endpoint(Echo, local_addr=(address, 0))
    try:
        yield way.get_extra_info("sockname")
    finally:
        way.close()


async def test_coturn_takes_our_credentials_and_relays_to_our_media(coturn: Coturn) -> None:
    """The configuration that is documented and the credentials that are minted fit each other."""
    async with allocation(coturn, datetime.now(UTC) + timedelta(minutes=5)) as relay, node("127.0.0.1") as media:
        relay.receiver = heard = Heard()
        await relay.channel_bind(0x4000, media)
        relay.channel_to_peer[0x4000] = media
        relay.transport.sendto(b"\x40\x00\x00\x05media")
        assert await asyncio.wait_for(heard.datagrams.get(), 5) == b"media"


async def test_coturn_refuses_them_once_the_visit_is_over(coturn: Coturn) -> None:
    """Unauthorised (401): nothing has to be told to the server for that."""
    with pytest.raises(stun.TransactionFailed) as refused:
        async with allocation(coturn, datetime.now(UTC) - timedelta(seconds=2)):
            pass
    assert refused.value.response.error_code == 401


async def test_coturn_relays_to_nobody_else(coturn: Coturn) -> None:
    """Another address, here on the same machine, is forbidden (403), and so is one that is nobody's."""
    async with allocation(coturn, datetime.now(UTC) + timedelta(minutes=5)) as relay:
        for number, other in enumerate(("127.0.0.2", "192.0.2.1")):
            with pytest.raises(stun.TransactionFailed) as refused:
                await relay.channel_bind(0x4000 + number, (other, 9))
            assert refused.value.response.error_code == 403
