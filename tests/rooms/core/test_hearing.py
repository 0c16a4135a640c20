"""When somebody is not heard any more, though their media path counts as up."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from rooms.core.hearing import QUALITY_KEPT, Sign, listen
from rooms.moderation import UNMODERATED, Moderation
from rooms.people import Member
from rooms.presence import PresenceState, Quality
from tests.support.clock import NOON
from tests.support.live import MOTHER


def at(seconds: float) -> datetime:
    """So many seconds after noon."""
    return NOON + timedelta(seconds=seconds)


def talking() -> Member:
    """Somebody in a call, sending sound and pictures, whose last media came at noon and who was heard then."""
    member = Member(MOTHER, since=at(-60), ready=True, connected=True, was_connected=True, audio=True, video=True)
    member.settle(at(-50))
    member.quality, member.judged_at = Quality.GOOD, NOON
    listen(member, Sign(NOON, NOON), UNMODERATED, NOON, live=True)
    return member


@pytest.mark.parametrize(("seconds", "silent"), [(3.9, None), (4, NOON), (6, NOON)])
def test_who_should_send_and_does_not_is_silent_within_seconds(seconds: float, silent: datetime | None) -> None:
    """Checks that still come do not stand for sound; the time is that of the last packet."""
    member = talking()
    listen(member, Sign(NOON, at(seconds)), UNMODERATED, at(seconds), live=True)
    assert member.silent_since == silent


def test_a_closed_page_is_noticed_sooner() -> None:
    """Its socket has said goodbye, and nothing comes any more."""
    member = talking()
    member.detached_at = at(0.1)
    listen(member, Sign(NOON, NOON), UNMODERATED, at(2), live=True)
    assert member.silent_since == NOON


def test_a_dropped_socket_is_no_silence_while_media_comes() -> None:
    """Media says more than the socket."""
    member = talking()
    member.detached_at = at(0.1)
    listen(member, Sign(at(29.9), at(28)), UNMODERATED, at(30), live=True)
    assert member.silent_since is None


@pytest.mark.parametrize("how", ["hold", "switched off", "taken by staff"])
def test_who_need_not_send_is_heard_by_checks(how: str) -> None:
    """Nobody sends in a hold; whoever switched all off, or had it taken, is not missed for it, but without checks."""
    member, live, taken = talking(), how != "hold", UNMODERATED
    if how == "switched off":
        member.audio = member.video = False
    if how == "taken by staff":
        taken = Moderation(muted=True, blanked=True)
    listen(member, Sign(NOON, at(15)), taken, at(20), live=live)
    assert member.silent_since is None
    listen(member, Sign(NOON, at(15)), taken, at(27), live=live)
    assert member.silent_since == at(15)


def test_who_goes_on_after_a_hold_is_given_time_to_send() -> None:
    """The silence of the hold does not count."""
    member = talking()
    listen(member, Sign(NOON, at(59)), UNMODERATED, at(60), live=False)
    listen(member, Sign(NOON, at(61)), UNMODERATED, at(62), live=True)
    assert member.silent_since is None
    listen(member, Sign(NOON, at(65)), UNMODERATED, at(66), live=True)
    assert member.silent_since == at(62)


def test_who_is_not_heard_has_no_good_connection() -> None:
    """What they said of it before is no news; who comes back is judged anew by their next report, or as before."""
    member = talking()
    listen(member, Sign(NOON, NOON), UNMODERATED, at(5), live=True)
    assert (member.presence().state, member.presence().quality) == (PresenceState.CONNECTED, None)
    listen(member, Sign(at(6.9), at(6)), UNMODERATED, at(7), live=True)
    assert member.presence().quality is Quality.GOOD


def test_a_connection_that_is_not_judged_any_more_is_not_good() -> None:
    """A page reports every five seconds."""
    member, late = talking(), QUALITY_KEPT + timedelta(seconds=1)
    listen(member, Sign(NOON + late, NOON + late), UNMODERATED, NOON + late, live=True)
    assert (member.silent_since, member.quality) == (None, None)


def test_a_time_that_wavers_is_one_time() -> None:
    """Each change of a presence is written and told: microseconds must not be one."""
    member = talking()
    listen(member, Sign(NOON, NOON), UNMODERATED, at(5), live=True)
    listen(member, Sign(at(0.000_004), NOON), UNMODERATED, at(7), live=True)
    assert member.silent_since == NOON


def test_who_drops_out_has_one_time_for_it() -> None:
    """From the silence over the lost connection to being given up it is that of the last sign of life."""
    member = talking()
    listen(member, Sign(NOON, NOON), UNMODERATED, at(5), live=True)
    assert member.presence().away_since == NOON
    member.connected = False
    member.settle(at(30))
    assert (member.presence().state, member.presence().away_since) == (PresenceState.DISCONNECTED, NOON)
    member.gone, member.lost = True, True
    member.settle(at(31))
    assert (member.presence().state, member.presence().since, member.presence().away_since) == (
        PresenceState.LEFT,
        NOON,
        NOON,
    )


def test_who_leaves_is_not_away() -> None:
    """Their own act has the time of the act."""
    member = talking()
    member.gone = True
    member.settle(at(9))
    assert (member.presence().since, member.presence().away_since) == (at(9), None)
