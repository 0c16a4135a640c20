"""Sessions in Redis."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from redis.asyncio import Redis

from config import keys
from config.secrets import digest
from rooms.seats import Role
from signaling.sessions import KEPT_AFTER_END, SessionStore, spec_of
from tests.support.live import BROTHER, MOTHER
from tests.support.nodes import make_ticket, running


@pytest.fixture
def store(live_redis: Redis) -> SessionStore:
    """Return a store on an empty Redis."""
    return SessionStore(live_redis)


async def test_a_session_says_what_its_ticket_said(store: SessionStore) -> None:
    """Any node can take it up: the room, its slot, the seats, who it is."""
    spec = running(visitors=(MOTHER, BROTHER))
    token, record = await store.create(make_ticket(spec, MOTHER.participant, Role.VISITOR, "node-1"))
    found = await store.load(token)
    assert found == record
    assert (found.spec, found.participant, found.role) == (spec, MOTHER.participant, Role.VISITOR)


async def test_redis_never_sees_the_token(store: SessionStore, live_redis: Redis) -> None:
    """Keys hold its digest, values the ticket; who reads Redis can't take a seat."""
    token, _ = await store.create(make_ticket(running(), MOTHER.participant, Role.VISITOR, "node-1"))
    found = [str(key) async for key in live_redis.scan_iter()]
    assert keys.signal_session(digest(token)) in found
    for key in found:
        content = await (live_redis.hgetall(key) if "session" in key else live_redis.get(key))
        assert token not in key + repr(content)


async def test_a_seats_new_session_replaces_the_old_one(store: SessionStore) -> None:
    """One seat, one session; another seat's is not touched."""
    spec = running(visitors=(MOTHER, BROTHER))
    old, _ = await store.create(make_ticket(spec, MOTHER.participant, Role.VISITOR, "node-1"))
    other, _ = await store.create(make_ticket(spec, BROTHER.participant, Role.VISITOR, "node-1"))
    new, _ = await store.create(make_ticket(spec, MOTHER.participant, Role.VISITOR, "node-1"))
    assert await store.load(old) is None
    assert await store.load(other) is not None
    assert await store.load(new) is not None


async def test_a_session_lives_a_minute_longer_than_its_slot(store: SessionStore, live_redis: Redis) -> None:
    """Long enough to say how it ended, no longer."""
    spec = running(seconds=100)
    token, _ = await store.create(make_ticket(spec, MOTHER.participant, Role.VISITOR, "node-1"))
    for key in (keys.signal_session(digest(token)), keys.seat(spec.room_id, MOTHER.participant)):
        left = await live_redis.ttl(key)
        expected = (spec.ends_at + KEPT_AFTER_END - datetime.now(UTC)).total_seconds()
        assert abs(left - expected) < 3


async def test_a_deleted_session_is_worth_nothing(store: SessionStore) -> None:
    """Its holder has left."""
    token, record = await store.create(make_ticket(running(), MOTHER.participant, Role.VISITOR, "node-1"))
    await store.delete(record)
    assert await store.load(token) is None


def test_a_tickets_room_is_the_visits() -> None:
    """Room, slot and seats come from the ticket alone."""
    spec = running(visitors=(MOTHER, BROTHER))
    assert spec_of(make_ticket(spec, MOTHER.participant, Role.VISITOR, "node-1")) == spec
