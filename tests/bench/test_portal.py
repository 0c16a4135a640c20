"""The portal's measurement, made small."""

from __future__ import annotations

from bench import portal


def test_a_few_families_register_and_are_counted() -> None:
    """On the embedded database; each gets its number, and each page its time."""
    found = portal.measure(registrations=3, at_once=2, databases=["sqlite"])
    figures = found["sqlite"]
    assert isinstance(figures, dict)
    assert (figures["registrations"], figures["failed"]) == (3, 0)
    assert figures["pages"] > 3 * 20
    assert figures["p50_ms"] <= figures["p95_ms"]
    assert "sqlite" in portal.table(found)
