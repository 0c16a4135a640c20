"""What consoles read of live rooms."""

from __future__ import annotations

from datetime import timedelta

import pytest
from redis.asyncio import Redis

from config import keys
from rooms.seats import to_iso
from rooms.wall.alert import Alert, AlertKind
from rooms.wall.meter import Meter
from rooms.wall.meters import alerts, meters, picture
from tests.support.clock import NOON


async def test_a_console_reads_the_meters_of_the_rooms_that_have_some(redis: Redis) -> None:
    """By room and participant; a room that is not live is left out."""
    meter = Meter(NOON, connected=True, audio_pps=50)
    await redis.hset(keys.meters("a"), "visitor-a", meter.to_json())
    assert await meters(redis, ["a", "b"]) == {"a": {"visitor-a": meter}}


async def test_a_console_reads_what_is_amiss_oldest_first(redis: Redis) -> None:
    """Also what concerns the room as a whole, and participants with colons in their ids."""
    began = {"silence:": NOON, "one_way:visitor:a": NOON - timedelta(seconds=5)}
    await redis.hset(keys.alerts("a"), mapping={key: to_iso(since) for key, since in began.items()})
    found = await alerts(redis, ["a", "b"])
    assert found == {
        "a": (
            Alert(AlertKind.ONE_WAY, "visitor:a", NOON - timedelta(seconds=5)),
            Alert(AlertKind.SILENCE, "", NOON),
        )
    }
    assert {alert.key for alert in found["a"]} == set(began)


@pytest.mark.parametrize("decodes", [True, False])
async def test_a_console_reads_a_picture_with_any_client(live_url: str, *, decodes: bool) -> None:
    """Bytes as they were written, whether or not the client decodes what else it is answered."""
    client = Redis.from_url(live_url, decode_responses=decodes, protocol=2)
    await client.set(keys.wall_picture("a", "visitor-a"), b"\xff\xd8\xff\x00")
    assert await picture(client, "a", "visitor-a") == b"\xff\xd8\xff\x00"
    assert await picture(client, "a", "visitor-b") is None
    await client.aclose()
