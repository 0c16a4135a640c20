"""What a family reads of minutes their visit lost, and of the visit that is given in its place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic import SecretStr

from broker.links import makeup_token
from broker.losses.makeups import Makeup
from broker.losses.store import CallRecord, Loss
from broker.losses.taking import taken
from broker.mail.letters import words
from broker.storage.unit import UnitOfWork
from broker.visit import Visit
from broker.vocabulary import LossCause, LossSide

_NOT_THERE = (LossCause.NOBODY_CAME, LossSide.FAMILY)


@dataclass(frozen=True, slots=True)
class LostVisit:
    """A visit's record, what it lost, and what is offered (`link`) or was taken (`taken`, an id) in its place."""

    record: CallRecord
    losses: tuple[Loss, ...]
    makeup: Makeup | None
    link: str
    taken: str


@dataclass(frozen=True, slots=True)
class Said:
    """The same in the reader's words. `link` "" where nothing can be taken (any more); `until`: until when."""

    had: str
    causes: tuple[str, ...]
    link: str
    taken: str
    until: datetime | None


async def lost_visit(uow: UnitOfWork, visit: Visit, secret_key: SecretStr) -> LostVisit | None:
    """What is known of a visit's losses; None where it lost too little to speak of by the rule, or where nothing is to
    be said but that the family did not come.
    """
    record = await uow.losses.record(visit.id)
    losses = [loss for loss in await uow.losses.of_visit(visit.id) if (loss.cause, loss.side) != _NOT_THERE]
    if record is None or not losses or record.lost * 100 < record.lost_percent * record.offered:
        return None
    makeup = await uow.makeups.of_visit(visit.id)
    other = None if makeup is None else await taken(uow, makeup)
    link = "" if makeup is None else f"/makeup/{makeup_token(secret_key, visit.visitors[0].id)}"
    return LostVisit(record, tuple(losses), makeup, link, "" if other is None else other.id)


def said_of(lost: LostVisit | None, now: datetime, language: str) -> Said | None:
    """What the family reads at `now`."""
    if lost is None:
        return None
    makeup = lost.makeup
    open_ = makeup is not None and not lost.taken and now < makeup.expires_at
    return Said(
        had=words.had(lost.record.had, lost.record.offered, language),
        causes=tuple(words.loss(loss.cause, loss.side, language) for loss in lost.losses),
        link=lost.link if open_ else "",
        taken=lost.taken,
        until=None if makeup is None else makeup.expires_at,
    )
