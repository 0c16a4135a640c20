"""Any sequence of decisions by staff, families, gates and time, against a model of one month: what is held, what is
counted and where each visit stands always agree.

The model knows the life cycle and the ledger's rule in its own words; what is free it reads from the slots it has seen.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, precondition, rule
from pydantic import SecretStr

from broker.deciding.approving import approve, approve_all
from broker.deciding.cancelling import NOT_THEIR_FAULT, cancel, close, reschedule
from broker.deciding.commands import Answer, Approval, Cancellation, Question, Refusal, Reschedule
from broker.deciding.families import answer, change, withdraw
from broker.deciding.refusing import ask, escalate, lapse, refuse
from broker.errors import BrokerError
from broker.lifecycle import LIVE, UNDECIDED, Outcome, VisitStatus
from broker.reasons import AskFor, CancelReason, RefusalReason
from broker.slots.errors import SlotFull
from broker.storage.database import Database
from broker.storage.migrate import migrate
from broker.visit import Slot, Visit
from broker.vocabulary import VisitMode
from config.settings import Settings
from tests.support.clock import NOON
from tests.support.deciding import HOUR, MINUTE, MORNING, STAFF, ask_for, open_office

S = VisitStatus
T = TypeVar("T")
# Few of each, so that they meet.
MOST_VISITS = 5
ALLOWANCE = 2
LATE = MORNING - 20 * HOUR
starts = st.integers(0, 2).map(lambda number: MORNING + number * 15 * MINUTE)


@cache
def _migrated() -> bytes:
    """A migrated SQLite file, made once."""
    with tempfile.TemporaryDirectory(prefix="mulakat-machine-") as folder:
        path = Path(folder) / "template.db"
        asyncio.run(migrate(f"sqlite+aiosqlite:///{path}"))
        return path.read_bytes()


class DecidingMachine(RuleBasedStateMachine):
    """One morning of a jail with two terminals; one person in prison, two visits a month."""

    visits = Bundle("visits")

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory(prefix="mulakat-machine-")
        path = Path(self.folder.name) / "machine.db"
        path.write_bytes(_migrated())
        self.db = Database(f"sqlite+aiosqlite:///{path}")
        self.settings = Settings(var_dir=Path(self.folder.name), secret_key=SecretStr("a key for a machine " * 2))
        self.office = self.runner.run(open_office(self.db))
        self.now = NOON
        self.status: dict[str, VisitStatus] = {}
        self.counts: dict[str, bool] = {}
        self.special: set[str] = set()

    def teardown(self) -> None:
        """Close what was opened."""
        self.runner.run(self.db.close())
        self.runner.close()
        self.folder.cleanup()

    def act(self, doing: Coroutine[Any, Any, T]) -> T | None:
        """Try something; None if it was refused, which changes nothing (the invariants see to that)."""
        with suppress(BrokerError):
            return self.runner.run(doing)
        return None

    def within(self, work: Callable[[Any], Awaitable[T]]) -> T:
        """Do something in a transaction of its own."""

        async def run() -> T:
            async with self.db.begin() as uow:
                result = await work(uow)
                await uow.commit()
                return result

        return self.runner.run(run())

    @precondition(lambda self: len(self.status) < MOST_VISITS)
    @rule(target=visits, starts_at=starts)
    def ask_to_visit(self, starts_at: datetime) -> str:
        """A family registers; where nothing is free it gets a request of somebody else's instead, for the bundle."""
        try:
            visit = self.runner.run(ask_for(self.db, self.office, starts_at=starts_at, now=self.now))
        except SlotFull:
            assert self.taken(starts_at) == len(self.office.terminals)
            return "0" * 32
        self.status[visit.id] = S.REQUESTED
        self.counts[visit.id] = False
        return visit.id

    @rule(visit=visits, special=st.sampled_from(["", "", "mercy"]))
    def approve_what_it_holds(self, visit: str, special: str) -> None:
        """The ordinary way."""

        async def held(uow: Any) -> Slot | None:
            found: Slot | None = await uow.holds.of_visit(visit)
            return found

        slot = self.within(held)
        if slot is not None:
            terminal = [station.id for station in self.office.terminals].index(slot.terminal_id)
            self._approve(visit, slot.starts_at, terminal, special)

    @rule(visit=visits, starts_at=starts, terminal=st.integers(0, 1), special=st.sampled_from(["", "", "mercy"]))
    def approve(self, visit: str, starts_at: datetime, terminal: int, special: str) -> None:
        """Into some slot, perhaps somebody else's."""
        self._approve(visit, starts_at, terminal, special)

    def _approve(self, visit: str, starts_at: datetime, terminal: int, special: str) -> None:
        slot = Slot(self.office.terminals[terminal].id, starts_at, starts_at + 15 * MINUTE)
        doing = approve(
            self.db, self.settings, Approval(visit, self.office.inmate.id, slot, special=special), STAFF, self.now
        )
        before = sum(self.counts.values())
        if self.act(doing) is not None:
            assert self.status[visit] is S.REQUESTED
            if not special and not self.counts[visit]:
                assert before < ALLOWANCE
                self.counts[visit] = True
            self.special.discard(visit)
            self.special |= {visit} if special else set()
            self.status[visit] = S.APPROVED

    @rule(visit=visits)
    def approve_with_others(self, visit: str) -> None:
        """These are first visits, which are never approved unseen."""
        answers = self.runner.run(approve_all(self.db, self.settings, [visit], STAFF, self.now))
        assert not isinstance(answers[visit], Visit)

    @rule(visit=visits, starts_at=starts, terminal=st.integers(0, 1))
    def reschedule(self, visit: str, starts_at: datetime, terminal: int) -> None:
        """Staff move it."""
        slot = Slot(self.office.terminals[terminal].id, starts_at, starts_at + 15 * MINUTE)
        if self.act(reschedule(self.db, self.settings, Reschedule(visit, slot, "moved"), STAFF, self.now)):
            assert self.status[visit] is S.APPROVED
            self.counts[visit] = self.counts[visit] or visit not in self.special

    @rule(visit=visits)
    def refuse(self, visit: str) -> None:
        """No."""
        refusal = Refusal(visit, RefusalReason.NOT_ON_LIST)
        if self.act(refuse(self.db, self.settings, refusal, STAFF, self.now)):
            assert self.status[visit] in UNDECIDED
            self.status[visit], self.counts[visit] = S.REFUSED, False

    @rule(visit=visits)
    def ask_back(self, visit: str) -> None:
        """A better photo, please."""
        if self.act(ask(self.db, self.settings, Question(visit, (AskFor.BETTER_ID,)), STAFF, self.now)):
            assert self.status[visit] is S.REQUESTED
            self.status[visit] = S.ASKED

    @rule(visit=visits)
    def answer(self, visit: str) -> None:
        """Here it is."""
        said = Answer(note="here")
        if self.act(answer(self.db, self.settings, visit, self.office.account.id, said, self.now)):
            assert self.status[visit] is S.ASKED
            self.status[visit] = S.REQUESTED

    @rule(visit=visits)
    def cancel(self, visit: str) -> None:
        """The jail can't."""
        if self.act(cancel(self.db, self.settings, Cancellation(visit, CancelReason.LOCKDOWN), STAFF, self.now)):
            assert self.status[visit] in {S.APPROVED, *UNDECIDED}
            self.status[visit], self.counts[visit] = S.CANCELLED, False

    @rule(visit=visits)
    def withdraw(self, visit: str) -> None:
        """The family can't; on the last day that costs the allowance."""
        if self.act(withdraw(self.db, self.settings, visit, self.office.account.id, self.now)):
            assert self.status[visit] in {S.APPROVED, *UNDECIDED}
            if self.status[visit] is S.APPROVED:
                self.counts[visit] = self.counts[visit] and self.now == LATE
            self.status[visit] = S.CANCELLED

    @rule(visit=visits, starts_at=starts)
    def change(self, visit: str, starts_at: datetime) -> None:
        """Another time, please."""
        if self.act(change(self.db, self.settings, visit, self.office.account.id, (starts_at,), self.now)):
            assert self.status[visit] in {S.APPROVED, *UNDECIDED}
            if self.status[visit] is S.APPROVED:
                self.counts[visit] = self.counts[visit] and self.now == LATE
                self.status[visit] = S.REQUESTED

    @rule(visit=visits, outcome=st.sampled_from(Outcome))
    def close(self, visit: str, outcome: Outcome) -> None:
        """It is over."""

        async def end() -> bool:
            async with self.db.begin() as uow:
                await close(uow, self.settings, visit, outcome, {}, by="system:worker", now=self.now)
                await uow.commit()
            return True

        if self.act(end()):
            assert self.status[visit] is S.APPROVED
            self.status[visit] = S.CLOSED
            self.counts[visit] = self.counts[visit] and outcome not in NOT_THEIR_FAULT

    @rule(visit=visits)
    def time_passes_over(self, visit: str) -> None:
        """Escalated, and lapsed where it is time: with an apology, and nothing counted."""

        async def late() -> Visit | None:
            async with self.db.begin() as uow:
                await escalate(uow, visit, MORNING)
                await uow.commit()
            return await lapse(self.db, self.settings, visit, MORNING)

        if self.act(late()):
            assert self.status[visit] in UNDECIDED
            self.status[visit], self.counts[visit] = S.REFUSED, False

    @rule()
    def the_last_day_begins(self) -> None:
        """From here on the family cancels late."""
        self.now = LATE

    @invariant()
    def what_stands_on_paper_agrees(self) -> None:
        """Statuses as modelled; whoever is undecided holds a slot and nobody else does; no two hold one; the ledger
        counts whom the model counts, and never more than the allowance.
        """

        async def look(uow: Any) -> None:
            taken: list[Slot] = []
            for visit_id, status in self.status.items():
                visit = await uow.visits.get(visit_id)
                hold = await uow.holds.of_visit(visit_id)
                assert visit.status is status
                assert (hold is not None) == (status in UNDECIDED)
                assert (visit.slot is not None) >= (status in LIVE)
                taken += [hold] if hold is not None else [visit.slot] if status in LIVE else []
            assert not any(one.overlaps(other) for one in taken for other in taken if one is not other)
            net: dict[str, int] = {}
            for entry in await uow.quotas.entries(self.office.inmate.id):
                net[entry.visit_id] = net.get(entry.visit_id, 0) + entry.amount
            assert {visit_id for visit_id, amount in net.items() if amount} == {
                visit_id for visit_id, counts in self.counts.items() if counts
            }
            assert sum(net.values()) <= ALLOWANCE

        self.within(look)

    def taken(self, starts_at: datetime) -> int:
        """On how many terminals something stands at that time."""

        async def count(uow: Any) -> int:
            interval = (starts_at, starts_at + 15 * MINUTE)

            picture = await uow.calendars.picture(self.office.jail, VisitMode.VIDEO, *interval, self.now)
            return len(self.office.terminals) - len(picture.free_stations(*interval))

        return self.within(count)


TestDecidingMachine = DecidingMachine.TestCase
TestDecidingMachine.settings = settings(
    max_examples=20, stateful_step_count=25, suppress_health_check=[HealthCheck.too_slow]
)
