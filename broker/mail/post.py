"""The post room: each thing people are told is one method, which composes it for each reader and queues it.

Nothing is sent here: a letter leaves after the commit of the transaction that caused it, and whoever commits wakes the
worker (`broker.mail.wake_worker`). Each method returns what it queued.

Who reads a visit's letters: the person who asked for it (the first of its visitors), and everybody who was approved.
Each gets their own, in their language, with their own link; where the state's rule has it so, a short text message too.
A letter to an address that sent the visit's last mail back goes to the other registered addresses as well.
Where `request` is None (staff booked it), times are the jail's alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from broker.mail import letters
from broker.mail.letters import Letter, Pages, Reader
from broker.mail.letters.decided import Citation
from broker.mail.offers import NOTHING, MadeGood, Offer
from broker.outbox import Channel, OutboxMail, unreachable
from broker.reminders import Reminder
from broker.sessions.addresses import registered
from broker.sessions.noshow import NoShow
from broker.storage.unit import UnitOfWork
from broker.visit import Request, Visit, Visitor, VisitorDecision
from config.settings import Settings

Compose = Callable[[Reader], Letter]


class Interval(Protocol):
    """When something was: a Slot, or a Visit as it stood before."""

    @property
    def starts_at(self) -> datetime:
        """The first instant (UTC)."""
        ...

    @property
    def ends_at(self) -> datetime:
        """The first instant after it (UTC)."""
        ...


class Post:
    """Composes and queues letters; `settings` say which address links begin with."""

    def __init__(self, settings: Settings) -> None:
        self._pages = Pages(settings.public_url, settings.secret_key)

    # --- One-time codes: they expire, and their text is wiped once sent -----------------------------------------------

    async def verify(  # noqa: PLR0917 - to whom, then what, then when
        self, uow: UnitOfWork, email: str, language: str, code: str, expires_at: datetime, now: datetime
    ) -> OutboxMail:
        """The code that proves an address while a visit is asked for."""
        letter = letters.verify(language, code, expires_at, now, self._pages.host)
        return await _queue(uow, _plain(letter, email, now, expires_at))

    async def verify_sms(  # noqa: PLR0917 - to whom, then what, then when
        self, uow: UnitOfWork, mobile: str, language: str, code: str, expires_at: datetime, now: datetime
    ) -> OutboxMail:
        """The code that proves a mobile number (E.164), as a text message."""
        letter = letters.verify(language, code, expires_at, now, self._pages.host)
        return await _queue(uow, _plain(letter, mobile, now, expires_at, channel=Channel.SMS))

    async def sign_in(  # noqa: PLR0917 - to whom, then what, then when
        self, uow: UnitOfWork, email: str, language: str, code: str, expires_at: datetime, now: datetime
    ) -> OutboxMail:
        """The code that opens an account."""
        letter = letters.sign_in(language, code, expires_at, now, self._pages.host)
        return await _queue(uow, _plain(letter, email, now, expires_at))

    # --- A visit's letters --------------------------------------------------------------------------------------------

    async def registered(
        self, uow: UnitOfWork, visit: Visit, request: Request | None, now: datetime
    ) -> list[OutboxMail]:
        """We have your request: its VisRN, what was asked for, what happens next. To the one who asked."""
        return await self._tell(uow, visit, request, now, letters.registered, to=visit.visitors[:1])

    async def approved(self, uow: UnitOfWork, visit: Visit, request: Request | None, now: datetime) -> list[OutboxMail]:
        """Video: when, the own link, what to have ready, a calendar entry. In person: the pass with its QR code. Those
        who were refused while others were approved are told that, and why (`Visitor.decision_reason`).
        """
        await uow.reminders.arm(visit.id, visit.starts_at, now)
        told = await self._tell(
            uow, visit, request, now, lambda reader: letters.approved(reader, now), to=visit.admitted
        )
        refused = [visitor for visitor in visit.visitors if not visitor.admitted]
        return told + await self._tell(uow, visit, request, now, letters.left_out, to=refused)

    async def refused(
        self,
        uow: UnitOfWork,
        visit: Visit,
        request: Request | None,
        reason: str,
        now: datetime,
        *,
        text: str = "",
        citation: Citation = "",
        offer: Offer = NOTHING,
    ) -> list[OutboxMail]:
        """No, why (a `broker.reasons.RefusalReason`, and the jail's own words), by which rule, and what is possible."""

        def compose(reader: Reader) -> Letter:
            return letters.refused(reader, reason, text=text, citation=citation, offer=offer)

        return await self._tell(uow, visit, request, now, compose)

    async def asked(
        self,
        uow: UnitOfWork,
        visit: Visit,
        request: Request | None,
        wants: Collection[str],
        now: datetime,
        *,
        text: str = "",
        link: str = "",
    ) -> list[OutboxMail]:
        """The jail needs something more (`broker.reasons.AskFor`); `link` to where it is answered, the visit's page in
        the account unless given. To the one who asked for the visit.
        """

        def compose(reader: Reader) -> Letter:
            return letters.asked(reader, wants, text=text, link=link)

        return await self._tell(uow, visit, request, now, compose, to=visit.visitors[:1])

    async def changed(
        self, uow: UnitOfWork, visit: Visit, request: Request | None, before: Interval, now: datetime, *, text: str = ""
    ) -> list[OutboxMail]:
        """Another time: `visit` as it stands now, `before` when it was to be."""
        old = (before.starts_at, before.ends_at)
        await uow.reminders.arm(visit.id, visit.starts_at, now)
        return await self._tell(uow, visit, request, now, lambda reader: letters.changed(reader, old, now, text=text))

    async def cancelled(
        self, uow: UnitOfWork, visit: Visit, request: Request | None, reason: str, now: datetime, *, text: str = ""
    ) -> list[OutboxMail]:
        """It does not take place, and why (a `broker.reasons.CancelReason`, and the jail's own words)."""
        return await self._tell(
            uow, visit, request, now, lambda reader: letters.cancelled(reader, reason, now, text=text)
        )

    async def reminder_day(
        self, uow: UnitOfWork, visit: Visit, request: Request | None, now: datetime
    ) -> list[OutboxMail]:
        """The visit is in a day."""
        return await self._remind(uow, visit, request, now, Reminder.REMINDER_DAY)

    async def reminder_hour(
        self, uow: UnitOfWork, visit: Visit, request: Request | None, now: datetime
    ) -> list[OutboxMail]:
        """The visit is in an hour."""
        return await self._remind(uow, visit, request, now, Reminder.REMINDER_HOUR)

    async def missed(
        self, uow: UnitOfWork, visit: Visit, request: Request | None, now: datetime, *, no_show: NoShow | None = None
    ) -> list[OutboxMail]:
        """A closed visit to which the family did not come: it is counted, and how to ask for the next one. `no_show`:
        staff wrote that down before its time was over.
        """
        return await self._tell(uow, visit, request, now, lambda reader: letters.missed(reader, no_show))

    async def makeup(
        self, uow: UnitOfWork, visit: Visit, request: Request | None, now: datetime, *, made: MadeGood | None = None
    ) -> list[OutboxMail]:
        """A closed visit that failed through no fault of theirs: it is not counted, and they may ask for another, or
        take one that is `made` good without asking.
        """
        return await self._tell(uow, visit, request, now, lambda reader: letters.makeup(reader, made))

    # --- To staff -----------------------------------------------------------------------------------------------------

    async def staff_invite(  # noqa: PLR0917 - to whom, then what, then when
        self, uow: UnitOfWork, name: str, email: str, language: str, link: str, expires_at: datetime, now: datetime
    ) -> OutboxMail:
        """An account for a member of staff, to be opened by `link` before `expires_at` (UTC)."""
        return await _queue(
            uow, _plain(letters.staff_invite(name, language, link, expires_at, now), email, now, expires_at)
        )

    async def escalated(  # noqa: PLR0917 - to whom, then what, then when
        self, uow: UnitOfWork, name: str, email: str, language: str, count: int, link: str, now: datetime
    ) -> OutboxMail:
        """Requests wait longer than they should: how many, and where (`link`)."""
        return await _queue(uow, _plain(letters.escalated(name, language, count, link), email, now))

    # --- How ----------------------------------------------------------------------------------------------------------

    async def _remind(
        self, uow: UnitOfWork, visit: Visit, request: Request | None, now: datetime, reminder: Reminder
    ) -> list[OutboxMail]:
        return await self._tell(uow, visit, request, now, lambda reader: letters.reminded(reader, reminder))

    async def _tell(
        self,
        uow: UnitOfWork,
        visit: Visit,
        request: Request | None,
        now: datetime,
        compose: Compose,
        *,
        to: Iterable[Visitor] | None = None,
    ) -> list[OutboxMail]:
        """Whoever has no address of their own (a companion of a visit in person) hears it from the one who asked."""
        by_sms = await _sends_sms(uow, visit)
        readers = list(_concerned(visit) if to is None else to)
        others = await _others(uow, visit, readers)
        queued = []
        for visitor in readers:
            letter = compose(Reader(visit, visitor, request, self._pages))
            for address in (visitor.email, *others.get(visitor.id, ())) if visitor.email else ():
                to_them = replace(visitor, email=address)
                mail = letters.addressed(
                    letter.name, letter.message, visit, to_them, now, attachments=letter.attachments
                )
                queued.append(await _queue(uow, mail))
            if by_sms and letter.sms is not None and visitor.mobile:
                queued.append(await _queue(uow, letters.texted(letter.name, letter.sms, visit, visitor, now)))
        return queued


def _concerned(visit: Visit) -> list[Visitor]:
    """Who knows of this visit: the one who asked for it, and whoever was approved."""
    return [
        visitor
        for place, visitor in enumerate(visit.visitors)
        if place == 0 or visitor.decision is VisitorDecision.APPROVED
    ]


async def _others(uow: UnitOfWork, visit: Visit, readers: Collection[Visitor]) -> dict[str, list[str]]:
    """Where else letters go of those whose own address sends them back: the other addresses registered with the visit,
    but for those that send them back too and those that get the same letter anyway.
    """
    dead = unreachable(await uow.outbox.for_visit(visit.id))
    if not dead.intersection(visitor.email.casefold() for visitor in readers):
        return {}
    account = "" if visit.account_id is None else (await uow.accounts.get(visit.account_id)).email
    taken = dead | {visitor.email.casefold() for visitor in readers}
    return {
        visitor.id: [
            each.email
            for each in registered(visitor, visit.visitors, account)
            if each.email and each.email.casefold() not in taken
        ]
        for visitor in readers
        if visitor.email.casefold() in dead
    }


async def _sends_sms(uow: UnitOfWork, visit: Visit) -> bool:
    """By the rule the visit stands under; one that stands under none is booked by staff."""
    if visit.rule_version_id is None:
        return False
    return (await uow.rules.get(visit.rule_version_id)).rule.sms


def _plain(
    letter: Letter, to: str, now: datetime, expires_at: datetime | None = None, *, channel: Channel = Channel.MAIL
) -> OutboxMail:
    """An envelope to somebody who is no visitor of a visit, or not yet."""
    message = letter.message if channel is Channel.MAIL else letter.sms or letter.message
    return OutboxMail(
        name=letter.name,
        to=to,
        subject=message.subject,
        text=message.text,
        html=message.html,
        created_at=now,
        channel=channel,
        expires_at=expires_at,
    )


async def _queue(uow: UnitOfWork, mail: OutboxMail) -> OutboxMail:
    await uow.outbox.add(mail)
    return mail
