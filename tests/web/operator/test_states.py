"""web.operator.states: the state of a row, from paper and live facts together."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from broker.admission.codes import LIFETIME
from broker.admission.mailstate import NO_MAIL, MailProgress, MailState
from broker.mail.bounces import Bounce
from broker.visit import Outcome, VisitStatus
from config.facts import EndReason
from rooms.presence import Presence, PresenceState
from rooms.seats import Role
from rooms.wall.alert import Alert, AlertKind
from tests.support.board import ENDS, OPEN, ROOM, STARTS, VISIT, VISITOR, both, here, seen
from web.operator.states import Codes, Live, RowState, codes_of, row_state, startable, untold


def test_nobody_there_before_the_start_is_expected() -> None:
    """A row begins as expected."""
    assert row_state(VISIT, Live(), STARTS) is RowState.EXPECTED


@pytest.mark.parametrize("state", [PresenceState.CHECKING, PresenceState.WAITING, PresenceState.CONNECTED])
def test_a_family_that_came_waits_for_the_start(state: PresenceState) -> None:
    """Also somebody who is still at the device check is here."""
    assert row_state(VISIT, here(state), STARTS) is RowState.FAMILY_WAITING


@pytest.mark.parametrize("state", [PresenceState.LEFT, PresenceState.DISCONNECTED])
def test_a_family_that_went_is_expected_again(state: PresenceState) -> None:
    """The row must not call for a start while nobody is there."""
    assert row_state(VISIT, here(state), STARTS) is RowState.EXPECTED


def test_the_terminal_alone_is_no_family() -> None:
    """The prison's own side waiting is not a family waiting."""
    live = Live(None, {"terminal-1": seen(PresenceState.WAITING, Role.TERMINAL)})
    assert row_state(VISIT, live, STARTS) is RowState.EXPECTED


def test_a_started_session_is_ready_then_live_or_held() -> None:
    """Live is a call: the room runs and both sides are in it. Until then it is ready."""
    connected, live = PresenceState.CONNECTED, replace(ROOM, state="live")
    assert row_state(OPEN, Live(ROOM), STARTS) is RowState.READY
    assert row_state(OPEN, both(connected, connected, ROOM), STARTS) is RowState.READY
    assert row_state(OPEN, both(connected, PresenceState.CHECKING, live), STARTS) is RowState.READY
    assert row_state(OPEN, both(PresenceState.LEFT, connected, live), STARTS) is RowState.READY
    assert row_state(OPEN, both(connected, connected, live), STARTS) is RowState.LIVE
    held = replace(ROOM, state="held", held=True)
    assert row_state(OPEN, both(connected, connected, held), STARTS) is RowState.HELD


def test_a_line_that_dropped_leaves_the_call_live() -> None:
    """It comes back by itself: the row does not flicker."""
    live = both(PresenceState.DISCONNECTED, PresenceState.CONNECTED, replace(ROOM, state="live"))
    assert row_state(OPEN, live, STARTS) is RowState.LIVE


def test_a_room_that_was_ended_is_ended_before_paper_knows() -> None:
    """The seconds between the room's end and the worker's closing show no live session."""
    ended = replace(ROOM, state="live", end_reason=EndReason.ENDED_BY_STAFF, ended_at=STARTS)
    assert row_state(OPEN, Live(ended), STARTS) is RowState.ENDED


def test_nothing_is_live_from_the_slots_last_instant_on() -> None:
    """The slot's end wins over whatever the room's node last wrote."""
    live = both(PresenceState.CONNECTED, PresenceState.CONNECTED, replace(ROOM, state="live"))
    assert row_state(OPEN, live, ENDS - timedelta(milliseconds=1)) is RowState.LIVE
    assert row_state(OPEN, live, ENDS) is RowState.ENDED


@pytest.mark.parametrize("status", [VisitStatus.CLOSED, VisitStatus.CANCELLED])
def test_paper_that_is_closed_wins_over_everything(status: VisitStatus) -> None:
    """A closed visit's row says its outcome, whatever live state is left behind."""
    closed = replace(VISIT, status=status, outcome=Outcome.COMPLETED)
    assert row_state(closed, Live(replace(ROOM, state="live")), STARTS) is RowState.CLOSED


def test_a_start_is_allowed_from_a_quarter_of_an_hour_before_to_the_end() -> None:
    """The window of admission and that of the start are the same."""
    early = STARTS - timedelta(minutes=15)
    assert not startable(VISIT, early - timedelta(milliseconds=1))
    assert startable(VISIT, early)
    assert startable(VISIT, ENDS - timedelta(milliseconds=1))
    assert not startable(VISIT, ENDS)


MINUTE = timedelta(minutes=1)
CONNECTED = PresenceState.CONNECTED


def test_a_family_that_is_not_there_some_minutes_after_the_start_is_late() -> None:
    """Three minutes by a rule of ten; started or not; and not late any more once somebody came."""
    late = STARTS + 3 * MINUTE
    assert row_state(VISIT, Live(), late - timedelta(milliseconds=1)) is RowState.EXPECTED
    assert row_state(VISIT, Live(), late) is RowState.LATE
    prison = Live(ROOM, {"terminal-1": seen(CONNECTED, Role.TERMINAL)})
    assert row_state(OPEN, prison, late) is RowState.LATE
    assert row_state(VISIT, here(PresenceState.WAITING), late) is RowState.FAMILY_WAITING


def test_a_terminal_that_is_not_in_a_started_call_makes_it_late() -> None:
    """The prison's side is a side."""
    live = Live(ROOM, {VISITOR.id: seen(CONNECTED)})
    assert row_state(OPEN, live, STARTS) is RowState.READY
    assert row_state(OPEN, live, STARTS + 3 * MINUTE) is RowState.LATE


def test_a_family_that_has_left_a_call_is_not_late() -> None:
    """They were there; whether they come back is theirs to decide."""
    live = both(PresenceState.LEFT, CONNECTED, replace(ROOM, state="live"))
    assert row_state(OPEN, live, STARTS + 5 * MINUTE) is RowState.READY


def test_a_call_that_does_not_go_on_as_it_should_is_trouble() -> None:
    """By the relay's measurements, or when a line stays away; a dark picture is for a monitor to judge."""
    room, now = replace(ROOM, state="live"), STARTS + MINUTE
    well = both(CONNECTED, CONNECTED, room)
    assert row_state(OPEN, well, now) is RowState.LIVE
    for kind in AlertKind:
        told = replace(well, alerts=(Alert(kind, VISITOR.id, STARTS),))
        serious = kind in {AlertKind.FROZEN, AlertKind.ONE_WAY}
        assert row_state(OPEN, told, now) is (RowState.TROUBLE if serious else RowState.LIVE)
    for away, state in ((9, RowState.LIVE), (10, RowState.TROUBLE)):
        dropped = Presence(Role.VISITOR, PresenceState.DISCONNECTED, now - timedelta(seconds=away))
        assert row_state(OPEN, replace(well, presence={**well.presence, VISITOR.id: dropped}), now) is state


@pytest.mark.parametrize(("away", "state"), [(9, RowState.LIVE), (10, RowState.TROUBLE)])
def test_who_is_not_heard_for_long_is_trouble_before_their_line_is_given_up(away: int, state: RowState) -> None:
    """A closed page counts as connected for half a minute; what is heard of it decides, not that."""
    now = STARTS + MINUTE
    well = both(CONNECTED, CONNECTED, replace(ROOM, state="live"))
    silent = replace(seen(CONNECTED), silent_since=now - timedelta(seconds=away))
    assert row_state(OPEN, replace(well, presence={**well.presence, VISITOR.id: silent}), now) is state


def test_who_dropped_out_is_said_once() -> None:
    """By their presence, which has the time of their last sign of life; by the alert where no presence is known."""
    alert = Alert(AlertKind.DROPPED, VISITOR.id, STARTS)
    other = Alert(AlertKind.FROZEN, VISITOR.id, STARTS)
    live = replace(both(CONNECTED, CONNECTED, replace(ROOM, state="live")), alerts=(alert, other))
    assert untold(live) == (other,)
    assert untold(replace(live, presence={})) == (alert, other)


def test_a_hold_is_a_hold_whatever_the_relay_measures() -> None:
    """Nothing goes on in a held call, and that is no trouble."""
    held = replace(ROOM, state="held", held=True)
    live = replace(both(CONNECTED, CONNECTED, held), alerts=(Alert(AlertKind.ONE_WAY, VISITOR.id, STARTS),))
    assert row_state(OPEN, live, STARTS + MINUTE) is RowState.HELD


def test_a_no_show_is_named_as_soon_as_it_is_called_and_on_paper() -> None:
    """By the room's end before the worker has closed it, and by the outcome afterwards."""
    ended = replace(ROOM, end_reason=EndReason.NO_SHOW, ended_at=STARTS)
    assert row_state(OPEN, Live(ended), STARTS + MINUTE) is RowState.NO_SHOW
    for outcome in (Outcome.NOBODY_CAME, Outcome.VISITOR_ABSENT):
        closed = replace(VISIT, status=VisitStatus.CLOSED, outcome=outcome)
        assert row_state(closed, Live(), ENDS) is RowState.NO_SHOW
    assert (
        row_state(replace(VISIT, status=VisitStatus.CLOSED, outcome=Outcome.COMPLETED), Live(), ENDS) is RowState.CLOSED
    )


def test_codes_that_came_back_failed_or_were_never_used_are_told_apart() -> None:
    """Until the visitor comes; then nobody has to do anything about them."""
    sent = MailState(MailProgress.SENT, STARTS)
    bounced = MailState(MailProgress.FAILED, STARTS, Bounce.MAILBOX_FULL.value)
    failed = MailState(MailProgress.FAILED, STARTS, "address_refused")
    later = STARTS + LIFETIME
    assert codes_of(sent, None, later - timedelta(milliseconds=1)) is None
    assert codes_of(sent, None, later) is Codes.UNUSED
    assert codes_of(bounced, None, STARTS) is Codes.BOUNCED
    assert codes_of(failed, None, STARTS) is Codes.FAILED
    for mail in (NO_MAIL, sent, bounced, failed):
        assert codes_of(mail, seen(PresenceState.CHECKING), later) is None
