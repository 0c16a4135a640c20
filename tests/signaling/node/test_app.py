"""The node's application: what it answers besides the conversation."""

from __future__ import annotations

from aiohttp import ClientSession

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
