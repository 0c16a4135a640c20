"""Staff: roles, scope, and the proof of a password (argon2id, RFC 9106)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError


class Role(StrEnum):
    """What a member of staff is; what each may do is decided where it is asked."""

    MONITOR = "monitor"
    OPERATOR = "operator"
    STATE_ADMIN = "state_admin"
    SUPERINTENDENT = "superintendent"
    SYSTEM_ADMIN = "system_admin"


@dataclass(frozen=True, slots=True)
class Staff:
    """A member of staff. `jail_ids` is the scope with whole states spelled out; `totp_required`: has a TOTP secret."""

    id: int
    username: str = field(repr=False)
    name: str = field(repr=False)
    role: Role
    jail_ids: frozenset[int]
    totp_required: bool
    demo: bool = False


@dataclass(frozen=True, slots=True)
class StaffRow:
    """A member of staff with what a sign-in is checked against. `totp_secret` is base32 (RFC 6238), None without."""

    staff: Staff
    password_hash: str = field(repr=False)
    totp_secret: str | None = field(repr=False)


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobodys_hash() -> str:
    return _hasher().hash("nobody has this password")


async def hash_password(password: str) -> str:
    """The argon2id hash, made in a thread: it takes about a tenth of a second of CPU."""
    return await asyncio.to_thread(_hasher().hash, password)


async def verify_password(password_hash: str | None, password: str) -> bool:
    """Whether the password fits, checked in a thread. None (no such user) takes as long, and is always False."""
    return await asyncio.to_thread(_verify, password_hash, password)


def _verify(password_hash: str | None, password: str) -> bool:
    try:
        _hasher().verify(password_hash or _nobodys_hash(), password)
    except (Argon2Error, InvalidHashError):
        return False
    return password_hash is not None
