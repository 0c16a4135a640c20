"""From a complete draft that holds a slot to a requested visit, in one transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from broker.accounts.account import Account
from broker.documents.errors import DocumentGone
from broker.documents.store import Document
from broker.identity.proofs import number_digest
from broker.links import link_digest
from broker.mail.post import Post
from broker.people import Identity
from broker.registration.companions import Companion
from broker.registration.draft import Draft, Step, finished
from broker.registration.errors import Incomplete, NotBegun, SlotsGone, TooManyWaiting
from broker.registration.places import Place, find_place
from broker.registration.profile import profile_of
from broker.registration.whole import Whole, check_rule, read_whole
from broker.slots.errors import HoldGone
from broker.storage.database import Database
from broker.storage.unit import UnitOfWork
from broker.visit import NewVisit, NewVisitor, Prisoner, Request, Visit, new_id
from broker.vocabulary import IdType, VisitorDecision
from config.settings import Settings


async def read_and_check(uow: UnitOfWork, draft: Draft, now: datetime) -> tuple[Whole, Place]:
    """The draft's values, checked against the rule of its jail. Raises Incomplete, NoSuchJail."""
    whole = read_whole(draft, now.astimezone(UTC).date())
    place = await find_place(uow, whole.jail.codes, now)
    check_rule(whole, place.version.rule)
    return whole, place


#: Undecided requests one account may have: each holds a slot that others don't get meanwhile.
MOST_WAITING = 4


async def book(db: Database, settings: Settings, post: Post, draft_id: str, now: datetime) -> Visit:
    """Make the visit, once: account, visit with its VisRN, hold, photo and letter, all of it or nothing. Raises
    DraftGone, Incomplete, NoSuchJail, NotBegun (the address isn't proved), SlotsGone (the hold has just expired),
    TooManyWaiting.
    """
    async with db.begin() as uow:
        draft = await uow.drafts.locked(draft_id, now)
        if draft.visit_id is not None:
            return await uow.visits.get(draft.visit_id)
        whole, place = await read_and_check(uow, draft, now)
        await check_photo(uow, draft, whole.photo.document_id)
        if whole.contact.email not in draft.verified:
            raise NotBegun("the address is not proved")
        held = await uow.holds.of_draft(draft_id, now)
        if held is None:
            raise SlotsGone(whole.times.wanted)
        account = await _account(uow, draft, whole, place, now)
        if await uow.visits.count_undecided(account.id) >= MOST_WAITING:
            raise TooManyWaiting(MOST_WAITING)
        new = NewVisit(
            jail_id=place.jail.id,
            inmate_id=None,
            kind=whole.you.kind,
            starts_at=held[0].starts_at,
            ends_at=held[0].ends_at,
            visitors=visitors_of(settings, whole),
            by=account.actor,
            mode=whole.how.mode,
            account_id=account.id,
            request=request_of(draft, whole, place, held[0].starts_at, now),
            rule_version_id=place.version.id,
        )
        visit = await uow.visits.add(new, now)
        try:
            await uow.holds.attach(draft_id, visit.id, now)
        except HoldGone:
            raise SlotsGone(whole.times.wanted) from None
        await uow.documents.give(draft_id, account.id, frozenset({whole.photo.document_id}))
        await uow.drafts.put(replace(finished(draft, visit.id), account_id=account.id), now)
        await post.registered(uow, visit, new.request, now)
        await uow.commit()
    return visit


async def check_photo(uow: UnitOfWork, draft: Draft, document_id: str) -> Document:
    """The photo of a draft: sent for it, or known from the account's last request. Raises Incomplete."""
    try:
        document = await uow.documents.get(document_id)
    except DocumentGone:
        raise Incomplete(Step.PHOTO, {"document_id": "required"}) from None
    if not _belongs(document, draft):
        raise Incomplete(Step.PHOTO, {"document_id": "required"})
    return document


def _belongs(document: Document, draft: Draft) -> bool:
    if document.draft_id is not None:
        return document.draft_id == draft.id
    return document.account_id is not None and document.account_id == draft.account_id


async def _account(uow: UnitOfWork, draft: Draft, whole: Whole, place: Place, now: datetime) -> Account:
    return await uow.accounts.verified(
        whole.contact.email,
        mobile=whole.contact.mobile,
        language=whole.letter.language,
        timezone=draft.timezone or place.jail.timezone,
        profile=profile_of(draft),
        now=now,
    )


def request_of(draft: Draft, whole: Whole, place: Place, starts_at: datetime, now: datetime) -> Request:
    """What was asked for, with the deadlines of the jail's rule for the slot that is held."""
    decide_by, lapse_at = place.version.rule.deadlines(starts_at, now)
    prisoner = whole.prisoner
    return Request(
        prisoner=Prisoner(prisoner.name, prisoner.father_name, prisoner.age, prisoner.gender, prisoner.number),
        preferences=whole.times.wanted,
        note=whole.letter.note,
        timezone=draft.timezone or place.jail.timezone,
        decide_by=decide_by,
        lapse_at=lapse_at,
    )


def visitors_of(settings: Settings, whole: Whole) -> tuple[NewVisitor, ...]:
    """Everybody who would come, the one who asks first."""
    return (_asker(settings, whole), *(_companion(settings, whole, each) for each in whole.companions))


def _asker(settings: Settings, whole: Whole) -> NewVisitor:
    you, contact, proof = whole.you, whole.contact, whole.proof
    identity = _identity(
        settings,
        contact.nationality,
        proof.id_type,
        proof.id_number,
        father_name=you.father_name,
        address=contact.address,
        gender=you.gender,
        birth_date=you.born.on,
        age=you.born.age,
        document_id=whole.photo.document_id,
    )
    return _visitor(settings, whole, you.name, you.relationship, identity, mobile=contact.mobile)


def _companion(settings: Settings, whole: Whole, one: Companion) -> NewVisitor:
    """In person somebody may have no address of their own: what is for them goes to the one who asked."""
    identity = _identity(settings, one.nationality, one.id_type, one.id_number)
    return _visitor(settings, whole, one.name, one.relationship, identity, email=one.email)


def _visitor(  # noqa: PLR0917 - who it is, in the order of the table
    settings: Settings,
    whole: Whole,
    name: str,
    relationship: str,
    identity: Identity,
    email: str = "",
    mobile: str = "",
) -> NewVisitor:
    visitor_id = new_id()
    return NewVisitor(
        id=visitor_id,
        name=name,
        relationship=relationship,
        email=email or whole.contact.email,
        mobile=mobile,
        language=whole.letter.language,
        link_digest=link_digest(settings.secret_key, visitor_id),
        decision=VisitorDecision.PENDING,
        identity=identity,
    )


def _identity(
    settings: Settings,
    nationality: str,
    id_type: IdType,
    id_number: str,
    *,
    father_name: str = "",
    address: str = "",
    gender: str = "",
    birth_date: date | None = None,
    age: int | None = None,
    document_id: str | None = None,
) -> Identity:
    return Identity(
        father_name=father_name,
        address=address,
        gender=gender,
        birth_date=birth_date,
        age=age,
        nationality=nationality,
        id_type=id_type,
        id_number=id_number,
        id_digest=number_digest(settings.secret_key, id_type, id_number),
        document_id=document_id,
    )
