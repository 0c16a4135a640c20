"""Setting right what decisions stand on: a ban or a restriction taken back, an allowance changed by hand.

Each runs in the caller's transaction, which has looked whether the actor may, and leaves its entry in the audit.
"""

from __future__ import annotations

from datetime import date, datetime

from broker.audit.events import AuditEvent
from broker.deciding.bans import Ban
from broker.deciding.restrictions import Restriction
from broker.people import Inmate
from broker.quota.ledger import QuotaLeft
from broker.rules.model import RuleVersion
from broker.storage.unit import UnitOfWork
from broker.vocabulary import VisitKind, VisitMode


async def lift_ban(uow: UnitOfWork, ban_id: int, by: str, now: datetime) -> Ban:
    """Take a ban back; a second time changes nothing. Raises NotFound."""
    ban = await uow.bans.lift(ban_id, now)
    if ban.lifted_at == now:
        uow.audit.record(AuditEvent.BAN_LIFT, by=by, at=now, jail_id=ban.jail_id, subject=f"ban:{ban_id}")
    return ban


async def lift_restriction(uow: UnitOfWork, inmate: Inmate, restriction_id: int, by: str, now: datetime) -> Restriction:
    """Take a restriction of this person back; a second time changes nothing. Raises NotFound."""
    restriction = await uow.restrictions.lift(restriction_id, now)
    if restriction.lifted_at == now:
        uow.audit.record(
            AuditEvent.RESTRICTION_LIFT,
            by=by,
            at=now,
            jail_id=inmate.jail_id,
            subject=f"inmate:{inmate.id}",
            details={"kind": restriction.kind.value},
        )
    return restriction


async def adjust_quota(  # noqa: PLR0917 - whose and which allowance, by how much and why, then who and when
    uow: UnitOfWork,
    inmate: Inmate,
    kind: VisitKind,
    mode: VisitMode,
    on: date,
    amount: int,
    note: str,
    by: str,
    now: datetime,
    version: RuleVersion,
) -> QuotaLeft:
    """Use up (+) or give (-) visits by hand in the period of that day. Raises NotFound (inmate), BadAdjustment."""
    left = await uow.quotas.adjust(inmate.id, kind, mode, on, amount, note=note, by=by, now=now, version=version)
    uow.audit.record(
        AuditEvent.QUOTA_ADJUST,
        by=by,
        at=now,
        jail_id=inmate.jail_id,
        subject=f"inmate:{inmate.id}",
        why=note.strip(),
        details={"amount": amount, "kind": kind.value, "mode": mode.value, "since": left.period_start.isoformat()},
    )
    return left
