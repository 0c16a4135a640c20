"""Decisions and reviews on paper: kept in order, raised once, settled once."""

from __future__ import annotations

from broker.deciding.store import Decision
from broker.storage.database import Database
from broker.vocabulary import DecisionKind, ReviewCause
from tests.support.clock import NOON
from tests.support.deciding import HOUR, MORNING, STAFF, Office, ask_for


async def test_decisions_are_kept_as_they_were_made(db: Database, office: Office) -> None:
    """Oldest first, with what was known then."""
    visit = await ask_for(db, office)
    made = [
        Decision(visit.id, NOON, STAFF, DecisionKind.ASKED, "better_id", "dark", None, {"wants": ["better_id"]}),
        Decision(visit.id, NOON, STAFF, DecisionKind.APPROVED, rule_version_id=office.version.id),
    ]
    async with db.begin() as uow:
        for decision in made:
            await uow.decisions.add(decision)
        await uow.commit()
    async with db.read() as uow:
        assert await uow.decisions.of_visit(visit.id) == made


async def test_visit_is_brought_to_the_queue_once_for_a_cause(db: Database, office: Office) -> None:
    """Until somebody has looked; then the same thing may bring it there again."""
    visit = await ask_for(db, office)
    async with db.begin() as uow:
        raise_ = uow.decisions.raise_review
        assert await raise_(visit.id, ReviewCause.INMATE_AWAY, "court", NOON)
        assert not await raise_(visit.id, ReviewCause.INMATE_AWAY, "court", NOON)
        assert await raise_(visit.id, ReviewCause.DAY_BLOCKED, "", NOON)
        assert await uow.decisions.settle_reviews(visit.id, STAFF, NOON) == 2
        assert await uow.decisions.settle_reviews(visit.id, STAFF, NOON) == 0
        assert await raise_(visit.id, ReviewCause.INMATE_AWAY, "court again", NOON)
        reviews = await uow.decisions.reviews(visit.id)
    assert [(review.cause, review.settled_by) for review in reviews] == [
        (ReviewCause.INMATE_AWAY, STAFF),
        (ReviewCause.DAY_BLOCKED, STAFF),
        (ReviewCause.INMATE_AWAY, ""),
    ]


async def test_open_reviews_come_soonest_visit_first_and_only_of_these_jails(db: Database, office: Office) -> None:
    """Whatever was raised first."""
    late, soon = await ask_for(db, office, starts_at=MORNING + HOUR), await ask_for(db, office)
    async with db.begin() as uow:
        for visit in (late, soon):
            await uow.decisions.raise_review(visit.id, ReviewCause.DAY_BLOCKED, "", NOON)
        found = await uow.decisions.open_reviews([office.jail.id])
        assert [review.visit_id for review in found] == [soon.id, late.id]
        assert await uow.decisions.open_reviews([office.jail.id + 1]) == []
        assert await uow.decisions.open_reviews([]) == []
