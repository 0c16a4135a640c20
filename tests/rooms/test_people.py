"""What others may know of those in a room."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from rooms.people import Member, person
from rooms.presence import Devices, PresenceState, Quality
from tests.support.clock import NOON
from tests.support.live import MOTHER


@pytest.mark.parametrize(
    ("changes", "state", "present"),
    [
        ({}, PresenceState.CHECKING, False),
        ({"ready": True}, PresenceState.WAITING, True),
        ({"ready": True, "connected": True, "was_connected": True}, PresenceState.CONNECTED, True),
        ({"ready": True, "connected": True, "detached_at": NOON}, PresenceState.CONNECTED, True),
        ({"ready": True, "was_connected": True}, PresenceState.DISCONNECTED, False),
        ({"ready": True, "detached_at": NOON}, PresenceState.DISCONNECTED, False),
        ({"detached_at": NOON}, PresenceState.DISCONNECTED, False),
        ({"gone": True, "detached_at": NOON}, PresenceState.LEFT, False),
    ],
)
def test_where_somebody_stands_follows_from_socket_and_media(
    changes: dict[str, Any],
    state: PresenceState,
    present: bool,  # noqa: FBT001 - a row of the table
) -> None:
    """Media says more than the socket; whoever is ready counts as here until both say otherwise."""
    member = Member(MOTHER, since=NOON)
    for name, value in changes.items():
        setattr(member, name, value)
    member.settle(NOON)
    assert (member.state, member.present) == (state, present)


def test_since_is_when_the_state_was_reached() -> None:
    """Settling again without a change keeps the time."""
    member = Member(MOTHER, since=NOON)
    member.ready = True
    member.settle(NOON + timedelta(seconds=5))
    member.settle(NOON + timedelta(seconds=9))
    assert member.presence().since == NOON + timedelta(seconds=5)


def test_an_absent_person_shows_nothing_of_before() -> None:
    """Mute and quality of somebody who is not there are nobody's business, and would be stale."""
    member = Member(MOTHER, since=NOON, audio=True, video=True, quality=Quality.GOOD, devices=Devices(True, True))  # noqa: FBT003
    seen = person(MOTHER, member)
    assert (seen.present, seen.audio, seen.video, seen.quality) == (False, False, False, None)
    assert person(MOTHER, None) == seen
