"""The room without I/O: what staff do in it, and what is recorded of holds, media paths and moves."""

from __future__ import annotations

from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from config.facts import DownReason, EndReason, FactName, LeaveReason
from rooms import moderation as mod
from rooms.core.recording import Takeover
from rooms.effects import (
    Effect,
    Finish,
    Record,
    Save,
    SetModeration,
    SetPhase,
    TellPeople,
    TellState,
    TellWarning,
    View,
)
from rooms.moderation import Moderation, WarningNotice
from rooms.presence import Presence, PresenceState
from rooms.room import Room
from rooms.seats import Role
from rooms.timebox import Phase
from tests.support.live import BROTHER, MOTHER, TERMINAL, make_spec
from tests.support.room import BOTH, END, at, enter, facts, live_room, of, opened_room

WHO, PRISON = MOTHER.participant, TERMINAL.participant
HERE = Presence(Role.VISITOR, PresenceState.CONNECTED, at(5))
MUTED, BLANKED, NOTHING = Moderation(muted=True), Moderation(blanked=True), Moderation()


def moderate(room: Room, now: datetime, **taken: Moderation) -> list[Effect]:
    """Have the hash say what is taken from the mother and from the terminal."""
    names = {"mother": WHO, "terminal": PRISON}
    moderation = {names[who]: each for who, each in taken.items()}
    return room.command(opened=True, held=False, end=None, now=now, moderation=moderation)


def warn(room: Room, now: datetime, *warnings: mod.Warning) -> list[TellWarning]:
    """Have the list hold these warnings; return what is told."""
    return of(room.command(opened=True, held=False, end=None, now=now, warnings=warnings), TellWarning)


def warning(name: str, now: datetime, *to: str) -> mod.Warning:
    """Return a warning given at a moment."""
    return mod.Warning(name, to=to, notice=WarningNotice.FACES, given_at=now)


# --- holding ----------------------------------------------------------------------------------------------------------


def test_a_hold_stops_media_and_is_told_to_everybody_and_the_time_goes_on() -> None:
    """Phase first, then words; the end stays where it was, and nobody's seconds run meanwhile."""
    room = live_room()
    room.enter("monitor-1", Role.MONITOR, at(5))
    effects = room.command(opened=True, held=True, end=None, now=at(10))
    assert effects[0] == SetPhase(Phase.HELD)
    assert {(each.to, each.view) for each in of(effects, TellState)} == {
        (who, View(Phase.HELD, None)) for who in (WHO, PRISON, "monitor-1")
    }
    effects = room.command(opened=True, held=False, end=None, now=at(40))
    assert effects[0] == SetPhase(Phase.LIVE)
    fact = of(room.tick(END), Finish)[0].fact
    assert (fact.at, fact.seconds) == (END, {WHO: 870.0, PRISON: 870.0})


def test_a_room_that_is_held_when_its_slot_begins_shows_no_moment_of_it() -> None:
    """Held before the start: from waiting to held, never live between."""
    room = Room(make_spec(), at(-60), opened=True, held=True)
    phases = [each.phase for second in range(-60, 60) for each in of(room.tick(at(second)), SetPhase)]
    assert phases == [Phase.HELD]


# --- muting and blanking ----------------------------------------------------------------------------------------------


def test_what_staff_take_goes_to_the_relay_once_and_is_told_to_everybody() -> None:
    """The relay first; the participant is told like the others; the same again is nothing new."""
    room = live_room()
    effects = moderate(room, at(10), mother=MUTED)
    assert effects[0] == SetModeration(WHO, MUTED)
    told = {each.to: each.people for each in of(effects, TellPeople)}
    assert set(told) == {WHO, PRISON}
    for people in told.values():
        assert [(each.participant, each.muted, each.blanked) for each in people] == [
            (PRISON, False, False),
            (WHO, True, False),
            (BROTHER.participant, False, False),
        ]
    assert moderate(room, at(11), mother=MUTED) == []


def test_what_staff_give_back_goes_to_the_relay_too() -> None:
    """From muted to blanked, and from blanked to nothing, whoever else is moderated."""
    room = live_room()
    moderate(room, at(10), mother=MUTED, terminal=BLANKED)
    assert of(moderate(room, at(11), mother=BLANKED, terminal=BLANKED), SetModeration) == [SetModeration(WHO, BLANKED)]
    assert of(moderate(room, at(12), terminal=BLANKED), SetModeration) == [SetModeration(WHO, NOTHING)]
    assert of(moderate(room, at(13)), SetModeration) == [SetModeration(PRISON, NOTHING)]


def test_a_reading_without_moderation_leaves_it_as_it_is() -> None:
    """Not read is not the same as nothing taken."""
    room = live_room()
    moderate(room, at(10), mother=MUTED)
    assert room.command(opened=True, held=False, end=None, now=at(11)) == []


def test_moderation_holds_for_who_reloads_leaves_and_comes_back() -> None:
    """It is the participant's, not the page's: nothing is given back by coming anew."""
    room = live_room()
    moderate(room, at(10), mother=BLANKED)
    effects = room.ready(WHO, BOTH, at(11)) + room.leave(WHO, at(12)) + enter(room, WHO, Role.VISITOR, at(13))
    assert of(effects, SetModeration) == []
    assert next(each for each in room.people() if each.participant == WHO).blanked


def test_a_new_node_enforces_before_it_forwards_anything() -> None:
    """The first thing the media room hears is what is taken; going live comes after."""
    room = Room(make_spec(), at(10), opened=True, moderation={WHO: MUTED, PRISON: BLANKED})
    effects = room.tick(at(10))
    assert effects[:3] == [SetModeration(PRISON, BLANKED), SetModeration(WHO, MUTED), SetPhase(Phase.LIVE)]


# --- warning ----------------------------------------------------------------------------------------------------------


def test_a_warning_is_told_once_to_those_it_is_for_and_never_to_a_monitor() -> None:
    """To one side or to everybody with a seat who is here."""
    room = live_room()
    room.enter("monitor-1", Role.MONITOR, at(5))
    to_mother, to_all = warning("w-1", at(10), WHO), warning("w-2", at(20))
    assert warn(room, at(10), to_mother) == [TellWarning(WHO, to_mother)]
    assert warn(room, at(20), to_mother, to_all) == [TellWarning(WHO, to_all), TellWarning(PRISON, to_all)]
    assert warn(room, at(30), to_mother, to_all) == []


def test_an_older_reading_of_the_list_repeats_nothing() -> None:
    """Two readings may cross each other on their way."""
    room = live_room()
    first, second = warning("w-1", at(10)), warning("w-2", at(11))
    warn(room, at(11), first, second)
    assert warn(room, at(12), first) == []
    assert warn(room, at(13), first, second) == []


def test_who_comes_within_a_minute_is_told_and_who_comes_later_is_not() -> None:
    """A warning is for the moment: after a minute it would only puzzle."""
    room = opened_room()
    enter(room, PRISON, Role.TERMINAL, at(1))
    given = warning("w-1", at(10))
    assert warn(room, at(10), given) == [TellWarning(PRISON, given)]
    assert of(room.enter(WHO, Role.VISITOR, at(69)), TellWarning) == [TellWarning(WHO, given)]
    assert of(room.enter(BROTHER.participant, Role.VISITOR, at(70)), TellWarning) == []


def test_a_new_node_tells_a_warning_of_before_only_to_who_comes_back_in_time() -> None:
    """It counts as told: the next reading of the list is no news."""
    given = warning("w-1", at(10))
    room = Room(make_spec(), at(20), opened=True, warnings=[given])
    assert of(room.enter(WHO, Role.VISITOR, at(21)), TellWarning) == [TellWarning(WHO, given)]
    assert warn(room, at(22), given) == []
    assert of(room.enter(PRISON, Role.TERMINAL, at(71)), TellWarning) == []


# --- what is recorded -------------------------------------------------------------------------------------------------


def test_a_media_path_is_recorded_with_why_it_went() -> None:
    """Up, replaced by a reload, up, lost when last heard of, up, left."""
    room = opened_room()
    effects = enter(room, WHO, Role.VISITOR, at(1))
    effects += room.ready(WHO, BOTH, at(5)) + room.media_up(WHO, at(6))
    effects += room.media_lost(WHO, at(20), last_seen=at(12))
    effects += room.ready(WHO, BOTH, at(22)) + room.media_up(WHO, at(23)) + room.leave(WHO, at(30))
    paths = [each.fact for each in of(effects, Record) if each.fact.name in (FactName.MEDIA_UP, FactName.MEDIA_DOWN)]
    assert [(fact.at, fact.name, fact.reason) for fact in paths] == [
        (at(1), FactName.MEDIA_UP, None),
        (at(5), FactName.MEDIA_DOWN, DownReason.REPLACED),
        (at(6), FactName.MEDIA_UP, None),
        (at(12), FactName.MEDIA_DOWN, DownReason.LOST),
        (at(23), FactName.MEDIA_UP, None),
        (at(30), FactName.MEDIA_DOWN, DownReason.LEFT),
    ]
    assert {(fact.participant, fact.role) for fact in paths} == {(WHO, Role.VISITOR)}


def test_a_path_that_was_not_up_does_not_go_down() -> None:
    """Ready twice before anything connects, a handshake that fails, and leaving after it, record no loss."""
    room = opened_room()
    room.enter(WHO, Role.VISITOR, at(1))
    effects = room.ready(WHO, BOTH, at(2)) + room.ready(WHO, BOTH, at(3))
    effects += room.media_lost(WHO, at(4)) + room.leave(WHO, at(5))
    assert facts(effects) == [(FactName.PARTICIPANT_LEFT, WHO, LeaveReason.LEFT)]


def test_a_takeover_is_recorded_once_with_whose_media_was_lost_since_when() -> None:
    """From when the node before was last heard of; those who had no media lost none."""
    gone = Presence(Role.TERMINAL, PresenceState.DISCONNECTED, at(30))
    takeover = Takeover(at(50), {WHO: HERE, PRISON: gone})
    room = Room(make_spec(), at(55), opened=True, takeover=takeover)
    effects = room.tick(at(55))
    assert [(each.fact.name, each.fact.at, each.fact.since, each.fact.participant) for each in of(effects, Record)] == [
        (FactName.MEDIA_DOWN, at(50), None, WHO),
        (FactName.ROOM_MOVED, at(55), at(50), None),
    ]
    assert of(effects, Record)[0].fact.reason == DownReason.NODE
    assert facts(room.tick(at(56))) == []


def test_a_takeover_before_the_slot_costs_nobody_anything() -> None:
    """No move to speak of: only whose path has to be made anew."""
    room = Room(make_spec(), at(-30), opened=True, takeover=Takeover(at(-40), {WHO: HERE}))
    assert facts(room.tick(at(-30))) == [(FactName.MEDIA_DOWN, WHO, DownReason.NODE)]
    assert facts(room.tick(at(-1))) == []
    assert FactName.ROOM_MOVED not in {name for name, _, _ in facts(room.tick(at(1)))}


def test_whom_the_node_before_had_here_is_waited_for_and_then_given_up() -> None:
    """Consoles see them as disconnected, not as if nothing had happened. Who comes back has not joined anew; who does
    not is lost after 30 s; who had left is not looked for.
    """
    left = Presence(Role.VISITOR, PresenceState.LEFT, at(20))
    gone = Presence(Role.TERMINAL, PresenceState.DISCONNECTED, at(30))
    takeover = Takeover(at(50), {WHO: HERE, PRISON: gone, BROTHER.participant: left})
    room = Room(make_spec(visitors=(MOTHER, BROTHER)), at(55), opened=True, takeover=takeover)
    assert Save() in room.tick(at(55))
    states = {who: (each.state, each.since) for who, each in room.presence().items()}
    assert states == {
        WHO: (PresenceState.DISCONNECTED, at(55)),
        PRISON: (PresenceState.DISCONNECTED, at(30)),
    }
    back = facts(enter(room, WHO, Role.VISITOR, at(60)))
    assert back == [(FactName.MEDIA_UP, WHO, None)]
    assert room.next_event(at(61)) == at(85)
    assert facts(room.tick(at(85))) == [(FactName.PARTICIPANT_LEFT, PRISON, LeaveReason.LOST)]


@given(st.lists(st.tuples(st.sampled_from(["up", "lost", "ready", "leave", "enter"]), st.integers(0, 20)), max_size=40))
def test_paths_go_up_and_down_in_turns(steps: list[tuple[str, int]]) -> None:
    """Whatever happens: a path that is recorded as up is recorded as down before it is up again."""
    room, now, up = opened_room(), 0, False
    for what, seconds in steps:
        now += seconds
        if now >= 900:
            break
        effects = {
            "up": lambda now: room.media_up(WHO, now),
            "lost": lambda now: room.media_lost(WHO, now),
            "ready": lambda now: room.ready(WHO, BOTH, now),
            "leave": lambda now: room.leave(WHO, now),
            "enter": lambda now: room.enter(WHO, Role.VISITOR, now),
        }[what](at(now))
        for name, _, _ in facts(room.tick(at(now)) + effects):
            if name in (FactName.MEDIA_UP, FactName.MEDIA_DOWN):
                assert up is (name is FactName.MEDIA_DOWN)
                up = name is FactName.MEDIA_UP


def test_an_end_by_staff_in_the_same_reading_as_a_mute_is_an_end() -> None:
    """What was taken of a room that is over is of no interest any more."""
    effects = live_room().command(
        opened=True, held=True, end=EndReason.ENDED_BY_STAFF, now=at(9), moderation={WHO: MUTED}, warnings=[]
    )
    assert of(effects, Finish)[0].fact.reason == EndReason.ENDED_BY_STAFF
    assert of(effects, SetModeration) == []
