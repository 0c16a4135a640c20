"""Where one visit stands, decided from paper and live facts together. Pure: `now` comes in as an argument.

Paper wins once it is closed; then the slot's end; then the room. What a row says beside its state is in `board`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from broker.admission.codes import LIFETIME
from broker.admission.mailstate import MailProgress, MailState
from broker.admission.window import opens_at
from broker.lifecycle import Outcome
from broker.mail.bounces import Bounce
from broker.sessions.noshow import late_at
from broker.sessions.turns import Act
from broker.visit import Visit, VisitStatus
from config.facts import EndReason
from rooms.presence import Presence, PresenceState
from rooms.registry import RoomState
from rooms.wall.alert import Alert, AlertKind

#: A line that dropped comes back by itself; one that does not within this long is trouble.
DROPPED = timedelta(seconds=10)
#: Where no rule says otherwise.
NO_SHOW_MINUTES = 10

HERE = frozenset({PresenceState.CHECKING, PresenceState.CONNECTED, PresenceState.WAITING})
_IN_THE_CALL = frozenset({PresenceState.CONNECTED, PresenceState.DISCONNECTED})
_OVER_ON_PAPER = frozenset({VisitStatus.CANCELLED, VisitStatus.CLOSED})
_NOBODY_CAME = frozenset({Outcome.NOBODY_CAME, Outcome.VISITOR_ABSENT})
#: What a call cannot go on with; a dark picture or a long silence is for a monitor to judge.
TROUBLE = frozenset({AlertKind.DROPPED, AlertKind.FROZEN, AlertKind.ONE_WAY})


class RowState(StrEnum):
    """Where a visit stands, as the row's `data-state`."""

    CLOSED = "closed"
    ENDED = "ended"
    EXPECTED = "expected"
    FAMILY_WAITING = "family_waiting"
    HELD = "held"
    LATE = "late"
    LIVE = "live"
    NO_SHOW = "no_show"
    READY = "ready"
    TROUBLE = "trouble"


#: Nothing is left to do for these.
OVER = frozenset({RowState.CLOSED, RowState.ENDED, RowState.NO_SHOW})
#: The room is open.
STARTED = frozenset({RowState.HELD, RowState.LIVE, RowState.READY, RowState.TROUBLE})


class Awaiting(StrEnum):
    """What a started session still waits for."""

    FAMILY = "family"
    PRISON = "prison"
    SLOT = "slot"


class Codes(StrEnum):
    """What became of the codes a visitor was sent, as far as somebody may have to help. `unused`: they were sent, their
    time ran out, and nobody came.
    """

    BOUNCED = "bounced"
    FAILED = "failed"
    UNUSED = "unused"


@dataclass(frozen=True, slots=True)
class Live:
    """The live side of one visit; all empty where no room was ever placed."""

    room: RoomState | None = None
    presence: Mapping[str, Presence] = field(default_factory=dict)
    mail: Mapping[str, MailState] = field(default_factory=dict)
    alerts: tuple[Alert, ...] = ()
    turn: Act | None = None
    notes: int = 0
    incidents: int = 0
    no_show_minutes: int = NO_SHOW_MINUTES


def row_state(visit: Visit, live: Live, now: datetime) -> RowState:
    """The state of a visit's row. Paper wins once it is closed; then the slot's end; then the room."""
    if visit.status in _OVER_ON_PAPER:
        return RowState.NO_SHOW if visit.outcome in _NOBODY_CAME else RowState.CLOSED
    ending = live.room.ending(now) if live.room is not None else None
    if ending is not None and ending[0] is EndReason.NO_SHOW:
        return RowState.NO_SHOW
    if now >= visit.ends_at or ending is not None:
        return RowState.ENDED
    late = now >= late_at(visit, live.no_show_minutes)
    if is_open(visit, live):
        return _started_state(visit, live, now, late=late)
    if _somebody((visitor.id for visitor in visit.admitted), live, HERE):
        return RowState.FAMILY_WAITING
    return RowState.LATE if late else RowState.EXPECTED


def _started_state(visit: Visit, live: Live, now: datetime, *, late: bool) -> RowState:
    if live.room is not None and live.room.held:
        return RowState.HELD
    missing = awaiting(visit, live, now)
    if live.room is not None and live.room.state == "live" and missing is None:
        return RowState.TROUBLE if _trouble(live, now) else RowState.LIVE
    gone = missing is Awaiting.FAMILY and came(visit, live)
    return RowState.LATE if late and missing is not None and not gone else RowState.READY


def is_open(visit: Visit, live: Live) -> bool:
    """Whether the session was started, on paper and in the room: a start that got half way may be repeated."""
    return visit.status is VisitStatus.OPEN and live.room is not None and live.room.opened is not None


def startable(visit: Visit, now: datetime) -> bool:
    """Whether the slot and the paper allow a start now (also of one already started: starting twice is one start)."""
    return visit.live and visit.slot is not None and opens_at(visit) <= now < visit.ends_at


def codes_of(mail: MailState, presence: Presence | None, now: datetime) -> Codes | None:
    """What somebody may have to do about a visitor's codes; None while there is nothing, or once the visitor came."""
    if presence is not None:
        return None
    if mail.progress is MailProgress.FAILED:
        return Codes.BOUNCED if mail.error_id in tuple(Bounce) else Codes.FAILED
    sent = mail.progress is MailProgress.SENT and mail.at is not None
    return Codes.UNUSED if sent and mail.at is not None and now >= mail.at + LIFETIME else None


def awaiting(visit: Visit, live: Live, now: datetime) -> Awaiting | None:
    """What a started session waits for; a side whose line dropped in the call is not waited for, it comes back."""
    if now < visit.starts_at:
        return Awaiting.SLOT
    if visit.terminal is None or not _somebody([f"terminal-{visit.terminal.id}"], live, _IN_THE_CALL):
        return Awaiting.PRISON
    return None if _somebody([visitor.id for visitor in visit.admitted], live, _IN_THE_CALL) else Awaiting.FAMILY


def came(visit: Visit, live: Live) -> bool:
    """Whether somebody of the family was ever seen in the waiting room or the call."""
    return any(visitor.id in live.presence for visitor in visit.admitted)


def both_here(visit: Visit, live: Live) -> bool:
    """Whether both sides are in the room."""
    family = _somebody([visitor.id for visitor in visit.admitted], live, HERE)
    return family and visit.terminal is not None and _somebody([f"terminal-{visit.terminal.id}"], live, HERE)


def _trouble(live: Live, now: datetime) -> bool:
    """Whether a call does not go on as it should: by the relay's measurements, or a line that stays away."""
    away = (each.away_since for each in live.presence.values())
    stays_away = any(since is not None and now - since >= DROPPED for since in away)
    return stays_away or any(alert.kind in TROUBLE for alert in untold(live))


def untold(live: Live) -> tuple[Alert, ...]:
    """What is amiss beside what everybody's presence says itself: who dropped out, or is back, is said there, once."""
    return tuple(
        alert for alert in live.alerts if alert.kind is not AlertKind.DROPPED or alert.participant not in live.presence
    )


def _somebody(participants: Iterable[str], live: Live, states: frozenset[PresenceState]) -> bool:
    found = (live.presence.get(participant) for participant in participants)
    return any(presence is not None and presence.state in states for presence in found)
