"""What is amiss in a room: when it is raised, when it is not, and that nothing flickers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from rooms.seats import Kind, Role
from rooms.timebox import Phase
from rooms.wall.alert import Alert, AlertKind
from rooms.wall.alerts import Attendance, Lookout, Sight
from rooms.wall.meter import Meter
from tests.support.clock import NOON

MOTHER, TERMINAL = "visitor-a", "terminal-7"
PICTURES_EVERY = 16


class Scene:
    """A call that goes well until a test changes something. `run` lets time pass, a look each two seconds."""

    def __init__(self, *, on_wall: bool = True, kind: Kind = Kind.FAMILY, phase: Phase = Phase.LIVE) -> None:
        self.now = NOON
        self.sight = Sight(phase, kind, on_wall)
        self.people = {who: self._person(role) for who, role in ((MOTHER, Role.VISITOR), (TERMINAL, Role.TERMINAL))}
        self.meters = {MOTHER: self._meter("terminal"), TERMINAL: self._meter("visitor")}
        self.lookout = Lookout()
        self.alerts: frozenset[Alert] = frozenset()

    @staticmethod
    def _person(role: Role) -> Attendance:
        return Attendance(role, connected=True, came=True, audio=True, video=True)

    @staticmethod
    def _meter(to: str) -> Meter:
        return Meter(
            NOON,
            connected=True,
            audio_pps=50,
            video_pps=120,
            fps=25,
            audio_at=NOON,
            video_at=NOON,
            forwarded={f"{to}:audio": 100, f"{to}:video": 240},
            level=-30,
            speaking=True,
            picture_at=NOON,
            luminance=110,
            change=6,
        )

    def person(self, who: str, **changes: Any) -> None:
        """Change how somebody stands."""
        self.people[who] = replace(self.people[who], **changes)

    def meter(self, who: str, **changes: Any) -> None:
        """Change what is measured of somebody from now on."""
        self.meters[who] = replace(self.meters[who], **changes)

    def phase(self, phase: Phase) -> None:
        """Move the room to another phase."""
        self.sight = replace(self.sight, phase=phase)

    def run(self, seconds: int) -> set[str]:
        """Let time pass; return what is amiss at its end, as keys."""
        for _ in range(seconds // 2):
            self.now += timedelta(seconds=2)
            taken = self.now - timedelta(seconds=(self.now - NOON).seconds % PICTURES_EVERY)
            meters = {
                who: replace(meter, at=self.now, picture_at=taken if meter.picture_at else None)
                for who, meter in self.meters.items()
            }
            self.alerts = self.lookout.look(self.now, replace(self.sight, people=self.people, meters=meters))
        return self.kinds()

    def kinds(self) -> set[str]:
        """What is amiss, as keys."""
        return {alert.key for alert in self.alerts}

    def since(self, kind: AlertKind) -> datetime:
        """Since when something is amiss."""
        return next(alert.since for alert in self.alerts if alert.kind is kind)


def test_a_call_that_goes_well_raises_nothing() -> None:
    """Five minutes, on a wall and off it, family and lawyer."""
    for on_wall in (True, False):
        for kind in Kind:
            assert Scene(on_wall=on_wall, kind=kind).run(300) == set()


def test_pictures_that_stop_coming_are_frozen_after_ten_seconds_on_a_wall_or_not() -> None:
    """Its sound goes on. Since is when it began, and it is gone soon after pictures come again."""
    for on_wall in (True, False):
        scene = Scene(on_wall=on_wall)
        scene.run(20)
        scene.meter(MOTHER, video_pps=0, forwarded={"terminal:audio": 100})
        assert scene.run(10) == set()
        assert scene.run(2) == {"frozen:visitor-a"}
        assert scene.since(AlertKind.FROZEN) == NOON + timedelta(seconds=22)
        scene.meter(MOTHER, video_pps=120, forwarded={"terminal:audio": 100, "terminal:video": 240})
        assert scene.run(4) == {"frozen:visitor-a"}
        assert scene.run(2) == set()


def test_a_picture_that_never_changes_is_frozen_only_where_a_wall_sees_it() -> None:
    """Four pictures alike; a room on no wall has no pictures to compare."""
    scene = Scene()
    scene.meter(MOTHER, change=0.1)
    assert scene.run(30) == set()
    assert scene.run(4) == {"frozen:visitor-a"}
    scene.meter(MOTHER, change=5)
    assert scene.run(8) == set()
    unseen = Scene(on_wall=False)
    unseen.meter(MOTHER, change=None, picture_at=None, luminance=None, level=None, speaking=None)
    assert unseen.run(300) == set()


def test_a_black_picture_is_dark_and_does_not_flicker_at_the_threshold() -> None:
    """Two pictures long; between the two thresholds it stays as it was."""
    scene = Scene()
    scene.meter(TERMINAL, luminance=25)
    assert scene.run(60) == set()
    scene.meter(TERMINAL, luminance=4)
    assert scene.run(20) == set()
    assert scene.run(2) == {"dark:terminal-7"}
    scene.meter(TERMINAL, luminance=25)
    assert scene.run(60) == {"dark:terminal-7"}
    scene.meter(TERMINAL, luminance=90)
    assert scene.run(6) == set()


def test_an_old_picture_says_nothing_about_now() -> None:
    """No new one has come for a minute: neither dark nor still is claimed of it."""
    scene = Scene()
    scene.meter(MOTHER, luminance=2, change=0.0)
    assert scene.run(40) == {"dark:visitor-a", "frozen:visitor-a"}
    scene.sight = replace(scene.sight, on_wall=False)
    assert scene.run(2) == set()


def test_a_minute_in_which_nobody_speaks_is_silence_of_the_room() -> None:
    """One word ends it, a few seconds later."""
    scene = Scene()
    for who in (MOTHER, TERMINAL):
        scene.meter(who, speaking=False, level=-80)
    assert scene.run(60) == set()
    assert scene.run(2) == {"silence:"}
    scene.meter(MOTHER, speaking=True)
    assert scene.run(6) == set()


@pytest.mark.parametrize(
    "change",
    [
        lambda scene: setattr(scene, "sight", replace(scene.sight, kind=Kind.LEGAL)),
        lambda scene: setattr(scene, "sight", replace(scene.sight, on_wall=False)),
        lambda scene: scene.meter(MOTHER, muted=True),
        lambda scene: scene.meter(MOTHER, speaking=None, level=None),
        lambda scene: scene.people.pop(MOTHER),
        lambda scene: scene.phase(Phase.HELD),
    ],
)
def test_silence_is_not_claimed_where_it_is_not_known_or_not_theirs(change: Callable[[Scene], None]) -> None:
    """A lawyer's call, no wall, somebody muted by staff or whose browser does not say, one side alone, a hold."""
    scene = Scene()
    for who in (MOTHER, TERMINAL):
        scene.meter(who, speaking=False, level=-80)
    change(scene)
    assert "silence:" not in scene.run(300)


def test_sound_that_comes_from_one_side_only_is_one_way_of_the_other() -> None:
    """On a lawyer's call too, and on no wall: it is told by packets alone."""
    for kind in Kind:
        scene = Scene(on_wall=False, kind=kind)
        scene.meter(MOTHER, audio_pps=0, forwarded={"terminal:video": 240})
        assert scene.run(10) == set()
        assert scene.run(2) == {"one_way:visitor-a"}


def test_a_picture_that_never_came_is_one_way() -> None:
    """One that came and stopped is frozen instead, and said once."""
    scene = Scene(on_wall=False)
    scene.meter(MOTHER, video_pps=0, video_at=None, forwarded={"terminal:audio": 100})
    assert scene.run(12) == {"one_way:visitor-a"}
    scene.meter(MOTHER, video_at=NOON)
    assert scene.run(12) == {"frozen:visitor-a"}


@pytest.mark.parametrize("kept", [{"visitor:audio": 100}, {"visitor:video": 240}, {"monitor:video": 240}])
def test_what_comes_and_does_not_go_on_is_one_way_of_its_sender(kept: dict[str, int]) -> None:
    """Sound or picture reaches the relay and not the other side, whatever reaches a monitor."""
    scene = Scene(on_wall=False)
    scene.meter(TERMINAL, forwarded=kept)
    assert scene.run(12) == {"one_way:terminal-7"}


def test_nothing_is_one_way_while_the_other_side_is_not_there() -> None:
    """Who waits alone sends to nobody."""
    scene = Scene()
    scene.person(TERMINAL, connected=False, came=False)
    del scene.meters[TERMINAL]
    scene.meter(MOTHER, forwarded={})
    assert scene.run(120) == set()


def test_somebody_who_is_gone_for_ten_seconds_and_did_not_leave_has_dropped() -> None:
    """Also while the room is held; not if they left, nor if they never were connected."""
    scene = Scene()
    scene.person(MOTHER, connected=False)
    del scene.meters[MOTHER]
    assert scene.run(10) == set()
    assert scene.run(2) == {"dropped:visitor-a"}
    scene.phase(Phase.HELD)
    assert scene.run(20) == {"dropped:visitor-a"}
    scene.person(MOTHER, left=True)
    assert scene.run(2) == set()
    scene.person(MOTHER, left=False, came=False)
    assert scene.run(60) == set()


def test_a_dead_line_is_said_once_before_the_relay_gives_it_up() -> None:
    """Nothing at all comes, though both should: dropped, and not frozen and one-way as well."""
    scene = Scene()
    scene.run(10)
    scene.meter(MOTHER, audio_pps=0, video_pps=0, forwarded={})
    assert scene.run(12) == {"dropped:visitor-a"}
    scene.person(MOTHER, connected=False)
    del scene.meters[MOTHER]
    assert scene.run(30) == {"dropped:visitor-a"}
    assert scene.since(AlertKind.DROPPED) == NOON + timedelta(seconds=12)


@pytest.mark.parametrize("moderation", [{"muted": True}, {"blanked": True}, {"muted": True, "blanked": True}])
def test_what_staff_have_taken_is_no_trouble(moderation: dict[str, bool]) -> None:
    """Whether or not the client goes on sending what is not passed on."""
    for sending in ({}, {"audio_pps": 0} if "muted" in moderation else {"video_pps": 0}):
        scene = Scene()
        passed = (
            {}
            if len(moderation) == 2
            else {"terminal:video": 240}
            if "muted" in moderation
            else {"terminal:audio": 100}
        )
        scene.meter(MOTHER, **moderation, forwarded=passed, luminance=3, change=0.0)
        scene.meter(MOTHER, **sending)
        found = scene.run(120)
        assert not any(key.startswith(("one_way", "dropped")) for key in found)
        if "blanked" in moderation:
            assert found == set()


def test_a_picture_that_waits_for_a_better_line_is_no_trouble() -> None:
    """Neither on the sender's side nor on the other one; its sound is missed as ever."""
    scene = Scene()
    scene.meter(MOTHER, video_pps=0, weak=True, forwarded={"terminal:audio": 100}, luminance=2, change=0.0)
    assert scene.run(120) == set()
    scene.meter(MOTHER, video_pps=120, weak=False, unseen=True, luminance=99, change=9)
    assert scene.run(120) == set()
    scene.meter(MOTHER, audio_pps=0, forwarded={})
    assert scene.run(12) == {"one_way:visitor-a"}


def test_what_a_participant_switched_off_itself_is_no_trouble() -> None:
    """Camera or microphone, by their own word."""
    scene = Scene()
    scene.person(MOTHER, video=False)
    scene.meter(MOTHER, video_pps=0, forwarded={"terminal:audio": 100}, luminance=2, change=0.0)
    assert scene.run(120) == set()
    scene.person(MOTHER, video=True, audio=False)
    scene.meter(MOTHER, audio_pps=0, video_pps=120, forwarded={"terminal:video": 240}, luminance=99, change=9)
    assert scene.run(120) == set()


def test_a_hold_ends_every_trouble_of_media_and_time_counts_anew_after_it() -> None:
    """What was amiss before may have been put right meanwhile."""
    scene = Scene()
    scene.meter(MOTHER, video_pps=0, forwarded={"terminal:audio": 100})
    assert scene.run(12) == {"frozen:visitor-a"}
    scene.phase(Phase.HELD)
    assert scene.run(2) == set()
    scene.phase(Phase.LIVE)
    assert scene.run(10) == set()
    assert scene.run(2) == {"frozen:visitor-a"}


def test_a_trouble_that_comes_and_goes_raises_nothing_and_one_that_is_raised_does_not_flicker() -> None:
    """Eight seconds bad, two good, again and again; then, once raised, two seconds good now and then."""
    scene = Scene(on_wall=False)
    bad: dict[str, Any] = {"audio_pps": 0, "forwarded": {"terminal:video": 240}}
    good: dict[str, Any] = {"audio_pps": 50, "forwarded": {"terminal:audio": 100, "terminal:video": 240}}
    for _ in range(10):
        scene.meter(MOTHER, **bad)
        assert scene.run(8) == set()
        scene.meter(MOTHER, **good)
        assert scene.run(2) == set()
    scene.meter(MOTHER, **bad)
    scene.run(12)
    for _ in range(5):
        scene.meter(MOTHER, **good)
        assert scene.run(4) == {"one_way:visitor-a"}
        scene.meter(MOTHER, **bad)
        assert scene.run(4) == {"one_way:visitor-a"}
