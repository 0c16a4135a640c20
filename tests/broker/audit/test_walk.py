"""broker.audit.walk: the first place at which a chain is not what was written."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.audit.chain import GENESIS, Entry, link
from broker.audit.events import AuditEvent
from broker.audit.seal import NOTHING_SEALED, Seal, seal_after
from broker.audit.walk import SENTENCES, ChainWalk, Fault, FaultKind, SealWalk
from tests.support.audit import AT, KEY


def chain(length: int) -> list[Entry]:
    """An unbroken one."""
    made: list[Entry] = []
    for seq in range(1, length + 1):
        entry = Entry(AT, f"staff:{seq % 3}", AuditEvent.VISIT_READ, why=str(seq))
        made.append(link(entry, seq, made[-1].hash if made else GENESIS))
    return made


def first_fault(entries: list[Entry], walk: ChainWalk | None = None) -> Fault | None:
    """What a walk along these finds."""
    walk = walk or ChainWalk()
    return next((fault for entry in entries if (fault := walk.take(entry)) is not None), None)


def test_an_unbroken_chain_has_no_fault() -> None:
    """From the first entry, and from the middle."""
    walk = ChainWalk()
    assert first_fault(chain(6), walk) is None
    assert (walk.seq, walk.hash) == (6, chain(6)[-1].hash)
    assert first_fault(chain(6)[3:], ChainWalk(3, None)) is None


@given(st.data())
def test_whatever_is_done_to_one_entry_is_found_there(data: st.DataObject) -> None:
    """Changed, left out, swapped or doubled: the walk ends at the first place that is not what was written."""
    entries = chain(8)
    at = data.draw(st.integers(0, 6))
    kind = data.draw(st.sampled_from(["change", "drop", "swap", "double", "rehash"]))
    if kind == "change":
        entries[at] = replace(entries[at], why="other")
        expected = Fault(FaultKind.CHANGED, at + 1)
    elif kind == "drop":
        del entries[at]
        expected = Fault(FaultKind.MISSING, at + 1, at + 1)
    elif kind == "swap":
        entries[at], entries[at + 1] = entries[at + 1], entries[at]
        expected = Fault(FaultKind.MISSING, at + 1, at + 1)
    elif kind == "double":
        entries.insert(at, entries[at])
        expected = Fault(FaultKind.EXTRA, at + 1, at + 2)
    else:
        entries[at] = link(replace(entries[at], why="other"), at + 1, entries[at].previous)
        expected = Fault(FaultKind.MOVED, at + 2)
    assert first_fault(entries) == expected


@pytest.mark.parametrize("change", [{"details": None}, {"at": "yesterday"}, {"details": {"x": object()}}])
def test_what_cannot_be_hashed_at_all_is_a_fault_too(change: dict[str, object]) -> None:
    """A row that somebody made nonsense of."""
    broken = replace(chain(1)[0], **change)  # type: ignore[arg-type]
    assert first_fault([broken]) == Fault(FaultKind.UNREADABLE, 1)


def seals(*numbers: int) -> list[Seal]:
    """Seals of entries with these numbers."""
    made: list[Seal] = []
    for seq in numbers:
        made.append(seal_after(KEY, made[-1] if made else NOTHING_SEALED, seq, f"{seq:064}", AT))
    return made


def test_seals_of_ours_without_a_gap_have_no_fault() -> None:
    """From the first, and from the middle."""
    walk = SealWalk(KEY)
    assert [walk.take(seal) for seal in seals(3, 5, 9)] == [None, None, None]
    assert walk.last == seals(3, 5, 9)[-1]
    assert SealWalk(KEY, None).take(seals(3, 5)[1]) is None


def test_a_missing_seal_and_a_forged_one_are_told_apart() -> None:
    """Without the key a forged one passes as long as it stands in its place."""
    first, second, third = seals(3, 5, 9)
    walk = SealWalk(KEY)
    assert walk.take(first) is None
    assert walk.take(third) == Fault(FaultKind.SEAL_MISSING, 9)
    forged = seal_after("another key", first, 5, second.hash, AT)
    assert walk.take(forged) is None
    assert walk.forged == Fault(FaultKind.SEAL_FORGED, 5)
    keyless = SealWalk(None, first)
    assert (keyless.take(forged), keyless.forged) == (None, None)


def test_seals_of_a_former_key_are_proven_by_one_of_ours_above_them() -> None:
    """A seal proves everything below it, whoever made what is there; never anything above it."""
    walk, last = SealWalk("the new key"), seals(3, 5, 9)
    assert [walk.take(seal) for seal in last] == [None, None, None]
    assert [walk.forged] == [Fault(FaultKind.SEAL_FORGED, 3)]
    ours = seal_after("the new key", last[-1], 9, last[-1].hash, AT)
    assert (walk.take(ours), walk.forged) == (None, None)
    assert walk.take(seal_after(KEY, ours, 12, "f", AT)) is None
    assert walk.doubt is not None


def test_every_kind_of_fault_has_its_sentence() -> None:
    """Each names the entry."""
    assert set(SENTENCES) == set(FaultKind)
    assert all("12" in Fault(kind, 12, 13).sentence for kind in FaultKind)
