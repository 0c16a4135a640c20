"""/account: the visits of whoever is signed in; one of them with all that is known of it; and calling it off."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from aiohttp import web

from broker.accounts.account import Account
from broker.deciding.errors import DecidingError
from broker.deciding.families import withdraw
from broker.deciding.store import Decision
from broker.errors import IllegalTransition, NotFound
from broker.gate.standing import doors_open
from broker.links import link_token
from broker.mail.wake import wake_worker
from broker.outbox import OutboxMail
from broker.reasons import NAMES, AskFor, CancelReason, RefusalReason
from broker.visit import Request, Slot, Visit, VisitMode
from config import keys
from web import language
from web.account import view
from web.account.lost import LostVisit, lost_visit, said_of
from web.account.signing import account_of
from web.account.view import Item, Stage
from web.keys import CLOCK, DB, REDIS, SETTINGS
from web.register import asking
from web.render import render


@dataclass(frozen=True, slots=True)
class Known:
    """All that the family may see of their visit. `hold`: the slot that is kept until it is decided."""

    account: Account
    item: Item
    request: Request | None
    hold: Slot | None
    decisions: list[Decision]
    mails: list[OutboxMail]
    lost: LostVisit | None = None

    @property
    def visit(self) -> Visit:
        """The visit itself."""
        return self.item.visit


async def listed(request: web.Request) -> web.StreamResponse:
    """GET /account: what is to come, and what was."""
    account = await account_of(request)
    now = request.app[CLOCK].now()
    async with request.app[DB].read() as uow:
        visits = await uow.visits.of_account(account.id)
    ahead, past = view.split(visits, now)
    return render(request, "account/visits.html", account=account, ahead=ahead, past=past, now=now)


async def show(request: web.Request) -> web.StreamResponse:
    """GET /account/visits/{visit}."""
    return _page(request, await known(request))


async def leaving(request: web.Request) -> web.StreamResponse:
    """GET /account/visits/{visit}/withdraw: whether they are sure."""
    found = await known(request)
    if not found.item.may_withdraw:
        raise web.HTTPSeeOther(_address(found.visit))
    return render(request, "account/withdraw.html", **shown(found), counted=await _stays_counted(request, found.visit))


async def leave(request: web.Request) -> web.StreamResponse:
    """POST: withdraw the request, or cancel the visit."""
    found = await known(request)
    app = request.app
    try:
        await withdraw(app[DB], app[SETTINGS], found.visit.id, found.account.id, app[CLOCK].now())
    except (DecidingError, IllegalTransition):
        # Somebody else was faster, or time went on: the page says how it stands.
        return _page(request, await known(request), said="too_late", status=409)
    await tell(request, found.visit)
    raise web.HTTPSeeOther(f"{_address(found.visit)}?said=withdrawn")


async def again(request: web.Request) -> web.StreamResponse:
    """POST /account/next: the next request, with everything filled in that was typed the last time."""
    await account_of(request)
    draft = await asking.begin(request)
    raise web.HTTPSeeOther("/visits/new/times" if draft.steps else "/visits/new")


async def known(request: web.Request) -> Known:
    """The visit in the address, if it is of whoever is signed in. Raises 404 for all others alike."""
    account = await account_of(request)
    async with request.app[DB].read() as uow:
        try:
            visit = await uow.visits.get(request.match_info["visit"])
        except NotFound:
            raise web.HTTPNotFound from None
        if visit.account_id != account.id:
            raise web.HTTPNotFound
        return Known(
            account=account,
            item=view.item(visit, request.app[CLOCK].now()),
            request=await uow.visits.request(visit.id),
            hold=await uow.holds.of_visit(visit.id),
            decisions=await uow.decisions.of_visit(visit.id),
            mails=await uow.outbox.for_visit(visit.id),
            lost=await lost_visit(uow, visit, request.app[SETTINGS].secret_key),
        )


async def tell(request: web.Request, visit: Visit) -> None:
    """After a commit: letters are waiting, and the jail's pages have something new."""
    await wake_worker(request.app[REDIS])
    await request.app[REDIS].publish(keys.jail_changed(visit.jail.id), "")


async def _stays_counted(request: web.Request, visit: Visit) -> bool:
    """Whether a visit that is given up now still counts as one of the allowance: too late by its rule."""
    if not visit.live or visit.rule_version_id is None:
        return False
    async with request.app[DB].read() as uow:
        rule = (await uow.rules.get(visit.rule_version_id)).rule
    return request.app[CLOCK].now() > visit.starts_at - timedelta(hours=rule.cancel_hours)


def _page(request: web.Request, found: Known, *, said: str = "", status: int = 200) -> web.Response:
    said = said or request.query.get("said", "")
    visit, stage = found.visit, found.item.stage
    word = view.last_word(found.decisions, stage)
    return render(
        request,
        "account/visit.html",
        status=status,
        **shown(found),
        said=said if said in {"answered", "changed", "too_late", "withdrawn"} else "",
        reasons=_reasons(request, word, stage),
        reason_text=word.text if word else "",
        letters=view.letters(found.mails, found.account),
        doors=doors_open(visit),
        ways_in=_ways_in(request, found),
        lost=said_of(found.lost, request.app[CLOCK].now(), language.of(request)),
    )


def shown(found: Known) -> dict[str, Any]:
    """What each page of a visit shows of it."""
    visit = found.visit
    return {
        "account": found.account,
        "item": found.item,
        "visit": visit,
        "wish": found.request,
        "hold": found.hold,
        "zone": visit.jail.timezone,
        "jail": visit.jail,
        "helpline": visit.jail.helpline,
    }


def _ways_in(request: web.Request, found: Known) -> list[tuple[str, str]]:
    """Names and addresses: the call that is open now, or the passes of all who have no mail address of their own."""
    visit, secret_key = found.visit, request.app[SETTINGS].secret_key
    in_person = visit.mode is VisitMode.IN_PERSON
    if not visit.live or not (in_person or found.item.stage is Stage.OPEN):
        return []
    door = "/pass/" if in_person else "/join/"
    return [(each.name, door + link_token(secret_key, each.id)) for each in view.ours(visit, found.account)]


def _reasons(request: web.Request, word: Decision | None, stage: Stage) -> list[str]:
    """Why it stands where it stands, in short words."""
    if word is None or word.reason == CancelReason.BY_VISITOR:
        return []  # they know
    kinds: dict[Stage, Iterable[AskFor | CancelReason | RefusalReason]] = {
        Stage.ASKED: AskFor,
        Stage.CANCELLED: CancelReason,
        Stage.REFUSED: RefusalReason,
    }
    known_words = {reason.value: NAMES[reason] for reason in kinds[stage]}
    wanted = word.details.get("wants") or [word.reason]
    _ = language.catalogue(request).gettext
    return [_(known_words[each]) for each in wanted if each in known_words]


def _address(visit: Visit) -> str:
    return f"/account/visits/{visit.id}"
