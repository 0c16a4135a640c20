"""Where a dropped page finds its room again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from redis.asyncio import Redis

from config.facts import EndReason
from rooms.errors import NoNode
from rooms.host.link import NodeLink
from rooms.registry import Registry
from rooms.seats import Role, RoomSpec
from signaling.resume import Ended, Located, Unknown, locate
from signaling.sessions import SessionStore
from tests.support.live import MOTHER
from tests.support.nodes import make_ticket, running


def now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


async def node(redis: Redis, port: int) -> NodeLink:
    """Return a node that is known."""
    link = NodeLink(redis, f"ws://127.0.0.1:{port}/ws")
    await link.announce()
    return link


async def session(redis: Redis, spec: RoomSpec) -> str:
    """Return the token of a session in a placed room."""
    claim = await Registry(redis).place(spec)
    token, _ = await SessionStore(redis).create(make_ticket(spec, MOTHER.participant, Role.VISITOR, claim.node))
    return token


async def test_a_room_whose_node_lives_is_where_it_was(live_redis: Redis) -> None:
    """The page's own network failed; the room has not moved."""
    holder = await node(live_redis, 1)
    token = await session(live_redis, running())
    await node(live_redis, 2)
    assert await locate(live_redis, token, now()) == Located(holder.url)


async def test_a_room_whose_node_died_is_placed_by_the_question(live_redis: Redis) -> None:
    """Asking is enough: the answer is a node that holds the room."""
    dead = await node(live_redis, 1)
    token = await session(live_redis, running())
    await dead.retire()
    heir = await node(live_redis, 2)
    assert await locate(live_redis, token, now()) == Located(heir.url)
    assert (await Registry(live_redis).place(running())).epoch == 2


async def test_without_a_node_the_page_has_to_ask_again(live_redis: Redis) -> None:
    """Not an end: a node may be up in a second."""
    dead = await node(live_redis, 1)
    token = await session(live_redis, running())
    await dead.retire()
    with pytest.raises(NoNode):
        await locate(live_redis, token, now())


async def test_an_ended_room_says_why_and_since_when(live_redis: Redis) -> None:
    """By staff, at the time they did it."""
    await node(live_redis, 1)
    token = await session(live_redis, running())
    await Registry(live_redis).request_end("room-1", EndReason.ENDED_BY_STAFF, "operator-1")
    answer = await locate(live_redis, token, now())
    assert isinstance(answer, Ended)
    assert answer.reason is EndReason.ENDED_BY_STAFF
    assert abs((answer.ended_at - now()).total_seconds()) < 2


async def test_after_the_slot_the_answer_is_the_slots_end_even_if_no_node_said_so(live_redis: Redis) -> None:
    """The node was killed before the end; the room ended on time all the same."""
    await node(live_redis, 1)
    spec = running(seconds=30)
    token = await session(live_redis, spec)
    answer = await locate(live_redis, token, spec.ends_at + timedelta(seconds=1))
    assert isinstance(answer, Ended)
    assert answer.reason is EndReason.SLOT_OVER
    assert abs(answer.ended_at - spec.ends_at) < timedelta(milliseconds=1)


async def test_a_made_up_token_is_unknown(live_redis: Redis) -> None:
    """Nothing is placed for it."""
    assert await locate(live_redis, "made-up", now()) == Unknown()
