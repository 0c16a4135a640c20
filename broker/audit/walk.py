"""Walking along the chain: the first place at which it is not what was written. Pure.

`ChainWalk` is fed with entries, `SealWalk` with seals, in the order of their numbers. A walk ends at the first fault:
after it nothing can be said, as every hash stands on the one before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from pydantic import SecretStr

from broker.audit.chain import GENESIS, Entry, hash_of
from broker.audit.seal import NOTHING_SEALED, Seal, is_ours
from config.i18n import N_


class FaultKind(StrEnum):
    """What is wrong with the chain or its seals."""

    CHANGED = "changed"
    CUT = "cut"
    END_DIFFERS = "end_differs"
    EXTRA = "extra"
    FILE_CUT = "file_cut"
    MISSING = "missing"
    MOVED = "moved"
    REMEMBERED_OTHERWISE = "remembered_otherwise"
    SEALED_OTHERWISE = "sealed_otherwise"
    SEALS_CUT = "seals_cut"
    SEAL_FORGED = "seal_forged"
    SEAL_MISSING = "seal_missing"
    UNREADABLE = "unreadable"


#: Each as a sentence; `first` and `last` are numbers of entries.
SENTENCES: Mapping[FaultKind, str] = MappingProxyType(
    {
        FaultKind.CHANGED: N_("Entry %(first)d was changed after it was written."),
        FaultKind.CUT: N_("The end is missing: the last entry is %(first)d, and entry %(last)d was once written."),
        FaultKind.END_DIFFERS: N_("The last entry is %(first)d, but the database's own note of the end differs."),
        FaultKind.EXTRA: N_("Entry %(first)d was put in: entry %(last)d should follow here."),
        FaultKind.FILE_CUT: N_("The file ends in the middle, after entry %(first)d."),
        FaultKind.MISSING: N_("Entries are missing: from %(first)d to %(last)d."),
        FaultKind.MOVED: N_("Entry %(first)d does not follow the entry before it: one of the two was replaced."),
        FaultKind.REMEMBERED_OTHERWISE: N_(
            "Entry %(first)d is not the one that is remembered outside of the database: the chain was written anew."
        ),
        FaultKind.SEALED_OTHERWISE: N_("Entry %(first)d is not the one that was sealed: the chain was written anew."),
        FaultKind.SEALS_CUT: N_("The last seals are missing: entry %(first)d was once sealed."),
        FaultKind.SEAL_FORGED: N_("The seal of entry %(first)d was not made with this installation's key."),
        FaultKind.SEAL_MISSING: N_("A seal is missing before the one of entry %(first)d."),
        FaultKind.UNREADABLE: N_("Entry %(first)d cannot be read: it was changed after it was written."),
    }
)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and where: `first` and `last` as SENTENCES has them."""

    kind: FaultKind
    first: int
    last: int = 0

    @property
    def sentence(self) -> str:
        """In English, for a command line."""
        return SENTENCES[self.kind] % {"first": self.first, "last": self.last}


@dataclass(frozen=True, slots=True)
class Remembered:
    """What is known from elsewhere than the database: that entry `seq` has this hash. `number`: it was sealed under
    this number (0: nothing is known of a seal).
    """

    seq: int
    hash: str
    number: int = 0


class ChainWalk:
    """Where a walk along the entries has come to. `hash` None: the walk begins in the middle, and believes the first
    entry what it says of the one before it.
    """

    def __init__(self, seq: int = 0, hash: str | None = GENESIS) -> None:  # noqa: A002 - its name everywhere else
        self.seq = seq
        self.hash = hash

    def take(self, entry: Entry) -> Fault | None:
        """The next stored entry; what is wrong with it."""
        expected = self.seq + 1
        if entry.seq > expected:
            return Fault(FaultKind.MISSING, expected, entry.seq - 1)
        if entry.seq < expected:
            return Fault(FaultKind.EXTRA, entry.seq, expected)
        try:
            said = hash_of(entry)
        except (AttributeError, TypeError, ValueError):
            return Fault(FaultKind.UNREADABLE, entry.seq)
        if said != entry.hash:
            return Fault(FaultKind.CHANGED, entry.seq)
        if self.hash is not None and entry.previous != self.hash:
            return Fault(FaultKind.MOVED, entry.seq)
        self.seq, self.hash = entry.seq, entry.hash
        return None


class SealWalk:
    """Where a walk along the seals has come to. A seal proves the whole chain below it, so one that is not ours matters
    only until one of ours comes after it: after a change of the installation's key the earlier seals cannot be proven
    any more, and need not be. `doubt` is the first that still waits for that.

    `secret_key` None: the seals are not proven, by somebody who has not the key.
    """

    def __init__(self, secret_key: SecretStr | str | None, last: Seal | None = NOTHING_SEALED) -> None:
        self._secret_key = secret_key
        self.last = last
        self.doubt: Seal | None = None

    def take(self, seal: Seal) -> Fault | None:
        """The next stored seal; what is wrong with its place."""
        if self.last is not None and (seal.number, seal.previous) != (self.last.number + 1, self.last.seal):
            return Fault(FaultKind.SEAL_MISSING, seal.seq)
        self.last = seal
        if self._secret_key is None or is_ours(self._secret_key, seal):
            self.doubt = None
        else:
            self.doubt = self.doubt or seal
        return None

    @property
    def forged(self) -> Fault | None:
        """What is wrong at the end of the walk."""
        return None if self.doubt is None else Fault(FaultKind.SEAL_FORGED, self.doubt.seq)
