"""The facts a room records."""

from __future__ import annotations

from datetime import timedelta

from config.facts import DownReason, Fact, FactName
from rooms.core.recording import Recorder, Takeover
from rooms.effects import Record
from rooms.people import Member
from rooms.presence import Presence, PresenceState
from rooms.seats import Role
from tests.support.clock import NOON
from tests.support.live import MOTHER

WHO = MOTHER.participant


def test_a_path_goes_down_once() -> None:
    """The second time it is not up any more."""
    member, recorder = Member(MOTHER, since=NOON, connected=True), Recorder("room-1")
    fact = Fact(FactName.MEDIA_DOWN, "room-1", NOON, participant=WHO, role=Role.VISITOR, reason=DownReason.LOST)
    assert recorder.down(member, NOON, DownReason.LOST) == [Record(fact)]
    assert recorder.down(member, NOON, DownReason.LEFT) == []


def test_a_takeover_never_dates_from_the_future() -> None:
    """Two clocks may differ by a moment."""
    here = Presence(Role.VISITOR, PresenceState.CONNECTED, NOON)
    takeover = Takeover(NOON + timedelta(milliseconds=40), {WHO: here})
    records = Recorder("room-1").taken_over(takeover, NOON, running=True)
    assert [(each.fact.name, each.fact.at, each.fact.since) for each in records] == [
        (FactName.MEDIA_DOWN, NOON, None),
        (FactName.ROOM_MOVED, NOON, NOON),
    ]
