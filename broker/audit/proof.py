"""Proving a file of the audit: without the database, and, where nobody has it, without the key. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import SecretStr

from broker.audit.chain import Entry
from broker.audit.form import End, Read, Unreadable
from broker.audit.seal import Seal
from broker.audit.walk import ChainWalk, Fault, FaultKind, Remembered, SealWalk


@dataclass(frozen=True, slots=True)
class Proof:
    """What a file proves: which entries it holds (0: none), how many, how many seals, and what is wrong."""

    first: int = 0
    last: int = 0
    entries: int = 0
    seals: int = 0
    fault: Fault | None = None


class _Prover:
    """Takes a file item by item. A selection is no piece of the chain: each of its entries is proven by itself."""

    def __init__(
        self, secret_key: SecretStr | str | None, remembered: Iterable[Remembered], *, selection: bool
    ) -> None:
        self._seals = SealWalk(secret_key, None)
        self._remembered = {each.seq: each.hash for each in remembered}
        self._selection = selection
        self._chain: ChainWalk | None = None
        self._last: Entry | None = None
        self._ended = False
        self.first = self.entries = self.seals = 0

    @property
    def last(self) -> int:
        return 0 if self._last is None else self._last.seq

    def take(self, item: Read) -> Fault | None:
        match item:
            case Unreadable():
                return Fault(FaultKind.UNREADABLE, self.last + 1)
            case End():
                self._ended = True
                return None if item.entries == self.entries else Fault(FaultKind.FILE_CUT, self.last)
            case Seal():
                return self._take_seal(item)
            case Entry():
                return self._take_entry(item)

    def end(self, *, marked: bool) -> Fault | None:
        """`marked`: the file's form says where it ends."""
        if marked and not self._ended:
            return Fault(FaultKind.FILE_CUT, self.last)
        absent = [seq for seq in self._remembered if not self._selection and seq > self.last]
        return self._seals.forged or (Fault(FaultKind.CUT, self.last, max(absent)) if absent else None)

    def _take_entry(self, entry: Entry) -> Fault | None:
        if self._chain is None or self._selection:
            self._chain = ChainWalk(entry.seq - 1, None) if entry.seq != 1 else ChainWalk()
            self.first = self.first or entry.seq
        fault = self._chain.take(entry)
        if fault is not None:
            return fault
        self._last = entry
        self.entries += 1
        known = self._remembered.pop(entry.seq, entry.hash)
        return None if known == entry.hash else Fault(FaultKind.REMEMBERED_OTHERWISE, entry.seq)

    def _take_seal(self, seal: Seal) -> Fault | None:
        self.seals += 1
        fault = self._seals.take(seal)
        if fault is not None:
            return fault
        if self._last is None or (seal.seq, seal.hash) != (self._last.seq, self._last.hash):
            return self._seals.forged or Fault(FaultKind.SEALED_OTHERWISE, seal.seq)
        return None


def prove(
    items: Iterable[Read],
    secret_key: SecretStr | str | None,
    *,
    marked: bool,
    remembered: Iterable[Remembered] = (),
    selection: bool = False,
) -> Proof:
    """Walk along a file. `secret_key` None: its seals are compared with its entries, but not proven. `marked`: it has
    an end line when it is whole.
    """
    prover = _Prover(secret_key, remembered, selection=selection)
    fault = next((fault for item in items if (fault := prover.take(item)) is not None), None)
    fault = fault or prover.end(marked=marked)
    return Proof(prover.first, prover.last, prover.entries, prover.seals, fault)
