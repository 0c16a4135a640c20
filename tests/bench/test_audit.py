"""The audit's measurement, made small."""

from __future__ import annotations

from bench import audit


def test_a_few_commits_are_counted_and_a_short_chain_is_proven() -> None:
    """On the embedded database."""
    found = audit.measure(writers=2, seconds=0.3, entries=2000, databases=["sqlite"])
    figures = found["sqlite"]
    assert isinstance(figures, dict)
    assert figures["plain_per_second"] > 0
    assert figures["audited_per_second"] > 0
    assert figures["proven_per_second"] > 0
    assert "sqlite" in audit.table(found)
