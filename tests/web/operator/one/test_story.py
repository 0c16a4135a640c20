"""web.operator.one.story: all that happened to a session, in one order."""

from __future__ import annotations

from datetime import timedelta

from broker.audit.events import AuditEvent
from broker.lifecycle import HistoryRow, VisitStatus
from broker.sessions.model import Help, Incident, IncidentKind, Note, Severity
from broker.sessions.turns import Act
from tests.support.clock import NOON
from web.operator.one.story import Kind, tell

MINUTE = timedelta(minutes=1)
VISIT = "a" * 32


def step(minutes: int, from_: VisitStatus | None, to: VisitStatus, by: str = "staff:1", reason: str = "") -> HistoryRow:
    """A row of the history."""
    return HistoryRow(VISIT, NOON + minutes * MINUTE, by, from_, to, reason)


def test_everything_stands_newest_first_with_who_and_why() -> None:
    """Steps, turns, monitors' acts, notes and incidents."""
    lines = tell(
        [step(0, None, VisitStatus.REQUESTED, "account:1"), step(1, VisitStatus.REQUESTED, VisitStatus.APPROVED)],
        [
            Act(4, AuditEvent.VISIT_HOLD, "staff:1", NOON + 3 * MINUTE, "short"),
            Act(5, AuditEvent.ROOM_MUTE, "staff:9", NOON + 4 * MINUTE, "Shouting."),
        ],
        [Note(1, VISIT, NOON + 5 * MINUTE, "staff:2", "Calm again.")],
        [Incident(1, VISIT, NOON + 6 * MINUTE, "staff:1", IncidentKind.BEHAVIOUR, Severity.MINOR, "Shouted.")],
    )
    assert [(line.kind, line.word, line.by) for line in lines] == [
        (Kind.INCIDENT, "behaviour", "staff:1"),
        (Kind.NOTE, "", "staff:2"),
        (Kind.ACT, "room:mute", "staff:9"),
        (Kind.ACT, "visit:hold", "staff:1"),
        (Kind.STEP, "approved", "staff:1"),
        (Kind.STEP, "requested", "account:1"),
    ]
    assert [(line.why, line.text) for line in lines[:4]] == [
        ("minor", "Shouted."),
        ("", "Calm again."),
        ("Shouting.", ""),
        ("short", ""),
    ]


def test_lines_of_one_instant_are_told_apart_and_stand_in_their_order() -> None:
    """A visit that was asked for and approved at once; a line keeps its key when others come."""
    history = [step(0, None, VisitStatus.REQUESTED), step(0, VisitStatus.REQUESTED, VisitStatus.APPROVED)]
    before = tell(history, [], [], [])
    assert [line.word for line in before] == ["approved", "requested"]
    assert [line.was for line in before] == ["requested", None]
    turns = [Act(seq, AuditEvent.ROOM_MUTE, "staff:9", NOON + MINUTE, side=side) for seq, side in ((4, "a"), (5, "b"))]
    notes = [Note(number, VISIT, NOON + MINUTE, "staff:9", "x") for number in (1, 2)]
    incidents = [
        Incident(number, VISIT, NOON + MINUTE, "staff:9", IncidentKind.OTHER, Severity.MINOR, "x") for number in (1, 2)
    ]
    after = tell(history, turns, notes, incidents)
    assert len({line.key for line in after}) == len(after) == 8
    assert after[-2:] == before
    assert [line.side for line in after if line.kind is Kind.ACT] == ["b", "a"]


def test_what_a_turn_tells_is_not_told_again_by_its_step() -> None:
    """A start moves the paper in the same transaction; the reason of an end is a note that moves nothing."""
    start = Act(1, AuditEvent.VISIT_START, "staff:1", NOON)
    end = Act(2, AuditEvent.VISIT_END, "staff:1", NOON + MINUTE, "conduct")
    history = [
        step(0, VisitStatus.APPROVED, VisitStatus.OPEN),
        step(1, VisitStatus.OPEN, VisitStatus.OPEN, reason="conduct"),
        step(2, VisitStatus.OPEN, VisitStatus.CLOSED, "system:worker", "ended_by_staff"),
    ]
    assert [line.word for line in tell(history, [start, end], [], [])] == ["closed", "visit:end", "visit:start"]


def test_each_try_to_help_somebody_in_is_a_line_of_its_own() -> None:
    """A wrong answer as well as the right one, among all else in the order of time, and never told as a turn."""
    wrong = Help(3, AuditEvent.CODES_READ_OUT, "b" * 32, "staff:1", NOON + MINUTE, ("id_last4", "age"), right=False)
    right = Help(5, AuditEvent.CODES_READ_OUT, "b" * 32, "staff:1", NOON + 3 * MINUTE, ("id_last4", "age"), right=True)
    note = Note(1, VISIT, NOON + 2 * MINUTE, "staff:1", "She asks her son for the number.")
    lines = tell([step(0, None, VisitStatus.REQUESTED)], [], [note], [], [wrong, right])
    assert [(line.kind, line.key, line.help) for line in lines[:3]] == [
        (Kind.HELP, "help-5", right),
        (Kind.NOTE, "note-1", None),
        (Kind.HELP, "help-3", wrong),
    ]
