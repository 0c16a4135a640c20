"""What consoles know of a participant."""

from __future__ import annotations

import json

import pytest

from rooms.presence import Devices, Presence, PresenceState, Quality, quality_of
from rooms.seats import Role
from tests.support.clock import NOON


@pytest.mark.parametrize(
    "presence",
    [
        Presence(Role.VISITOR, PresenceState.CHECKING, NOON),
        Presence(Role.TERMINAL, PresenceState.CONNECTED, NOON, Devices(camera=True, microphone=False), Quality.POOR),
        Presence(Role.VISITOR, PresenceState.CONNECTED, NOON, silent_since=NOON),
        Presence(Role.VISITOR, PresenceState.LEFT, NOON, lost=True),
    ],
)
def test_presence_survives_the_way_through_redis(presence: Presence) -> None:
    """What is written is read again, with and without devices and quality."""
    assert Presence.from_json(presence.to_json()) == presence


def test_what_an_older_node_wrote_is_read() -> None:
    """While nodes are replaced one by one, some do not say yet who is silent and who was lost."""
    written = json.loads(Presence(Role.VISITOR, PresenceState.CONNECTED, NOON).to_json())
    del written["silent_since"], written["lost"]
    assert Presence.from_json(json.dumps(written)) == Presence(Role.VISITOR, PresenceState.CONNECTED, NOON)


@pytest.mark.parametrize(
    ("loss", "rtt", "quality"),
    [
        (0.0, 50, Quality.GOOD),
        (0.0999, 50, Quality.GOOD),
        (0.10, 50, Quality.POOR),
        (0.1499, 50, Quality.POOR),
        (0.15, 50, Quality.BAD),
        (0.0, 400, Quality.POOR),
        (0.0, 1000, Quality.BAD),
    ],
)
def test_quality_follows_loss_and_round_trip(loss: float, rtt: float, quality: Quality) -> None:
    """Under 10 % loss is good, from 15 % bad, between poor; long round trips count as well."""
    assert quality_of(loss, rtt) is quality
