"""The table of the staff's pages: every act and every look, done once, with what the audit must hold of it afterwards.

The cases are in `audited_desk` (superintendents) and `audited_staff` (everybody else).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import time

import aiohttp

from broker.staff import Staff
from broker.visit import Visit
from broker.vocabulary import VisitKind, VisitMode
from tests.support.audit import entries
from tests.support.deciding import Office
from tests.support.desk import Browser, Desk
from tests.support.superintendent import in_days, requested

#: Who does it: a superintendent, a state's administrator, an auditor, an operator, somebody who is not signed in.
SUPER, ADMIN, AUDITOR, OPERATOR, NOBODY = "leela", "admin.mh", "noor", "asha", ""


@dataclass
class Stage:
    """A desk with an office, and its people by username."""

    desk: Desk
    office: Office
    people: dict[str, Staff] = field(default_factory=dict)
    kept: dict[str, Visit] = field(default_factory=dict)
    seq: int = 0

    async def mark(self) -> None:
        """What is recorded from here on is what the act leaves."""
        self.seq = len(await entries(self.desk.db))

    async def left(self) -> list[str]:
        """The events since the mark."""
        return [str(entry.event) for entry in (await entries(self.desk.db))[self.seq :]]

    async def allow(self, visits: int) -> None:
        """So many visits more, in this month and in the next."""
        now = self.desk.clock.now()
        async with self.desk.db.begin() as uow:
            for month in {in_days(self.desk, days).date().replace(day=1) for days in range(30)}:
                for_what = self.office.inmate.id, VisitKind.FAMILY, VisitMode.VIDEO, month, -visits
                version = self.office.version
                await uow.quotas.adjust(*for_what, note="test", by="system:test", now=now, version=version)
            await uow.commit()

    async def approved(self, days: int, at: time = time(10)) -> Visit:
        """An approved visit of the office, some days away, that used no page."""
        visit = await requested(self.desk, self.office, days=days, at=at)
        async with self.desk.db.begin() as uow:
            hold = await uow.holds.of_visit(visit.id)
            assert hold is not None
            now = self.desk.clock.now()
            approved = await uow.visits.approve(visit.id, hold, "system:test", now, inmate_id=self.office.inmate.id)
            await uow.commit()
        return approved


Act = Callable[[Stage, Browser], Awaitable[aiohttp.ClientResponse]]


@dataclass(frozen=True)
class Case:
    """One route, done by somebody, with the events it must leave."""

    route: str
    who: str
    events: tuple[str, ...]
    act: Act


CASES: list[Case] = []


def case(route: str, *events: str, who: str = SUPER) -> Callable[[Act], Act]:
    """Add one to the table."""

    def add(act: Act) -> Act:
        CASES.append(Case(route, who, events, act))
        return act

    return add


def look(route: str, event: str, path: Callable[[Stage], str], *, who: str = SUPER) -> None:
    """A page that is opened."""

    async def act(stage: Stage, browser: Browser) -> aiohttp.ClientResponse:
        return await browser.get(path(stage), allow_redirects=False)

    CASES.append(Case(route, who, (event,), act))
