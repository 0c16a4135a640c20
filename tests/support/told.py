"""Visits to count: one of each kind by hand, and any history there can be, by Hypothesis."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from broker.lifecycle import TRANSITIONS, Outcome, VisitStatus
from broker.reasons import CancelReason, RefusalReason
from broker.reports.line import Measured, Told
from broker.vocabulary import InmateCategory, LossCause, VisitKind, VisitMode
from tests.support.clock import NOON

QUARTER = timedelta(minutes=15)
FAMILY, TERMINAL = "a" * 32, "terminal-1"


def told(visit_id: str = "v", **more: Any) -> Told:
    """A call of a quarter of an hour that was completed as planned, unless something else is said."""
    usual: dict[str, Any] = {
        "state_code": 27,
        "jail_id": 1,
        "jail_timezone": "Asia/Kolkata",
        "kind": VisitKind.FAMILY,
        "mode": VisitMode.VIDEO,
        "status": VisitStatus.CLOSED,
        "starts_at": NOON,
        "ends_at": NOON + QUARTER,
        "outcome": Outcome.COMPLETED,
        "opened_at": NOON,
        "inmate_id": 5,
        "category": InmateCategory.UNDERTRIAL,
        "measured": Measured(900, 870, 0, family_came=True, both_came=True),
    }
    return Told(visit_id, **(usual | more))


seconds = st.integers(0, 1800)


@st.composite
def histories(draw: Any) -> tuple[VisitStatus, VisitStatus | None, str]:
    """A walk through the life cycle: where it ended, where the last step came from, and that step's reason."""
    status, before = VisitStatus.REQUESTED, None
    for _ in range(draw(st.integers(0, 6))):
        after = sorted(TRANSITIONS[status])
        if not after:
            break
        before, status = status, draw(st.sampled_from(after))
    words = [*RefusalReason, *CancelReason, "", "in somebody's own words"]
    return status, before, str(draw(st.sampled_from(words)))


@st.composite
def visits(draw: Any) -> Told:
    """A visit after any history, measured or not, plausibly or not."""
    status, before, reason = draw(histories())
    closed = status is VisitStatus.CLOSED
    measured = st.builds(Measured, seconds, seconds, seconds, st.booleans(), st.booleans())
    decided = draw(st.booleans()) or status not in {VisitStatus.REQUESTED, VisitStatus.ASKED}
    return told(
        draw(st.uuids()).hex,
        jail_id=draw(st.integers(1, 3)),
        kind=draw(st.sampled_from(VisitKind)),
        mode=draw(st.sampled_from(VisitMode)),
        status=status,
        starts_at=NOON + timedelta(days=draw(st.integers(0, 70))),
        ends_at=NOON + timedelta(days=71),
        outcome=draw(st.sampled_from(Outcome)) if closed else None,
        opened_at=draw(st.none() | st.just(NOON)),
        seconds=draw(st.dictionaries(st.sampled_from([FAMILY, "b" * 32, TERMINAL, "monitor-3"]), seconds)),
        inmate_id=draw(st.integers(1, 6)) if decided else None,
        category=draw(st.sampled_from(InmateCategory)) if decided else None,
        nationality=draw(st.sampled_from(["IN", "NG", ""])),
        cancelled_from=before,
        reason=reason,
        foreign_phone=draw(st.booleans()),
        timezone=draw(st.sampled_from(["", "Asia/Kolkata", "Asia/Calcutta", "Africa/Lagos"])),
        measured=draw(st.none() | measured),
        losses=draw(st.dictionaries(st.sampled_from(LossCause), st.integers(1, 1000), max_size=3)),
    )
