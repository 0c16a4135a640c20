"""A live room as a monitor sees it: its two sides, what is amiss, and when somebody last looked into it.

Pure: everything comes in as arguments, `now` too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from broker.monitoring.look import Seen
from broker.monitoring.queue import Candidate
from broker.monitoring.store import Tick
from broker.visit import Jail
from rooms.moderation import UNMODERATED
from rooms.presence import Presence, PresenceState, Quality
from rooms.seats import Kind, Role
from rooms.standing import RoomState
from rooms.wall.alert import Alert
from rooms.wall.meter import Meter

#: A small picture older than this says how old it is: new ones come about every 15 s.
OLD_PICTURE = timedelta(seconds=40)

# A line that dropped comes back by itself; its side is still in the call.
_IN_THE_CALL = frozenset({PresenceState.CONNECTED, PresenceState.DISCONNECTED})
_WORST_FIRST = (Quality.BAD, Quality.POOR, Quality.GOOD)


class SideName(StrEnum):
    """The two sides of a visit."""

    FAMILY = "family"
    PRISON = "prison"


ROLES: Mapping[SideName, Role] = {SideName.FAMILY: Role.VISITOR, SideName.PRISON: Role.TERMINAL}


@dataclass(frozen=True, slots=True)
class Face:
    """One participant with a seat: whether it is in the call, speaks, and when its newest small picture came.
    `presence`: as its room's node tells of it, None before it came.
    """

    participant: str
    here: bool
    speaking: bool = False
    picture_at: datetime | None = None
    presence: Presence | None = None

    @property
    def away_since(self) -> datetime | None:
        """Since when it is not heard, of who did not leave by their own act."""
        return None if self.presence is None else self.presence.away_since

    @property
    def heard(self) -> bool:
        """Whether it is in the call and can be heard there now."""
        return self.here and self.away_since is None

    def is_old(self, now: datetime) -> bool:
        """Whether the picture shows what is no more: it is older than it should be, or whose it is has gone."""
        return self.picture_at is not None and (not self.heard or now - self.picture_at > OLD_PICTURE)


@dataclass(frozen=True, slots=True)
class Side:
    """A side with everybody who has a seat on it. `muted`, `blanked`: what staff have taken from it."""

    name: SideName
    faces: tuple[Face, ...]
    muted: bool = False
    blanked: bool = False

    @property
    def here(self) -> int:
        """How many of it are in the call."""
        return sum(face.here for face in self.faces)

    @property
    def speaking(self) -> bool:
        """Whether somebody of it is heard to speak."""
        return any(face.speaking and face.heard for face in self.faces)

    @property
    def heard(self) -> bool:
        """Whether somebody of it can be heard in the call now."""
        return any(face.heard for face in self.faces)

    @property
    def gone(self) -> Presence | None:
        """Who of it was heard last, where nobody of it is heard any more and not all left by their own act."""
        lost = [face.presence for face in self.faces if face.presence is not None and face.away_since is not None]
        return None if self.heard else max(lost, key=lambda each: each.away_since or each.since, default=None)

    @property
    def quality(self) -> Quality | None:
        """The worst connection of those of it who are heard."""
        known = {face.presence.quality for face in self.faces if face.presence is not None and face.heard}
        return next((quality for quality in _WORST_FIRST if quality in known), None)

    @property
    def participants(self) -> tuple[str, ...]:
        """The ids of those who have a seat on it."""
        return tuple(face.participant for face in self.faces)


@dataclass(frozen=True, slots=True)
class AlertLine:
    """Something amiss, on which side (None: in the room as a whole), and who has ticked it off, by name, and when."""

    alert: Alert
    side: SideName | None
    ticked_by: str = field(repr=False, default="")
    ticked_at: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether nobody has ticked it off."""
        return self.ticked_at is None


@dataclass(frozen=True, slots=True)
class Card:
    """One started room. `seen`: the follows so far."""

    room: RoomState
    jail: Jail
    terminal: str
    sides: tuple[Side, ...]
    alerts: tuple[AlertLine, ...] = ()
    seen: Seen | None = None

    @property
    def legal(self) -> bool:
        """Whether nobody but the two sides may hear it."""
        return self.room.spec.kind is Kind.LEGAL

    @property
    def state(self) -> str:
        """`live`, `held`, `trouble`: live, and a side is not heard; or `ready`: started, and waiting for the slot or
        for somebody.
        """
        if self.room.held:
            return "held"
        if self.room.state != "live" or not all(side.here for side in self.sides):
            return "ready"
        return "live" if all(side.heard for side in self.sides) else "trouble"

    @property
    def open_alerts(self) -> tuple[AlertLine, ...]:
        """What is amiss and not ticked off, oldest first."""
        return tuple(line for line in self.alerts if line.open)

    def candidate(self) -> Candidate:
        """The room as the queue of looks takes it."""
        spec, opened = self.room.spec, self.room.opened
        return Candidate(
            visit_id=self.room.room_id,
            live_since=spec.starts_at if opened is None else max(opened, spec.starts_at),
            seen=self.seen.until if self.seen else None,
            watched=bool(self.seen and self.seen.by),
            alert_since=self.open_alerts[0].alert.since if self.open_alerts else None,
        )


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one room besides its state; all empty where nothing is."""

    people: Mapping[str, Presence] = field(default_factory=dict)
    meters: Mapping[str, Meter] = field(default_factory=dict)
    alerts: Sequence[Alert] = ()
    ticks: Iterable[Tick] = ()
    seen: Seen | None = None


def card(room: RoomState, jail: Jail, terminal: str, known: Known, names: Mapping[int, str]) -> Card:
    """The card of a room. `names`: of members of staff, by id."""
    return Card(
        room=room,
        jail=jail,
        terminal=terminal,
        sides=tuple(_side(name, room, known) for name in SideName),
        alerts=_alert_lines(room, known, names),
        seen=known.seen,
    )


def side_of(room: RoomState, participant: str) -> SideName | None:
    """The side on which a participant has a seat; None for anybody else."""
    seat = room.spec.seat(participant)
    return None if seat is None else next((name for name, role in ROLES.items() if role is seat.role), None)


def participants(room: RoomState, side: SideName) -> tuple[str, ...]:
    """The ids of those who have a seat on a side."""
    return tuple(seat.participant for seat in room.spec.seats if seat.role is ROLES[side])


def in_order(cards: Iterable[Card]) -> list[Card]:
    """Where something is amiss that nobody ticked off first, oldest first; then by start and VisRN, so that cards stay
    where they are.
    """

    def place(each: Card) -> tuple[bool, datetime, str]:
        alarm = each.open_alerts[0].alert.since if each.open_alerts else None
        return alarm is None, alarm or each.room.spec.starts_at, each.room.spec.visrn

    return sorted(cards, key=place)


def _side(name: SideName, room: RoomState, known: Known) -> Side:
    ids = participants(room, name)
    taken = [room.moderation.get(participant, UNMODERATED) for participant in ids]
    return Side(
        name=name,
        faces=tuple(_face(participant, known) for participant in ids),
        muted=any(each.muted for each in taken),
        blanked=any(each.blanked for each in taken),
    )


def _face(participant: str, known: Known) -> Face:
    presence, meter = known.people.get(participant), known.meters.get(participant)
    here = presence is not None and presence.state in _IN_THE_CALL
    if meter is None:
        return Face(participant, here, presence=presence)
    return Face(participant, here, bool(meter.speaking), meter.picture_at, presence)


def _alert_lines(room: RoomState, known: Known, names: Mapping[int, str]) -> tuple[AlertLine, ...]:
    ticks = {(tick.kind, tick.participant, tick.since): tick for tick in known.ticks}
    lines = []
    for alert in known.alerts:
        tick = ticks.get((alert.kind.value, alert.participant, alert.since))
        side = side_of(room, alert.participant) if alert.participant else None
        if tick is None:
            lines.append(AlertLine(alert, side))
        else:
            lines.append(AlertLine(alert, side, names.get(tick.staff_id, ""), tick.at))
    return tuple(sorted(lines, key=lambda line: (not line.open, line.alert.since, line.alert.key)))
