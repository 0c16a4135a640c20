"""broker.audit.seal: what only the key's holder can make."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from broker.audit.seal import NOTHING_SEALED, is_ours, seal_after
from tests.support.audit import AT, KEY

FIRST = seal_after(KEY, NOTHING_SEALED, 12, "a" * 64, AT)


def test_seals_stand_on_each_other() -> None:
    """Numbered from one, each with the one before it."""
    second = seal_after(KEY, FIRST, 20, "b" * 64, AT)
    assert (FIRST.number, FIRST.previous) == (1, "0" * 64)
    assert (second.number, second.previous) == (2, FIRST.seal)
    assert is_ours(KEY, FIRST)
    assert is_ours(KEY, second)


@pytest.mark.parametrize(
    "change",
    [
        {"number": 2},
        {"seq": 13},
        {"hash": "b" * 64},
        {"at": AT + timedelta(microseconds=1)},
        {"previous": "b" * 64},
        {"seal": "b" * 64},
        {"seal": "ü"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_any_change_of_a_seal_is_noticed(change: dict[str, object]) -> None:
    """The MAC covers everything a seal says."""
    assert not is_ours(KEY, replace(FIRST, **change))  # type: ignore[arg-type]


def test_a_seal_made_with_another_key_is_not_ours() -> None:
    """Whoever has the database alone cannot make one."""
    assert not is_ours("another key", FIRST)
