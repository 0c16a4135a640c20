"""web.operator.board: the day's rows, groups and terminals. How a row's state is decided: test_states.py."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.visit import (
    Inmate,
    InmateCategory,
    Jail,
    Outcome,
    Slot,
    Terminal,
    Visit,
    VisitKind,
    Visitor,
    VisitStatus,
)
from broker.visrn import VisRN
from config.facts import EndReason
from rooms.placement import Claim
from rooms.presence import Presence, PresenceState
from rooms.registry import RoomState
from rooms.seats import Kind, Role, RoomSpec
from web.operator.board import build
from web.operator.states import Awaiting, Live, RowState, row_state, startable

STARTS = datetime(2026, 3, 2, 5, 45, tzinfo=UTC)
ENDS = STARTS + timedelta(minutes=15)
JAIL = Jail(1, 27, 11, "Prison 11", "Pune", "Asia/Kolkata", "020-0000 1142")
TERMINALS = (Terminal(1, 1, "T1", paired=True), Terminal(2, 1, "T2", paired=False))
INMATE = Inmate(1, 1, "UT/1/26", "Sanjay Kolte", "Mahadev Kolte", 34, "male", InmateCategory.UNDERTRIAL, "IN")
VISITOR = Visitor("a" * 32, "b" * 32, "Savita Kolte", "wife", "s@family.example", "+916000000001", "en", 0)
VISIT = Visit(
    id="b" * 32,
    visrn=VisRN(27, 11, 1, 2026),
    jail=JAIL,
    terminal=TERMINALS[0],
    inmate=INMATE,
    kind=VisitKind.FAMILY,
    status=VisitStatus.APPROVED,
    slot=Slot(1, STARTS, ENDS),
    starts_at=STARTS,
    ends_at=ENDS,
    visitors=(VISITOR,),
)
OPEN = replace(VISIT, status=VisitStatus.OPEN)
SPEC = RoomSpec(VISIT.id, "27/11/1/2026", Kind.FAMILY, 1, 1, STARTS, ENDS, ())
ROOM = RoomState(SPEC, Claim("n", "ws://n/ws", 1), "waiting", opened=STARTS)


def seen(state: PresenceState, role: Role = Role.VISITOR) -> Presence:
    """Somebody's presence since the slot's start."""
    return Presence(role, state, STARTS)


def here(state: PresenceState) -> Live:
    """A live side in which the visitor is in this state, and no room was placed."""
    return Live(None, {VISITOR.id: seen(state)})


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


def both(family: PresenceState, prison: PresenceState, room: RoomState) -> Live:
    """A live side with somebody on both sides."""
    return Live(room, {VISITOR.id: seen(family), "terminal-1": seen(prison, Role.TERMINAL)})


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


def test_a_start_that_broke_half_way_can_be_pressed_again() -> None:
    """On paper open, but the room never opened: the row offers the start, not a session that does not run."""
    for live in (Live(), Live(replace(ROOM, opened=None))):
        (row,) = build([OPEN], TERMINALS, {OPEN.id: live}, {}, STARTS).groups[0].rows
        assert row.state is RowState.EXPECTED
        assert row.may_start
        assert not row.may_end


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


def test_a_started_session_says_what_it_still_waits_for() -> None:
    """First the slot, then the prison's own side, then the family."""

    def awaiting(live: Live, now: datetime) -> Awaiting | None:
        return build([OPEN], TERMINALS, {OPEN.id: live}, {}, now).groups[0].rows[0].awaiting

    assert awaiting(Live(ROOM), STARTS - timedelta(seconds=1)) is Awaiting.SLOT
    assert awaiting(Live(ROOM), STARTS) is Awaiting.PRISON
    joined = Live(ROOM, {"terminal-1": seen(PresenceState.CONNECTED, Role.TERMINAL)})
    assert awaiting(joined, STARTS) is Awaiting.FAMILY


def test_the_whole_day_stands_in_the_order_of_time_and_says_where_it_has_come_to() -> None:
    """What is over stays in its place; the group that is on, else the next one, is now."""
    early = replace(VISIT, id="1" * 32, starts_at=STARTS - timedelta(hours=1), ends_at=STARTS - timedelta(minutes=45))
    closed = replace(VISIT, id="2" * 32, status=VisitStatus.CLOSED, terminal=TERMINALS[1])
    later = replace(VISIT, id="3" * 32, starts_at=STARTS + timedelta(hours=1), ends_at=STARTS + timedelta(hours=2))
    board = build([later, early, VISIT, closed], TERMINALS, {}, {}, STARTS)
    assert [(group.starts_at, group.now) for group in board.groups] == [
        (early.starts_at, False),
        (STARTS, True),
        (later.starts_at, False),
    ]
    assert [row.visit.id for row in board.groups[1].rows] == [VISIT.id, closed.id]
    assert (board.live, board.waiting, board.to_come) == (0, 0, 2)
    between = build([early, later], TERMINALS, {}, {}, STARTS)
    assert [group.now for group in between.groups] == [False, True]


@pytest.mark.parametrize("status", [VisitStatus.REQUESTED, VisitStatus.REFUSED])
def test_what_was_never_approved_is_not_on_the_day(status: VisitStatus) -> None:
    """The board holds what the day holds."""
    board = build([replace(VISIT, status=status)], TERMINALS, {}, {}, STARTS)
    assert not board.groups


def test_a_terminal_is_connected_only_while_its_page_speaks() -> None:
    """Ten seconds of silence, or a pairing that is gone, and it is not."""
    now = STARTS
    for ago, paired, online in ((9, True, True), (11, True, False), (1, False, False)):
        terminal = replace(TERMINALS[0], paired=paired)
        (line,) = build([], [terminal], {}, {1: now - timedelta(seconds=ago)}, now).terminals
        assert line.online is online


@given(
    st.sampled_from(VisitStatus),
    st.sampled_from(["waiting", "live", "held", "ended"]),
    st.booleans(),
    st.integers(-3600, 3600),
)
def test_no_row_offers_a_start_and_an_end_at_once(status: VisitStatus, state: str, opened: bool, offset: int) -> None:  # noqa: FBT001
    """Whatever paper and room say, at most one of the two acts is offered, and none outside of the window."""
    room = replace(ROOM, state=state, opened=STARTS if opened else None, held=state == "held")  # type: ignore[arg-type]
    now = STARTS + timedelta(seconds=offset)
    board = build([replace(VISIT, status=status)], TERMINALS, {VISIT.id: Live(room)}, {}, now)
    for row in board.rows:
        assert not (row.may_start and row.may_end)
        assert not (row.may_hold and row.may_resume)
        if not STARTS - timedelta(minutes=15) <= now < ENDS:
            assert not any((row.may_start, row.may_end, row.may_hold, row.may_call_no_show))
