"""The queue of a desk: requests to decide, and decided visits to look at again."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from broker.deciding.case import find, is_sure
from broker.deciding.flags import Flag
from broker.deciding.store import Review
from broker.people import Inmate
from broker.storage.unit import UnitOfWork
from broker.visit import Request, Visit, VisitStatus

#: Requests whose flags are looked up at once; what comes after them in the order can wait.
PAGE = 100

_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


class Order(StrEnum):
    """How the queue is sorted: escalated requests first, then by the slot; by the slot; by how long they wait."""

    ESCALATED = "escalated"
    OLDEST = "oldest"
    SOONEST = "soonest"


@dataclass(frozen=True, slots=True)
class Entry:
    """A request that waits. `clear`: nothing stands against approving it with others at once. `waiting`: asked, and the
    family has not answered yet. `inmate`: who is meant beyond doubt, None where somebody has to look.
    """

    visit: Visit
    request: Request | None
    flags: frozenset[Flag]
    inmate: Inmate | None = None

    @property
    def clear(self) -> bool:
        """Whether it may be approved with others at once."""
        return not self.flags and not self.waiting

    @property
    def waiting(self) -> bool:
        """Whether it is the family's turn."""
        return self.visit.status is VisitStatus.ASKED


@dataclass(frozen=True, slots=True)
class ToReview:
    """A decided visit that something happened to; its reviews that nobody has settled."""

    visit: Visit
    reviews: tuple[Review, ...]


async def load_queue(
    uow: UnitOfWork, jail_ids: Collection[int], now: datetime, order: Order = Order.ESCALATED, *, limit: int = PAGE
) -> list[Entry]:
    """The first `limit` undecided requests of these jails, flags computed; those that wait for their family last."""
    waiting = await uow.visits.undecided(jail_ids)
    requests = await uow.visits.requests([visit.id for visit in waiting])
    key = _KEYS[order]
    waiting.sort(key=lambda visit: (visit.status is VisitStatus.ASKED, *key(visit, requests.get(visit.id)), visit.id))
    return [await _entry(uow, visit, requests.get(visit.id), now) for visit in waiting[:limit]]


async def load_reviews(uow: UnitOfWork, jail_ids: Collection[int]) -> list[ToReview]:
    """Approved visits to look at again, the soonest first. What happened to a request is a flag of it instead."""
    by_visit: dict[str, list[Review]] = {}
    for review in await uow.decisions.open_reviews(jail_ids):
        by_visit.setdefault(review.visit_id, []).append(review)
    visits = [await uow.visits.get(visit_id) for visit_id in by_visit]
    return [ToReview(visit, tuple(by_visit[visit.id])) for visit in visits if visit.live]


async def meant(uow: UnitOfWork, visit: Visit, request: Request | None) -> Inmate | None:
    """The person a request means beyond doubt: picked before, or known by number without a difference."""
    found = visit.inmate
    if found is None and request is not None and request.prisoner.number:
        found = await uow.inmates.by_number(visit.jail.id, request.prisoner.number)
    return found if is_sure(visit, request, found) else None


async def _entry(uow: UnitOfWork, visit: Visit, request: Request | None, now: datetime) -> Entry:
    inmate = await meant(uow, visit, request)
    findings = await find(uow, visit, request, inmate, now, sure=inmate is not None)
    return Entry(visit, request, findings.flags, inmate)


def _escalated(visit: Visit, request: Request | None) -> tuple[Any, ...]:
    return (request is None or request.escalated_at is None, visit.starts_at)


def _oldest(visit: Visit, _request: Request | None) -> tuple[Any, ...]:
    return (visit.created_at or _LONG_AGO,)


def _soonest(visit: Visit, _request: Request | None) -> tuple[Any, ...]:
    return (visit.starts_at,)


_KEYS: dict[Order, Callable[[Visit, Request | None], tuple[Any, ...]]] = {
    Order.ESCALATED: _escalated,
    Order.OLDEST: _oldest,
    Order.SOONEST: _soonest,
}
