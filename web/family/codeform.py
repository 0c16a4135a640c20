"""The page with the fields for both codes: what each of the two doors may see on it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import web

from broker.admission.errors import AdmissionError, Locked, Throttled, TryLater, UnreadableCodes
from broker.visit import Visit, Visitor
from web import language
from web.family import mailwords, standing, words
from web.family.joining import Joining
from web.keys import CLOCK, DB
from web.render import render


@dataclass(frozen=True, slots=True)
class Known:
    """By the link: whose codes are waited for."""

    visit: Visit
    visitor: Visitor


async def known(request: web.Request, own: Joining) -> Known | None:
    """Visit and visitor by the link. By hand None, without a look: so a page can't tell, nor can its time."""
    if own.visit is None:
        return None
    async with request.app[DB].read() as uow:
        visit = await uow.visits.get(own.visit)
    visitor = next(one for one in visit.visitors if one.id == own.visitor)
    language.prefer(request, visitor.language)
    return Known(visit, visitor)


async def show(
    request: web.Request,
    own: Joining,
    by_link: Known | None,
    *,
    problem: str | None = None,
    wrong: tuple[bool, bool] = (False, False),
    status: int = 200,
) -> web.Response:
    """The page; `wrong` marks the OTP's field and the PIN's. What was typed as codes is never shown again."""
    resend_at = own.resend_time()
    wait = (resend_at - request.app[CLOCK].now()).total_seconds() if resend_at else 0.0
    context: dict[str, Any] = {"helpline": own.helpline, "address": None, "mail": None}
    if by_link is not None:
        mail = await mailwords.tell(request, by_link.visit, by_link.visitor)
        context = {
            **standing.when(request, by_link.visit),
            "address": mail["address"] or mailwords.masked(by_link.visitor.email),
            "mail": mail,
        }
    return render(
        request,
        "family/codes.html",
        status=status,
        **context,
        visrn=own.visrn,
        resend_in=max(0, math.ceil(wait)),
        problem=problem,
        wrong_otp=wrong[0],
        wrong_pin=wrong[1],
    )


async def refuse(
    request: web.Request, own: Joining, by_link: Known | None, error: AdmissionError, now: datetime
) -> web.Response:
    """The page again, with what is the matter."""
    problem = words.refusal(request, error, now, own.door)
    match error:
        case UnreadableCodes(otp=otp, pin=pin):
            return await show(request, own, by_link, problem=problem, wrong=(otp, pin), status=422)
        case Locked() | Throttled():
            return await show(request, own, by_link, problem=problem, status=429)
        case TryLater():
            return await show(request, own, by_link, problem=problem, status=503)
        case _:
            return await show(request, own, by_link, problem=problem, wrong=(True, True), status=422)
