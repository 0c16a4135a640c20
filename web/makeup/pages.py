"""/makeup/{token}: the family takes the visit that is offered in the place of a lost one. One tap chooses a time, one
confirms it; no account is needed, the link from the mail is enough.

The pages name the jail and the times, and no person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any

from aiohttp import web

from broker.errors import NotFound
from broker.losses.errors import LossesError, NoOffer, OfferExpired, OfferStopped, TimeGone
from broker.losses.makeups import Makeup
from broker.losses.offering import free_days, rule_today
from broker.losses.proposing import propose
from broker.losses.taking import take, taken
from broker.mail.letters import words
from broker.mail.wake import wake_worker
from broker.slots.availability import Day, Offer
from broker.visit import Request, Visit
from config import keys
from config.secrets import digest
from web import language
from web.family.forms import field
from web.keys import CLOCK, DB, REDIS, SETTINGS
from web.makeup.clocks import own_zone
from web.render import render

#: Days with something free that one page shows: a phone's list stays short.
DAYS_A_PAGE = 7
_STAMP = "%Y%m%dT%H%MZ"


@dataclass(frozen=True, slots=True)
class Found:
    """What a link leads to: the lost visit, what is offered in its place, to which visitor, and what was taken."""

    lost: Visit
    request: Request | None
    makeup: Makeup
    visitor_id: str
    taken: Visit | None
    had: tuple[int, int] | None

    def expired(self, now: datetime) -> bool:
        """Whether it can't be taken any more."""
        return self.taken is None and self.makeup.expires_at <= now


async def page(request: web.Request) -> web.StreamResponse:
    """GET: the times; with `?slot=`, the one that is to be confirmed; what was taken, once it was."""
    found = await _found(request)
    now = request.app[CLOCK].now()
    if found.taken is not None:
        return _render(request, found, "makeup/taken.html", visit=found.taken, new="new" in request.query)
    if found.expired(now):
        return _render(request, found, "makeup/over.html", status=410)
    days = await _days(request, found, now)
    chosen = moment(request.query.get("slot", ""))
    if chosen is None:
        return _times(request, found, days)
    offer = next((each for day in days for each in day.free if each.starts_at == chosen), None)
    if offer is None:
        return _times(request, found, days, problem="gone", status=409)
    return _render(request, found, "makeup/confirm.html", offer=offer, slot=stamp(offer.starts_at))


async def take_it(request: web.Request) -> web.StreamResponse:
    """POST `slot`: take it."""
    found = await _found(request)
    app, now = request.app, request.app[CLOCK].now()
    chosen = moment(await field(request, "slot"))
    if chosen is None:
        raise web.HTTPSeeOther(request.path)
    try:
        visit = await take(app[DB], app[SETTINGS], found.lost.id, found.visitor_id, chosen, now)
    except LossesError as error:
        return await _refused(request, found, error, now)
    await wake_worker(app[REDIS])
    await app[REDIS].publish(keys.jail_changed(visit.jail.id), "")
    raise web.HTTPSeeOther(f"{request.path}?new=1")


def stamp(at: datetime) -> str:
    """An instant as a link and a form carry it: UTC, to the minute."""
    return at.astimezone(UTC).strftime(_STAMP)


def moment(text: str) -> datetime | None:
    """The instant behind it; None for anything else."""
    try:
        return datetime.strptime(text, _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None


async def _found(request: web.Request) -> Found:
    """Who has the link. Raises 404 for all that are none of ours alike."""
    async with request.app[DB].read() as uow:
        known = await uow.makeups.by_digest(digest(request.match_info["token"]))
        if known is None:
            raise web.HTTPNotFound
        makeup, visitor_id = known
        try:
            lost = await uow.visits.get(makeup.visit_id)
        except NotFound:
            raise web.HTTPNotFound from None
        record = await uow.losses.record(lost.id)
        found = Found(
            lost=lost,
            request=await uow.visits.request(lost.id),
            makeup=makeup,
            visitor_id=visitor_id,
            taken=await taken(uow, makeup),
            had=None if record is None else (record.had, record.offered),
        )
    reader = next((visitor for visitor in lost.visitors if visitor.id == visitor_id), None)
    if reader is not None:
        language.prefer(request, reader.language)
    return found


async def _days(request: web.Request, found: Found, now: datetime) -> tuple[Day, ...]:
    """Every day that can be had, the free ones alone."""
    async with request.app[DB].read() as uow:
        version = await rule_today(uow, found.lost, now)
        if version is None:
            return ()
        return tuple(day for day in await free_days(uow, found.lost, version, now) if day.free)


async def _refused(request: web.Request, found: Found, error: LossesError, now: datetime) -> web.Response:
    match error:
        case NoOffer():
            raise web.HTTPNotFound
        case OfferExpired():
            return _render(request, found, "makeup/over.html", status=410)
        case OfferStopped():
            return _render(request, found, "makeup/stopped.html", status=409)
        case TimeGone():
            return _times(request, found, await _days(request, found, now), problem="gone", status=409)
        case _:
            raise error


def _times(
    request: web.Request, found: Found, days: tuple[Day, ...], *, problem: str = "", status: int = 200
) -> web.Response:
    """The few that fit best, and below them all of the next days."""
    since = _day(request.query.get("from", ""))
    later = iter(day for day in days if since is None or day.date >= since)
    shown_days = tuple(islice(later, DAYS_A_PAGE))
    after = next(later, None)
    best: tuple[Offer, ...] = propose(days, found.lost.starts_at, found.lost.jail.timezone)
    return _render(
        request,
        found,
        "makeup/times.html",
        status=status,
        best=best,
        days=shown_days,
        more=since is not None,
        later=None if after is None else after.date.isoformat(),
        problem=problem,
        stamp=stamp,
    )


def _render(request: web.Request, found: Found, template: str, *, status: int = 200, **more: Any) -> web.Response:
    lost = found.lost
    reader = language.of(request)
    shown: Mapping[str, Any] = {
        "lost": lost,
        "makeup": found.makeup,
        "jail": lost.jail,
        "zone": lost.jail.timezone,
        "helpline": lost.jail.helpline,
        "had": "" if found.had is None else words.had(*found.had, reader),
        "own_zone": own_zone(found.request, lost, request.app[CLOCK].now()),
        "path": request.path,
    }
    return render(request, template, status=status, **shown, **more)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == len("2026-01-31") else None
    except ValueError:
        return None
