"""The node's application: what it answers besides the conversation."""

from __future__ import annotations

import socket

import pytest
from aiohttp import ClientSession

from signaling.node.app import _TCP_THIN_LINEAR_TIMEOUTS
from tests.support.nodes import TestNode


def http(node: TestNode, path: str) -> str:
    """Return an address on the node."""
    return node.url.replace("ws://", "http://").replace("/ws", path)


async def test_health_says_whether_rooms_can_be_taken(node: TestNode) -> None:
    """200 with the lease, 503 without."""
    async with ClientSession() as client:
        async with client.get(http(node, "/healthz")) as answer:
            assert (answer.status, (await answer.json())["status"]) == (200, "ok")
        node.host._lease_until = float("-inf")
        async with client.get(http(node, "/healthz")) as answer:
            assert (answer.status, (await answer.json())["status"]) == (503, "no_lease")


async def test_what_is_lost_on_the_way_to_a_page_is_said_again_soon(node: TestNode) -> None:
    """Each time after as long as the first time: on a narrow line doubling takes ten seconds and more."""
    taken: list[socket.socket] = []
    listen = socket.socket.setsockopt

    def noted(self: socket.socket, level: int, option: int, value: int) -> None:
        listen(self, level, option, value)
        if (level, option) == (socket.IPPROTO_TCP, _TCP_THIN_LINEAR_TIMEOUTS):
            taken.append(self)
            assert self.getsockopt(level, option) == 1

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "setsockopt", noted)
        async with ClientSession(headers={"Origin": node.origin}) as client, client.ws_connect(node.url):
            pass
    assert len(taken) == 1


async def test_nothing_else_is_there(node: TestNode) -> None:
    """A plain request to the socket's address is no way in, and other addresses do not exist."""
    async with ClientSession(headers={"Origin": node.origin}) as client:
        async with client.get(http(node, "/ws")) as answer:
            assert answer.status == 400
        async with client.get(http(node, "/")) as answer:
            assert answer.status == 404


async def test_stopping_twice_is_stopping_once(node: TestNode) -> None:
    """The process may be asked to stop while it stops."""
    await node.stop()
    await node.stop()
