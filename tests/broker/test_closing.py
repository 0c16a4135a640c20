"""Outcomes: one example for each way a visit can go, and what must hold for all of them."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.closing import Record, conclude
from broker.visit import Outcome
from config.facts import EndReason, Fact, FactName, LeaveReason
from tests.support.clock import NOON

MINUTES = 15
END = NOON + timedelta(minutes=MINUTES)
FAMILY, OTHER, PRISON, MONITOR = "a1" * 16, "b2" * 16, "terminal-3", "monitor-x"
WHOLE = MINUTES * 60.0


def at(minutes: float) -> datetime:
    """So many minutes after the slot's start."""
    return NOON + timedelta(minutes=minutes)


def joined(who: str, minutes: float) -> Fact:
    """Somebody takes a seat."""
    return Fact(FactName.PARTICIPANT_JOINED, "room", at(minutes), participant=who)


def left(who: str, minutes: float, reason: LeaveReason = LeaveReason.LEFT) -> Fact:
    """Somebody is gone."""
    return Fact(FactName.PARTICIPANT_LEFT, "room", at(minutes), participant=who, reason=reason)


def record(*facts: Fact, seconds: dict[str, float] | None = None, **changes: Any) -> Record:
    """A record of a visit whose slot ran out, if nothing else is said."""
    fields: dict[str, Any] = {"end": EndReason.SLOT_OVER, "ended_at": END} | changes
    return Record(NOON, END, facts, seconds or {}, **fields)


BOTH = (joined(FAMILY, -5), joined(PRISON, -1))
TALKED = {FAMILY: WHOLE - 9, PRISON: WHOLE - 4}

CASES = {
    "both there from start to end": (record(*BOTH, seconds=TALKED), Outcome.COMPLETED),
    "nobody": (record(), Outcome.NOBODY_CAME),
    "a monitor alone": (record(joined(MONITOR, 0)), Outcome.NOBODY_CAME),
    "nobody, and nobody told the end": (record(end=None, ended_at=None), Outcome.NOBODY_CAME),
    "prison waits, family does not come": (record(joined(PRISON, 0), seconds={PRISON: WHOLE}), Outcome.VISITOR_ABSENT),
    "family waits, prison does not come": (record(joined(FAMILY, -10)), Outcome.PRISON_ABSENT),
    "family waited, was lost, prison never came": (
        record(joined(FAMILY, -10), left(FAMILY, 2, LeaveReason.LOST)), Outcome.PRISON_ABSENT,
    ),
    "family gives up before the prison comes": (
        record(joined(FAMILY, -10), left(FAMILY, 6), joined(PRISON, 8), seconds={PRISON: 400}), Outcome.PRISON_ABSENT,
    ),
    "prison gives up before the family comes": (
        record(joined(PRISON, 0), left(PRISON, 10), joined(FAMILY, 11), seconds={FAMILY: 200, PRISON: 600}),
        Outcome.VISITOR_ABSENT,
    ),
    "family comes in the last seconds": (
        record(joined(PRISON, 0), joined(FAMILY, 14.9), seconds={PRISON: WHOLE}), Outcome.VISITOR_ABSENT,
    ),
    "family hangs up in the middle": (
        record(*BOTH, left(FAMILY, 7), seconds={FAMILY: 410, PRISON: WHOLE}), Outcome.ENDED_EARLY_VISITOR,
    ),
    "family hangs up, then the prison": (
        record(*BOTH, left(FAMILY, 7), left(PRISON, 8), seconds={FAMILY: 410, PRISON: 470}),
        Outcome.ENDED_EARLY_VISITOR,
    ),
    "prison hangs up first": (
        record(*BOTH, left(PRISON, 7), left(FAMILY, 8), seconds={FAMILY: 470, PRISON: 410}), Outcome.ENDED_EARLY_PRISON,
    ),
    "family hangs up and comes back": (
        record(*BOTH, left(FAMILY, 7), joined(FAMILY, 8), seconds={FAMILY: 800, PRISON: WHOLE}), Outcome.COMPLETED,
    ),
    "one of two visitors leaves": (
        record(*BOTH, joined(OTHER, 0), left(OTHER, 3), seconds=TALKED | {OTHER: 170}), Outcome.COMPLETED,
    ),
    "goodbye in the last minute": (
        record(*BOTH, left(FAMILY, 14.3), seconds={FAMILY: 850, PRISON: WHOLE}), Outcome.COMPLETED,
    ),
    "both there, hardly connected": (record(*BOTH, seconds={FAMILY: 20, PRISON: WHOLE}), Outcome.TECHNICAL_FAILURE),
    "both there, never connected": (record(*BOTH), Outcome.TECHNICAL_FAILURE),
    "family lost early and not back": (
        record(*BOTH, left(FAMILY, 3, LeaveReason.LOST), seconds={FAMILY: 150, PRISON: WHOLE}),
        Outcome.TECHNICAL_FAILURE,
    ),
    "family gives up because nothing comes through": (
        record(*BOTH, left(FAMILY, 7), seconds={FAMILY: 5, PRISON: WHOLE}), Outcome.TECHNICAL_FAILURE,
    ),
    "node killed, nobody told the end, little was saved": (
        record(*BOTH, end=None, ended_at=None, seconds={FAMILY: 100, PRISON: 102}), Outcome.TECHNICAL_FAILURE,
    ),
    "node killed near the end, much was saved": (
        record(*BOTH, end=None, ended_at=None, seconds={FAMILY: 800, PRISON: 802}), Outcome.COMPLETED,
    ),
    "seconds without facts": (record(seconds=TALKED), Outcome.COMPLETED),
    "opened, then forgotten by the live state": (record(end=None, ended_at=None, lost=True), Outcome.TECHNICAL_FAILURE),
    "ended by staff": (
        record(*BOTH, end=EndReason.ENDED_BY_STAFF, ended_at=at(4), seconds=TALKED, staff_reason="conduct"),
        Outcome.ENDED_BY_STAFF,
    ),
    "ended by staff, no reason known": (record(end=EndReason.ENDED_BY_STAFF, ended_at=at(4)), Outcome.ENDED_BY_STAFF),
    "ended by staff: prisoner refused": (
        record(joined(FAMILY, 0), end=EndReason.ENDED_BY_STAFF, ended_at=at(4), staff_reason="prisoner_refused"),
        Outcome.PRISONER_REFUSED,
    ),
    "ended by staff: identity": (
        record(*BOTH, end=EndReason.ENDED_BY_STAFF, ended_at=at(1), staff_reason="identity_not_confirmed"),
        Outcome.IDENTITY_NOT_CONFIRMED,
    ),
    "ended by staff: technology": (
        record(*BOTH, end=EndReason.ENDED_BY_STAFF, ended_at=at(9), staff_reason="technical_failure", seconds=TALKED),
        Outcome.TECHNICAL_FAILURE,
    ),
    "ended by staff because both had finished": (
        record(
            *BOTH, end=EndReason.ENDED_BY_STAFF, ended_at=at(9), staff_reason="visit_finished",
            seconds={FAMILY: 530, PRISON: 535},
        ),
        Outcome.COMPLETED,
    ),
    "said to be finished, but nobody had come": (
        record(end=EndReason.ENDED_BY_STAFF, ended_at=at(9), staff_reason="visit_finished"), Outcome.NOBODY_CAME,
    ),
    "codes did not arrive": (record(shut_out=((at(-1), at(15)),)), Outcome.TECHNICAL_FAILURE),
    "codes did not arrive, and staff say no-show": (
        record(end=EndReason.NO_SHOW, ended_at=at(10), shut_out=((at(-1), at(15)),)), Outcome.TECHNICAL_FAILURE,
    ),
    "codes did not arrive before the slot": (
        record(joined(PRISON, 0), shut_out=((at(-9), at(0.2)),)), Outcome.VISITOR_ABSENT,
    ),
    "staff say no-show": (record(end=EndReason.NO_SHOW, ended_at=at(10)), Outcome.VISITOR_ABSENT),
}  # fmt: skip


@pytest.mark.parametrize(("known", "outcome"), CASES.values(), ids=CASES.keys())
def test_each_way_a_visit_can_go_has_its_outcome(known: Record, outcome: Outcome) -> None:
    """One sentence, one outcome."""
    assert conclude(known) is outcome


people = st.sampled_from([FAMILY, OTHER, PRISON, MONITOR])
minutes = st.floats(-20, 20, allow_nan=False)
facts = st.lists(
    st.builds(joined, people, minutes) | st.builds(left, people, minutes, st.sampled_from(LeaveReason)), max_size=12
)
seconds = st.dictionaries(people, st.floats(0, WHOLE), max_size=4)
endings = st.sampled_from([None, *EndReason])
reasons = st.sampled_from([None, "conduct", "prisoner_refused", "visit_finished", "something new"])


@given(facts=facts, seconds=seconds, ending=st.tuples(endings, minutes, reasons), shuffled=st.randoms())
def test_order_and_repetition_of_facts_change_nothing(
    facts: list[Fact],
    seconds: dict[str, float],
    ending: tuple[EndReason | None, float, str | None],
    shuffled: random.Random,
) -> None:
    """A stream may hand facts out twice and late; the visit went as it went."""
    end, ended, reason = ending
    ended_at = at(ended) if end else None
    once = conclude(record(*facts, seconds=seconds, end=end, ended_at=ended_at, staff_reason=reason))
    again = [*facts, *facts]
    shuffled.shuffle(again)
    assert conclude(record(*again, seconds=seconds, end=end, ended_at=ended_at, staff_reason=reason)) is once


@given(facts=facts, seconds=seconds, end=st.sampled_from([None, EndReason.SLOT_OVER, EndReason.NO_SHOW]))
def test_absence_is_said_of_those_alone_who_were_not_there(
    facts: list[Fact], seconds: dict[str, float], end: EndReason | None
) -> None:
    """Who came is never called absent for lack of the other; nobody came means nobody."""
    came = {fact.participant for fact in facts if fact.name is FactName.PARTICIPANT_JOINED}
    came |= {who for who, spent in seconds.items() if spent}
    family, prison = bool(came & {FAMILY, OTHER}), PRISON in came
    outcome = conclude(record(*facts, seconds=seconds, end=end, ended_at=None))
    if not (family or prison or end is EndReason.NO_SHOW):
        assert outcome is Outcome.NOBODY_CAME
    if family and not prison:
        assert outcome is Outcome.PRISON_ABSENT
    if prison and not family:
        assert outcome is Outcome.VISITOR_ABSENT
    if family and prison:
        assert outcome is not Outcome.NOBODY_CAME


@given(facts=facts, seconds=seconds, watching=st.lists(st.builds(joined, st.just(MONITOR), minutes), max_size=3))
def test_monitors_leave_no_trace_in_the_outcome(
    facts: list[Fact], seconds: dict[str, float], watching: list[Fact]
) -> None:
    """Whether somebody watched changes nothing."""
    without = [fact for fact in facts if fact.participant != MONITOR]
    own = {who: spent for who, spent in seconds.items() if who != MONITOR}
    plain = conclude(record(*without, seconds=own))
    assert conclude(record(*without, *watching, seconds=own | {MONITOR: WHOLE})) is plain


@given(talked=st.floats(0, WHOLE), other=st.floats(0, WHOLE))
def test_more_connected_time_never_turns_success_into_failure(talked: float, other: float) -> None:
    """With both there throughout, enough connected time is what tells a visit from a failure."""
    less, more = sorted((talked, other))
    outcomes = [conclude(record(*BOTH, seconds={FAMILY: spent, PRISON: WHOLE})) for spent in (less, more)]
    assert set(outcomes) <= {Outcome.COMPLETED, Outcome.TECHNICAL_FAILURE}
    assert outcomes != [Outcome.COMPLETED, Outcome.TECHNICAL_FAILURE]
