"""Any sequence of decisions by staff, families, gates and time: the report rows say what is on paper, and their
numbers add up.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from broker.lifecycle import VisitStatus
from broker.reports import source
from broker.reports.asked import Asked, Dimension, Period
from broker.reports.counting import count, count_all
from broker.reports.line import NOT_APPROVED, derive
from broker.reports.numbers import IDENTITIES, NUMBERS
from broker.reports.report import make
from broker.storage.models import VisitLossRow, VisitRecordRow
from broker.vocabulary import LossCause, LossSide
from tests.broker.deciding.test_machine import DecidingMachine
from tests.support.deciding import MORNING

S = VisitStatus
_PERIOD = Period(MORNING.date() - timedelta(days=30), MORNING.date() + timedelta(days=30))
_STANDING = {S.REQUESTED: "undecided", S.ASKED: "undecided", S.REFUSED: "refused", S.APPROVED: "to_come"}


class CountedMachine(DecidingMachine):
    """The same morning, with calls that are measured, and somebody who counts now and then."""

    @rule(visit=DecidingMachine.visits, had=st.integers(0, 900), cause=st.sampled_from(LossCause))
    def measure(self, visit: str, had: int, cause: LossCause) -> None:
        """The record of a call that is over, once."""

        async def write(uow: Any) -> None:
            if self.status.get(visit) is not S.CLOSED or await uow.session.get(VisitRecordRow, visit) is not None:
                return
            times = {"family_first": None, "prison_first": None, "both_first": None, "ended_at": MORNING}
            spent = {"offered": 900, "family_seconds": had, "prison_seconds": had, "had": had, "lost": 900 - had}
            uow.session.add(VisitRecordRow(visit_id=visit, ways=[], **spent, **times))
            await uow.session.flush()
            if had < 900:
                whose = {"measured_side": LossSide.PRISON, "side": LossSide.PRISON}
                loss = {"measured": cause, "cause": cause, "seconds": 900 - had, "evidence": [], **whose}
                uow.session.add(VisitLossRow(visit_id=visit, **loss))

        self.within(write)

    @rule()
    def count_some(self) -> None:
        """One of the worker's rounds."""
        self.runner.run(count(self.db, self.now, batch=3))

    @invariant()
    def reports_say_what_is_on_paper(self) -> None:
        """Each row is what is derived from the tables; results are those of the model; sums hold in every line."""
        self.runner.run(count_all(self.db, self.now))

        async def compare(uow: Any) -> dict[str, Any]:
            stored = await uow.reports.lines(list(self.status))
            told = await source.read(uow.session, list(self.status))
            assert stored == {each.visit_id: derive(each) for each in told}
            return dict(stored)

        lines = self.within(compare)
        assert set(lines) == set(self.status)
        for visit, status in self.status.items():
            assert lines[visit].result.value == _STANDING.get(status, lines[visit].result.value)
            assert (lines[visit].result in NOT_APPROVED) <= (status not in {S.APPROVED, S.OPEN, S.CLOSED})
        report = self.runner.run(make(self.db, Asked(_PERIOD, (Dimension.KIND, Dimension.MODE), tuple(NUMBERS))))
        assert report.total["requested"] == len(self.status)
        parts = [part for group in report.groups for part in group.parts]
        for each in (report.total, *(line.numbers for line in (*report.groups, *parts))):
            assert all(each[whole] == sum(each[part] for part in made_of) for whole, made_of in IDENTITIES.items())


TestCountedMachine = CountedMachine.TestCase
TestCountedMachine.settings = settings(
    max_examples=10, stateful_step_count=20, suppress_health_check=[HealthCheck.too_slow]
)
