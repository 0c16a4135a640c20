"""Staff: roles, how far somebody's sight goes, who manages whom, and the proof of a password (argon2id, RFC 9106)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError


class Role(StrEnum):
    """What a member of staff is; what each may do is decided where it is asked."""

    AUDITOR = "auditor"
    MONITOR = "monitor"
    OPERATOR = "operator"
    STATE_ADMIN = "state_admin"
    SUPERINTENDENT = "superintendent"
    SYSTEM_ADMIN = "system_admin"


class Standing(StrEnum):
    """Where an account is in its life. `invited`: somebody was sent a link and has not set a password yet."""

    ACTIVE = "active"
    DISABLED = "disabled"
    INVITED = "invited"


#: Whoever decides something about people needs a second factor; running and watching rooms can do without one.
WITHOUT_SECOND_FACTOR = frozenset({Role.MONITOR, Role.OPERATOR})

#: Whose accounts a role may make and change, within its own reach.
MANAGES: Mapping[Role, frozenset[Role]] = MappingProxyType(
    {
        Role.STATE_ADMIN: frozenset({Role.MONITOR, Role.OPERATOR, Role.SUPERINTENDENT}),
        Role.SYSTEM_ADMIN: frozenset(Role),
    }
)


def needs_second_factor(role: Role) -> bool:
    """Whether nobody may hold this role without a TOTP secret."""
    return role not in WITHOUT_SECOND_FACTOR


@dataclass(frozen=True, slots=True)
class Reach:
    """How far somebody's sight goes: every jail, or the union of whole states (by code) and single jails (by id)."""

    every_jail: bool = False
    state_codes: frozenset[int] = frozenset()
    jail_ids: frozenset[int] = frozenset()

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is in reach."""
        return not (self.every_jail or self.state_codes or self.jail_ids)

    def covers(self, other: Reach, state_of: Mapping[int, int]) -> bool:
        """Whether all that `other` reaches, today or when a state opens another jail, is in reach here. `state_of`:
        jail id to state code, of every jail.
        """
        if self.every_jail:
            return True
        if other.every_jail or not other.state_codes <= self.state_codes:
            return False
        own = self.state_codes
        return all(jail_id in self.jail_ids or state_of.get(jail_id) in own for jail_id in other.jail_ids)


@dataclass(frozen=True, slots=True)
class Staff:
    """A member of staff. `jail_ids` is the scope with whole states spelled out; `totp_required`: has a TOTP secret.
    Only an active one may sign in or go on. `email` is "" for whoever was not invited by mail, `language` one of ours.
    """

    id: int
    username: str = field(repr=False)
    name: str = field(repr=False)
    role: Role
    jail_ids: frozenset[int]
    totp_required: bool
    demo: bool = False
    email: str = field(repr=False, default="")
    language: str = "en"
    standing: Standing = Standing.ACTIVE

    @property
    def active(self) -> bool:
        """Whether this account may be used."""
        return self.standing is Standing.ACTIVE


def staff_id(actor: str) -> int | None:
    """The number of the member of staff that an actor of history or audit is ("staff:12"); None for anybody else."""
    number = actor.removeprefix("staff:")
    return int(number) if number != actor and number.isdecimal() else None


@dataclass(frozen=True, slots=True)
class StaffRow:
    """A member of staff with what a sign-in is checked against. `totp_secret` is base32 (RFC 6238), None without."""

    staff: Staff
    password_hash: str = field(repr=False)
    totp_secret: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class StaffName:
    """A member of staff as whoever reads what they did sees them."""

    id: int
    username: str = field(repr=False)
    name: str = field(repr=False)
    role: Role


@dataclass(frozen=True, slots=True)
class Member:
    """A member of staff as whoever manages accounts sees them: with the reach as it was given."""

    staff: Staff
    reach: Reach


def may_manage(manager: Member, role: Role, reach: Reach, state_of: Mapping[int, int]) -> bool:
    """Whether `manager` may make or change an account of this role and reach. Nobody gives away what they lack."""
    return role in MANAGES.get(manager.staff.role, frozenset()) and manager.reach.covers(reach, state_of)


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
    """Whether the password fits, checked in a thread. None (no such user) and "" (no password set yet) take as long,
    and are always False.
    """
    return await asyncio.to_thread(_verify, password_hash, password)


def _verify(password_hash: str | None, password: str) -> bool:
    try:
        _hasher().verify(password_hash or _nobodys_hash(), password)
    except (Argon2Error, InvalidHashError):
        return False
    return bool(password_hash)
