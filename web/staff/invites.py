"""An invitation's link: the page where somebody sets their password and their second factor, once."""

from __future__ import annotations

from aiohttp import web

from broker.errors import BrokerError
from broker.members.enrolment import Enrolment, accept, invited
from broker.members.errors import InviteGone
from broker.staff import Staff, needs_second_factor
from config.secrets import digest
from web.family.forms import field
from web.keys import CLOCK, DB, REDIS, SETTINGS
from web.render import render
from web.staff import session as sessions
from web.staff import setup
from web.staff.wording.accounts import PROBLEMS, ROLES

routes = web.RouteTableDef()
_PATH = "/staff/invite/{token:[A-Za-z0-9_-]{1,64}}"


@routes.get(_PATH)
async def show(request: web.Request) -> web.StreamResponse:
    """Who is invited, and the form."""
    try:
        staff = await invited(request.app[DB], request.match_info["token"], request.app[CLOCK].now())
    except InviteGone:
        return _gone(request)
    return _form(request, staff)


@routes.post(_PATH)
async def submit(request: web.Request) -> web.StreamResponse:
    """Open the account; the recovery codes are on the answer, this once."""
    app, token, now = request.app, request.match_info["token"], request.app[CLOCK].now()
    try:
        staff = await invited(app[DB], token, now)
        typed = Enrolment(
            password=await field(request, "password"),
            again=await field(request, "again"),
            totp_secret=setup.waiting_secret(request, digest(token)),
            totp=await field(request, "totp"),
        )
        try:
            staff, codes = await accept(app[DB], app[SETTINGS], token, typed, now)
        except InviteGone:
            raise
        except BrokerError as error:
            return _form(request, staff, error.id)
    except InviteGone:
        return _gone(request)
    setup.forget_secret(request)
    await sessions.end_all(app[REDIS], staff.id)
    return render(request, "staff/welcome.html", username=staff.username, codes=codes)


def _form(request: web.Request, staff: Staff, problem: str = "") -> web.Response:
    secret = setup.waiting_secret(request, digest(request.match_info["token"]))
    return render(
        request,
        "staff/invite.html",
        status=422 if problem else 200,
        invited=staff,
        role=ROLES[staff.role],
        required=needs_second_factor(staff.role),
        secret=setup.spelled(secret),
        picture=setup.picture(secret, staff.username),
        problem=PROBLEMS.get(problem) if problem else None,
    )


def _gone(request: web.Request) -> web.Response:
    return render(request, "staff/invite_gone.html", status=410)
