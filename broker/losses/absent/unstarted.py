"""Closing a visit that nobody started and nobody came to, by staff's word, before its slot is over."""

from __future__ import annotations

from datetime import datetime

from broker.closing import Record, conclude
from broker.deciding.cancelling import close
from broker.losses.absent.evidence import evidence, never_there
from broker.losses.attribution import attribute
from broker.losses.settling import Measured
from broker.losses.timeline import Around
from broker.sessions.noshow import NoShow
from broker.storage.unit import UnitOfWork
from broker.visit import Visit
from config.facts import EndReason
from config.settings import Settings


async def close_unstarted(  # noqa: PLR0917 - which visit, what is said of it, then who and when
    uow: UnitOfWork, settings: Settings, visit: Visit, said: NoShow, by: str, now: datetime
) -> Visit:
    """Close it, without committing: nothing was measured but that nobody came, so what took its minutes is whether
    somebody could have. The visit must be locked. Raises IllegalTransition.
    """
    known = await evidence(uow, visit, said)
    record = Record(visit.starts_at, visit.ends_at, end=EndReason.NO_SHOW, ended_at=now, shut_out=known.shut_out)
    around = Around(silent=never_there(visit), called_off=said.called_off)
    measured = Measured(record, attribute(record, around))
    return await close(uow, settings, visit.id, conclude(record), {}, by=by, now=now, measured=measured, no_show=said)
