"""From meters over time to what somebody should look at. Pure: every call takes `now`, aware.

A trouble must last for a while to be an alert, and be gone for a while to be none any more, so that nothing flickers.
What staff have taken (hold, mute, blank), what a participant has switched off itself and a picture that waits for a
better line is no trouble, and its absence starts the count anew. Each rule answers True (trouble), False (none) or None
(it does not apply just now).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from rooms.seats import Kind, Role
from rooms.timebox import Phase
from rooms.wall.alert import Alert, AlertKind
from rooms.wall.meter import Meter

CLEAR_AFTER = timedelta(seconds=4)

DARK, NOT_DARK = 20.0, 30.0
"""Grey levels: below the first a picture is dark, from the second on not any more."""

STILL = 0.8
"""Grey levels between two pictures a quarter of a minute apart: somebody who breathes changes some 2."""

STALE = timedelta(seconds=60)
"""A picture older than this says nothing about now."""


@dataclass(frozen=True, slots=True)
class Attendance:
    """A participant as the room knows it.

    came: it has been connected in this slot. left: it went by its own act. audio, video: it says that it sends them.
    """

    role: Role
    connected: bool = False
    came: bool = False
    left: bool = False
    audio: bool = False
    video: bool = False


@dataclass(frozen=True, slots=True)
class Sight:
    """A room at one moment. on_wall: somebody's wall is given pictures and, in family rooms, loudness."""

    phase: Phase
    kind: Kind
    on_wall: bool
    people: Mapping[str, Attendance] = field(default_factory=dict)
    meters: Mapping[str, Meter] = field(default_factory=dict)

    def here(self) -> Iterator[tuple[str, Attendance, Meter]]:
        """Those who are connected in a live room, each with its meter."""
        if self.phase is Phase.LIVE:
            for participant, person in self.people.items():
                meter = self.meters.get(participant)
                if meter is not None and person.connected:
                    yield participant, person, meter

    def across(self, role: Role) -> list[Meter]:
        """The meters of the other side."""
        return [meter for _, person, meter in self.here() if (person.role is Role.TERMINAL) != (role is Role.TERMINAL)]


def should_hear(person: Attendance, meter: Meter) -> bool:
    """Whether sound should come: it says it sends some, and staff have not taken it."""
    return person.audio and not meter.muted


def should_see(person: Attendance, meter: Meter) -> bool:
    """Whether pictures should come: not from a line that is too weak for them."""
    return person.video and not meter.blanked and not meter.weak


def fell_silent(person: Attendance, meter: Meter) -> bool:
    """Whether nothing at all comes where both should: its line is dead, and only not given up yet."""
    both = should_hear(person, meter) and should_see(person, meter)
    return both and not meter.audio_pps and not meter.video_pps


def dropped(sight: Sight, participant: str) -> bool | None:
    """Somebody who was connected is not, and did not leave; or nothing comes from them any more."""
    person, meter = sight.people[participant], sight.meters.get(participant)
    if not person.came or person.left or sight.phase not in (Phase.LIVE, Phase.HELD):
        return None
    if not person.connected:
        return True
    if sight.phase is Phase.HELD or meter is None:  # nobody sends in a hold
        return None
    return fell_silent(person, meter)


def stopped(sight: Sight, participant: str) -> bool | None:
    """Pictures came and come no more."""
    person, meter = _of(sight, participant)
    if meter is None or not should_see(person, meter) or fell_silent(person, meter):
        return None
    return meter.video_at is not None and not meter.video_pps


def still(sight: Sight, participant: str) -> bool | None:
    """Pictures come, and are always the same."""
    person, meter = _of(sight, participant)
    if meter is None or not should_see(person, meter) or not _shown(sight, meter) or meter.change is None:
        return None
    return meter.change < STILL


def dark(sight: Sight, participant: str, below: float = DARK) -> bool | None:
    """The picture is black, or nearly."""
    person, meter = _of(sight, participant)
    if meter is None or not should_see(person, meter) or not _shown(sight, meter) or meter.luminance is None:
        return None
    return meter.luminance < below


def one_way(sight: Sight, participant: str) -> bool | None:
    """Sound or picture does not come while the other side's does, or comes and does not go on to the other side."""
    person, meter = _of(sight, participant)
    if meter is None or fell_silent(person, meter):
        return None
    others = sight.across(person.role)
    if not others:
        return None
    to = Role.VISITOR if person.role is Role.TERMINAL else Role.TERMINAL
    heard, seen = (meter.forwarded.get(f"{to.value}:{kind}", 0) for kind in ("audio", "video"))
    sound = should_hear(person, meter) and _lacks(meter.audio_pps, heard, [other.audio_pps for other in others])
    # Pictures that came and stopped are said to be frozen; here are those that never came, or do not go on.
    video = should_see(person, meter) and (meter.video_pps > 0 or meter.video_at is None)
    if meter.unseen and not seen:  # it is the other side's line that does not take it, and they are told so
        video = False
    return sound or (video and _lacks(meter.video_pps, seen, [other.video_pps for other in others]))


def silence(sight: Sight, _: str) -> bool | None:
    """Both sides are there, and nobody speaks. Only on a wall is anything known of it, and of a lawyer's call never."""
    here = list(sight.here())
    if not sight.on_wall or sight.kind is not Kind.FAMILY or len({person.role for _, person, _ in here}) < 2:
        return None
    # A browser that does not say how loud it is may be speaking; what staff have muted is silent by their will.
    if any(meter.muted or (meter.audio_pps and meter.speaking is None) for _, _, meter in here):
        return None
    return not any(meter.speaking for _, _, meter in here)


def _lacks(comes: float, went_on: int, across: list[float]) -> bool:
    """Whether a kind comes and does not go on, or does not come while the other side's does."""
    return not went_on if comes else any(across)


def _of(sight: Sight, participant: str) -> tuple[Attendance, Meter | None]:
    person = sight.people[participant]
    here = sight.phase is Phase.LIVE and person.connected
    return person, sight.meters.get(participant) if here else None


def _shown(sight: Sight, meter: Meter) -> bool:
    return sight.on_wall and meter.picture_at is not None and meter.at - meter.picture_at < STALE


Rule = Callable[[Sight, str], bool | None]

RULES: Mapping[str, tuple[AlertKind, Rule, timedelta]] = {
    "dark": (AlertKind.DARK, dark, timedelta(seconds=20)),
    "dropped": (AlertKind.DROPPED, dropped, timedelta(seconds=10)),
    "one_way": (AlertKind.ONE_WAY, one_way, timedelta(seconds=10)),
    "still": (AlertKind.FROZEN, still, timedelta(seconds=30)),
    "stopped": (AlertKind.FROZEN, stopped, timedelta(seconds=10)),
}
"""Of each participant: what it is called, the rule, and how long a trouble must last. Pictures come each 16 s, so dark
takes two of them and still four."""

SILENCE_AFTER = timedelta(seconds=60)


class Latch:
    """One trouble of one participant over time."""

    __slots__ = ("_after", "_bad_since", "_good_since", "raised")

    def __init__(self, after: timedelta) -> None:
        self._after = after
        self._bad_since: datetime | None = None
        self._good_since: datetime | None = None
        self.raised = False

    def feed(self, now: datetime, *, bad: bool | None) -> datetime | None:
        """Take how it is now; return since when it is an alert, or None if it is none."""
        if bad:
            self._good_since = None
            self._bad_since = self._bad_since or now
            self.raised = self.raised or now - self._bad_since >= self._after
        elif bad is None or not self.raised:
            self._bad_since, self.raised = None, False
        else:
            self._good_since = self._good_since or now
            if now - self._good_since >= CLEAR_AFTER:
                self._bad_since, self._good_since, self.raised = None, None, False
        return self._bad_since if self.raised else None


class Lookout:
    """The alerts of one room."""

    def __init__(self) -> None:
        self._latches: dict[tuple[str, str], Latch] = {}

    def look(self, now: datetime, sight: Sight) -> frozenset[Alert]:
        """Take the room as it is now, some two seconds after the last time; return what is amiss."""
        since: dict[tuple[AlertKind, str], datetime] = {}
        for kind, participant, began in self._feed(now, sight):
            before = since.get((kind, participant))
            since[kind, participant] = began if before is None else min(before, began)
        return frozenset(Alert(kind, participant, began) for (kind, participant), began in since.items())

    def _feed(self, now: datetime, sight: Sight) -> Iterator[tuple[AlertKind, str, datetime]]:
        for participant in sight.people:
            for name, (kind, rule, after) in RULES.items():
                latch = self._latches.setdefault((name, participant), Latch(after))
                bad = dark(sight, participant, NOT_DARK) if rule is dark and latch.raised else rule(sight, participant)
                began = latch.feed(now, bad=bad)
                if began is not None:
                    yield kind, participant, began
        latch = self._latches.setdefault(("silence", ""), Latch(SILENCE_AFTER))
        began = latch.feed(now, bad=silence(sight, ""))
        if began is not None:
            yield AlertKind.SILENCE, "", began
