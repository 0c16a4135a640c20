"""Invented visits as rows."""

from __future__ import annotations

from random import Random

from broker.demo.published.figures import JailFigures
from broker.demo.published.invent import visits
from broker.demo.published.rows import Jailed, Rows, people, write
from broker.lifecycle import VisitStatus
from broker.vocabulary import VisitMode

FIGURES = JailFigures(101, "Invented", sessions=200, foreign=3)


def written() -> Rows:
    """All rows of a small jail."""
    held = list(range(1, 21))
    jail = Jailed(7, 27, FIGURES, held, terminals=[1, 2, 3], counters=[9], rng=Random(1))
    rows = Rows()
    for each in visits(FIGURES):
        write(jail, each, rows)
    assert sum(jail.serials.values()) == len(rows.visits)
    return rows


def test_every_visit_has_a_visitor_a_number_and_a_history_that_ends_where_it_stands() -> None:
    """Serials are given out in order, without a gap."""
    rows = written()
    assert [each["visit_id"] for each in rows.visitors] == [each["id"] for each in rows.visits]
    last = {each["visit_id"]: each["to"] for each in rows.history}
    assert last == {each["id"]: each["status"] for each in rows.visits}
    for year in (2024, 2025):
        serials = [each["visrn_serial"] for each in rows.visits if each["visrn_year"] == year]
        assert serials == list(range(1, len(serials) + 1))


def test_calls_that_are_over_have_a_record_whose_losses_are_its_own() -> None:
    """Visits in person and those that were never held have none."""
    rows = written()
    over = {
        each["id"] for each in rows.visits if each["status"] is VisitStatus.CLOSED and each["mode"] is VisitMode.VIDEO
    }
    assert {each["visit_id"] for each in rows.records} == over
    lost = dict.fromkeys(over, 0)
    for each in rows.losses:
        lost[each["visit_id"]] += each["seconds"]
    assert {each["visit_id"]: each["lost"] for each in rows.records} == lost


def test_the_first_people_of_a_jail_are_the_foreign_ones() -> None:
    """As many as the table names."""
    made = people(7, FIGURES)
    assert [each["nationality"] != "IN" for each in made] == [True] * 3 + [False] * 17
    assert len({each["number"] for each in made}) == 20
