"""What facts say about each participant of a room: when they were there, and when their media path was up. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from broker.closing import Record, is_prison
from broker.losses.spans import Span, Spans, common, first, total, union, without
from config.facts import Fact, FactName, LeaveReason

#: Connected seconds are saved every two; less than this missing at the end is no sign that a node had died.
UNSAVED = 5

_SECOND = timedelta(seconds=1)
_NODE_LOST = "node lost"
# Of two things at one instant, what ends something comes first.
_ORDER = {_NODE_LOST: 0, FactName.MEDIA_DOWN: 1, FactName.PARTICIPANT_LEFT: 2, FactName.PARTICIPANT_JOINED: 3}
_COMES = frozenset({FactName.PARTICIPANT_JOINED, FactName.MEDIA_STARTED, FactName.MEDIA_UP})

Event = tuple[datetime, str, str]


@dataclass(frozen=True, slots=True)
class Track:
    """One participant, or one side. `present`: in the room, or meant to be: from coming until leaving by their own act;
    `up`: the media path was connected; `told`: by facts, which older versions did not tell; `since`: from when it could
    have been up where no fact tells.
    """

    present: Spans = ()
    up: Spans = ()
    told: bool = True
    since: int = 0

    @property
    def first(self) -> int | None:
        """When they were first there within the slot."""
        return self.present[0][0] if self.present else None

    def left(self, end: int) -> Spans:
        """When all who had come were gone by their own act. A lost connection is no such act."""
        return () if self.first is None else without([(self.first, end)], self.present)


@dataclass(frozen=True, slots=True)
class Clock:
    """Instants as whole seconds from the slot's beginning."""

    starts_at: datetime

    def at(self, moment: datetime) -> int:
        """Seconds from the beginning; negative before it."""
        return round((moment - self.starts_at) / _SECOND)

    def spans(self, pairs: Iterable[tuple[datetime, datetime]], end: int) -> Spans:
        """Pairs of instants as spans within [0, end)."""
        return common(((self.at(start), self.at(stop)) for start, stop in pairs), [(0, end)])


def tracks_of(record: Record, end: int, live: Spans) -> dict[str, Track]:
    """Everybody of both sides up to `end`; monitors are on none. `live`: when the session ran and was not held."""
    clock = Clock(record.starts_at)
    told = {who: _track(story, clock, end) for who, story in _stories(record.facts).items()}
    silent = {who: Track(((0, end),), (), told=False) for who in record.seconds if is_prison(who) is not None}
    everybody = {**{who: track for who, track in silent.items() if record.seconds[who]}, **told}
    return {who: _measured(track, live, record.seconds.get(who, 0.0)) for who, track in everybody.items()}


def together(tracks: Mapping[str, Track], *, of_prison: bool) -> Track:
    """One side: somebody of it."""
    ours = [track for who, track in tracks.items() if is_prison(who) is of_prison]
    return Track(
        union(span for track in ours for span in track.present), union(span for track in ours for span in track.up)
    )


def died_at(tracks: Mapping[str, Track], live: Spans, seconds: Mapping[str, float], offered: int) -> int | None:
    """Where nobody told a room's end: when the last seconds were saved of those who were up then, or None if they were
    saved to the end, and so no node had died.
    """
    lasts = []
    for who, track in tracks.items():
        could = common(track.up, live)
        if not track.told or not could or could[-1][1] < offered:
            continue
        saved = first(could, seconds.get(who, 0.0))
        if total(could) - total(saved) > UNSAVED:
            lasts.append(saved[-1][1] if saved else could[0][0])
    return max(lasts, default=None)


def _stories(facts: Iterable[Fact]) -> dict[str, list[Event]]:
    """What happened to each participant, as (when, what, why), in time's order; a node that died happened to all."""
    every = list(facts)
    people = {fact.participant for fact in every if fact.participant and is_prison(fact.participant) is not None}
    lost = {(fact.since or fact.at, _NODE_LOST, "") for fact in every if fact.name is FactName.ROOM_MOVED}
    stories: dict[str, set[Event]] = {who: set(lost) for who in people}
    for fact in every:
        if fact.participant in stories:
            stories[fact.participant].add((fact.at, fact.name, fact.reason or ""))
    return {who: sorted(stories[who], key=_in_order) for who in sorted(stories)}


def _in_order(event: Event) -> tuple[datetime, int, str, str]:
    at, what, why = event
    return at, _ORDER.get(what, len(_ORDER)), what, why


def _track(story: list[Event], clock: Clock, end: int) -> Track:
    present, up = list[Span](), list[Span]()
    here = connected = None
    for moment, what, why in story:
        at = clock.at(moment)
        gone = what == FactName.PARTICIPANT_LEFT
        if connected is not None and (gone or what in {FactName.MEDIA_DOWN, _NODE_LOST}):
            up.append((connected, at))
            connected = None
        if gone and why == LeaveReason.LEFT and here is not None:
            present.append((here, at))
            here = None
        elif what in _COMES:
            here = at if here is None else here
            if what == FactName.MEDIA_UP and connected is None:
                connected = at
    present += [] if here is None else [(here, end)]
    up += [] if connected is None else [(connected, end)]
    packets = [clock.at(moment) for moment, what, _ in story if what == FactName.MEDIA_STARTED]
    slot = [(0, end)]
    return Track(
        common(present, slot),
        common(up, slot),
        told=any(what == FactName.MEDIA_UP for _, what, _ in story),
        since=min(packets, default=0),
    )


def _measured(track: Track, live: Spans, seconds: float) -> Track:
    """With a media path where no fact tells of one: up from the first packet for as long as it was measured."""
    if track.told:
        return track
    could = without(common(track.present, live), [(0, track.since)])
    return Track(track.present, first(could, seconds), told=False, since=track.since)
