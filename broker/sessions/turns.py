"""Whose turn it is: two members of staff at one session never undo each other. Pure.

A page carries the number of the last act it knew of (`Act.seq`, its place in the audit). An act that comes with an
older number meets what a colleague has done since: the same act is simply done already, any other is in the way. What
one has done oneself meanwhile, faster than the page could change, is in nobody's way.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from broker.audit.events import AuditEvent

#: What changes a session; each is one turn.
TURNS = frozenset(
    {
        AuditEvent.VISIT_END,
        AuditEvent.VISIT_HOLD,
        AuditEvent.VISIT_NO_SHOW,
        AuditEvent.VISIT_RESUME,
        AuditEvent.VISIT_START,
    }
)
#: What a monitor does to a session; the operator sees it, and it is nobody's turn.
INTERVENTIONS = frozenset(
    {
        AuditEvent.ROOM_BLANK,
        AuditEvent.ROOM_MUTE,
        AuditEvent.ROOM_UNBLANK,
        AuditEvent.ROOM_UNMUTE,
        AuditEvent.ROOM_WARN,
    }
)


@dataclass(frozen=True, slots=True)
class Act:
    """Something staff did to a session, as the audit tells it. `why` is the id of a reason, or words, or both
    ("conduct: …"); `side` which side a monitor's act was about ("" for none).
    """

    seq: int
    event: AuditEvent
    by: str
    at: datetime
    why: str = field(repr=False, default="")
    side: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """Somebody wants to do something: who, what, and the newest act their page knew of (None: it does not say)."""

    by: str
    event: AuditEvent
    seen: int | None = None


def in_the_way(turn: Turn, acts: Iterable[Act]) -> Act | None:
    """The newest turn of a colleague that the page did not know of; None: go on."""
    if turn.seen is None:
        return None
    unseen = (act for act in acts if act.seq > turn.seen and act.event in TURNS and act.by != turn.by)
    return max(unseen, key=lambda act: act.seq, default=None)


def held_by(acts: Iterable[Act]) -> Act | None:
    """Who holds the session, as told by the newest of all holds and resumptions; None when nobody does."""
    both = (act for act in acts if act.event in {AuditEvent.VISIT_HOLD, AuditEvent.VISIT_RESUME})
    newest = max(both, key=lambda act: act.seq, default=None)
    return newest if newest is not None and newest.event is AuditEvent.VISIT_HOLD else None
