"""Seals: what somebody who can write to the database, and has not the installation's key, cannot make. Pure.

A hash proves that an entry was not changed, but whoever may write could compute all hashes anew. A seal is a MAC
(HMAC-SHA256, RFC 2104) over an entry's number and hash and over the seal before it, so that neither the chain nor the
row of seals can be written anew without the key.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from pydantic import SecretStr

from broker.audit.chain import GENESIS
from config.secrets import derive

_PURPOSE = "audit-seal"


@dataclass(frozen=True, slots=True)
class Seal:
    """The chain up to entry `seq`, whose hash is `hash`, was whole at `at`. `number` counts from 1 without a gap;
    `previous` is the seal before, `seal` this one (64 hex digits each).
    """

    number: int
    seq: int
    hash: str
    at: datetime
    previous: str = GENESIS
    seal: str = ""


#: What stands before the first seal.
NOTHING_SEALED = Seal(0, 0, GENESIS, datetime.min.replace(tzinfo=UTC), "", GENESIS)


def seal_after(secret_key: SecretStr | str, last: Seal, seq: int, entry_hash: str, at: datetime) -> Seal:
    """The seal that comes after `last`, for the chain up to an entry."""
    new = Seal(last.number + 1, seq, entry_hash, at, last.seal)
    return replace(new, seal=_mac(secret_key, new))


def is_ours(secret_key: SecretStr | str, seal: Seal) -> bool:
    """Whether a seal was made with this installation's key, and says what it said then."""
    return hmac.compare_digest(_mac(secret_key, seal).encode(), seal.seal.encode())


def _mac(secret_key: SecretStr | str, seal: Seal) -> str:
    at = seal.at.astimezone(UTC).isoformat(timespec="microseconds")
    return derive(secret_key, _PURPOSE, f"{seal.number} {seal.seq} {seal.hash} {at} {seal.previous}").hex()
