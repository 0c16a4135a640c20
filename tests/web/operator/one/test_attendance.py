"""web.operator.one.attendance: who had come to a session that is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from broker.losses.store import CallRecord
from broker.visit import Outcome, Visit, VisitStatus
from rooms.presence import PresenceState
from tests.support.board import ENDS, OPEN, ROOM, STARTS, TERMINALS, VISIT, VISITOR, both, here
from web.operator.board import Row, build
from web.operator.one.attendance import Attended, Word, attendance
from web.operator.states import Live

OTHER = replace(VISITOR, id="c" * 32, name="Arun Kolte")
TERMINAL = "terminal-1"
AFTER = ENDS + timedelta(minutes=1)
RECORD = CallRecord(VISIT.id, 900, 0, 0, 0, 900, None, None, None, ENDS)


def row(visit: Visit, live: Live | None = None, now: datetime = AFTER) -> Row:
    """The visit's row then."""
    [only] = build([visit], TERMINALS, {visit.id: live or Live()}, {}, now).rows
    return only


def closed(outcome: Outcome, **changes: object) -> Visit:
    """The visit, closed so."""
    return replace(VISIT, status=VisitStatus.CLOSED, outcome=outcome, **changes)  # type: ignore[arg-type]


def test_nothing_is_said_before_it_is_over() -> None:
    """Who is not here may still come."""
    assert attendance(row(VISIT, now=STARTS), None) == {}


@pytest.mark.parametrize(
    ("state", "word"),
    [
        (PresenceState.LEFT, Word.LEFT),
        (PresenceState.DISCONNECTED, Word.LOST),
        (PresenceState.CONNECTED, Word.STAYED),
        (PresenceState.WAITING, Word.STAYED),
        (PresenceState.CHECKING, Word.STAYED),
    ],
)
def test_who_was_seen_is_told_in_the_past_until_paper_is_closed(state: PresenceState, word: Word) -> None:
    """And nobody waits or comes back any more."""
    found = attendance(row(OPEN, both(state, PresenceState.LEFT, ROOM)), None)
    assert found == {VISITOR.id: Attended(word, STARTS), TERMINAL: Attended(Word.LEFT, STARTS)}


def test_who_was_not_seen_did_not_come() -> None:
    """One of two, and the prison's side."""
    visit = replace(VISIT, visitors=(VISITOR, OTHER))
    found = attendance(row(visit, here(PresenceState.LEFT)), None)
    assert found == {
        VISITOR.id: Attended(Word.LEFT, STARTS), OTHER.id: Attended(Word.ABSENT), TERMINAL: Attended(Word.ABSENT),
    }  # fmt: skip


def test_closed_visits_record_says_who_came_and_when() -> None:
    """Of several visitors it does not say who it was; connected seconds say that somebody came."""
    no_show = attendance(row(closed(Outcome.VISITOR_ABSENT)), replace(RECORD, prison_first=STARTS))
    assert no_show == {VISITOR.id: Attended(Word.ABSENT), TERMINAL: Attended(Word.CAME, STARTS)}
    came = replace(RECORD, family_first=STARTS, prison_seconds=9)
    assert attendance(row(closed(Outcome.COMPLETED)), came) == {
        VISITOR.id: Attended(Word.CAME, STARTS), TERMINAL: Attended(Word.CAME),
    }  # fmt: skip
    several = attendance(row(closed(Outcome.COMPLETED, visitors=(VISITOR, OTHER))), came)
    assert several[VISITOR.id] == several[OTHER.id] == Attended(Word.SOMEBODY, STARTS)


@pytest.mark.parametrize(
    ("outcome", "family", "prison"),
    [
        (Outcome.NOBODY_CAME, Word.ABSENT, Word.ABSENT),
        (Outcome.VISITOR_ABSENT, Word.ABSENT, Word.UNKNOWN),
        (Outcome.PRISON_ABSENT, Word.UNKNOWN, Word.ABSENT),
        (Outcome.COMPLETED, Word.UNKNOWN, Word.UNKNOWN),
    ],
)
def test_without_a_record_the_outcome_says_what_it_can(outcome: Outcome, family: Word, prison: Word) -> None:
    """Of a completed visit nobody is said not to have come."""
    found = attendance(row(closed(outcome)), None)
    assert (found[VISITOR.id].word, found[TERMINAL].word) == (family, prison)


def test_nobody_is_missed_at_a_cancelled_visit() -> None:
    """It was not to be."""
    found = attendance(row(replace(VISIT, status=VisitStatus.CANCELLED)), None)
    assert {each.word for each in found.values()} == {Word.UNKNOWN}
