"""What the operator says of measured losses: agrees, or finds another cause. What was given is never taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from broker.audit.events import AuditEvent
from broker.errors import NotFound
from broker.losses.errors import AlreadyJudged, BadJudgement
from broker.losses.offering import make_good
from broker.losses.right import CHOICES, is_owed
from broker.losses.store import Loss
from broker.storage.database import Database
from broker.storage.unit import UnitOfWork
from broker.visit import Visit
from broker.vocabulary import LossCause, LossSide
from config.settings import Settings

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What somebody says of a visit's losses: the cause and side of each, by its id; why, in their words (needed where
    anything is corrected). `seen`: when the losses on their page had been looked at last, None for never. `corrects`:
    it was meant as a correction, so it has to change something.
    """

    visit_id: str
    causes: Mapping[int, tuple[LossCause, LossSide]]
    seen: datetime | None = None
    note: str = field(repr=False, default="")
    corrects: bool = False


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of it. `owed`: the family is made good for this visit; `newly`: since this judgement."""

    visit: Visit
    losses: tuple[Loss, ...]
    owed: bool
    newly: bool


def looked_at(losses: Sequence[Loss]) -> tuple[datetime, str] | None:
    """When somebody looked at a visit's losses last, and who."""
    found = [(loss.confirmed_at, loss.confirmed_by) for loss in losses if loss.confirmed_at is not None]
    return max(found, default=None)


async def judge(db: Database, settings: Settings, judgement: Judgement, by: str, now: datetime) -> Judged:
    """Write it down; a correction that makes the family's share reach the rule's gives the allowance back and offers
    another visit. Raises AlreadyJudged, BadJudgement, NotFound (no such visit, or it lost nothing).
    """
    async with db.begin() as uow:
        visit = await uow.visits.lock(judgement.visit_id)
        record, losses = await uow.losses.record(visit.id), await uow.losses.of_visit(visit.id)
        if record is None or not losses:
            raise NotFound("loss")
        _check(judgement, losses)
        changed = {loss.id for loss in losses if judgement.causes[loss.id] != (loss.cause, loss.side)}
        for loss in losses:
            if loss.id in changed or loss.confirmed_at is None:  # what a colleague said of the others stays theirs
                note = judgement.note.strip() if loss.id in changed else ""
                await uow.losses.judge(loss.id, *judgement.causes[loss.id], note, by, now)
        _record(uow, visit, losses, judgement, changed, by, now)
        after = await uow.losses.of_visit(visit.id)
        before = is_owed((loss.share for loss in losses), record.offered, record.lost_percent)
        owed = is_owed((loss.share for loss in after), record.offered, record.lost_percent)
        newly = owed and not before and await make_good(uow, settings, visit, record, after, by, now)
        given = before or owed or await uow.makeups.of_visit(visit.id) is not None
        await uow.commit()
    _log.info("losses_judged", visit=visit.id, by=by, corrected=len(changed), newly_owed=newly)
    return Judged(visit, tuple(after), owed=given, newly=newly)


def _check(judgement: Judgement, losses: Sequence[Loss]) -> None:
    last = looked_at(losses)
    if last is not None and last[0] != judgement.seen:
        raise AlreadyJudged(last[1], last[0])
    if set(judgement.causes) != {loss.id for loss in losses}:
        raise BadJudgement("loss")
    if not set(judgement.causes.values()) <= set(CHOICES):
        raise BadJudgement("cause")
    corrected = any(judgement.causes[loss.id] != (loss.cause, loss.side) for loss in losses)
    if not corrected and (judgement.corrects or last is not None):
        raise BadJudgement("nothing")
    if corrected and not judgement.note.strip():
        raise BadJudgement("note")


def _record(  # noqa: PLR0917 - of what, what was said, then who and when
    uow: UnitOfWork,
    visit: Visit,
    losses: Sequence[Loss],
    judgement: Judgement,
    changed: set[int],
    by: str,
    now: datetime,
) -> None:
    """One entry for the whole of it: which causes were found in the place of which."""
    said = {f"{loss.cause}/{loss.side}": "/".join(judgement.causes[loss.id]) for loss in losses if loss.id in changed}
    uow.audit.record(
        AuditEvent.LOSS_CORRECT if changed else AuditEvent.LOSS_CONFIRM,
        by=by,
        at=now,
        jail_id=visit.jail.id,
        visit_id=visit.id,
        why=judgement.note.strip() if changed else "",
        details=said or {"seconds": sum(loss.seconds for loss in losses)},
    )
