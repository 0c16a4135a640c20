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
    """One participant with a seat: whether it is in the call, speaks, and when its newest small picture came."""

    participant: str
    here: bool
    speaking: bool = False
    picture_at: datetime | None = None

    def is_old(self, now: datetime) -> bool:
        """Whether the picture is older than it should be."""
        return self.picture_at is not None and now - self.picture_at > OLD_PICTURE


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
        return any(face.speaking for face in self.faces)

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
    """One started room. `quality`: the worst connection of those in the call; `seen`: the follows so far."""

    room: RoomState
    jail: Jail
    terminal: str
    sides: tuple[Side, ...]
    quality: Quality | None
    alerts: tuple[AlertLine, ...] = ()
    seen: Seen | None = None

    @property
    def legal(self) -> bool:
        """Whether nobody but the two sides may hear it."""
        return self.room.spec.kind is Kind.LEGAL

    @property
    def state(self) -> str:
        """`live`, `held`, or `ready`: started, and waiting for the slot or for somebody."""
        if self.room.held:
            return "held"
        return "live" if self.room.state == "live" and all(side.here for side in self.sides) else "ready"

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
    connected = [presence for presence in known.people.values() if presence.state in _IN_THE_CALL]
    qualities = {presence.quality for presence in connected}
    return Card(
        room=room,
        jail=jail,
        terminal=terminal,
        sides=tuple(_side(name, room, known) for name in SideName),
        quality=next((quality for quality in _WORST_FIRST if quality in qualities), None),
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
        return Face(participant, here)
    return Face(participant, here, bool(meter.speaking), meter.picture_at)


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
