"""Where the seconds go: one example for each way to lose them, and what must hold for all."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.closing import Record
from broker.losses.attribution import Piece, Reading, Why, attribute
from broker.losses.timeline import Around
from broker.vocabulary import LossSide
from config.facts import DownReason, EndReason, Fact, FactName, LeaveReason
from tests.support.clock import NOON
from tests.support.losses import (
    BOTH,
    FAMILY,
    LENGTH,
    MONITOR,
    OTHER,
    TERMINAL,
    around,
    at,
    down,
    fact,
    joined,
    left,
    pieces,
    record,
    up,
)

PRISON = LossSide.PRISON
HELD = (fact(FactName.ROOM_HELD, 100), fact(FactName.ROOM_RESUMED, 200))
ALONE = (joined(FAMILY, -60), up(FAMILY, -50))
STAFF: dict[str, Any] = {"end": EndReason.ENDED_BY_STAFF, "ended_at": at(500)}

# What is known, what is known beside it, and the losses: seconds by cause and side.
CASES: dict[str, tuple[Record, Around, dict[tuple[str, str], int]]] = {
    "nothing": (record(*BOTH), around(), {}),
    "a moment to find each other": (record(*ALONE, joined(TERMINAL, 5), up(TERMINAL, 19)), around(), {}),
    "the terminal is late": (
        record(*ALONE, joined(TERMINAL, 55), up(TERMINAL, 61)), around(), {("nobody_came", "prison"): 61},
    ),
    "the family is late": (
        record(joined(TERMINAL, -5), up(TERMINAL, -1), joined(FAMILY, 240), up(FAMILY, 248)), around(),
        {("nobody_came", "family"): 248},
    ),
    "the family does not come": (
        record(joined(TERMINAL, -5), up(TERMINAL, -1), end=EndReason.NO_SHOW, ended_at=at(600)), around(),
        {("nobody_came", "family"): 900},
    ),
    "the prison does not start": (record(*ALONE), around(opened=None), {("staff_ended", "prison"): 900}),
    "nobody starts and nobody comes": (record(), around(opened=None), {("nobody_came", "family"): 900}),
    "codes did not arrive": (
        record(joined(TERMINAL, -5), up(TERMINAL, -1), shut_out=((at(-60), at(900)),)), around(),
        {("no_codes", "prison"): 900},
    ),
    "codes did not arrive until they were read out": (
        record(joined(TERMINAL, -5), up(TERMINAL, -1), joined(FAMILY, 330), up(FAMILY, 335),
               shut_out=((at(-60), at(300)),)), around(),
        {("no_codes", "prison"): 300, ("nobody_came", "family"): 35},
    ),
    "codes did not arrive, and staff gave it up": (
        record(end=EndReason.NO_SHOW, ended_at=at(600), shut_out=((at(-60), at(900)),)), around(opened=None),
        {("no_codes", "prison"): 900},
    ),
    "codes did not arrive, but they had called it off": (
        record(shut_out=((at(-60), at(900)),)), around(opened=None, called_off=True), {("nobody_came", "family"): 900},
    ),
    "no terminal from end to end, and nobody comes": (
        record(), around(opened=None, silent=[(-4000, 1000)]), {("terminal_down", "prison"): 900},
    ),
    "no terminal from end to end, and they had called it off": (
        record(), around(opened=None, called_off=True, silent=[(-4000, 1000)]), {("nobody_came", "family"): 900},
    ),
    "no terminal for a while, and nobody comes": (
        record(), around(opened=None, silent=[(200, 1000)]), {("nobody_came", "family"): 900},
    ),
    "no terminal from end to end, and the family comes late": (
        record(joined(FAMILY, 300), up(FAMILY, 305)), around(silent=[(-4000, 1000)]),
        {("nobody_came", "family"): 300, ("terminal_down", "prison"): 600},
    ),
    "started late": (record(*BOTH), around(opened=100), {("staff_ended", "prison"): 100}),
    "held": (record(*BOTH, *HELD), around(), {("staff_ended", "prison"): 100}),
    "held to the end": (record(*BOTH, HELD[0]), around(), {("staff_ended", "prison"): 800}),
    "terminal and its page fall silent": (
        record(*BOTH, down(TERMINAL, 300)), around(silent=[(304, 1000)]), {("terminal_down", "prison"): 600},
    ),
    "all terminals of the jail fall silent": (
        record(*BOTH, down(TERMINAL, 300)), around(silent=[(296, 1000)], neighbours_silent=[(301, 1000)]),
        {("prison_network", "prison"): 600},
    ),
    "its page answers, its media do not": (
        record(*BOTH, down(TERMINAL, 300), up(TERMINAL, 400)), around(), {("prison_network", "prison"): 100},
    ),
    "the family's phone goes and comes": (
        record(*BOTH, down(FAMILY, 300), left(FAMILY, 330, LeaveReason.LOST), joined(FAMILY, 400), up(FAMILY, 405)),
        around(), {("family_network", "family"): 105},
    ),
    "one of two phones goes": (record(*BOTH, joined(OTHER, 0), up(OTHER, 3), down(OTHER, 90)), around(), {}),
    "the node dies and another takes the room": (
        record(
            *BOTH, down(FAMILY, 300, DownReason.NODE), down(TERMINAL, 300, DownReason.NODE),
            fact(FactName.ROOM_MOVED, 308, since=300), joined(FAMILY, 309), up(FAMILY, 311), up(TERMINAL, 320),
        ), around(), {("node_down", "prison"): 20},
    ),
    "the node dies and nobody takes the room": (
        record(*BOTH, end=None, ended_at=None, seconds={FAMILY: 300.4, TERMINAL: 299.8}), around(),
        {("node_down", "prison"): 600},
    ),
    "the live state is lost": (
        record(end=None, ended_at=None, lost=True), around(), {("node_down", "prison"): 900},
    ),
    "staff end it for what they did not say": (record(*BOTH, **STAFF), around(), {("staff_ended", "prison"): 400}),
    "staff end it for conduct": (
        record(*BOTH, **STAFF, staff_reason="conduct"), around(), {("staff_ended", "family"): 400},
    ),
    "staff end it as both have finished": (record(*BOTH, **STAFF, staff_reason="visit_finished"), around(), {}),
    "the prisoner does not want it": (record(*BOTH, **STAFF, staff_reason="prisoner_refused"), around(), {}),
    "staff give up a call that fails": (
        record(*BOTH, down(TERMINAL, 400), **STAFF, staff_reason="technical_failure"), around(silent=[(400, 900)]),
        {("terminal_down", "prison"): 500},
    ),
    "staff end what the family had left": (record(*BOTH, left(FAMILY, 400), **STAFF), around(), {}),
    "the family says goodbye": (record(*BOTH, left(FAMILY, 350)), around(), {}),
    "the prisoner says goodbye": (record(*BOTH, left(TERMINAL, 350), left(FAMILY, 420)), around(), {}),
    "the family gives up waiting for a dead terminal": (
        record(*BOTH, down(TERMINAL, 300), left(FAMILY, 400), up(TERMINAL, 500)), around(silent=[(300, 500)]),
        {("terminal_down", "prison"): 600},
    ),
    "the family leaves and comes back": (
        record(*BOTH, left(FAMILY, 300), joined(FAMILY, 500), up(FAMILY, 503)), around(),
        {("family_network", "family"): 3},
    ),
    "older facts tell of no media path": (
        record(joined(FAMILY, -60), joined(TERMINAL, -5), seconds={FAMILY: 500.0, TERMINAL: 900.0}), around(),
        {("family_network", "family"): 400},
    ),
    "only the seconds are left": (record(seconds={FAMILY: 900.0, TERMINAL: 900.0}), around(opened=None), {}),
}  # fmt: skip


def lost(reading: Reading) -> dict[tuple[str, str], int]:
    """Seconds by cause and side."""
    return {
        (cause.value, side.value): sum(piece.seconds for piece in found)
        for (cause, side), found in reading.losses().items()
    }


@pytest.mark.parametrize(("known", "beside", "losses"), CASES.values(), ids=CASES.keys())
def test_each_way_to_lose_minutes_has_its_cause(
    known: Record, beside: Around, losses: dict[tuple[str, str], int]
) -> None:
    """One sentence, one cause; whose side it lay with decides what is made good."""
    assert lost(attribute(known, beside)) == losses


def test_worse_cause_hides_the_lesser_one() -> None:
    """While the node is gone nothing else can be said; while it is held, a dead terminal costs nobody anything."""
    known = record(*BOTH, *HELD, down(TERMINAL, 150), up(TERMINAL, 400), fact(FactName.ROOM_MOVED, 140, since=120))
    beside = around(silent=[(150, 400)])
    assert [why for _, _, why in pieces(attribute(known, beside))] == [
        Why.HAD,
        Why.HELD,
        Why.NODE_LOST,
        Why.HELD,
        Why.PAGE_SILENT,
        Why.FAMILY_LOST,
    ]


people = st.sampled_from([FAMILY, OTHER, TERMINAL, MONITOR])
moments = st.integers(-100, 1000)
facts = st.lists(
    st.one_of(
        st.builds(joined, people, moments),
        st.builds(up, people, moments),
        st.builds(down, people, moments, st.sampled_from(DownReason)),
        st.builds(left, people, moments, st.sampled_from(LeaveReason)),
        st.builds(fact, st.sampled_from([FactName.ROOM_HELD, FactName.ROOM_RESUMED]), moments),
        st.builds(fact, st.just(FactName.ROOM_MOVED), moments, since=moments),
        st.builds(fact, st.just(FactName.MEDIA_STARTED), moments, people),
    ),
    max_size=14,
)
spans = st.lists(st.tuples(moments, moments), max_size=3)
besides = st.builds(around, opened=st.none() | moments, silent=spans, neighbours_silent=spans)
records = st.builds(
    lambda told, seconds, ending, reason, forgotten: record(
        *told, seconds=seconds, end=ending[0], ended_at=ending[1], staff_reason=reason, lost=forgotten
    ),
    facts,
    st.dictionaries(people, st.floats(0, LENGTH), max_size=4),
    st.tuples(st.sampled_from([None, *EndReason]), st.none() | st.builds(at, moments)),
    st.sampled_from([None, "conduct", "technical_failure", "visit_finished", "something new"]),
    st.booleans(),
)


@given(known=records, beside=besides)
def test_every_second_of_the_slot_is_in_one_piece(known: Record, beside: Around) -> None:
    """Without a gap, without an overlap; what was had, lost, and nobody's loss is what was offered."""
    reading = attribute(known, beside)
    edges = [piece.start for piece in reading.pieces] + [reading.pieces[-1].end]
    assert edges[0] == 0
    assert edges[-1] == reading.offered == LENGTH
    assert all(before.end == after.start for before, after in zip(reading.pieces, reading.pieces[1:], strict=False))
    assert all(piece.seconds > 0 and (piece.cause is None) == (piece.side is None) for piece in reading.pieces)
    nobodys = sum(piece.seconds for piece in reading.pieces if not piece.lost and piece.why is not Why.HAD)
    assert reading.had + reading.lost + nobodys == reading.offered
    assert sum(lost(reading).values()) == reading.lost
    assert not any(one.alike(other) for one, other in zip(reading.pieces, reading.pieces[1:], strict=False))


@given(known=records, beside=besides, shuffled=st.randoms())
def test_order_and_repetition_of_facts_change_nothing(known: Record, beside: Around, shuffled: random.Random) -> None:
    """A stream may hand facts out twice and late."""
    again: list[Fact] = [*known.facts, *known.facts]
    shuffled.shuffle(again)
    assert attribute(replace(known, facts=tuple(again)), beside) == attribute(known, beside)


@given(known=records, beside=besides)
def test_monitors_cost_nobody_a_second(known: Record, beside: Around) -> None:
    """Whether somebody watched changes nothing."""
    unwatched = replace(
        known,
        facts=tuple(each for each in known.facts if each.participant != MONITOR),
        seconds={who: spent for who, spent in known.seconds.items() if who != MONITOR},
    )
    assert attribute(known, beside) == attribute(unwatched, beside)


@given(beside=besides, told=facts)
def test_nothing_is_had_that_both_sides_were_not_connected_for(beside: Around, told: list[Fact]) -> None:
    """Whatever else is told: without a media path of the family's, or of the prison's, no second was had."""
    for missing in ({FAMILY, OTHER}, {TERMINAL}):
        kept = [each for each in told if not (each.name is FactName.MEDIA_UP and each.participant in missing)]
        assert attribute(record(*kept), beside).had == 0


def test_first_common_second_is_when_both_could_talk() -> None:
    """None where that never was."""
    assert attribute(record(*ALONE, joined(TERMINAL, 55), up(TERMINAL, 61)), around()).first == 61
    assert attribute(record(*ALONE), around()).first is None
    assert Piece(0, 5, Why.HAD).lost is False
    assert attribute(replace(record(), ends_at=NOON + timedelta(seconds=60.4)), around()).offered == 60
