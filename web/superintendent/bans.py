"""Who may not visit: the list of a jail, a new ban (from a visit's visitor or typed), and taking one back.

A ban knows somebody by digests of the proof's number, the address and the mobile number. None of them is shown or kept
as it was typed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import structlog
from aiohttp import web

from broker.audit.events import AuditEvent
from broker.deciding.amending import lift_ban
from broker.deciding.bans import Ban, NewBan, email_digest, mobile_digest
from broker.deciding.reviews import forbid
from broker.errors import NotFound
from broker.identity.email import parse_email
from broker.identity.errors import IdentityError
from broker.identity.phones import parse_mobile
from broker.identity.proofs import number_digest, parse
from broker.people import Jail, Visitor
from broker.staff import Role, Staff
from broker.storage.unit import UnitOfWork
from broker.visit import Visit
from broker.vocabulary import IdType
from web.keys import CLOCK, DB, SETTINGS
from web.render import render
from web.staff import looks
from web.staff.guard import STAFF, permitted
from web.staff.permissions import Permission
from web.superintendent.desk.forms import Typed
from web.superintendent.desk.said import heard, say
from web.superintendent.desk.scope import NUMBER, Powers, actor, chosen, jails_of, visit_of
from web.superintendent.desk.when import When, today

log = structlog.get_logger(__name__)
routes = web.RouteTableDef()

NAME_LIMIT = 120


@dataclass(frozen=True, slots=True)
class Known:
    """By what a ban is to know its person."""

    id_digest: str | None = field(repr=False, default=None)
    email_digest: str | None = field(repr=False, default=None)
    mobile_digest: str | None = field(repr=False, default=None)

    def __bool__(self) -> bool:
        return bool(self.id_digest or self.email_digest or self.mobile_digest)


@routes.get("/superintendent/bans")
@permitted(Permission.REQUEST_READ)
async def page(request: web.Request) -> web.StreamResponse:
    """The bans that hold in a jail, and those that are over."""
    staff, now = request[STAFF], request.app[CLOCK].now()
    async with request.app[DB].read() as uow:
        jails = await jails_of(uow, staff)
        jail = chosen(jails, request.query.get("jail", "")) or jails[0]
        bans = await uow.bans.of_jail(jail.id, jail.state_code)
        inmates = {ban.inmate_id: (await uow.inmates.get(ban.inmate_id)).name for ban in bans if ban.inmate_id}
    await looks.note(request, AuditEvent.BAN_LIST, jail_id=jail.id)
    on = today(now, jail.timezone)
    standing = [ban for ban in bans if ban.lifted_at is None and (ban.until is None or on <= ban.until)]
    return render(
        request,
        "superintendent/bans.html",
        **_frame(request),
        jails=jails,
        jail=jail,
        zone=jail.timezone,
        bans=standing,
        over=[ban for ban in bans if ban not in standing],
        inmates=inmates,
        may_lift={ban.id for ban in standing if _may_lift(staff, jails, ban)},
    )


@routes.get("/superintendent/bans/new")
@permitted(Permission.BAN_EDIT)
async def new(request: web.Request) -> web.StreamResponse:
    """The form, filled in where it is about a visit's visitor."""
    return await _form(request, Typed.of(dict(request.query)))


@routes.post("/superintendent/bans/new")
@permitted(Permission.BAN_EDIT)
async def add(request: web.Request) -> web.StreamResponse:
    """Ban somebody; visits that are touched come to the queue."""
    staff, app = request[STAFF], request.app
    typed = await Typed.read(request)
    async with app[DB].read() as uow:
        jail, visit, visitor = await _about(uow, staff, typed)
    ban = _read(request, typed, jail, visit, visitor)
    if ban is None:
        return await _form(request, typed, status=422)
    stored, raised = await forbid(app[DB], ban, actor(staff), app[CLOCK].now())
    log.info("superintendent.banned", ban=stored.id, staff=staff.id)
    say(request, "banned", count=len(raised))
    if visit is not None and visit.undecided:
        raise web.HTTPSeeOther(f"/superintendent/requests/{visit.id}")
    raise web.HTTPSeeOther(f"/superintendent/bans?jail={jail.id}")


@routes.post(f"/superintendent/bans/{NUMBER}/lift")
@permitted(Permission.BAN_EDIT)
async def lift(request: web.Request) -> web.StreamResponse:
    """Take a ban back."""
    staff = request[STAFF]
    typed = await Typed.read(request)
    async with request.app[DB].begin() as uow:
        try:
            ban = await uow.bans.get(int(request.match_info["id"]))
        except NotFound:
            raise web.HTTPNotFound from None
        jails = await jails_of(uow, staff)
        if not _may_lift(staff, jails, ban):
            raise web.HTTPForbidden
        jail = chosen(jails, typed.value("jail"))
        await lift_ban(uow, ban.id, actor(staff), request.app[CLOCK].now())
        await uow.commit()
    log.info("superintendent.ban_lifted", ban=ban.id, staff=staff.id)
    say(request, "ban_lifted")
    raise web.HTTPSeeOther(f"/superintendent/bans?jail={jail.id}" if jail else "/superintendent/bans")


def _may_lift(staff: Staff, jails: list[Jail], ban: Ban) -> bool:
    """A jail's ban is its staff's; a state's ban is that state's administrator's. `jails` are those in scope."""
    if ban.jail_id is not None:
        return ban.jail_id in staff.jail_ids
    return staff.role is Role.STATE_ADMIN and ban.state_code in {jail.state_code for jail in jails}


async def _form(request: web.Request, typed: Typed, *, status: int = 200) -> web.StreamResponse:
    staff = request[STAFF]
    async with request.app[DB].read() as uow:
        jail, visit, visitor = await _about(uow, staff, typed)
        jails = await jails_of(uow, staff)
    if visit is not None and visitor is not None:
        about = f"visitor:{visitor.id}"
        await looks.note(request, AuditEvent.VISIT_READ, jail_id=jail.id, visit_id=visit.id, subject=about)
    return render(
        request,
        "superintendent/ban.html",
        status=status,
        **_frame(request),
        typed=typed,
        jail=jail,
        jails=jails,
        visit=visit,
        visitor=visitor,
        id_types=tuple(IdType),
        whole_state=staff.role is Role.STATE_ADMIN,
    )


def _frame(request: web.Request) -> dict[str, Any]:
    staff, now = request[STAFF], request.app[CLOCK].now()
    return {
        "staff": staff,
        "powers": Powers.of(staff),
        "when": When.of(request, now),
        "said": heard(request),
        "now": now,
    }


async def _about(uow: UnitOfWork, staff: Staff, typed: Typed) -> tuple[Jail, Visit | None, Visitor | None]:
    """The jail, and the visitor where the ban is about one of a visit's. 403 and 404 as elsewhere."""
    if not typed.value("visit"):
        jails = await jails_of(uow, staff)
        return chosen(jails, typed.value("jail")) or jails[0], None, None
    visit = await visit_of(uow, staff, typed.value("visit"))
    visitor = next((each for each in visit.visitors if each.id == typed.value("visitor")), None)
    if visitor is None:
        raise web.HTTPNotFound
    return visit.jail, visit, visitor


def _read(
    request: web.Request, typed: Typed, jail: Jail, visit: Visit | None, visitor: Visitor | None
) -> NewBan | None:
    """The ban from the form; None, with problems noted, where it can't be."""
    until = typed.day_or_never("until", "no_day")
    if until is not None and until < today(request.app[CLOCK].now(), jail.timezone):
        typed.refuse("until", "until_is_past")
    reason = typed.text("reason", "no_words")
    known = _of_visitor(visitor) if visitor else _typed(request, typed)
    name = visitor.name if visitor else typed.text("name", "no_name")[:NAME_LIMIT]
    if not known:
        typed.refuse("id_number", "banned_by_nothing")
    if typed.problems:
        return None
    everywhere = typed.value("where") == "state" and request[STAFF].role is Role.STATE_ADMIN
    one_person = typed.value("where") == "inmate" and visit is not None and visit.inmate is not None
    return NewBan(
        name=name,
        reason=reason,
        until=until,
        jail_id=None if everywhere else jail.id,
        state_code=jail.state_code if everywhere else None,
        inmate_id=visit.inmate.id if one_person and visit and visit.inmate else None,
        id_digest=known.id_digest,
        email_digest=known.email_digest,
        mobile_digest=known.mobile_digest,
    )


def _of_visitor(visitor: Visitor) -> Known:
    """Everything by which this visitor is known."""
    return Known(
        id_digest=visitor.identity.id_digest if visitor.identity and visitor.identity.id_digest else None,
        email_digest=email_digest(visitor.email) if visitor.email else None,
        mobile_digest=mobile_digest(visitor.mobile) if visitor.mobile else None,
    )


def _typed(request: web.Request, typed: Typed) -> Known:
    """What was typed, each read as registration reads it: only so does the digest meet theirs."""
    secret_key = request.app[SETTINGS].secret_key
    number, email, mobile = (typed.text(name) for name in ("id_number", "email", "mobile"))
    found: dict[str, str] = {}
    if number:
        id_type = typed.choice("id_type", IdType, "no_kind")
        nationality = typed.text("nationality").upper() or "IN"
        try:
            if id_type is not None:
                found["id_digest"] = number_digest(secret_key, id_type, parse(id_type, number, nationality))
        except IdentityError as error:
            typed.refuse("id_number", error.id)
    for name, text, read, digest_of in (
        ("email", email, parse_email, email_digest),
        ("mobile", mobile, parse_mobile, mobile_digest),
    ):
        try:
            if text:
                found[f"{name}_digest"] = digest_of(read(text))
        except IdentityError as error:
            typed.refuse(name, error.id)
    return Known(**found)
