"""What paper knows of a family that did not come in: whether it could have, and what staff wrote down of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from broker.admission.window import opens_at
from broker.audit.events import AuditEvent
from broker.losses.absent.letting import shut_out
from broker.sessions.noshow import NoShow, no_show_of
from broker.storage.unit import UnitOfWork
from broker.visit import Visit


@dataclass(frozen=True, slots=True)
class Evidence:
    """`shut_out`: as in broker.closing.Record; empty where the family had said not to come. `no_show`: what staff wrote
    down, None where nobody did.
    """

    shut_out: tuple[tuple[datetime, datetime], ...] = ()
    no_show: NoShow | None = None

    @property
    def called_off(self) -> bool:
        """Whether the family had said that it does not come."""
        return self.no_show is not None and self.no_show.called_off


async def evidence(uow: UnitOfWork, visit: Visit, no_show: NoShow | None = None) -> Evidence:
    """The evidence of a visit by video; `no_show`: what is being written down just now."""
    told = no_show or no_show_of(await uow.sessions.acts(visit.id))
    if told is not None and told.called_off:
        return Evidence((), told)
    helps = await uow.sessions.helps(visit.id)
    read = [(help_.visitor_id, help_.at) for help_ in helps if help_.event is AuditEvent.CODES_READ_OUT and help_.right]
    mails = await uow.outbox.for_visit(visit.id)
    return Evidence(shut_out(mails, read, opens_at(visit), visit.ends_at), told)


def never_there(visit: Visit) -> tuple[tuple[datetime, datetime], ...]:
    """The silence of a terminal that no browser was ever paired with: all of the slot."""
    paired = visit.terminal is None or visit.terminal.paired
    return () if paired else ((visit.starts_at, visit.ends_at),)
