"""The room without I/O: people come and go, and monitors are seen by nobody."""

from __future__ import annotations

import pytest

from config.facts import FactName, LeaveReason
from rooms.core.hearing import Sign
from rooms.effects import (
    AddPeer,
    Forget,
    Record,
    RemovePeer,
    Save,
    TellPeople,
    TellState,
    View,
)
from rooms.errors import RoomFull
from rooms.presence import Devices, PresenceState, Quality
from rooms.room import MAX_WATCHERS
from rooms.seats import Role
from rooms.timebox import Phase
from tests.support.live import BROTHER, MOTHER, TERMINAL
from tests.support.room import BOTH, at, enter, facts, live_room, of, opened_room

# --- people -----------------------------------------------------------------------------------------------------------


def test_people_are_told_when_somebody_is_ready_not_while_they_check() -> None:
    """Others see somebody once they said ready, with what they bring."""
    room = opened_room()
    enter(room, TERMINAL.participant, Role.TERMINAL, at(1))
    assert of(room.enter(MOTHER.participant, Role.VISITOR, at(2)), TellPeople) == []
    effects = room.ready(MOTHER.participant, Devices(camera=False, microphone=True), at(3))
    told = next(each.people for each in of(effects, TellPeople) if each.to == TERMINAL.participant)
    mother = next(person for person in told if person.participant == MOTHER.participant)
    assert (mother.present, mother.audio, mother.video) == (True, True, False)


def test_stranger_without_a_seat_is_refused_and_nothing_changes() -> None:
    """A participant of another visit, or one with another role than their seat's, finds the room full."""
    room = opened_room()
    for participant, role in (("stranger", Role.VISITOR), (TERMINAL.participant, Role.VISITOR)):
        with pytest.raises(RoomFull):
            room.enter(participant, role, at(1))
    assert room.presence() == {}


def test_muting_is_told_to_everybody_once() -> None:
    """A changed mute is told; saying the same again is not."""
    room = live_room()
    effects = room.mute(MOTHER.participant, audio=False, video=True, now=at(5))
    assert {each.to for each in of(effects, TellPeople)} == {MOTHER.participant, TERMINAL.participant}
    assert room.mute(MOTHER.participant, audio=False, video=True, now=at(6)) == []


def test_a_line_too_weak_for_a_picture_is_told_to_both_sides_once() -> None:
    """To who does not see and to who is not seen; consoles are shown a bad line. A fresh transport begins anew."""
    room = live_room()
    seen = frozenset({TERMINAL.participant})
    effects = room.pictures(MOTHER.participant, unseen=seen, weak=True, now=at(5))
    told = {each.to: {person.participant: person for person in each.people} for each in of(effects, TellPeople)}
    assert set(told) == {MOTHER.participant, TERMINAL.participant}
    for people in told.values():
        mother, terminal = people[MOTHER.participant], people[TERMINAL.participant]
        assert (terminal.unseen_by, terminal.weak) == ((MOTHER.participant,), False)
        assert (mother.unseen_by, mother.weak) == ((), True)
    assert room.presence()[MOTHER.participant].quality is Quality.BAD
    assert room.pictures(MOTHER.participant, unseen=seen, weak=True, now=at(6)) == []
    room.ready(MOTHER.participant, BOTH, at(7))
    assert not any(person.weak or person.unseen_by for person in room.people())


def test_a_monitors_weak_line_is_told_to_that_monitor_alone() -> None:
    """No participant, and no other monitor, finds it in a list; nor does it come back to them with the next one."""
    room = live_room()
    for watcher in ("monitor-1", "monitor-2"):
        room.enter(watcher, Role.MONITOR, at(3))
    effects = room.pictures("monitor-1", unseen=frozenset({MOTHER.participant}), weak=False, now=at(5))
    [told] = of(effects, TellPeople)
    assert told.to == "monitor-1"
    assert {person.participant: person.unseen_by for person in told.people}[MOTHER.participant] == ("monitor-1",)
    effects = room.mute(MOTHER.participant, audio=False, video=True, now=at(6))
    found = {each.to: [person.unseen_by for person in each.people] for each in of(effects, TellPeople)}
    assert {to for to, unseen in found.items() if any(unseen)} == {"monitor-1"}
    assert not any(person.unseen_by for person in room.people_for("monitor-2"))
    assert any(person.unseen_by for person in room.people_for("monitor-1"))


def test_dropped_socket_leaves_media_alone_for_as_long_as_it_runs() -> None:
    """Without a socket but with media somebody is still connected, after 30 s too; their seconds run on."""
    room = live_room()
    room.detach(MOTHER.participant, at(10))
    room.tick(at(10 + 31))
    assert room.presence()[MOTHER.participant].state is PresenceState.CONNECTED
    assert room.seconds(at(100))[MOTHER.participant] == 100.0


def test_participant_is_lost_when_socket_and_media_are_gone() -> None:
    """30 s after the socket dropped, and once media is gone too, they are given up, with the fact."""
    room = live_room()
    room.detach(MOTHER.participant, at(10))
    room.tick(at(41))
    effects = room.media_lost(MOTHER.participant, at(50), last_seen=at(20))
    assert (FactName.PARTICIPANT_LEFT, MOTHER.participant, LeaveReason.LOST) in facts(effects)
    assert Forget(MOTHER.participant) in effects
    assert room.view() == View(Phase.LIVE, "family")
    assert room.seconds(at(100))[MOTHER.participant] == 20.0


def test_media_lost_first_still_leaves_thirty_seconds_to_come_back() -> None:
    """A reload: media gone at once, socket gone; not lost before 30 s, and back in the same seat after."""
    room = live_room()
    room.media_lost(MOTHER.participant, at(10))
    room.detach(MOTHER.participant, at(10))
    assert room.next_event(at(11)) == at(40)
    assert facts(room.tick(at(39))) == []
    effects = room.enter(MOTHER.participant, Role.VISITOR, at(39.5))
    assert facts(effects) == []
    assert facts(room.tick(at(45))) == []


def test_lost_participant_may_come_back_and_joins_again() -> None:
    """The slot is theirs to its end: coming back after being given up is a new joining."""
    room = live_room()
    room.leave(MOTHER.participant, at(10))
    effects = room.enter(MOTHER.participant, Role.VISITOR, at(20))
    assert (FactName.PARTICIPANT_JOINED, MOTHER.participant, None) in facts(effects)
    assert room.presence()[MOTHER.participant].state is PresenceState.CHECKING


def test_saying_ready_again_replaces_the_transport() -> None:
    """A reloaded page gets a fresh transport; the seconds between are not counted."""
    room = live_room()
    effects = room.ready(MOTHER.participant, BOTH, at(10))
    sources = (TERMINAL.participant, BROTHER.participant)
    assert effects[:2] == [RemovePeer(MOTHER.participant), AddPeer(MOTHER.participant, Role.VISITOR, sources)]
    room.media_up(MOTHER.participant, at(13))
    assert room.seconds(at(20))[MOTHER.participant] == 17.0


def test_media_of_a_participant_is_recorded_once() -> None:
    """The first packet is a fact, the first of the other kind is not another."""
    room = live_room()
    first = room.media_seen(MOTHER.participant, at(1))
    assert facts(first) == [(FactName.MEDIA_STARTED, MOTHER.participant, None)]
    assert room.media_seen(MOTHER.participant, at(2)) == []


def test_held_time_is_not_connected_time() -> None:
    """While staff hold the room nobody's seconds run."""
    room = live_room()
    room.command(opened=True, held=True, end=None, now=at(10))
    assert room.view() == View(Phase.HELD, None)
    room.command(opened=True, held=False, end=None, now=at(30))
    assert room.seconds(at(40))[MOTHER.participant] == 20.0


# --- monitors ---------------------------------------------------------------------------------------------------------


def test_nobody_learns_of_a_monitor() -> None:
    """Coming, watching, dropping and leaving of a monitor tell nobody anything, and leave no presence."""
    room = live_room()
    before = (room.people(), room.presence(), room.view())
    effects = room.enter("monitor-1", Role.MONITOR, at(1))
    effects += room.ready("monitor-1", Devices(camera=False, microphone=False), at(2))
    effects += room.media_up("monitor-1", at(3)) + room.media_seen("monitor-1", at(3))
    effects += room.mute("monitor-1", audio=True, video=True, now=at(3))
    effects += room.judge("monitor-1", Quality.BAD, at(4))
    effects += room.detach("monitor-1", at(5)) + room.media_lost("monitor-1", at(6)) + room.tick(at(40))
    assert (room.people(), room.presence(), room.view()) == before
    allowed = (AddPeer, RemovePeer, Forget, Record)
    assert all(isinstance(effect, allowed) for effect in effects)
    assert [name for name, _, _ in facts(effects)] == [FactName.WATCH_STARTED, FactName.WATCH_ENDED]
    assert "monitor-1" not in room.seconds(at(50))


def test_monitor_hears_what_participants_hear() -> None:
    """State and people are told to a monitor like to everybody."""
    room = live_room()
    room.enter("monitor-1", Role.MONITOR, at(1))
    effects = room.leave(MOTHER.participant, at(2))
    assert "monitor-1" in {each.to for each in of(effects, TellPeople)}
    assert TellState("monitor-1", View(Phase.LIVE, "family")) in effects


def test_watchers_places_are_limited_and_become_free_again() -> None:
    """The fifth monitor is refused, until one has left."""
    room = live_room()
    for number in range(MAX_WATCHERS):
        room.enter(f"monitor-{number}", Role.MONITOR, at(1))
    with pytest.raises(RoomFull):
        room.enter("monitor-late", Role.MONITOR, at(2))
    room.leave("monitor-0", at(3))
    room.enter("monitor-late", Role.MONITOR, at(4))


def test_watcher_whose_socket_is_gone_makes_way_for_a_new_one() -> None:
    """A watch page that was reloaded comes as somebody new; it does not lock itself out."""
    room = live_room()
    for number in range(MAX_WATCHERS):
        room.enter(f"monitor-{number}", Role.MONITOR, at(1))
    room.detach("monitor-2", at(2))
    effects = room.enter("monitor-again", Role.MONITOR, at(3))
    assert facts(effects) == [
        (FactName.WATCH_ENDED, "monitor-2", LeaveReason.LOST),
        (FactName.WATCH_STARTED, "monitor-again", None),
    ]


def test_monitor_receives_from_every_seat_in_their_order() -> None:
    """A monitor's transport is promised all participants, whether or not they are here yet."""
    room = opened_room()
    room.enter("monitor-1", Role.MONITOR, at(1))
    effects = room.ready("monitor-1", Devices(camera=False, microphone=False), at(2))
    sources = (TERMINAL.participant, MOTHER.participant, BROTHER.participant)
    assert of(effects, AddPeer) == [AddPeer("monitor-1", Role.MONITOR, sources)]


def test_who_is_not_heard_is_shown_so_and_not_as_well_connected() -> None:
    """Consoles and the others learn within seconds that a last good report is no news, and again when it is."""
    room = live_room()
    room.judge(MOTHER.participant, Quality.GOOD, at(1))
    both = {each.participant: Sign(at(1), at(1)) for each in (MOTHER, TERMINAL)}
    assert of(room.listen(both, at(1)), Save) == []
    effects = room.listen({**both, TERMINAL.participant: Sign(at(7), at(7))}, at(7))
    assert of(effects, Save)
    assert {each.to for each in of(effects, TellPeople)} == {MOTHER.participant, TERMINAL.participant}
    silent = room.presence()[MOTHER.participant]
    assert (silent.state, silent.silent_since, silent.quality) == (PresenceState.CONNECTED, at(1), None)
    room.listen({**both, MOTHER.participant: Sign(at(8), at(8))}, at(8))
    heard = room.presence()[MOTHER.participant]
    assert (heard.silent_since, heard.quality) == (None, Quality.GOOD)


def test_a_page_that_was_loaded_again_begins_anew() -> None:
    """A fresh transport is not silent, and nobody has judged it yet."""
    room = live_room()
    room.judge(MOTHER.participant, Quality.GOOD, at(1))
    room.listen({MOTHER.participant: Sign(at(1), at(1))}, at(1))
    room.listen({MOTHER.participant: Sign(at(1), at(1))}, at(9))
    room.ready(MOTHER.participant, BOTH, at(10))
    room.media_up(MOTHER.participant, at(11))
    fresh = room.presence()[MOTHER.participant]
    assert (fresh.silent_since, fresh.quality) == (None, None)


def test_nobody_is_listened_to_once_the_room_is_over() -> None:
    """The end is the last word."""
    room = live_room()
    room.tick(room.spec.ends_at)
    assert room.listen({}, room.spec.ends_at) == []
