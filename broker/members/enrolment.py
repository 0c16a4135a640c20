"""What somebody sets up for themselves: by an invitation's link, and later on the account page."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from broker.audit.events import AuditEvent
from broker.members.errors import BadSecondFactor, InviteGone, WrongPassword
from broker.members.secrets import LONGEST_PASSWORD, check_password, check_totp, new_recovery_codes, recovery_digest
from broker.staff import Staff, StaffRow, hash_password, needs_second_factor, verify_password
from broker.storage.database import Database
from broker.storage.unit import UnitOfWork
from config.secrets import digest
from config.settings import Settings


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What was typed on the invitation's page. `totp_secret` is what the QR code showed, `totp` the code that the app
    then showed; with an empty code there is no second factor, where the role can do without.
    """

    password: str = field(repr=False)
    again: str = field(repr=False)
    totp_secret: str = field(repr=False)
    totp: str = field(repr=False)


async def invited(db: Database, token: str, now: datetime) -> Staff:
    """Whom an invitation's link is for. Raises InviteGone."""
    async with db.read() as uow:
        staff_id = await uow.staff.access.invited(digest(token), now)
        staff = None if staff_id is None else await uow.staff.get(staff_id)
    if staff is None:
        raise InviteGone("no such invitation")
    return staff


async def accept(
    db: Database, settings: Settings, token: str, typed: Enrolment, now: datetime
) -> tuple[Staff, list[str]]:
    """Open the account of an invitation, once; the second part are its recovery codes, to be shown once (none without a
    second factor). Raises InviteGone, WeakPassword, PasswordMismatch, BadSecondFactor.
    """
    staff = await invited(db, token, now)
    check_password(typed.password, typed.again, *_known(staff))
    with_totp = bool(typed.totp.strip()) or needs_second_factor(staff.role)
    if with_totp:
        check_totp(typed.totp_secret, typed.totp, now)
    password_hash = await hash_password(typed.password)
    async with db.begin() as uow:
        if not await uow.staff.access.spend_invite(digest(token), now):
            raise InviteGone("used meanwhile")
        await uow.staff.set_password(staff.id, password_hash)
        await uow.staff.set_totp(staff.id, typed.totp_secret if with_totp else None)
        codes = await _new_codes(uow, settings, staff.id) if with_totp else []
        _note(uow, AuditEvent.STAFF_ENROL, staff, now)
        await uow.commit()
    return staff, codes


async def change_password(  # noqa: PLR0917 - whose, the old one and the new one, then when
    db: Database, staff: Staff, present: str, password: str, again: str, now: datetime
) -> None:
    """Replace one's own password. The caller ends the other sessions. Raises WrongPassword, WeakPassword,
    PasswordMismatch.
    """
    await prove(db, staff.id, present)
    check_password(password, again, *_known(staff))
    password_hash = await hash_password(password)
    async with db.begin() as uow:
        await uow.staff.set_password(staff.id, password_hash)
        _note(uow, AuditEvent.STAFF_PASSWORD, staff, now)
        await uow.commit()


async def renew_totp(
    db: Database, settings: Settings, staff: Staff, *, present: str, secret: str, typed: str, now: datetime
) -> list[str]:
    """Replace one's own second factor, or begin to have one; the recovery codes are new as well, to be shown once.
    Raises WrongPassword, BadSecondFactor.
    """
    await prove(db, staff.id, present)
    check_totp(secret, typed, now)
    async with db.begin() as uow:
        await uow.staff.set_totp(staff.id, secret)
        codes = await _new_codes(uow, settings, staff.id)
        _note(uow, AuditEvent.STAFF_SECOND_FACTOR, staff, now)
        await uow.commit()
    return codes


async def renew_codes(db: Database, settings: Settings, staff: Staff, present: str, now: datetime) -> list[str]:
    """New recovery codes, to be shown once; the old ones open nothing any more. Raises WrongPassword, or
    BadSecondFactor for whoever has no second factor that they could stand in for.
    """
    row = await prove(db, staff.id, present)
    if row.totp_secret is None:
        raise BadSecondFactor("nothing to stand in for")
    async with db.begin() as uow:
        codes = await _new_codes(uow, settings, staff.id)
        _note(uow, AuditEvent.STAFF_CODES, staff, now)
        await uow.commit()
    return codes


async def prove(db: Database, staff_id: int, password: str) -> StaffRow:
    """Whether this is the present password of somebody who is signed in. Raises WrongPassword."""
    async with db.read() as uow:
        row = await uow.staff.credentials(staff_id)
    if len(password) > LONGEST_PASSWORD or not await verify_password(row.password_hash, password):
        raise WrongPassword("not the present password")
    return row


async def _new_codes(uow: UnitOfWork, settings: Settings, staff_id: int) -> list[str]:
    codes = new_recovery_codes()
    digests = [recovery_digest(settings.secret_key, staff_id, code) for code in codes]
    await uow.staff.access.replace_recovery(staff_id, digests)
    return codes


def _note(uow: UnitOfWork, event: AuditEvent, staff: Staff, now: datetime) -> None:
    uow.audit.record(event, by=f"staff:{staff.id}", at=now, subject=f"staff:{staff.id}")


def _known(staff: Staff) -> tuple[str, ...]:
    return (staff.username, staff.name, staff.email, "mulakat", "password", "prison")
