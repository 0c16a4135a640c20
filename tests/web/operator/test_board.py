"""web.operator.board: the day's rows, groups and terminals. How a row's state is decided: test_states.py."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.admission.mailstate import MailProgress, MailState
from broker.audit.events import AuditEvent
from broker.mail.bounces import Bounce
from broker.sessions.turns import Act
from broker.visit import VisitStatus
from rooms.moderation import Moderation
from rooms.presence import PresenceState
from rooms.seats import Role
from tests.support.board import ENDS, OPEN, ROOM, STARTS, TERMINALS, VISIT, VISITOR, both, here, seen
from web.operator.board import Row, build
from web.operator.states import Awaiting, Codes, Live, RowState
from web.terminal.commands import Command, CommandName
from web.terminal.health import DeviceState, Health


def test_a_start_that_broke_half_way_can_be_pressed_again() -> None:
    """On paper open, but the room never opened: the row offers the start, not a session that does not run."""
    for live in (Live(), Live(replace(ROOM, opened=None))):
        (row,) = build([OPEN], TERMINALS, {OPEN.id: live}, {}, STARTS).groups[0].rows
        assert row.state is RowState.EXPECTED
        assert row.may_start
        assert not row.may_end


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
    """Twenty seconds of silence, or a pairing that is gone, and it is not: the page speaks every ten."""
    now = STARTS
    for ago, paired, online in ((19, True, True), (20, True, False), (1, False, False)):
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
            assert not any((row.may_start, row.may_call_no_show))
        if now >= ENDS:
            assert not any((row.may_end, row.may_hold, row.may_resume, row.helpable))


MINUTE = timedelta(minutes=1)


def row(visit: object = VISIT, live: Live | None = None, now: datetime = STARTS) -> Row:
    """The one row of a board."""
    [only] = build([visit], TERMINALS, {VISIT.id: live or Live()}, {}, now).rows  # type: ignore[list-item]
    return only


def health(at: datetime, camera: DeviceState = DeviceState.OK, done: str = "") -> Health:
    """What a terminal's page said."""
    return Health(at, camera, DeviceState.OK, at, 20, at, "Chrome, Linux", in_call=False, done=done)


def test_a_no_show_is_offered_when_the_rules_minutes_are_over_and_nobody_was_ever_seen() -> None:
    """Not to a family that came and left before anybody had started: that was not theirs."""
    due = STARTS + 10 * MINUTE
    assert not row(now=due - timedelta(milliseconds=1)).may_call_no_show
    assert row(now=due).may_call_no_show
    assert row(OPEN, Live(ROOM), due).may_call_no_show
    assert not row(now=ENDS).may_call_no_show
    for state in PresenceState:
        assert not row(live=here(state), now=due).may_call_no_show
    assert row(live=replace(Live(), no_show_minutes=2), now=STARTS + 2 * MINUTE).may_call_no_show


def test_a_held_session_may_go_on_and_a_running_one_be_held() -> None:
    """One of the two, and only while the session is open."""
    running = both(PresenceState.CONNECTED, PresenceState.CONNECTED, replace(ROOM, state="live"))
    held = replace(running, room=replace(ROOM, state="held", held=True))
    assert [(each.may_hold, each.may_resume) for each in (row(OPEN, running), row(OPEN, held), row())] == [
        (True, False),
        (False, True),
        (False, False),
    ]


def test_a_row_knows_the_newest_act_and_what_monitors_have_taken() -> None:
    """For the forms in it, and for the words beside the people."""
    act = Act(7, AuditEvent.VISIT_HOLD, "staff:2", STARTS)
    taken = {VISITOR.id: Moderation(muted=True), "terminal-1": Moderation(blanked=True)}
    found = row(OPEN, Live(replace(ROOM, moderation=taken), turn=act))
    assert (found.seen, row().seen) == (7, 0)
    assert found.people[0].moderation.muted
    assert found.prison_moderation.blanked


def test_whose_codes_were_lost_is_helped_first() -> None:
    """Among those who are not here; nobody is helped before the door opens or after it has closed."""
    second = replace(VISITOR, id="c" * 32, name="Arun Kolte")
    visit = replace(VISIT, visitors=(VISITOR, second))
    bounced = Live(mail={second.id: MailState(MailProgress.FAILED, STARTS, Bounce.BOUNCED.value)})
    found = row(visit, bounced)
    assert [person.visitor.id for person in found.missing] == [second.id, VISITOR.id]
    assert found.missing[0].codes is Codes.BOUNCED
    assert found.helpable
    assert not row(visit, bounced, STARTS - 16 * MINUTE).helpable
    assert not row(visit, bounced, ENDS).helpable
    assert not row(live=here(PresenceState.WAITING)).helpable


def test_a_terminal_is_fit_while_its_page_speaks_and_its_devices_work() -> None:
    """Untested is fit; a camera that is missing or sees nothing is not; no word of the devices at all is no reason."""
    seen_now = {1: STARTS}
    told = [
        (None, True),
        (DeviceState.OK, True),
        (DeviceState.UNTESTED, True),
        (DeviceState.MISSING, False),
        (DeviceState.DARK, False),
    ]
    for camera, fit in told:
        healths = {} if camera is None else {1: health(STARTS, camera)}
        line = build([], TERMINALS, {}, seen_now, STARTS, healths=healths).terminals[0]
        assert line.fit is fit
    silent = build([], TERMINALS, {}, {}, STARTS, healths={1: health(STARTS)}).terminals[0]
    assert not silent.fit


def test_old_words_about_devices_say_that_they_are_old() -> None:
    """Half a minute after the last report."""
    for after, stale in ((30, False), (31, True)):
        now = STARTS + timedelta(seconds=after)
        [line, _] = build([], TERMINALS, {}, {}, now, healths={1: health(STARTS)}).terminals
        assert line.stale is stale


def test_a_command_is_shown_until_the_page_says_that_it_is_done() -> None:
    """Then its result stands in the page's report."""
    command = Command("x" * 32, CommandName.TEST, "staff:1", STARTS)
    for done, shown in (("", command), ("y" * 32, command), (command.id, None)):
        healths = {1: health(STARTS, done=done)}
        [line, _] = build([], TERMINALS, {}, {}, STARTS, healths=healths, commands={1: command}).terminals
        assert line.command == shown


def test_a_terminals_next_session_is_the_one_that_runs_or_comes() -> None:
    """A session that is closed or over is none."""
    later = replace(VISIT, id="3" * 32, starts_at=STARTS + timedelta(hours=1), ends_at=STARTS + timedelta(hours=2))
    closed = replace(VISIT, status=VisitStatus.CLOSED)
    for visits, now, at in (
        ([VISIT, later], STARTS, VISIT.starts_at),
        ([closed, later], STARTS, later.starts_at),
        ([VISIT, later], ENDS, later.starts_at),
        ([closed], STARTS, None),
    ):
        assert build(visits, TERMINALS, {}, {}, now).terminals[0].next_at == at


def test_both_sides_are_ready_when_the_terminal_is_fit_and_the_family_waits() -> None:
    """The row itself says so, before anybody has started it."""
    for seen_at, fit in (({1: STARTS}, True), ({}, False)):
        [found] = build([VISIT], TERMINALS, {VISIT.id: here(PresenceState.WAITING)}, seen_at, STARTS).rows
        assert (found.state, found.terminal_fit) == (RowState.FAMILY_WAITING, fit)
    started = both(PresenceState.WAITING, PresenceState.WAITING, ROOM)
    early = row(OPEN, started, STARTS - MINUTE)
    assert (early.state, early.awaiting, early.both_here) == (RowState.READY, Awaiting.SLOT, True)
    assert seen(PresenceState.WAITING).role is Role.VISITOR
