"""web.operator.urgency: what needs a person, and in which order."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.admission.codes import LIFETIME
from broker.admission.mailstate import MailProgress, MailState
from broker.mail.bounces import Bounce
from broker.visit import Slot, Visit, VisitStatus
from rooms.presence import PresenceState
from rooms.seats import Role
from rooms.wall.alert import Alert, AlertKind
from tests.support.board import ENDS, OPEN, ROOM, STARTS, TERMINALS, VISIT, VISITOR, both, here, seen
from web.operator.board import build
from web.operator.states import Live
from web.operator.urgency import Need, Wanted, wanted

MINUTE = timedelta(minutes=1)
CONNECTED, WAITING = PresenceState.CONNECTED, PresenceState.WAITING
LOST = MailState(MailProgress.FAILED, STARTS, Bounce.BOUNCED.value)
RUNNING = both(CONNECTED, CONNECTED, replace(ROOM, state="live"))


def needs(
    live: Live, now: datetime = STARTS, visit: Visit = VISIT, *, terminal: bool = True, losses: int = 0
) -> list[Need]:
    """What needs somebody at one visit; its terminal is well, unless said otherwise."""
    seen_at = {1: now} if terminal else {}
    board = build([visit], TERMINALS, {visit.id: live}, seen_at, now, losses=losses)
    return [each.need for each in wanted(board)]


def test_a_day_that_goes_well_needs_nobody() -> None:
    """Nobody there yet before the start, and a call that runs."""
    assert needs(Live(), STARTS - 14 * MINUTE) == []
    assert needs(Live(), STARTS + MINUTE) == []
    assert needs(RUNNING, STARTS + MINUTE, OPEN) == []


def test_a_family_that_waits_needs_a_start_and_more_so_once_the_slot_has_begun() -> None:
    """Before, it can be started early if the terminal is well; afterwards it must be."""
    assert needs(here(WAITING), STARTS - MINUTE) == [Need.READY_EARLY]
    assert needs(here(WAITING), STARTS - MINUTE, terminal=False) == [Need.TERMINAL_DOWN]
    assert needs(here(WAITING), STARTS) == [Need.START]


def test_trouble_in_a_call_comes_from_the_relay_or_from_a_line_that_stays_away() -> None:
    """Since when is the oldest of what is known."""
    alert = Alert(AlertKind.ONE_WAY, VISITOR.id, STARTS + MINUTE)
    board = build(
        [OPEN], TERMINALS, {OPEN.id: replace(RUNNING, alerts=(alert,))}, {1: STARTS + 2 * MINUTE}, STARTS + 2 * MINUTE
    )
    [trouble] = wanted(board)
    assert (trouble.need, trouble.since) == (Need.TROUBLE, alert.since)


def test_a_started_session_without_its_terminal_needs_somebody() -> None:
    """Once: the terminal is not told of again."""
    live = Live(ROOM, {VISITOR.id: seen(CONNECTED)})
    assert needs(live, STARTS, OPEN, terminal=False) == [Need.PRISON_MISSING]
    assert needs(live, STARTS + 5 * MINUTE, OPEN) == [Need.PRISON_MISSING]


def test_lost_codes_need_help_as_soon_as_the_door_is_open_and_until_their_reader_is_here() -> None:
    """Also where another of the visitors is here already."""
    lost = Live(mail={VISITOR.id: LOST})
    assert needs(lost, STARTS - 15 * MINUTE) == [Need.CODES_LOST]
    assert needs(lost, STARTS - 16 * MINUTE) == []
    assert needs(replace(lost, presence={VISITOR.id: seen(PresenceState.CHECKING)}), STARTS - MINUTE) == [
        Need.READY_EARLY
    ]
    second = replace(VISITOR, id="c" * 32)
    two = replace(VISIT, visitors=(VISITOR, second))
    one_here = Live(presence={second.id: seen(WAITING)}, mail={VISITOR.id: LOST})
    assert needs(one_here, STARTS, two) == [Need.START, Need.CODES_LOST]


def test_unused_codes_are_worth_a_call_shortly_before_the_start() -> None:
    """People come at the last minute: not a quarter of an hour before it."""
    unused = Live(mail={VISITOR.id: MailState(MailProgress.SENT, STARTS - 15 * MINUTE)})
    assert STARTS - 15 * MINUTE + LIFETIME < STARTS - 5 * MINUTE
    assert needs(unused, STARTS - 6 * MINUTE) == []
    assert needs(unused, STARTS - 5 * MINUTE) == [Need.CODES_UNUSED]


def test_a_family_that_does_not_come_is_late_and_then_a_no_show() -> None:
    """One need at a time, and none after the slot."""
    assert needs(Live(), STARTS + 3 * MINUTE) == [Need.LATE]
    assert needs(Live(), STARTS + 10 * MINUTE) == [Need.NO_SHOW]
    assert needs(Live(mail={VISITOR.id: LOST}), STARTS + 10 * MINUTE) == [Need.CODES_LOST]
    assert needs(Live(), ENDS) == []


def test_a_terminal_is_looked_at_from_a_quarter_of_an_hour_before_its_next_session() -> None:
    """One without a session near bothers nobody."""
    assert needs(Live(), STARTS - 15 * MINUTE, terminal=False) == [Need.TERMINAL_DOWN]
    assert needs(Live(), STARTS - 16 * MINUTE, terminal=False) == []
    assert needs(Live(), STARTS, replace(VISIT, status=VisitStatus.CANCELLED), terminal=False) == []


def test_lost_minutes_to_look_at_come_last() -> None:
    """They can wait for a quiet moment; how many there are is said."""
    assert needs(here(WAITING), STARTS, losses=3) == [Need.START, Need.LOSSES]
    [losses] = wanted(build([], TERMINALS, {}, {}, STARTS, losses=3))
    assert losses.count == 3


def test_of_equal_urgency_who_waits_longest_comes_first() -> None:
    """And the order never depends on the order of the rows."""
    earlier = replace(
        VISIT, id="1" * 32, terminal=TERMINALS[1], slot=Slot(2, STARTS - MINUTE, ENDS), starts_at=STARTS - MINUTE
    )
    live = {VISIT.id: here(WAITING), earlier.id: here(WAITING)}
    for visits in ([VISIT, earlier], [earlier, VISIT]):
        found = wanted(build(visits, TERMINALS, live, {1: STARTS, 2: STARTS}, STARTS))
        starts = [each.row.visit.id for each in found if each.need is Need.START and each.row is not None]
        assert starts == [earlier.id, VISIT.id]


@pytest.mark.parametrize("need", list(Need))
def test_each_need_has_a_word_that_is_its_own(need: Need) -> None:
    """For pages, sounds and automation."""
    assert need.word == need.name.lower()
    assert Wanted(need, STARTS).key == f"need-{need.word}"


@given(
    st.sampled_from(PresenceState) | st.none(),
    st.sampled_from(PresenceState) | st.none(),
    st.sampled_from(["waiting", "live", "held", "ended"]),
    st.booleans(),
    st.integers(-1200, 1200),
)
def test_whatever_happens_each_need_is_told_once_and_in_order(
    family: PresenceState | None,
    prison: PresenceState | None,
    state: str,
    opened: bool,  # noqa: FBT001
    offset: int,
) -> None:
    """No key twice; never less urgent before more urgent; nothing about a visit whose slot is over."""
    room = replace(ROOM, state=state, opened=STARTS if opened else None, held=state == "held")  # type: ignore[arg-type]
    presence = {VISITOR.id: seen(family)} if family else {}
    presence |= {"terminal-1": seen(prison, Role.TERMINAL)} if prison else {}
    now = STARTS + timedelta(seconds=offset)
    found = wanted(build([OPEN], TERMINALS, {OPEN.id: Live(room, presence)}, {}, now))
    keys = [each.key for each in found]
    assert len(keys) == len(set(keys))
    assert all(one.need <= other.need for one, other in pairwise(found))
    assert now < ENDS or not [each for each in found if each.row is not None]
