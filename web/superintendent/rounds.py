"""One round through the queue: the requests in the order in which somebody saw them, and which comes next.

The order is kept in the browser's session, so that the list doesn't shuffle under the reader's hands while requests
come in; a round that is through begins anew with the queue as it is then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from broker.deciding.queue import load_queue
from broker.errors import NotFound
from broker.staff import Staff
from broker.storage.unit import UnitOfWork
from broker.visit import VisitStatus
from web import session

_KEY = "superintendent_round"
#: A round is at most so long; what is behind it comes with the next one.
LONGEST = 300
#: How many requests a new round that nobody has seen as a list begins with: each costs several look-ups.
FRESH = 20


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one is in a round: place (from 1) and length, and the neighbours. A request of no round has none of it."""

    place: int = 0
    length: int = 0
    before: str | None = None
    after: str | None = None


def begin(request: web.Request, visit_ids: Sequence[str]) -> None:
    """A new round: the requests of the page that is shown now."""
    wanted = list(visit_ids[:LONGEST])
    if wanted != _ids(request):
        session.of(request)[_KEY] = wanted


def standing(request: web.Request, visit_id: str) -> Standing:
    """Where a request stands in the round."""
    ids = _ids(request)
    if visit_id not in ids:
        return Standing()
    at = ids.index(visit_id)
    return Standing(at + 1, len(ids), ids[at - 1] if at else None, ids[at + 1] if at + 1 < len(ids) else None)


async def following(request: web.Request, uow: UnitOfWork, staff: Staff, visit_id: str, now: datetime) -> str | None:
    """The request to look at after this one: the next of the round that is still to be decided, also one that was
    skipped; else the first of the queue as it is now; None when nothing is left.
    """
    ids = _ids(request)
    at = ids.index(visit_id) + 1 if visit_id in ids else 0
    for each in (*ids[at:], *ids[:at]):
        if each != visit_id and await _waits(uow, staff, each):
            return each
    entries = await load_queue(uow, staff.jail_ids, now, limit=FRESH)
    fresh = [entry.visit.id for entry in entries if not entry.waiting and entry.visit.id != visit_id]
    begin(request, fresh)
    return fresh[0] if fresh else None


async def _waits(uow: UnitOfWork, staff: Staff, visit_id: str) -> bool:
    try:
        visit = await uow.visits.get(visit_id)
    except NotFound:
        return False
    return visit.status is VisitStatus.REQUESTED and visit.jail.id in staff.jail_ids


def _ids(request: web.Request) -> list[str]:
    kept = session.of(request).get(_KEY, [])
    return [str(each) for each in kept]
