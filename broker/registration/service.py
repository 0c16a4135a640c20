"""The two acts of registering: `begin` holds a slot and sends codes, `finish` takes the codes and makes the visit.

Each writes in transactions of its own between which Redis is asked: a slot is held before a code is made for it, a code
that was right is remembered before anything can fail after it. So whatever breaks in between, pressing the button again
goes on from there.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog
from redis.asyncio import Redis

from broker.mail.post import Post
from broker.mail.wake import wake_worker
from broker.onetime import Issued, OneTimeCodes, OneTimeError
from broker.registration.booking import book, read_and_check
from broker.registration.draft import Draft, Sent, Step
from broker.registration.errors import CodeRefused, NotBegun, SlotsGone
from broker.registration.places import Place, Wish, free_of
from broker.registration.whole import Whole
from broker.slots.availability import Offer
from broker.slots.errors import SlotFull
from broker.storage.database import Database
from broker.storage.unit import UnitOfWork
from broker.visit import Visit
from config.i18n import DEFAULT
from config.settings import Settings

log = structlog.get_logger(__name__)

#: How long a slot is kept for somebody who looks for the code in their mail.
HELD_FOR = timedelta(minutes=10)
#: Registrations that write at one time in a process; the others wait for their turn.
AT_ONCE = 6
#: The scope of the codes; their subject is the address or the number they prove.
SCOPE = "register"
_HOME_PREFIX = "+91"


@dataclass(frozen=True, slots=True)
class Desk:
    """What registering needs of the process: storage, settings, live state, codes, letters. One a process: `turns` lets
    a crowd wait here, in order, and not for the database's connections, which other pages need too.
    """

    db: Database
    settings: Settings
    redis: Redis
    codes: OneTimeCodes
    post: Post
    turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))


@dataclass(frozen=True, slots=True)
class Typed:
    """The codes as somebody typed them; "" where none was asked for."""

    email: str = field(repr=False, default="")
    sms: str = field(repr=False, default="")


async def begin(
    desk: Desk, draft_id: str, now: datetime, *, client: str = "", trusted: frozenset[str] = frozenset()
) -> Draft:
    """Hold the first of the wanted slots that is free, for ten minutes, and send a code to the address typed, and to
    an Indian mobile where the state sends SMS. Again within the ten minutes: the same slot until
    the same time, new codes.

    `trusted` are addresses that need no code (that of the account signed in); `client` is the asker's network address.
    Of the returned draft, `sent` says what still has to be proved: with `email` and `mobile` both "", `finish` needs no
    codes. With `visit_id` set it was sent before, and nothing was done.

    Raises DraftGone, Incomplete, NoSuchJail, SlotsGone, and of broker.onetime Throttled and Locked (the slot is held
    all the same), TryLater.
    """
    draft = await _hold(desk, draft_id, now, trusted)
    if draft.visit_id is not None or draft.sent is None:
        return draft
    for address, by_sms in ((draft.sent.email, False), (draft.sent.mobile, True)):
        if address:
            issued = await desk.codes.issue(SCOPE, address, now, client=client)
            draft = await _send_code(desk, draft_id, address, issued, now, by_sms=by_sms)
    log.info("registration_begun", draft=draft.id)
    return draft


async def finish(desk: Desk, draft_id: str, typed: Typed, now: datetime) -> Visit:
    """Check the codes, and make of the draft an account (or bring it up to date), a requested visit that holds its
    slot, and a letter. The same call again returns the same visit, whatever codes come with it.

    Raises DraftGone, Incomplete, NoSuchJail, NotBegun, CodeRefused, SlotsGone (the codes count as given: only another
    time has to be chosen), TooManyWaiting.
    """
    async with desk.turns, desk.db.read() as uow:
        draft = await uow.drafts.get(draft_id, now)
        if draft.visit_id is not None:
            return await uow.visits.get(draft.visit_id)
        held = await uow.holds.of_draft(draft_id, now)
    if draft.sent is None:
        raise NotBegun("no code was sent for it")
    for address, code, channel in ((draft.sent.email, typed.email, "email"), (draft.sent.mobile, typed.sms, "sms")):
        if address and address not in draft.verified:
            try:
                await _prove(desk, draft_id, address, code, now)
            except OneTimeError as refused:
                raise CodeRefused(channel, refused) from refused
    if held is None:
        await _hold(desk, draft_id, now, frozenset())
    async with desk.turns:
        visit = await book(desk.db, desk.settings, desk.post, draft_id, now)
    await wake_worker(desk.redis)
    log.info("registered", visit=visit.id, jail=visit.jail.id)
    return visit


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is asked for, and those of the wanted slots that look free, best first."""

    whole: Whole
    place: Place
    wish: Wish
    offers: tuple[Offer, ...]


async def _plan(uow: UnitOfWork, draft: Draft, now: datetime) -> _Plan:
    whole, place = await read_and_check(uow, draft, now)
    wish = Wish(whole.how.mode, whole.you.kind, whole.people, asker=draft.id)
    return _Plan(whole, place, wish, await free_of(uow, place, wish, whole.times.wanted, now))


async def _hold(desk: Desk, draft_id: str, now: datetime, trusted: frozenset[str]) -> Draft:
    """Hold a slot. All reading is done first, without a lock: most of a crowd that wants the same slots learns there
    already that they are gone, and those who write hold each other up for as short a time as can be.
    """
    async with desk.turns:
        async with desk.db.read() as uow:
            seen = await uow.drafts.get(draft_id, now)
            if seen.visit_id is not None:
                return seen
            plan = await _plan(uow, seen, now)
        if not plan.offers:
            raise SlotsGone(plan.whole.times.wanted)
        async with desk.db.begin() as uow:
            draft = await uow.drafts.locked(draft_id, now)
            if draft.visit_id is not None:
                return draft
            if draft.steps != seen.steps:
                plan = await _plan(uow, draft, now)
            starts_at, expires_at = await _taken(uow, draft, plan, now)
            verified = draft.verified | (trusted & {plan.whole.contact.email})
            sent = _sent(plan.whole, plan.place, verified, starts_at, expires_at)
            draft = await uow.drafts.put(replace(draft, verified=verified, sent=sent), now)
            await uow.commit()
    return draft


async def _taken(uow: UnitOfWork, draft: Draft, plan: _Plan, now: datetime) -> tuple[datetime, datetime]:
    """The beginning of the slot that is held, and until when it is. Asking for another code does not make a hold any
    longer: ten minutes are what a slot is kept for.
    """
    held = await uow.holds.of_draft(draft.id, now)
    if draft.sent is not None and held is not None:
        return held[0].starts_at, held[1]
    expires_at = now + HELD_FOR
    for offer in plan.offers:
        try:
            slot = await uow.holds.take(
                plan.place.jail.id,
                plan.wish.mode,
                offer.starts_at,
                offer.ends_at,
                now,
                draft_id=draft.id,
                expires_at=expires_at,
            )
        except SlotFull:
            continue
        return slot.starts_at, expires_at
    raise SlotsGone(plan.whole.times.wanted)


def _sent(whole: Whole, place: Place, verified: frozenset[str], starts_at: datetime, expires_at: datetime) -> Sent:
    """What has to be proved before this can be sent."""
    email, mobile = whole.contact.email, whole.contact.mobile
    by_sms = place.version.rule.sms and mobile.startswith(_HOME_PREFIX)
    return Sent(
        email="" if email in verified else email,
        mobile=mobile if by_sms and mobile not in verified else "",
        starts_at=starts_at,
        resend_at=expires_at - HELD_FOR,
        expires_at=expires_at,
    )


async def _send_code(desk: Desk, draft_id: str, address: str, issued: Issued, now: datetime, *, by_sms: bool) -> Draft:
    async with desk.turns, desk.db.begin() as uow:
        draft = await uow.drafts.locked(draft_id, now)
        language = draft.typed(Step.LETTER).get("language", DEFAULT)
        send = desk.post.verify_sms if by_sms else desk.post.verify
        await send(uow, address, language, issued.code, issued.expires_at, now)
        if draft.sent is not None:
            draft = await uow.drafts.put(replace(draft, sent=replace(draft.sent, resend_at=issued.resend_at)), now)
        await uow.commit()
    await wake_worker(desk.redis)
    return draft


async def _prove(desk: Desk, draft_id: str, address: str, code: str, now: datetime) -> None:
    """Check one code, and remember that it was right: a later step may fail, and codes work once."""
    await desk.codes.check(SCOPE, address, code, now)
    async with desk.turns, desk.db.begin() as uow:
        draft = await uow.drafts.locked(draft_id, now)
        await uow.drafts.put(replace(draft, verified=draft.verified | {address}), now)
        await uow.commit()
