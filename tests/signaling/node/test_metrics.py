"""What a node can be watched by."""

from __future__ import annotations

import re

import pytest
from aiohttp import ClientSession

from rooms.seats import Role
from signaling.node.loop import LoopWatch
from signaling.node.metrics import NodeMetrics
from tests.support.live import MOTHER
from tests.support.nodes import BOTH, TestNode, running


async def metrics(node: TestNode) -> str:
    """Fetch them as Prometheus would."""
    url = node.url.replace("ws://", "http://").replace("/ws", "/metrics")
    async with ClientSession() as client, client.get(url) as answer:
        assert answer.status == 200
        return await answer.text()


def value(text: str, name: str) -> float:
    """Return a metric's value."""
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
    assert found, name
    return float(found[1])


async def test_rooms_people_and_packets_are_counted(node: TestNode) -> None:
    """A room with one person in it, a lease, and nothing forwarded yet."""
    before = await metrics(node)
    assert (value(before, "mulakat_rooms"), value(before, "mulakat_participants")) == (0, 0)
    async with await node.enter(running(), MOTHER.participant, Role.VISITOR):
        text = await metrics(node)
    assert (value(text, "mulakat_rooms"), value(text, "mulakat_participants")) == (1, 1)
    assert value(text, "mulakat_lease") == 1
    assert value(text, 'mulakat_packets_total{fate="forwarded"}') == 0
    for line in ("receiver", "monitor", "sender"):
        assert value(text, f'mulakat_pictures_paused_seconds_total{{line="{line}"}}') == 0
    assert (value(text, "mulakat_wall_rooms"), value(text, "mulakat_wall_decoder_deaths_total")) == (0, 0)
    assert [
        value(text, f'mulakat_wall_keyframes_total{{fate="{fate}"}}') for fate in ("made", "refused", "dropped")
    ] == [
        0,
        0,
        0,
    ]


async def test_nothing_in_them_is_about_anybody(node: TestNode) -> None:
    """Neither room nor participant nor VisRN stands in the metrics or in the health."""
    spec = running()
    async with await node.enter(spec, MOTHER.participant, Role.VISITOR) as page:
        await page.send("ready", devices=BOTH)
        await page.hears("offer")
        text = await metrics(node)
        health = node.url.replace("ws://", "http://").replace("/ws", "/healthz")
        async with ClientSession() as client, client.get(health) as answer:
            text += await answer.text()
    for word in (spec.room_id, spec.visrn, MOTHER.participant, MOTHER.label, page.session):
        assert word not in text


async def test_a_blocked_loop_shows(node: TestNode) -> None:
    """A stall of 0.3 s is counted above a quarter of a second, and is the longest for a while."""
    hands = iter((100.0, 100.3, 100.3))
    watch = LoopWatch(lambda: next(hands))
    watch.begin()
    watch.end()
    text = NodeMetrics(node.host, node.media, watch).text().decode()
    name = "mulakat_loop_stall_seconds"
    assert (value(text, f'{name}_bucket{{le="0.25"}}'), value(text, f"{name}_count")) == (0, 1)
    assert value(text, "mulakat_loop_longest_stall_seconds") == pytest.approx(0.3)
