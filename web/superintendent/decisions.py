"""POST the decisions about a request: approve, a special session, refuse, ask. After each, the next request is there; a
decision that can't be taken brings the page back as it was typed, with the reason.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

from aiohttp import web

from broker.deciding.approving import approve
from broker.deciding.commands import Approval, Question, Refusal
from broker.deciding.refusing import ask, refuse
from broker.errors import BrokerError, IllegalTransition
from broker.mail.offers import Offer
from broker.reasons import NAMES, TEXT_NEEDED, AskFor, RefusalReason
from broker.visit import Visit
from config.i18n import translations
from web.keys import CLOCK, DB, SETTINGS
from web.staff.guard import STAFF, permitted
from web.staff.permissions import Permission
from web.superintendent import places, requests, rounds
from web.superintendent.desk.forms import Typed, on_the_clock
from web.superintendent.desk.said import say
from web.superintendent.desk.scope import VISIT, actor, visit_of

routes = web.RouteTableDef()

#: Which field a refusal of the domain belongs to; anything else stands above the form.
_FIELDS = {
    "inmate_booked": "slot",
    "inmate_elsewhere": "inmate",
    "inmate_unknown": "inmate",
    "no_objection_needed": "no_objection",
    "nobody_admitted": "may",
    "not_permitted": "inmate",
    "quota_spent": "slot",
    "slot_full": "slot",
    "slot_not_offered": "slot",
    "slot_taken": "slot",
    "too_many_visitors": "may",
    "visitor_banned": "may",
}

Act = Callable[[web.Request, Visit, Typed], Awaitable[str]]


@routes.post(f"/superintendent/requests/{VISIT}/approve")
@permitted(Permission.REQUEST_DECIDE)
async def approve_one(request: web.Request) -> web.StreamResponse:
    """Approve into the chosen slot."""
    return await _decide(request, _approve)


@routes.post(f"/superintendent/requests/{VISIT}/special")
@permitted(Permission.REQUEST_DECIDE)
async def approve_special(request: web.Request) -> web.StreamResponse:
    """Approve a session outside allowance and hours, for a reason that stays on record."""
    return await _decide(request, _special)


@routes.post(f"/superintendent/requests/{VISIT}/refuse")
@permitted(Permission.REQUEST_DECIDE)
async def refuse_one(request: web.Request) -> web.StreamResponse:
    """Refuse, with a reason from the list and perhaps an offer."""
    return await _decide(request, _refuse)


@routes.post(f"/superintendent/requests/{VISIT}/ask")
@permitted(Permission.REQUEST_DECIDE)
async def ask_family(request: web.Request) -> web.StreamResponse:
    """Ask for a better proof or a correction."""
    return await _decide(request, _ask)


async def _decide(request: web.Request, act: Act) -> web.StreamResponse:
    staff, app = request[STAFF], request.app
    async with app[DB].read() as uow:
        visit = await visit_of(uow, staff, request.match_info["id"])
    typed = await Typed.read(request)
    try:
        done = await act(request, visit, typed)
    except IllegalTransition:
        # A colleague, the family or the clock was faster: what became of it is on the visit's own page.
        say(request, "decided_meanwhile", visrn=str(visit.visrn))
        raise web.HTTPSeeOther(f"/superintendent/visits/{visit.id}") from None
    except BrokerError as error:
        typed.refuse(_FIELDS.get(error.id, "decide"), error.id)
        done = ""
    if typed.problems:
        return await requests.show(request, visit.id, typed, status=422)
    say(request, done, visrn=str(visit.visrn))
    async with app[DB].read() as uow:
        following = await rounds.following(request, uow, staff, visit.id, app[CLOCK].now())
    raise web.HTTPSeeOther(f"/superintendent/requests/{following}" if following else "/superintendent")


async def _approve(request: web.Request, visit: Visit, typed: Typed) -> str:
    name = "other_slot" if typed.value("slot") == "other" else "slot"
    starts_at = typed.instant(name, "no_slot_chosen")
    approval = await _approval(request, visit, typed, starts_at)
    if approval is not None:
        await approve(request.app[DB], request.app[SETTINGS], approval, _by(request), request.app[CLOCK].now())
    return "approved"


async def _special(request: web.Request, visit: Visit, typed: Typed) -> str:
    why = typed.text("special", "special_without_reason")
    day = typed.day("special_day", "no_day")
    at = typed.clock("special_time", "no_time")
    minutes = typed.number("special_minutes", "no_minutes")
    if minutes is not None and not 1 <= minutes <= places.SPECIAL_MINUTES:
        typed.refuse("special_minutes", "no_minutes")
    starts_at = on_the_clock(day, at, visit.jail.timezone) if day and at else None
    if starts_at is not None and starts_at <= request.app[CLOCK].now():
        typed.refuse("special_time", "time_is_past")
    approval = await _approval(request, visit, typed, starts_at, special=why, minutes=minutes)
    if approval is not None:
        await approve(request.app[DB], request.app[SETTINGS], approval, _by(request), request.app[CLOCK].now())
    return "approved_special"


async def _approval(
    request: web.Request,
    visit: Visit,
    typed: Typed,
    starts_at: datetime | None,
    *,
    special: str = "",
    minutes: int | None = None,
) -> Approval | None:
    """The command from the form; None where the form has problems. Raises SlotFull, SlotTaken."""
    inmate_id = typed.number("inmate", "nobody_picked")
    refused = _refused(visit, typed)
    station = typed.value("place")
    terminal_id = int(station) if station.isascii() and station.isdigit() else None
    if typed.problems or inmate_id is None or starts_at is None:
        return None
    async with request.app[DB].read() as uow:
        slot = await places.find(
            uow, visit, starts_at, request.app[CLOCK].now(), terminal_id=terminal_id, minutes=minutes
        )
    no_objection = typed.value("no_objection") == "seen"
    return Approval(visit.id, inmate_id, slot, refused, special, no_objection)


def _refused(visit: Visit, typed: Typed) -> dict[str, str]:
    """The visitors who were not ticked, each with the reason in the words of the letter they get."""
    may = set(typed.values("may"))
    refused: dict[str, str] = {}
    for visitor in visit.visitors:
        if visitor.id in may:
            continue
        reason = typed.choice(f"why-{visitor.id}", RefusalReason, "visitor_without_reason")
        if reason is not None:
            refused[visitor.id] = translations(visitor.language).gettext(NAMES[reason])
    if len(may & {visitor.id for visitor in visit.visitors}) == 0:
        typed.refuse("may", "nobody_admitted")
    return refused


async def _refuse(request: web.Request, visit: Visit, typed: Typed) -> str:
    reason = typed.choice("reason", RefusalReason, "no_reason")
    text = typed.text("text", "words_needed" if reason in TEXT_NEEDED else "")
    from_date = typed.day_or_never("offer_from", "no_day")
    slots = typed.instants("offer")
    if reason is not None and not typed.problems:
        refusal = Refusal(visit.id, reason, text, Offer(slots, from_date))
        await refuse(request.app[DB], request.app[SETTINGS], refusal, _by(request), request.app[CLOCK].now())
    return "refused"


async def _ask(request: web.Request, visit: Visit, typed: Typed) -> str:
    words = {word.value: word for word in AskFor}
    wants = tuple(words[each] for each in dict.fromkeys(typed.values("wants")) if each in words)
    if not wants:
        typed.refuse("wants", "nothing_wanted")
    text = typed.text("question", "words_needed" if AskFor.OTHER in wants else "")
    if not typed.problems:
        question = Question(visit.id, wants, text)
        await ask(request.app[DB], request.app[SETTINGS], question, _by(request), request.app[CLOCK].now())
    return "asked"


def _by(request: web.Request) -> str:
    return actor(request[STAFF])
