"""What a page of the registration has at hand: the draft of this browser, where it is asked for, and the way on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from aiohttp import web

from broker.mail.post import Post
from broker.onetime import OneTimeCodes
from broker.registration.draft import STEPS, Draft, Step
from broker.registration.errors import DraftGone, NoSuchJail
from broker.registration.form import JailChoice
from broker.registration.places import Place, find_place
from broker.registration.profile import steps_of
from broker.registration.service import Desk
from broker.registration.whole import first_gap
from web.account.session import current_account
from web.family.forms import field
from web.keys import CLOCK, DB, REDIS, SETTINGS
from web.register import own, zones

HOME = "/visits/new"
DESK: web.AppKey[Desk] = web.AppKey("registration", Desk)


@dataclass(frozen=True, slots=True)
class Asking:
    """One request's view of the registration. `place` is None until a jail is chosen."""

    draft: Draft
    place: Place | None
    now: datetime

    @property
    def today(self) -> date:
        """Today where the visit is asked for; in UTC before that is known."""
        return self.place.today(self.now) if self.place else self.now.astimezone(UTC).date()

    @property
    def zone(self) -> ZoneInfo | None:
        """The reader's clock, as far as it is known."""
        return zones.of_reader(self.draft, self.place.jail.timezone if self.place else None)


def path(step: Step) -> str:
    """A page's address."""
    return f"{HOME}/{step.value}"


def open_desk(app: web.Application) -> None:
    """Make what `broker.registration.service` works with, once a process."""
    settings = app[SETTINGS]
    codes = OneTimeCodes(app[REDIS], settings.secret_key)
    app[DESK] = Desk(app[DB], settings, app[REDIS], codes, Post(settings))


async def load(request: web.Request) -> Asking | None:
    """The draft this browser types, or None: none begun, or its day is over."""
    draft_id = own.draft_id(request)
    if draft_id is None:
        return None
    now = request.app[CLOCK].now()
    async with request.app[DB].read() as uow:
        try:
            draft = await uow.drafts.get(draft_id, now)
        except DraftGone:
            return None
        try:
            place = await find_place(uow, _codes(draft), now)
        except NoSuchJail:
            place = None
    return Asking(draft, place, now)


async def needed(request: web.Request) -> Asking:
    """The draft; without one the way leads to the start, after it was sent to its end."""
    found = await load(request)
    if found is None:
        raise web.HTTPSeeOther(HOME)
    if found.draft.visit_id is not None:
        raise web.HTTPSeeOther(f"{HOME}/done")
    return found


async def begin(request: web.Request, jail: str = "") -> Draft:
    """A new draft for this browser: what the account knows is filled in, and the jail that a link named."""
    account = await current_account(request)
    steps = steps_of(account.profile) if account else {}
    if jail:
        steps[Step.JAIL.value] = {"jail": jail[:9]}
    now = request.app[CLOCK].now()
    async with request.app[DB].begin() as uow:
        draft = await uow.drafts.start(
            now, account_id=account.id if account else None, steps=steps, timezone=account.timezone if account else ""
        )
        await uow.commit()
    own.use(request, draft.id)
    return draft


async def keep(request: web.Request, step: Step, typed: Mapping[str, str]) -> Asking:
    """Store what was typed on one page, right or wrong. A draft whose day is over begins again with this page."""
    found = await load(request)
    draft_id = found.draft.id if found else (await begin(request)).id
    now = request.app[CLOCK].now()
    zone = zones.known(await field(request, "zone"))
    async with request.app[DB].begin() as uow:
        draft = await uow.drafts.locked(draft_id, now)
        if draft.visit_id is None:
            draft = draft.with_typed(step, typed)
            draft = await uow.drafts.put(replace(draft, timezone=draft.timezone or zone), now)
            await uow.commit()
    return await needed(request)


async def change(request: web.Request, asking: Asking, **fields: object) -> None:
    """Set fields of the draft (`reached`, `timezone`)."""
    async with request.app[DB].begin() as uow:
        draft = await uow.drafts.locked(asking.draft.id, asking.now)
        await uow.drafts.put(replace(draft, **fields), asking.now)  # type: ignore[arg-type] # names of Draft's fields
        await uow.commit()


async def forget(request: web.Request, asking: Asking) -> None:
    """Delete the draft with its photo and what it holds."""
    async with request.app[DB].begin() as uow:
        await uow.drafts.forget(asking.draft.id)
        await uow.commit()


def onward(asking: Asking, step: Step) -> web.HTTPSeeOther:
    """The way to the next page; once the last was seen, to the first that lacks something, or back to it."""
    following = STEPS[STEPS.index(step) + 1 :]
    if asking.draft.reached:
        gap = first_gap(asking.draft, asking.today)
        return web.HTTPSeeOther(path(gap) if gap else f"{HOME}/check")
    return web.HTTPSeeOther(path(following[0]) if following else f"{HOME}/check")


def back(step: Step) -> web.HTTPSeeOther:
    """The way to the page before."""
    place = STEPS.index(step)
    return web.HTTPSeeOther(path(STEPS[place - 1]) if place else HOME)


def _codes(draft: Draft) -> tuple[int, int] | None:
    return JailChoice(jail=draft.typed(Step.JAIL).get("jail", "")[:9] or "-").codes
