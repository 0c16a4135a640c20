"""Use cases of admission: send fresh codes by mail, and turn right codes into the visitor who typed them.

There are two doors. By the link, a visitor is known, and refusals say what is the matter. By hand, only a VisRN is
known, which strangers can guess: there, an unknown VisRN and a known one get the same answers.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NoReturn

import structlog
from redis.asyncio import Redis
from sqlalchemy.exc import SQLAlchemyError

from broker.admission import codes
from broker.admission.codes import IssuedCodes, TypedCodes
from broker.admission.errors import AdmissionError, CodesExpired, Locked, Throttled, TryLater, WrongCodes
from broker.admission.limits import LOCKED_FOR, RESEND_AFTER, Limits, Try
from broker.admission.mailstate import MailState, mail_states
from broker.admission.window import check_window
from broker.mail import letters
from broker.mail.wake import wake_worker
from broker.outbox import OutboxMail
from broker.storage.database import Database
from broker.storage.unit import UnitOfWork
from broker.visit import Visit, Visitor
from broker.visrn import VisRN
from config.secrets import derive
from config.settings import Settings

_log = structlog.get_logger(__name__)

#: What else is written in the same transaction, without a commit of its own.
Also = Callable[[UnitOfWork], None]

_NO_VISITOR = "nobody"
_NO_MAC = hashlib.sha256(b"no pin").hexdigest()


@dataclass(frozen=True, slots=True)
class CodesSent:
    """Codes are on their way. They are valid until `expires_at`; new ones may be asked for from `resend_at` (UTC)."""

    resend_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class CodesRead:
    """Codes to be read out once: valid until `expires_at` (UTC). They are shown on one page and kept nowhere."""

    otp: str = field(repr=False)
    pin: str = field(repr=False)
    expires_at: datetime


class AdmissionService:
    """What the join pages call. Every refusal is an `AdmissionError` with a stable id."""

    def __init__(self, settings: Settings, db: Database, redis: Redis) -> None:
        self._secret_key = settings.secret_key
        self._db = db
        self._redis = redis
        self._limits = Limits(redis)

    async def send_codes(self, visit: Visit, visitor: Visitor, now: datetime, *, client: str = "") -> CodesSent:
        """By the link: queue a mail with fresh codes to this visitor; older codes are dead from now on.

        `client` is the asker's network address. Raises NotAdmitting, NotOpen, Over, Locked, Throttled, TryLater.
        """
        check_window(visit, now)
        resend_at = await self._limits.reserve_send(visitor.id, visitor.id, self._address(client), now)
        await self._issue(visit, [visitor], now)
        return CodesSent(resend_at, now + codes.LIFETIME)

    async def send_codes_for_staff(
        self, visit: Visit, visitor: Visitor, now: datetime, *, also: Also, to: str | None = None
    ) -> CodesSent:
        """By staff who help: as `send_codes`, counted apart from what the family asks for, and `to` another address
        where the visitor's own takes no mail. `also` writes into the same transaction.
        """
        check_window(visit, now)
        resend_at = await self._limits.reserve_send(visitor.id, f"staff:{visitor.id}", "", now)
        await self._issue(visit, [visitor], now, to=to, also=also)
        await self._limits.wait_with_sends(visitor.id, now + RESEND_AFTER, now)
        return CodesSent(resend_at, now + codes.LIFETIME)

    async def read_out_codes(self, visit: Visit, visitor: Visitor, now: datetime, *, also: Also) -> CodesRead:
        """By staff who know who is on the telephone: fresh codes for the caller's ear, in no mail. `also` writes into
        the transaction in which they are made. Locks of the visitor's doors end, and until the codes are used or too
        old nobody's "send again" replaces them. Raises NotAdmitting, NotOpen, Over, TryLater.
        """
        check_window(visit, now)
        expires_at = now + codes.LIFETIME
        try:
            fresh = await self._next_codes(visitor, also)
        except (SQLAlchemyError, OSError, TimeoutError) as error:
            raise TryLater(type(error).__name__) from None
        if not await self._limits.arm(visitor.id, fresh.counter, fresh.pin_mac, expires_at, now):
            raise TryLater("newer codes were made meanwhile")
        await self._limits.wait_with_sends(visitor.id, expires_at, now)
        await self._limits.unlock(visitor.id, str(visit.visrn))
        return CodesRead(fresh.otp, fresh.pin, expires_at)

    async def send_codes_by_hand(
        self,
        visrn: VisRN | str,
        visit: Visit | None,
        now: datetime,
        *,
        inside: Collection[str] = frozenset(),
        client: str = "",
    ) -> CodesSent:
        """By hand: queue mails to every visitor of the visit who isn't `inside` (participant ids) already.

        For an unknown VisRN (`visit` None), and outside the visit's window, the same is counted and answered but
        nothing is sent. Raises BadVisRN, Locked, Throttled, TryLater.
        """
        number = _canonical(visrn)
        resend_at = await self._limits.reserve_send(number, f"hand:{number}", self._address(client), now)
        if visit is not None and _admitting(visit, now):
            await self._issue(visit, await self._reachable(visit, inside, now), now)
        return CodesSent(resend_at, now + codes.LIFETIME)

    async def check_codes(  # noqa: PLR0917 - who, then what they typed, then when: the order of the form
        self,
        visrn: VisRN | str,
        candidates: Sequence[Visitor],
        visit: Visit | None,
        otp: str,
        pin: str,
        now: datetime,
        *,
        by_link: bool = False,
        client: str = "",
    ) -> Visitor:
        """Return the candidate whose codes these are, and use the codes up.

        `candidates` is the link's visitor, or every visitor of the visit by hand, or nobody for an unknown VisRN; `otp`
        and `pin` are the form's fields as typed. Only `by_link` tells wrong codes from expired ones.
        Raises UnreadableCodes (not counted), WrongCodes, CodesExpired, Locked, Throttled, TryLater; and, with right
        codes only, NotAdmitting, NotOpen, Over.
        """
        number = _canonical(visrn)
        typed = codes.read(otp, pin)
        door = candidates[0].id if by_link else number
        begun = await self._limits.begin_try(door, [one.id for one in candidates], self._address(client), now)
        found = self._match(candidates, begun, typed)
        if found is None:
            _refuse(begun, now, by_link=by_link)
        visitor, counter = found
        if not await self._limits.consume(door, visitor.id, counter, now):
            raise CodesExpired("somebody was faster")
        if visit is not None:
            check_window(visit, now)
        return visitor

    async def mail_state(self, visit_id: str) -> dict[str, MailState]:
        """For each visitor a code mail was queued for: what became of the newest one. Raises TryLater."""
        try:
            async with self._db.read() as uow:
                return mail_states(await uow.outbox.for_visit(visit_id))
        except (SQLAlchemyError, OSError, TimeoutError) as error:
            raise TryLater(type(error).__name__) from None

    async def _reachable(self, visit: Visit, inside: Collection[str], now: datetime) -> list[Visitor]:
        """Who gets a mail: not those inside, and not those who were sent one just now (nobody is told)."""
        reachable = []
        for visitor in visit.admitted:
            if visitor.id in inside:
                continue
            try:
                await self._limits.reserve_send(str(visit.visrn), visitor.id, "", now)
            except (Locked, Throttled):
                continue
            reachable.append(visitor)
        return reachable

    async def _issue(
        self,
        visit: Visit,
        visitors: Sequence[Visitor],
        now: datetime,
        *,
        to: str | None = None,
        also: Also = lambda _: None,
    ) -> None:
        """Codes become valid before their mail is committed: a crash in between costs a mail, never a dead code."""
        try:
            issued = [(visitor, await self._next_codes(visitor)) for visitor in visitors]
            for visitor, fresh in issued:
                await self._limits.arm(visitor.id, fresh.counter, fresh.pin_mac, now + codes.LIFETIME, now)
            async with self._db.begin() as uow:
                for visitor, fresh in issued:
                    await uow.outbox.add(_code_mail(visit, visitor, fresh, now, to))
                also(uow)
                await uow.commit()
        except (SQLAlchemyError, OSError, TimeoutError) as error:
            _log.warning("codes_not_queued", visit=visit.id, error=type(error).__name__)
            raise TryLater(type(error).__name__) from None
        await wake_worker(self._redis)
        _log.info("codes_queued", visit=visit.id, mails=len(issued))

    async def _next_codes(self, visitor: Visitor, also: Also = lambda _: None) -> IssuedCodes:
        async with self._db.begin() as uow:
            counter = await uow.visits.next_otp_counter(visitor.id)
            also(uow)
            await uow.commit()
        return codes.issue(self._secret_key, visitor.id, counter)

    def _match(self, candidates: Sequence[Visitor], begun: Try, typed: TypedCodes) -> tuple[Visitor, int] | None:
        """Compare with everybody's codes, found or not; with nobody's, compare with codes that never fit."""
        found = None
        for valid in begun.valid:
            visitor = candidates[valid.place]
            if codes.fits(self._secret_key, visitor.id, valid.counter, valid.pin_mac, typed) and found is None:
                found = (visitor, valid.counter)
        if not begun.valid:
            codes.fits(self._secret_key, _NO_VISITOR, 0, _NO_MAC, typed)
        return found

    def _address(self, client: str) -> str:
        """A digest of the network address; of an IPv6 one, its /64, which is what one household is given."""
        if not client:
            return ""
        try:
            address = ipaddress.ip_address(client.partition("%")[0])
        except ValueError:
            named = client
        else:
            if isinstance(address, ipaddress.IPv6Address):
                mapped = address.ipv4_mapped
                named = str(mapped or ipaddress.IPv6Network((address, 64), strict=False))
            else:
                named = str(address)
        return hmac.new(derive(self._secret_key, "address", "admission"), named.encode(), "sha256").hexdigest()


def _canonical(visrn: VisRN | str) -> str:
    return str(visrn if isinstance(visrn, VisRN) else VisRN.parse(visrn))


def _admitting(visit: Visit, now: datetime) -> bool:
    try:
        check_window(visit, now)
    except AdmissionError:
        return False
    return True


def _refuse(begun: Try, now: datetime, *, by_link: bool) -> NoReturn:
    if begun.left <= 0:
        raise Locked(now + LOCKED_FOR)
    if by_link and not begun.valid:
        raise CodesExpired("no valid codes")
    raise WrongCodes(begun.left)


def _code_mail(visit: Visit, visitor: Visitor, fresh: IssuedCodes, now: datetime, to: str | None) -> OutboxMail:
    expires_at = now + codes.LIFETIME
    message = letters.codes(visit, visitor, fresh.otp, fresh.pin, expires_at)
    reader = visitor if to is None else replace(visitor, email=to)
    return letters.addressed("codes", message, visit, reader, now, expires_at=expires_at)
