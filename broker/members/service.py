"""Inviting staff and changing what they may do.

Somebody manages accounts of the roles and places of their own (`broker.staff.may_manage`), and never the own one: so
nobody locks themselves out, and nobody gives themselves more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError

from broker.audit.chain import Details
from broker.audit.events import AuditEvent
from broker.errors import NotFound
from broker.identity.email import parse_email
from broker.mail.post import Post
from broker.members.errors import NotYours, UsernameTaken
from broker.members.secrets import check_username
from broker.staff import Member, Reach, Role, Staff, may_manage, needs_second_factor
from broker.storage.database import Database
from broker.storage.staff import NewStaff
from broker.storage.unit import UnitOfWork
from config.secrets import digest, new_token
from config.settings import Settings

INVITE_LASTS = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Invitation:
    """Somebody to be invited; `language` is what the mail is written in."""

    username: str = field(repr=False)
    name: str = field(repr=False)
    email: str = field(repr=False)
    language: str
    role: Role
    reach: Reach


def invite_link(public_url: str, token: str) -> str:
    """The address in the mail."""
    return f"{public_url}/staff/invite/{token}"


async def managed(db: Database, by: Staff) -> list[Member]:
    """Everybody whose account this member of staff may change, by name."""
    async with db.read() as uow:
        manager, state_of = await uow.staff.member(by.id), await _states(uow)
        everybody = await uow.staff.members()
    return [each for each in everybody if _is_theirs(manager, each, state_of)]


async def get_managed(uow: UnitOfWork, staff_id: int, by: Staff) -> Member:
    """One of them. Raises NotFound, NotYours."""
    member = await uow.staff.member(staff_id)
    if not _is_theirs(await uow.staff.member(by.id), member, await _states(uow)):
        raise NotYours("not an account of theirs")
    return member


async def invite(db: Database, settings: Settings, new: Invitation, by: Staff, now: datetime) -> Staff:
    """Store an account without a password and queue the mail with the link that opens it. Raises BadUsername, BadEmail,
    UsernameTaken, NotYours.
    """
    try:
        async with db.begin() as uow:
            await _check(uow, by, new.role, new.reach)
            staff = await _add(uow, new)
            await _send_link(uow, settings, staff, f"staff:{by.id}", now)
            _note(uow, AuditEvent.STAFF_INVITE, staff, f"staff:{by.id}", now, _given(new.role, new.reach))
            await uow.commit()
    except IntegrityError as error:
        raise UsernameTaken("taken") from error
    return staff


async def found(db: Database, settings: Settings, new: Invitation, now: datetime) -> str:
    """Invite without anybody who invites: the first administrator of an installation, by whoever holds its database.
    The link is returned, as well as mailed. Raises BadUsername, BadEmail, UsernameTaken.
    """
    try:
        async with db.begin() as uow:
            staff = await _add(uow, new)
            link = await _send_link(uow, settings, staff, "system:invite", now)
            _note(uow, AuditEvent.STAFF_INVITE, staff, "system:invite", now, _given(new.role, new.reach))
            await uow.commit()
    except IntegrityError as error:
        raise UsernameTaken("taken") from error
    return link


async def invite_again(db: Database, settings: Settings, staff_id: int, by: Staff, now: datetime) -> Staff:
    """Take password, second factor and recovery codes away and send a new link: for whoever never came, or has lost
    what they sign in with. The caller ends the sessions. Raises NotFound, NotYours.
    """
    async with db.begin() as uow:
        member = await get_managed(uow, staff_id, by)
        if not member.staff.email:
            raise NotYours("an account without a mail address")
        await _start_over(uow, settings, member.staff, by, now)
        await uow.commit()
    return member.staff


async def change(
    db: Database, settings: Settings, staff_id: int, by: Staff, now: datetime, *, name: str, role: Role, reach: Reach
) -> Staff:
    """Give an account another name, role and reach. Whoever now decides about people and has no second factor is sent a
    link to set one up, and can't sign in before. Raises NotFound, NotYours.
    """
    async with db.begin() as uow:
        before = (await get_managed(uow, staff_id, by)).staff
        await _check(uow, by, role, reach)
        staff = await uow.staff.change(staff_id, name=name, role=role, reach=reach)
        details = {**_given(role, reach), "role_before": before.role.value}
        _note(uow, AuditEvent.STAFF_EDIT, staff, f"staff:{by.id}", now, details)
        if needs_second_factor(role) and not staff.totp_required and before.active:
            if not staff.email:
                raise NotYours("a role that needs a second factor, and no mail address to set one up")
            await _start_over(uow, settings, staff, by, now)
        await uow.commit()
    return staff


async def set_disabled(db: Database, staff_id: int, by: Staff, now: datetime, *, disabled: bool) -> Staff:
    """Close an account, or open it again. The caller ends the sessions. Raises NotFound, NotYours."""
    async with db.begin() as uow:
        await get_managed(uow, staff_id, by)
        staff = await uow.staff.set_standing(staff_id, now if disabled else None)
        if disabled:
            await uow.staff.access.withdraw_invites(staff_id)
        _note(uow, AuditEvent.STAFF_DISABLE if disabled else AuditEvent.STAFF_ENABLE, staff, f"staff:{by.id}", now)
        await uow.commit()
    return staff


async def _start_over(uow: UnitOfWork, settings: Settings, staff: Staff, by: Staff, now: datetime) -> None:
    await uow.staff.set_password(staff.id, "")
    await uow.staff.set_totp(staff.id, None)
    await uow.staff.access.replace_recovery(staff.id, ())
    await _send_link(uow, settings, staff, f"staff:{by.id}", now)
    _note(uow, AuditEvent.STAFF_RESET, staff, f"staff:{by.id}", now)


def _note(  # noqa: PLR0917 - what was done to whom, by whom and when, and what else
    uow: UnitOfWork, event: AuditEvent, staff: Staff, by: str, now: datetime, details: Details | None = None
) -> None:
    uow.audit.record(event, by=by, at=now, subject=f"staff:{staff.id}", details=details)


def _given(role: Role, reach: Reach) -> Details:
    """A role and a reach, for the audit."""
    details: dict[str, str | bool | list[int]] = {"role": role.value}
    if reach.every_jail:
        details["every_jail"] = True
    if reach.state_codes:
        details["states"] = sorted(reach.state_codes)
    if reach.jail_ids:
        details["jails"] = sorted(reach.jail_ids)
    return details


async def _add(uow: UnitOfWork, new: Invitation) -> Staff:
    return await uow.staff.add(
        NewStaff(
            username=check_username(new.username),
            name=new.name,
            role=new.role,
            password_hash="",
            every_jail=new.reach.every_jail,
            state_codes=new.reach.state_codes,
            jail_ids=new.reach.jail_ids,
            email=parse_email(new.email),
            language=new.language,
        )
    )


async def _send_link(uow: UnitOfWork, settings: Settings, staff: Staff, by: str, now: datetime) -> str:
    token, expires_at = new_token(), now + INVITE_LASTS
    await uow.staff.access.invite(staff.id, digest(token), by, now, expires_at)
    link = invite_link(settings.public_url, token)
    await Post(settings).staff_invite(uow, staff.name, staff.email, staff.language, link, expires_at, now)
    return link


async def _check(uow: UnitOfWork, by: Staff, role: Role, reach: Reach) -> None:
    state_of = await _states(uow)
    states = {state.code for state in await uow.jails.states()}
    if not reach.jail_ids <= state_of.keys() or not reach.state_codes <= states:
        raise NotFound("jail")
    if reach.is_empty or not may_manage(await uow.staff.member(by.id), role, reach, state_of):
        raise NotYours("a role or a place beyond their own")


def _is_theirs(manager: Member, member: Member, state_of: Mapping[int, int]) -> bool:
    if member.staff.id == manager.staff.id:
        return False
    return may_manage(manager, member.staff.role, member.reach, state_of)


async def _states(uow: UnitOfWork) -> dict[int, int]:
    return {jail.id: jail.state_code for jail in await uow.jails.all()}
