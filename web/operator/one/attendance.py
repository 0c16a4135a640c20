"""Who had come to a session that is over: by live presence until paper is closed, then by the call's record. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from broker.lifecycle import Outcome
from broker.losses.store import CallRecord
from broker.visit import VisitStatus
from rooms.presence import Presence, PresenceState
from web.operator.board import Row
from web.operator.states import OVER

#: Whom these outcomes say not to have come, where no record is kept.
_NO_FAMILY = frozenset({Outcome.NOBODY_CAME, Outcome.VISITOR_ABSENT})
_NO_PRISON = frozenset({Outcome.NOBODY_CAME, Outcome.PRISON_ABSENT})


class Word(StrEnum):
    """What is known of one who was expected. `somebody`: one of several came, and a record does not tell which."""

    ABSENT = "absent"
    CAME = "came"
    LEFT = "left"
    LOST = "lost"
    SOMEBODY = "somebody"
    STAYED = "stayed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Attended:
    """The word, and when that was, if it is known."""

    word: Word
    at: datetime | None = None


def attendance(row: Row, record: CallRecord | None) -> Mapping[str, Attended]:
    """What is known of each visitor, and of the terminal (`terminal-<id>`), by participant; empty until it is over."""
    if row.state not in OVER:
        return {}
    terminal = f"terminal-{row.terminal.id}"
    if row.visit.status in {VisitStatus.CANCELLED, VisitStatus.CLOSED}:
        family = _family(row, record)
        return {person.visitor.id: family for person in row.people} | {terminal: _prison(row, record)}
    seen = {person.visitor.id: person.presence for person in row.people} | {terminal: row.at_terminal}
    return {participant: _seen(presence) for participant, presence in seen.items()}


def _seen(presence: Presence | None) -> Attended:
    if presence is None:
        return Attended(Word.ABSENT)
    words = {PresenceState.LEFT: Word.LEFT, PresenceState.DISCONNECTED: Word.LOST}
    return Attended(words.get(presence.state, Word.STAYED), presence.since)


def _family(row: Row, record: CallRecord | None) -> Attended:
    if record is None:
        return Attended(Word.ABSENT if row.visit.outcome in _NO_FAMILY else Word.UNKNOWN)
    came = Word.CAME if len(row.people) == 1 else Word.SOMEBODY
    return _recorded(record.family_first, record.family_seconds, came)


def _prison(row: Row, record: CallRecord | None) -> Attended:
    if record is None:
        return Attended(Word.ABSENT if row.visit.outcome in _NO_PRISON else Word.UNKNOWN)
    return _recorded(record.prison_first, record.prison_seconds, Word.CAME)


def _recorded(first: datetime | None, seconds: int, came: Word) -> Attended:
    return Attended(came, first) if first is not None or seconds else Attended(Word.ABSENT)
