"""A lost visit as a bar and in words."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from broker.losses.attribution import Why
from broker.losses.store import CallRecord, Loss
from broker.vocabulary import LossCause, LossSide
from tests.broker.samples import a_visit
from tests.support.clock import NOON
from web.losses.view import WIDTH, Shown, Word, shown, stretches, words

VISIT = a_visit(starts_at=NOON)
PIECES = ((0, 300, Why.HAD), (300, 540, Why.PAGE_SILENT), (540, 600, Why.FAMILY_LOST), (600, 900, Why.FAMILY_LEFT))
RECORD = CallRecord(VISIT.id, 900, 600, 600, 300, 300, None, None, None, VISIT.ends_at, (), PIECES, 20)
TERMINAL = Loss(
    1, VISIT.id, LossCause.TERMINAL_DOWN, LossSide.PRISON, LossCause.TERMINAL_DOWN, LossSide.PRISON, 240,
    ((300, 540, Why.PAGE_SILENT),),
)  # fmt: skip
FAMILY = Loss(
    2, VISIT.id, LossCause.FAMILY_NETWORK, LossSide.FAMILY, LossCause.FAMILY_NETWORK, LossSide.FAMILY, 60,
    ((540, 600, Why.FAMILY_LOST),),
)  # fmt: skip


def test_bar_has_each_stretch_where_it_was_and_of_its_kind() -> None:
    """Had, lost on either side, and nobody's loss."""
    found = stretches(VISIT, RECORD, [TERMINAL, FAMILY])
    assert [each.kind for each in found] == ["had", "prison", "family", "none"]
    assert [each.number for each in found] == [0, 1, 2, 0]
    assert [(each.left, each.width) for each in found] == [(0, 333), (333, 267), (600, 66), (666, 334)]
    assert [each.seconds for each in found] == [300, 240, 60, 300]
    assert found[1].starts_at == NOON + timedelta(minutes=5)


def test_corrected_loss_changes_its_side_on_the_bar() -> None:
    """What counts is shown, not what was measured."""
    found = stretches(VISIT, RECORD, [TERMINAL, replace(FAMILY, side=LossSide.PRISON)])
    assert [each.kind for each in found] == ["had", "prison", "prison", "none"]


@given(cuts=st.lists(st.integers(1, 899), max_size=20, unique=True))
def test_bar_is_full_however_the_slot_was_cut(cuts: list[int]) -> None:
    """No hole and nothing beyond its width, but the least that can be seen of a second."""
    edges = [0, *sorted(cuts), 900]
    pieces = tuple((a, b, Why.HAD) for a, b in itertools.pairwise(edges))
    found = stretches(VISIT, replace(RECORD, pieces=pieces), [])
    assert found[0].left == 0
    assert all(one.left + one.width >= other.left for one, other in itertools.pairwise(found))
    assert WIDTH <= found[-1].left + found[-1].width <= WIDTH + 1


def test_page_says_whether_the_family_is_owed_and_who_looked_last() -> None:
    """Four of fifteen minutes lay with the prison; nobody has looked, then somebody has."""
    one: Shown = shown(VISIT, RECORD, [TERMINAL, FAMILY], None)
    assert (one.owed, one.percent, one.seen, one.words) == (True, 26, "", ())
    assert not shown(VISIT, replace(RECORD, lost_percent=30), [TERMINAL, FAMILY], None).owed
    looked = replace(FAMILY, confirmed_at=NOON, confirmed_by="staff:7")
    other = shown(VISIT, RECORD, [TERMINAL, looked], None, {"staff:7": "Asha Kale"})
    assert other.seen == NOON.isoformat()
    assert other.words == (Word(NOON, "staff:7", "Asha Kale", corrects=False),)


def test_confirmed_and_corrected_are_each_said_with_who_and_when() -> None:
    """One colleague confirms both, another corrects one of them later; a correction of one of two is one word."""
    first = replace(TERMINAL, confirmed_at=NOON, confirmed_by="staff:7")
    later = NOON + timedelta(hours=1)
    second = replace(
        FAMILY, cause=LossCause.PRISON_NETWORK, side=LossSide.PRISON, confirmed_at=later, confirmed_by="staff:8",
        note="Our line was down.",
    )  # fmt: skip
    corrected = Word(later, "staff:8", "", corrects=True, note="Our line was down.")
    assert words([second, first], {}) == (Word(NOON, "staff:7", "", corrects=False), corrected)
    together = [replace(TERMINAL, confirmed_at=later, confirmed_by="staff:8"), second]
    assert words(together, {}) == words(together[::-1], {}) == (corrected,)


def test_cause_set_back_to_what_was_measured_was_corrected_all_the_same() -> None:
    """Only a correction has a note."""
    back = replace(FAMILY, confirmed_at=NOON, confirmed_by="staff:8", note="It was them after all.")
    assert [word.corrects for word in words([back], {})] == [True]
