"""What parties bring, and how many figures become a few."""

from __future__ import annotations

import pytest

from bench.visits.figures import Brought, columns, spread, spread_rows


def test_the_quantiles_are_values_that_were_measured() -> None:
    """Of a hundred, whatever their order; of nothing, nothing."""
    assert spread(float(value) for value in reversed(range(100))) == {
        "p50": 50.0,
        "p95": 95.0,
        "p99": 99.0,
        "max": 99.0,
    }
    assert spread([]) == {"p50": 0.0, "p95": 0.0, "p99": 0.0, "max": 0.0}


def test_a_table_lines_up() -> None:
    """Names to the left, figures to the right, below their headings."""
    lines = columns(spread_rows([("told, ms", [1.0, 1234.5]), ("closed", [7.25])])).splitlines()
    assert lines[0].split() == ["of", "p50", "p95", "p99", "max"]
    assert lines[1].split() == ["told,", "ms", "2", "1234.5", "1234.5", "1234.5", "1234.5"]
    assert len({len(line) for line in lines}) == 1


def test_what_a_party_brings_survives_the_way() -> None:
    """In one line, failures by what was wrong."""
    brought = Brought(join_ms=[1.5], sent=3)
    for why in ("late", "late", "no answer"):
        brought.fail(why)
    text = brought.to_json()
    assert "\n" not in text
    assert Brought.from_json(text) == brought
    assert (brought.failures, brought.failed) == (3, {"late": 2, "no answer": 1})
    with pytest.raises(TypeError):
        Brought.from_json('{"who": 1}')
