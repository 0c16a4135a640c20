"""The room without I/O: what is waited for, and how it ends."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.facts import EndReason, FactName, LeaveReason
from rooms.effects import (
    Effect,
    EndMedia,
    Finish,
    Record,
    SetPhase,
    TellEnded,
    TellMoved,
    TellNotice,
    TellState,
    View,
)
from rooms.errors import NotMine, RoomEnded
from rooms.presence import Quality
from rooms.room import Room
from rooms.seats import Role, Seat
from rooms.timebox import Phase
from tests.support.clock import NOON
from tests.support.live import BROTHER, MOTHER, TERMINAL, make_spec
from tests.support.room import BOTH, END, at, enter, facts, live_room, of, opened_room

# --- waiting and what for ---------------------------------------------------------------------------------------------


def test_family_that_comes_early_waits_for_the_slot() -> None:
    """Before the slot the room waits for it, opened or not."""
    room = Room(make_spec(), at(-300))
    room.enter(MOTHER.participant, Role.VISITOR, at(-300))
    assert room.view() == View(Phase.WAITING, "slot")
    room.command(opened=True, held=False, end=None, now=at(-200))
    assert room.view() == View(Phase.WAITING, "slot")


def test_family_waits_for_the_prison_once_the_slot_runs_unopened() -> None:
    """At the slot's start the words change from the slot to the prison, by themselves."""
    room = Room(make_spec(), at(-300))
    room.enter(MOTHER.participant, Role.VISITOR, at(-300))
    effects = room.tick(at(0))
    assert of(effects, TellState) == [TellState(MOTHER.participant, View(Phase.WAITING, "prison"))]


def test_room_goes_live_at_the_start_when_it_was_opened_before() -> None:
    """Opened early, it is live at the slot's first instant and not before."""
    room = Room(make_spec(), at(-300), opened=True)
    room.enter(MOTHER.participant, Role.VISITOR, at(-300))
    assert of(room.tick(at(-0.001)), SetPhase) == []
    assert of(room.tick(at(0)), SetPhase) == [SetPhase(Phase.LIVE)]


def test_live_room_says_which_side_is_missing() -> None:
    """Live without the terminal waits for the prison, without a visitor for the family, with both for nobody."""
    room = opened_room()
    room.enter(MOTHER.participant, Role.VISITOR, at(1))
    assert room.view() == View(Phase.LIVE, "prison")
    enter(room, TERMINAL.participant, Role.TERMINAL, at(2))
    assert room.view() == View(Phase.LIVE, "family")  # she is still choosing her devices
    effects = room.ready(MOTHER.participant, BOTH, at(3))
    told = View(Phase.LIVE, None)
    assert {(each.to, each.view) for each in of(effects, TellState)} == {
        (MOTHER.participant, told),
        (TERMINAL.participant, told),
    }


def test_late_joiner_gains_nothing_and_hears_no_notice_of_the_past() -> None:
    """Who enters with 50 s left has missed two notices and gets the last one only."""
    room = opened_room()
    enter(room, TERMINAL.participant, Role.TERMINAL, at(1))
    room.tick(END - timedelta(seconds=50))
    enter(room, MOTHER.participant, Role.VISITOR, END - timedelta(seconds=50))
    effects = [each for left in range(50, 0, -1) for each in room.tick(END - timedelta(seconds=left))]
    assert [each.left for each in of(effects, TellNotice) if each.to == MOTHER.participant] == [30]


def test_each_notice_is_told_once_to_everybody() -> None:
    """Three notices each, monitors included, whatever else happens between."""
    room = live_room()
    room.enter("monitor-1", Role.MONITOR, at(5))
    effects: list[Effect] = []
    for second in range(900):
        effects += room.tick(at(second))
        effects += room.judge(MOTHER.participant, Quality.GOOD if second % 7 else Quality.BAD, at(second))
    for somebody in (MOTHER.participant, TERMINAL.participant, "monitor-1"):
        assert [each.left for each in of(effects, TellNotice) if each.to == somebody] == [300, 60, 30]


def test_new_node_does_not_repeat_notices_of_the_old_one() -> None:
    """A room taken over with two minutes left still has two notices to give."""
    room = opened_room(END - timedelta(seconds=120))
    room.enter(MOTHER.participant, Role.VISITOR, END - timedelta(seconds=120))
    effects = room.tick(END - timedelta(seconds=10))
    assert [each.left for each in of(effects, TellNotice)] == [60, 30]


# --- the end ----------------------------------------------------------------------------------------------------------


def test_at_the_end_media_goes_first_then_words_then_facts() -> None:
    """The order of the cut: the media room, everybody's `ended`, who was there, the room's own fact."""
    room = live_room()
    room.enter("monitor-1", Role.MONITOR, at(5))
    effects = room.tick(END)
    kinds = [type(effect) for effect in effects]
    assert kinds == [EndMedia, TellEnded, TellEnded, TellEnded, Record, Record, Record, Finish]
    assert {each.to for each in of(effects, TellEnded)} == {MOTHER.participant, TERMINAL.participant, "monitor-1"}
    assert facts(effects) == [
        (FactName.PARTICIPANT_LEFT, MOTHER.participant, LeaveReason.ENDED),
        (FactName.PARTICIPANT_LEFT, TERMINAL.participant, LeaveReason.ENDED),
        (FactName.WATCH_ENDED, "monitor-1", LeaveReason.ENDED),
    ]
    fact = of(effects, Finish)[0].fact
    assert (fact.reason, fact.at, fact.seconds) == (
        EndReason.SLOT_OVER,
        END,
        {MOTHER.participant: 900.0, TERMINAL.participant: 900.0},
    )


def test_a_timer_that_is_late_still_ends_the_room_at_the_slots_end() -> None:
    """The record says when the slot ended, not when the process found the time; nobody gains seconds by it."""
    effects = live_room().tick(END + timedelta(seconds=7))
    fact = of(effects, Finish)[0].fact
    assert fact.at == END
    assert set(fact.seconds.values()) == {900.0}


def test_nothing_happens_after_the_end() -> None:
    """Ticks, commands and people change nothing any more; who enters is told why."""
    room = live_room()
    room.tick(END)
    assert room.tick(END + timedelta(seconds=1)) == []
    assert room.command(opened=True, held=False, end=EndReason.NO_SHOW, now=END) == []
    assert room.media_up(MOTHER.participant, END) == []
    assert room.next_event(END) is None
    with pytest.raises(RoomEnded) as over:
        room.enter(MOTHER.participant, Role.VISITOR, END)
    assert (over.value.reason, over.value.ended_at) == (EndReason.SLOT_OVER, END)


def test_staff_end_the_room_at_once_with_their_reason() -> None:
    """An end by staff is told as such, at the moment it happens; the next command comes too late."""
    room = live_room()
    effects = room.command(opened=True, held=False, end=EndReason.ENDED_BY_STAFF, now=at(100))
    assert effects[0] == EndMedia()
    assert of(effects, TellEnded)[0] == TellEnded(MOTHER.participant, EndReason.ENDED_BY_STAFF, at(100))
    assert of(effects, Finish)[0].fact.seconds[MOTHER.participant] == 100.0


def test_entering_at_the_last_instant_is_too_late_even_before_the_timer_ran() -> None:
    """The clock refuses by itself; it needs no timer to have fired."""
    room = opened_room()
    with pytest.raises(RoomEnded):
        room.enter(MOTHER.participant, Role.VISITOR, END)


def step(room: Room, what: str, seat: Seat, now: datetime) -> list[Effect]:
    """Let one thing happen."""
    match what:
        case "enter":
            return room.enter(seat.participant, seat.role, now)
        case "ready":
            return room.ready(seat.participant, BOTH, now)
        case "up":
            return room.media_up(seat.participant, now)
        case "lost":
            return room.media_lost(seat.participant, now)
        case "detach":
            return room.detach(seat.participant, now)
        case "leave":
            return room.leave(seat.participant, now)
        case _:
            return room.command(opened=True, held=what == "hold", end=None, now=now)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["enter", "ready", "up", "lost", "detach", "leave", "open", "hold"]),
            st.sampled_from([MOTHER, BROTHER, TERMINAL]),
            st.integers(min_value=0, max_value=120_000),
        ),
        max_size=60,
    )
)
def test_nothing_moves_the_end(steps: list[tuple[str, Seat, int]]) -> None:
    """Whatever people and prison do, the room goes live in its slot only, and ends once, at the slot's end."""
    room, now, ended = Room(make_spec(visitors=(MOTHER, BROTHER)), at(-600)), at(-600), 0
    for what, seat, milliseconds in steps:
        now += timedelta(milliseconds=milliseconds)
        effects = room.tick(now)
        try:
            effects += step(room, what, seat, now)
        except RoomEnded:
            assert now >= END
        assert all(NOON <= now < END for each in of(effects, SetPhase) if each.phase is Phase.LIVE)
        assert all(each.fact.at == END for each in of(effects, Finish))
        ended += len(of(effects, Finish))
    ended += len(of(room.tick(max(now, END)), Finish))
    assert ended == 1
    assert all(0 <= spent <= 900.0 for spent in room.seconds(max(now, END)).values())


# --- moving -----------------------------------------------------------------------------------------------------------


def test_room_that_is_held_elsewhere_ends_nothing_on_paper() -> None:
    """Moving cuts media and tells everybody, without a single fact; entering is refused from then on."""
    room = live_room()
    effects = room.move()
    assert effects == [EndMedia(), TellMoved(MOTHER.participant), TellMoved(TERMINAL.participant)]
    assert room.tick(END) == []
    with pytest.raises(NotMine):
        room.enter(MOTHER.participant, Role.VISITOR, at(1))
