"""Any sequence of steps on any visits, against a model: what the database holds is what the table allows.

The model knows the table from the issue of a visit's life in words, and overlaps by comparing slots one by one; the
database knows neither of the two.
"""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, precondition, rule

from broker.errors import IllegalTransition, InmateBooked, ReasonMissing, SlotTaken
from broker.lifecycle import Outcome, VisitStatus
from broker.storage.database import Database
from broker.storage.migrate import migrate
from broker.visit import Slot
from tests.support.clock import ManualClock
from tests.support.deciding import UNDERTRIAL
from tests.support.visits import STAFF, furnish, request

S = VisitStatus
# Few, so that each gets many steps.
MOST_VISITS = 4
WAYS = {
    S.REQUESTED: {S.APPROVED, S.CANCELLED, S.REFUSED},
    S.APPROVED: {S.CANCELLED, S.CLOSED, S.OPEN},
    S.OPEN: {S.CLOSED},
}


@cache
def _migrated() -> bytes:
    """A migrated SQLite file, made once."""
    with tempfile.TemporaryDirectory(prefix="mulakat-machine-") as folder:
        path = Path(folder) / "template.db"
        asyncio.run(migrate(f"sqlite+aiosqlite:///{path}"))
        return path.read_bytes()


class VisitsMachine(RuleBasedStateMachine):
    """Families ask, staff approve, open, refuse, cancel and close, in every order, some of it rolled back."""

    visits = Bundle("visits")

    def __init__(self) -> None:
        super().__init__()
        self.clock = ManualClock()
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory(prefix="mulakat-machine-")
        path = Path(self.folder.name) / "machine.db"
        path.write_bytes(_migrated())
        self.db = Database(f"sqlite+aiosqlite:///{path}")
        self.place = self.runner.run(furnish(self.db))
        self.people = self.runner.run(self._people())
        self.wanted: dict[str, int] = {}
        self.status: dict[str, VisitStatus] = {}
        self.steps: dict[str, list[tuple[VisitStatus | None, VisitStatus, str]]] = {}
        self.slots: dict[str, Slot] = {}
        self.touched: set[str] = set()

    async def _people(self) -> tuple[int, int]:
        """Two who are held there."""
        async with self.db.begin() as uow:
            other = await uow.inmates.add(replace(UNDERTRIAL, jail_id=self.place.jail.id, number="UT/2/26"))
            await uow.commit()
        return self.place.inmate.id, other.id

    def teardown(self) -> None:
        """Look at everything once more, and close what was opened."""
        self.touched = set(self.status)
        self.database_holds_what_the_model_holds()
        self.runner.run(self.db.close())
        self.runner.close()
        self.folder.cleanup()

    @precondition(lambda self: len(self.status) < MOST_VISITS)
    @rule(target=visits, kept=st.booleans(), person=st.integers(0, 1))
    def ask(self, kept: bool, person: int) -> Any:  # noqa: FBT001 - hypothesis passes it by name
        """A request for one of two people, which may be rolled back."""
        new = replace(request(self.place), inmate_id=self.people[person])

        async def work() -> None:
            async with self.db.begin() as uow:
                visit = await uow.visits.add(new, self.clock.now())
                assert visit.visrn.serial == len(self.status) + 1
                if kept:
                    await uow.commit()

        self.runner.run(work())
        if kept:
            self.touched.add(new.id)
            self.status[new.id] = S.REQUESTED
            self.wanted[new.id] = person
            self.steps[new.id] = [(None, S.REQUESTED, "")]
        return new.id if kept else multiple()

    @rule(visit=visits, terminal=st.integers(0, 1), start=st.integers(0, 5), length=st.integers(1, 3))
    def approve(self, visit: str, terminal: int, start: int, length: int) -> None:
        """An approval into some slot."""
        begin = self.clock.now().replace(hour=15, minute=0, second=0) + timedelta(minutes=start)
        slot = Slot(self.place.terminals[terminal].id, begin, begin + timedelta(minutes=length))
        live = [each for each, status in self.status.items() if each != visit and status in {S.APPROVED, S.OPEN}]
        at_once = [
            other
            for other in live
            if slot.starts_at < self.slots[other].ends_at and self.slots[other].starts_at < slot.ends_at
        ]
        taken = any(self.slots[other].terminal_id == slot.terminal_id for other in at_once)
        elsewhere = any(self.wanted[other] == self.wanted[visit] for other in at_once)
        allowed = self._allowed(visit, S.APPROVED)

        async def work() -> None:
            async with self.db.begin() as uow:
                await uow.visits.approve(visit, slot, STAFF, self.clock.now())
                await uow.commit()

        try:
            self.runner.run(work())
        except IllegalTransition:
            assert not allowed
        except SlotTaken:
            assert allowed
            assert taken
        except InmateBooked:
            assert allowed
            assert elsewhere
            assert not taken
        else:
            assert allowed
            assert not taken
            assert not elsewhere
            self.slots[visit] = slot
            self._took(visit, S.APPROVED, "")

    @rule(
        visit=visits,
        to=st.sampled_from([S.CANCELLED, S.OPEN, S.REFUSED]),
        reason=st.sampled_from([" ", "released", "moved"]),
    )
    def move(self, visit: str, to: VisitStatus, reason: str) -> None:
        """A step that needs a reason at most."""
        allowed = self._allowed(visit, to)

        async def work() -> None:
            async with self.db.begin() as uow:
                await uow.visits.move(visit, to, STAFF, reason, self.clock.now())
                await uow.commit()

        try:
            self.runner.run(work())
        except IllegalTransition:
            assert not allowed
        except ReasonMissing:
            assert to is not S.OPEN
            assert not reason.strip()
        else:
            assert allowed
            assert to is S.OPEN or reason.strip()
            self._took(visit, to, reason.strip())

    @rule(visit=visits, outcome=st.sampled_from(Outcome))
    def close(self, visit: str, outcome: Outcome) -> None:
        """The end, with an outcome."""
        allowed = self._allowed(visit, S.CLOSED)

        async def work() -> None:
            async with self.db.begin() as uow:
                await uow.visits.close(visit, outcome, {}, "system:worker", self.clock.now())
                await uow.commit()

        try:
            self.runner.run(work())
        except IllegalTransition:
            assert not allowed
        else:
            assert allowed
            self._took(visit, S.CLOSED, outcome.value)

    @precondition(lambda self: self.status)
    @rule(seconds=st.integers(1, 60))
    def wait(self, seconds: int) -> None:
        """Time goes on."""
        self.clock.advance(seconds)

    @invariant()
    def database_holds_what_the_model_holds(self) -> None:
        """Status and history of every visit that was touched, whether the step was allowed or not."""

        async def work() -> None:
            async with self.db.read() as uow:
                for visit_id in self.touched:
                    status = self.status[visit_id]
                    visit = await uow.visits.get(visit_id)
                    history = await uow.visits.history(visit_id)
                    assert visit.status is status
                    assert (visit.outcome is not None) == (status is S.CLOSED)
                    assert [(row.from_, row.to, row.reason) for row in history] == self.steps[visit_id]
                    assert [row.at for row in history] == sorted(row.at for row in history)

        if self.touched:
            self.runner.run(work())
        self.touched.clear()

    def _allowed(self, visit: str, to: VisitStatus) -> bool:
        self.touched.add(visit)
        return to in WAYS.get(self.status[visit], set())

    def _took(self, visit: str, to: VisitStatus, reason: str) -> None:
        self.steps[visit].append((self.status[visit], to, reason))
        self.status[visit] = to


TestVisitsMachine = VisitsMachine.TestCase
TestVisitsMachine.settings = settings(
    max_examples=25, stateful_step_count=40, suppress_health_check=[HealthCheck.too_slow]
)
