"""broker.audit.proof: a file proves itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from broker.audit.chain import GENESIS, Entry, link
from broker.audit.form import End, Read, Unreadable
from broker.audit.proof import Proof, prove
from broker.audit.seal import NOTHING_SEALED, seal_after
from broker.audit.walk import Fault, FaultKind, Remembered
from tests.support.audit import AT, KEY


def file(first: int = 1, last: int = 6, *, key: str = KEY) -> list[Read]:
    """A piece of a chain as a file, sealed at its fourth entry."""
    made: list[Read] = []
    before = GENESIS
    for seq in range(1, last + 1):
        entry = link(Entry(AT, "staff:1", "visit:read", why=str(seq)), seq, before)
        before = entry.hash
        if seq >= first:
            made.append(entry)
        if seq == 4:
            made.append(seal_after(key, NOTHING_SEALED, 4, entry.hash, AT))
    return [*made, End(last - first + 1)]


def test_an_unbroken_file_proves_its_entries() -> None:
    """From the first entry, or from the middle of the chain."""
    assert prove(file(), KEY, marked=True) == Proof(1, 6, 6, 1)
    assert prove(file(3), KEY, marked=True) == Proof(3, 6, 4, 1)
    assert prove([], KEY, marked=False) == Proof()


def test_what_was_done_to_a_file_is_found() -> None:
    """Changed, taken out, cut off, or not of ours at all."""
    whole = file()
    assert isinstance(whole[1], Entry)
    cases: list[tuple[list[Read], Fault]] = [
        ([whole[0], replace(whole[1], why="other"), *whole[2:]], Fault(FaultKind.CHANGED, 2)),
        ([whole[0], *whole[2:]], Fault(FaultKind.MISSING, 2, 2)),
        (whole[:-1], Fault(FaultKind.FILE_CUT, 6)),
        ([*whole[:-2], whole[-1]], Fault(FaultKind.FILE_CUT, 5)),
        ([*whole[:2], Unreadable()], Fault(FaultKind.UNREADABLE, 3)),
        (file(key="another key"), Fault(FaultKind.SEAL_FORGED, 4)),
        ([*whole[:3], whole[4], *whole[3:4], *whole[5:]], Fault(FaultKind.SEALED_OTHERWISE, 4)),
        ([link(Entry(AT, "staff:1", "visit:read"), 1, "f" * 64), End(1)], Fault(FaultKind.MOVED, 1)),
    ]
    for items, fault in cases:
        assert prove(items, KEY, marked=True).fault == fault, fault


def test_without_the_key_seals_are_compared_only() -> None:
    """An auditor who has not the key still proves the chain, and holds it against what the log says."""
    items = file(key="another key")
    assert prove(items, None, marked=True).fault is None
    sixth = items[-2]
    assert isinstance(sixth, Entry)
    assert prove(items, None, marked=True, remembered=[Remembered(6, sixth.hash)]).fault is None
    other = prove(items, None, marked=True, remembered=[Remembered(6, "f" * 64)]).fault
    assert other == Fault(FaultKind.REMEMBERED_OTHERWISE, 6)
    beyond = prove(items, None, marked=True, remembered=[Remembered(9, "f" * 64)]).fault
    assert beyond == Fault(FaultKind.CUT, 6, 9)


@pytest.mark.parametrize("order", [1, -1])
def test_each_entry_of_a_selection_is_proven_by_itself(order: int) -> None:
    """Its gaps and its order say nothing, its entries do."""
    entries = [item for item in file() if isinstance(item, Entry)][::2][::order]
    items: list[Read] = [*entries, End(3)]
    assert prove(items, KEY, marked=True, selection=True).fault is None
    assert prove(items, KEY, marked=True).fault is not None
    changed = [replace(entries[0], why="other"), *items[1:]]
    fault = prove(changed, KEY, marked=True, selection=True).fault
    assert fault == Fault(FaultKind.CHANGED, entries[0].seq)
