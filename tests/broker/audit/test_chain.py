"""broker.audit.chain: what a hash covers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from broker.audit.chain import GENESIS, Entry, fits, link
from broker.audit.events import AuditEvent

AT = datetime(2026, 3, 2, 5, 45, tzinfo=UTC)
ENTRY = Entry(AT, "staff:12", AuditEvent.VISIT_HOLD, 3, "a" * 32, "terminal:7", "a quarrel", {"side": "family", "n": 2})


def test_a_linked_entry_fits_its_place_and_no_other() -> None:
    """Number and hash before it are part of what is hashed."""
    first = link(ENTRY, 1, GENESIS)
    assert fits(first, 1, GENESIS)
    assert not fits(first, 2, GENESIS)
    assert not fits(first, 1, "f" * 64)
    second = link(ENTRY, 2, first.hash)
    assert fits(second, 2, first.hash)
    assert second.hash != first.hash


@pytest.mark.parametrize(
    "change",
    [
        {"at": AT + timedelta(microseconds=1)},
        {"by": "staff:13"},
        {"event": AuditEvent.VISIT_END},
        {"jail_id": 4},
        {"visit_id": None},
        {"subject": ""},
        {"why": "a quarrel "},
        {"details": {"side": "family", "n": 3}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_any_change_of_an_entry_is_noticed(change: dict[str, object]) -> None:
    """The hash covers everything an entry says."""
    assert not fits(replace(link(ENTRY, 1, GENESIS), **change), 1, GENESIS)  # type: ignore[arg-type]


def test_the_hash_does_not_depend_on_how_the_time_is_written_or_details_are_ordered() -> None:
    """Both databases give the same entry back in their own way."""
    elsewhere = replace(
        ENTRY,
        at=AT.astimezone(timezone(timedelta(hours=5, minutes=30))),
        details={"n": 2, "side": "family"},
        event="visit:hold",
    )
    assert link(elsewhere, 1, GENESIS).hash == link(ENTRY, 1, GENESIS).hash
