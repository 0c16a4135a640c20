"""The sign-in: username, password, and a time-based code where the account has one, or a recovery code in its place.

An unknown username costs the same work and gets the same answer as a wrong
password or a wrong code. Tries are counted before the password is looked at.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from datetime import datetime

import pyotp
from pydantic import SecretStr
from redis.asyncio import Redis
from redis.exceptions import RedisError

from broker.audit.events import AuditEvent
from broker.members.secrets import is_recovery_code, recovery_digest
from broker.staff import Staff, StaffRow, verify_password
from broker.storage.database import Database
from config import keys
from config.secrets import digest
from web.staff.errors import SignInRefused, SignInThrottled, SignInUnavailable
from web.staff.throttle import Limit, clear, give_back, take

_WINDOW = 15 * 60
_TRIES_HERE = 5  # one username from one address
_TRIES_NAME = 30  # one username from anywhere: higher, so that a stranger cannot lock staff out
_TRIES_ADDRESS = 60  # one address, any username: an office shares one

_STEP = 30  # seconds, RFC 6238 section 4.1
_STEPS_AROUND = (0, -1, 1)  # one step of clock drift either way, RFC 6238 section 5.2
_LONGEST_PASSWORD = 512


@dataclass(frozen=True, slots=True)
class Attempt:
    """What somebody typed, and the address they came from. `totp`: the authenticator's code, or a recovery code."""

    username: str = field(repr=False)
    password: str = field(repr=False)
    totp: str = field(repr=False)
    address: str = field(repr=False)


async def sign_in(db: Database, redis: Redis, secret_key: SecretStr | str, attempt: Attempt, now: datetime) -> Staff:
    """The staff member these credentials belong to.

    Raises SignInRefused (which part was wrong is not told), SignInThrottled, or
    SignInUnavailable when the counters cannot be reached.
    """
    username = attempt.username.strip()
    own, shared = _limits(username, attempt.address)
    try:
        wait = await take(redis, (*own, shared))
        if wait:
            raise SignInThrottled(wait)
        row = await _check_password(db, username, attempt, now)
        factor = await _check_second_factor(db, redis, secret_key, row, attempt, now)
        await clear(redis, own)
        await give_back(redis, shared)
    except RedisError as error:
        raise SignInUnavailable from error
    await _note(db, AuditEvent.STAFF_SIGN_IN, f"staff:{row.staff.id}", row.staff.id, now, {"second_factor": factor})
    return row.staff


async def _check_password(db: Database, username: str, attempt: Attempt, now: datetime) -> StaffRow:
    async with db.read() as uow:
        row = await uow.staff.by_username(username)
    password = attempt.password if len(attempt.password) <= _LONGEST_PASSWORD else ""
    # None is checked against a hash of nobody's password: the same work, never a match.
    right = await verify_password(row.password_hash if row else None, password)
    if row is None or not right or not row.staff.active:
        part = "password" if row is None or not right else "account"
        await _note_failure(db, None if row is None else row.staff.id, part, now)
        raise SignInRefused
    return row


async def _check_second_factor(  # noqa: PLR0917 - the stores, the key, whose and which, then when
    db: Database, redis: Redis, secret_key: SecretStr | str, row: StaffRow, attempt: Attempt, now: datetime
) -> str:
    """Which second factor it was: totp, recovery, or none."""
    if row.totp_secret is None:
        return "none"
    recovery = is_recovery_code(attempt.totp)
    try:
        if recovery:
            await _spend_recovery(db, row.staff.id, recovery_digest(secret_key, row.staff.id, attempt.totp), now)
        else:
            await _spend_totp(redis, row.staff.id, row.totp_secret, attempt.totp, now)
    except SignInRefused:
        await _note_failure(db, row.staff.id, "second_factor", now)
        raise
    return "recovery" if recovery else "totp"


async def _note_failure(db: Database, staff_id: int | None, part: str, now: datetime) -> None:
    """Nobody has proven who they are; whose account it was about is known, unless there is none of that name. What was
    typed stays out: people type passwords into the wrong field.
    """
    await _note(db, AuditEvent.STAFF_SIGN_IN_FAIL, "unknown", staff_id, now, {"part": part})


async def _note(  # noqa: PLR0917 - what, by whom about whom, when, and what else
    db: Database, event: AuditEvent, by: str, staff_id: int | None, now: datetime, details: dict[str, str]
) -> None:
    async with db.begin() as uow:
        subject = "" if staff_id is None else f"staff:{staff_id}"
        uow.audit.record(event, by=by, at=now, subject=subject, details=details)
        await uow.commit()


async def _spend_recovery(db: Database, staff_id: int, code_digest: str, now: datetime) -> None:
    async with db.begin() as uow:
        if not await uow.staff.access.spend_recovery(staff_id, code_digest, now):
            raise SignInRefused
        await uow.commit()


async def _spend_totp(redis: Redis, staff_id: int, secret: str, typed: str, now: datetime) -> None:
    """Accept a code once (RFC 6238 section 5.2: a code must not be accepted twice)."""
    code = "".join(typed.split())
    step_now = int(now.timestamp()) // _STEP
    generator = pyotp.TOTP(secret, interval=_STEP)
    for step in (step_now + around for around in _STEPS_AROUND):
        expected = generator.at(step * _STEP)
        if hmac.compare_digest(expected.encode(), code.encode()):
            fresh = await redis.set(keys.totp_used(str(staff_id), step), "1", nx=True, ex=4 * _STEP)
            if fresh:
                return
    raise SignInRefused


def _limits(username: str, address: str) -> tuple[tuple[Limit, Limit], Limit]:
    """The limits of this name (here, anywhere), and the one of its address."""
    name = digest(username.casefold())
    here = digest(f"{address}\n{username.casefold()}")
    return (
        Limit(keys.sign_in_tries(here), _TRIES_HERE, _WINDOW),
        Limit(keys.sign_in_tries(name), _TRIES_NAME, _WINDOW),
    ), Limit(keys.address_tries("sign-in", digest(address)), _TRIES_ADDRESS, _WINDOW)
