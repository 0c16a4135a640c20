"""Helping a family in: codes sent again, or to another registered address, or read out by telephone.

Each is an entry of the audit, committed before any code can be used: who helped whom, how, and never a code, an address
or an answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import structlog

from broker.accounts.account import Account
from broker.admission.errors import AdmissionError
from broker.admission.limits import Limits
from broker.admission.service import AdmissionService, Also, CodesRead, CodesSent
from broker.admission.window import check_window
from broker.audit.events import AuditEvent
from broker.errors import NotFound
from broker.sessions.addresses import OWN, Address, chosen, registered
from broker.sessions.details import NEEDED, Detail, askable, fit
from broker.sessions.errors import DetailsWrong, NoSuchAddress, NotTheDetails, TriesSpent
from broker.storage.database import Database
from broker.storage.unit import UnitOfWork
from broker.visit import Visit, Visitor

_log = structlog.get_logger(__name__)


class Helper:
    """What the operator's help page calls. Every refusal is a SessionError or an AdmissionError."""

    def __init__(self, db: Database, admission: AdmissionService, limits: Limits) -> None:
        self._db = db
        self._admission = admission
        self._limits = limits

    async def addresses(self, visit: Visit, visitor: Visitor) -> tuple[Address, ...]:
        """The registered addresses codes of this visitor may go to, their own first."""
        async with self._db.read() as uow:
            account = await _account(uow, visit)
        return registered(visitor, visit.visitors, account.email if account is not None else "")

    async def send(self, visit: Visit, visitor: Visitor, key: str, by: str, now: datetime) -> CodesSent:
        """Send fresh codes to a registered address; older ones are dead. Raises NoSuchAddress, NotAdmitting, NotOpen,
        Over, Locked, Throttled, TryLater.
        """
        address = chosen(await self.addresses(visit, visitor), key)
        if address is None:
            raise NoSuchAddress("not registered with this visit")
        also = _entry(AuditEvent.CODES_SEND, visit, visitor, by, now, details={"to": address.whose.value})
        to = None if address.key == OWN else address.email
        sent = await self._admission.send_codes_for_staff(visit, visitor, now, to=to, also=also)
        _log.info("codes_sent_by_staff", visit=visit.id, by=by, whose=address.whose.value)
        return sent

    async def read_out(
        self, visit: Visit, visitor: Visitor, answers: Mapping[Detail, str], by: str, now: datetime
    ) -> CodesRead:
        """Fresh codes for a caller who has given two details. Each look counts, before it is made; a wrong one is
        recorded as well. Raises NotTheDetails (not counted), DetailsWrong, TriesSpent, NotAdmitting, NotOpen, Over,
        TryLater.
        """
        check_window(visit, now)
        asked = [detail for detail in askable(visitor) if detail in answers]
        if len(asked) < NEEDED or len(asked) != len(answers):
            raise NotTheDetails("two details that are known have to be asked")
        left = await self._limits.try_details(visitor.id, visit.ends_at, now)
        if left is None:
            raise TriesSpent("asked too often")
        right = fit(visitor, answers)
        entry = _entry(AuditEvent.CODES_READ_OUT, visit, visitor, by, now, details=_asked(asked, right=right))
        if not right:
            await self._record(entry)
            _log.info("details_wrong", visit=visit.id, by=by, left=left)
            raise DetailsWrong(left)
        read = await self._admission.read_out_codes(visit, visitor, now, also=entry)
        _log.info("codes_read_out", visit=visit.id, by=by)
        return read

    async def _record(self, entry: Also) -> None:
        async with self._db.begin() as uow:
            entry(uow)
            await uow.commit()


def refused_by_window(visit: Visit, now: datetime) -> AdmissionError | None:
    """Why nobody can be helped into this visit now, or None."""
    try:
        check_window(visit, now)
    except AdmissionError as refused:
        return refused
    return None


async def _account(uow: UnitOfWork, visit: Visit) -> Account | None:
    if visit.account_id is None:
        return None
    try:
        return await uow.accounts.get(visit.account_id)
    except NotFound:
        return None


def _asked(asked: Sequence[Detail], *, right: bool) -> dict[str, str | bool]:
    """What the audit keeps: which details were asked, and whether the answers were right."""
    return {"asked": " ".join(asked), "right": right}


def _entry(
    event: AuditEvent, visit: Visit, visitor: Visitor, by: str, now: datetime, *, details: Mapping[str, str | bool]
) -> Also:
    def record(uow: UnitOfWork) -> None:
        uow.audit.record(
            event,
            by=by,
            at=now,
            jail_id=visit.jail.id,
            visit_id=visit.id,
            subject=f"visitor:{visitor.id}",
            details=dict(details),
        )

    return record
