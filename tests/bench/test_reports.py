"""`python -m bench reports`, small: every page opens, and its figures are those that were measured."""

from __future__ import annotations

from fractions import Fraction

from bench.reports import PAGES, Opened, measure, table


def test_every_page_is_opened_as_often_as_was_asked() -> None:
    """On SQLite, with a ten-thousandth of the sessions."""
    found = measure(Fraction(1, 10_000), 2, ["sqlite"])
    pages = found["sqlite"]
    assert isinstance(pages, dict)
    assert set(PAGES) <= set(pages)
    assert all(pages[name]["median_ms"] > 0 and pages[name]["kilobytes"] > 1 for name in PAGES)
    assert len(table(found).splitlines()) == 1 + len(PAGES)


def test_figures_are_the_first_the_middle_and_the_longest() -> None:
    """In milliseconds and thousands of bytes."""
    assert list(Opened([30.0, 10.0, 20.0], 1500).figures().values()) == [30.0, 20.0, 30.0, 1.5]
