"""The chain: each entry's hash covers what it says and the hash before it. Pure.

The hash is SHA-256 (FIPS 180-4) over one canonical JSON text, so that anybody with an export can compute it again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from broker.audit.events import AuditEvent

#: What stands in the place of a hash before the first entry.
GENESIS = "0" * 64

_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode

Plain = str | int | float | bool | None
Details = Mapping[str, Plain | Sequence[Plain]]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the audit. `by` as in a visit's history ("staff:12", "visitor:<id>", "system:worker"); `subject` what
    it is about where it isn't the visit ("inmate:5", "staff:4"); `why` what the actor gave as the reason, in their
    words or one of our ids. No name, address, code or number of a proof belongs in any of them.

    `seq` counts from 1 without a gap; `previous` and `hash` are 64 hex digits. Unlinked, the three are 0 and "".
    """

    at: datetime
    by: str
    event: AuditEvent | str
    jail_id: int | None = None
    visit_id: str | None = None
    subject: str = ""
    why: str = field(repr=False, default="")
    details: Details = field(repr=False, default_factory=dict)
    seq: int = 0
    previous: str = ""
    hash: str = ""


def canonical(entry: Entry) -> bytes:
    """The text that is hashed: JSON with sorted keys, no spaces, UTF-8, the time in UTC with microseconds."""
    said = {
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "by": entry.by,
        "details": dict(entry.details),
        "event": str(entry.event),
        "jail": entry.jail_id,
        "previous": entry.previous,
        "seq": entry.seq,
        "subject": entry.subject,
        "visit": entry.visit_id,
        "why": entry.why,
    }
    return _encode(said).encode()


def link(entry: Entry, seq: int, previous: str) -> Entry:
    """The entry in its place of the chain."""
    placed = replace(entry, seq=seq, previous=previous)
    return replace(placed, hash=hash_of(placed))


def hash_of(entry: Entry) -> str:
    """The hash of what a placed entry says, in hex."""
    return hashlib.sha256(canonical(entry)).hexdigest()


def fits(entry: Entry, seq: int, previous: str) -> bool:
    """Whether a stored entry is what stood there when it was written: right place, right hash."""
    return entry.seq == seq and entry.previous == previous and entry.hash == hash_of(entry)
