"""Who a room keeps."""

from __future__ import annotations

from datetime import timedelta

from rooms.core.company import Company
from rooms.moderation import Moderation
from rooms.people import KEPT, Member, Watcher
from rooms.presence import Devices, Presence, PresenceState
from rooms.seats import Role
from tests.support.clock import NOON
from tests.support.live import BROTHER, MOTHER, TERMINAL

WHO = MOTHER.participant


def company() -> Company:
    """Return a company of a mother who is here, a brother who has gone, and a monitor."""
    each = Company()
    each.members[WHO] = Member(MOTHER, since=NOON, state=PresenceState.CONNECTED, connected=True, audio=True)
    each.members[BROTHER.participant] = Member(BROTHER, since=NOON, gone=True)
    each.watchers["monitor-1"] = Watcher()
    return each


def test_who_has_gone_is_no_audience_and_a_monitor_has_no_seat() -> None:
    """Everybody told of the room; those with a seat; those whom somebody may look for."""
    each = company()
    assert each.audience() == [WHO, "monitor-1"]
    assert each.seated() == [WHO]
    assert each.member(WHO) is not None
    assert each.member(BROTHER.participant) is each.member("monitor-1") is None
    assert each.somebody(Role.VISITOR)
    assert not each.somebody(Role.TERMINAL)


def test_nobody_with_a_media_path_is_absent() -> None:
    """Waited for until the time is over, and only without media; monitors likewise."""
    each, later = company(), NOON + KEPT
    each.members[WHO].detached_at = each.watchers["monitor-1"].detached_at = NOON
    assert each.detachments() == [NOON, NOON]
    assert each.absent(later - timedelta(milliseconds=1)) == []
    assert each.absent(later) == ["monitor-1"]
    each.members[WHO].connected = False
    assert each.absent(later) == [WHO, "monitor-1"]


def test_people_are_listed_by_seats_with_what_staff_have_taken() -> None:
    """Also from somebody who has not come yet."""
    people = company().people((TERMINAL, MOTHER), {TERMINAL.participant: Moderation(blanked=True)})
    assert [(each.participant, each.present, each.audio, each.muted, each.blanked) for each in people] == [
        (TERMINAL.participant, False, False, False, True),
        (WHO, True, True, False, False),
    ]


def test_whom_another_node_had_here_is_expected_back() -> None:
    """Disconnected from now on, with the devices they brought; who had left is not expected."""
    each, devices = Company(), Devices(camera=True, microphone=False)
    found = {
        WHO: Presence(Role.VISITOR, PresenceState.CONNECTED, NOON, devices),
        BROTHER.participant: Presence(Role.VISITOR, PresenceState.LEFT, NOON),
    }
    later = NOON + timedelta(seconds=5)
    each.expect((TERMINAL, MOTHER, BROTHER), found, later)
    assert each.presence() == {WHO: Presence(Role.VISITOR, PresenceState.DISCONNECTED, later, devices)}
    assert each.absent(later + KEPT) == [WHO]
