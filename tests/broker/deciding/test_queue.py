"""The queue: everything that waits, in the order asked for, with what stands against approving it at once."""

from __future__ import annotations

from broker.deciding.approving import approve
from broker.deciding.cancelling import cancel
from broker.deciding.commands import Approval, Cancellation, Question
from broker.deciding.flags import Flag
from broker.deciding.queue import Order, load_queue, load_reviews
from broker.deciding.refusing import ask, escalate
from broker.lifecycle import Outcome
from broker.reasons import AskFor, CancelReason
from broker.storage.database import Database
from broker.vocabulary import ReviewCause
from config.settings import Settings
from tests.support.clock import NOON
from tests.support.deciding import (
    DAY,
    HOUR,
    MINUTE,
    MORNING,
    STAFF,
    Office,
    ask_for,
    hold_of,
    prisoner_of,
)


async def test_queue_is_sorted_as_it_is_asked_for(db: Database, office: Office, settings: Settings) -> None:
    """Escalated first, then soonest, then oldest; a request that waits for its family is last in each."""
    oldest = await ask_for(db, office, starts_at=MORNING + 3 * DAY, now=NOON - HOUR)
    soonest = await ask_for(db, office, starts_at=MORNING, now=NOON)
    late = await ask_for(db, office, starts_at=MORNING + DAY, now=NOON + MINUTE)
    waiting = await ask_for(db, office, starts_at=NOON + 2 * DAY - 6 * HOUR, now=NOON - 2 * HOUR)
    await ask(db, settings, Question(waiting.id, (AskFor.BETTER_ID,)), STAFF, NOON)
    async with db.begin() as uow:
        assert await escalate(uow, late.id, MORNING) is not None
        await uow.commit()
    expected = {
        Order.ESCALATED: [late, soonest, oldest, waiting],
        Order.SOONEST: [soonest, late, oldest, waiting],
        Order.OLDEST: [oldest, soonest, late, waiting],
    }
    async with db.read() as uow:
        for order, visits in expected.items():
            entries = await load_queue(uow, [office.jail.id], NOON, order)
            assert [entry.visit.id for entry in entries] == [visit.id for visit in visits]
            assert [entry.waiting for entry in entries] == [False, False, False, True]
        assert len(await load_queue(uow, [office.jail.id], NOON, limit=2)) == 2
        assert await load_queue(uow, [office.jail.id + 1], NOON) == []


async def test_clear_requests_are_told_from_those_to_look_at(db: Database, office: Office, settings: Settings) -> None:
    """A known family with the right number is clear, and whom it means is said; a likeness is never enough."""
    then = NOON - 20 * DAY
    earlier = await ask_for(db, office, starts_at=MORNING - 21 * DAY, now=then)
    await approve(db, settings, Approval(earlier.id, office.inmate.id, await hold_of(db, earlier)), STAFF, then)
    async with db.begin() as uow:
        await uow.visits.close(earlier.id, Outcome.COMPLETED, {}, "system:worker", NOON - DAY)
        await uow.commit()
    clear = await ask_for(db, office)
    likely = await ask_for(db, office, starts_at=MORNING + DAY, prisoner=prisoner_of(office.inmate, number=""))
    async with db.read() as uow:
        entries = {entry.visit.id: entry for entry in await load_queue(uow, [office.jail.id], NOON)}
    assert entries[clear.id].clear
    assert entries[clear.id].inmate == office.inmate
    assert entries[likely.id].flags == {Flag.UNSURE_MATCH}
    assert entries[likely.id].inmate is None


async def test_approved_visits_under_review_are_listed_until_settled(
    db: Database, office: Office, settings: Settings
) -> None:
    """A request's review is a flag in the queue instead; a cancelled visit is nobody's concern."""
    visits = [await ask_for(db, office, starts_at=MORNING + number * HOUR) for number in range(3)]
    for visit in visits[:2]:
        await approve(db, settings, Approval(visit.id, office.inmate.id, await hold_of(db, visit)), STAFF, NOON)
    async with db.begin() as uow:
        for visit in reversed(visits):
            await uow.decisions.raise_review(visit.id, ReviewCause.DAY_BLOCKED, "flood", NOON)
        await uow.decisions.raise_review(visits[0].id, ReviewCause.INMATE_AWAY, "court", NOON)
        await uow.commit()
    async with db.read() as uow:
        found = await load_reviews(uow, [office.jail.id])
        queue = await load_queue(uow, [office.jail.id], NOON)
    assert [(one.visit.id, len(one.reviews)) for one in found] == [(visits[0].id, 2), (visits[1].id, 1)]
    assert [Flag.UNDER_REVIEW in entry.flags for entry in queue] == [True]
    await cancel(db, settings, Cancellation(visits[0].id, CancelReason.LOCKDOWN), STAFF, NOON)
    async with db.read() as uow:
        assert [one.visit.id for one in await load_reviews(uow, [office.jail.id])] == [visits[1].id]
