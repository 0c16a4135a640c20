"""broker.sessions.acting: turns on both databases, also when two take them at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

from broker.audit.events import AuditEvent
from broker.errors import IllegalTransition
from broker.lifecycle import Outcome, VisitStatus
from broker.sessions import acting
from broker.sessions.errors import ColleagueActed, NotYet
from broker.sessions.turns import TURNS, Act, Turn
from broker.storage.database import Database
from broker.visit import Visit
from config.settings import Settings
from tests.support.clock import NOON
from tests.support.visits import Place, booked

ASHA, RAVI = "staff:1", "staff:2"
HOLD, RESUME, NO_SHOW = AuditEvent.VISIT_HOLD, AuditEvent.VISIT_RESUME, AuditEvent.VISIT_NO_SHOW
MINUTE = timedelta(minutes=1)


async def recorded(db: Database) -> list[tuple[str, str]]:
    """Who took which turn, oldest first."""
    async with db.read() as uow:
        entries = reversed(await uow.audit.newest(100))
    return [(str(entry.event), entry.by) for entry in entries if entry.event in TURNS]


async def hold(db: Database, visit: Visit, by: str, event: AuditEvent = HOLD, seen: int | None = None) -> Act | None:
    """Hold a visit or let it go on."""
    return await acting.hold_or_resume(db, visit.id, Turn(by, event, seen), "short", NOON)


async def test_a_hold_that_a_colleague_took_already_is_theirs(db: Database, place: Place) -> None:
    """Who is second is told who was first, and nothing is written twice."""
    visit = await booked(db, place)
    assert await hold(db, visit, ASHA, seen=0) is None
    theirs = await hold(db, visit, RAVI, seen=0)
    assert theirs is not None
    assert (theirs.event, theirs.by, theirs.why) == (HOLD, ASHA, "short")
    assert await recorded(db) == [("visit:hold", ASHA)]


async def test_holding_again_oneself_is_one_hold(db: Database, place: Place) -> None:
    """A press too many is nobody's business."""
    visit = await booked(db, place)
    assert await hold(db, visit, ASHA) is None
    assert await hold(db, visit, ASHA) is None
    assert await recorded(db) == [("visit:hold", ASHA)]


async def test_a_hold_by_a_page_that_missed_a_resumption_is_refused(db: Database, place: Place) -> None:
    """It would undo what the colleague has just decided."""
    visit = await booked(db, place)
    await hold(db, visit, ASHA)
    await hold(db, visit, RAVI, RESUME)
    with pytest.raises(ColleagueActed) as refused:
        await hold(db, visit, ASHA, seen=1)
    assert (refused.value.act.event, refused.value.act.by) == (RESUME, RAVI)
    assert not await acting.to_be_held(db, visit.id)
    assert await hold(db, visit, ASHA, seen=2) is None
    assert await acting.to_be_held(db, visit.id)


async def test_of_two_holds_at_once_one_is_written(
    db: Database, open_database: Callable[[], Database], place: Place
) -> None:
    """From two processes at the same instant: both are content, and one act is on record."""
    visit = await booked(db, place)
    processes = [open_database() for _ in range(4)]
    answers = await asyncio.gather(*(hold(each, visit, f"staff:{n}", seen=0) for n, each in enumerate(processes)))
    assert answers.count(None) == 1
    assert len(await recorded(db)) == 1


async def test_of_a_hold_and_an_end_at_once_one_is_told(
    db: Database, open_database: Callable[[], Database], place: Place
) -> None:
    """Two who decide differently on the same picture: the second one hears what the first has done."""
    visit = await booked(db, place)

    async def end(own: Database) -> None:
        async with own.begin() as uow:
            turn = Turn(RAVI, AuditEvent.VISIT_END, 0)
            await acting.take(uow, await uow.visits.lock(visit.id), turn, NOON, why="conduct")
            await uow.commit()

    answers = await asyncio.gather(
        hold(open_database(), visit, ASHA, seen=0), end(open_database()), return_exceptions=True
    )
    assert sum(isinstance(answer, ColleagueActed) for answer in answers) == 1
    assert len(await recorded(db)) == 1


async def no_show(db: Database, settings: Settings, visit: Visit, by: str = ASHA, after: float = 10) -> Act | None:
    """Call the visit a no-show some minutes after its start; the rule waits for ten."""
    turn = Turn(by, NO_SHOW, 0)
    _, theirs = await acting.call_no_show(db, settings, visit.id, 10, turn, "nobody_came", NOON + after * MINUTE)
    return theirs


async def test_a_no_show_of_a_visit_nobody_started_closes_it_and_writes_to_the_family(
    db: Database, place: Place, settings: Settings
) -> None:
    """On paper, in the audit, and in the outbox, with one commit."""
    visit = await booked(db, place)
    async with db.begin() as uow:
        await uow.terminals.pair(place.terminals[0].id, "00" * 32)
        await uow.commit()
    assert await no_show(db, settings, visit) is None
    async with db.read() as uow:
        stored = await uow.visits.get(visit.id)
        letters = [mail.name for mail in await uow.outbox.for_visit(visit.id)]
        step = (await uow.visits.history(visit.id))[-1]
    assert (stored.status, stored.outcome) == (VisitStatus.CLOSED, Outcome.VISITOR_ABSENT)
    assert letters == ["missed"]
    assert step.by == ASHA
    assert await recorded(db) == [("visit:no_show", ASHA)]


async def test_a_no_show_of_a_started_visit_is_left_to_its_room(db: Database, place: Place, settings: Settings) -> None:
    """The room's own facts say whether somebody came after all; it is on record meanwhile."""
    visit = await booked(db, place)
    async with db.begin() as uow:
        await uow.visits.move(visit.id, VisitStatus.OPEN, ASHA, "", NOON)
        await uow.commit()
    assert await no_show(db, settings, visit) is None
    async with db.read() as uow:
        assert (await uow.visits.get(visit.id)).status is VisitStatus.OPEN
    assert await recorded(db) == [("visit:no_show", ASHA)]


async def test_a_family_is_no_no_show_before_the_rules_minutes_are_over(
    db: Database, place: Place, settings: Settings
) -> None:
    """The refusal says from when on; nothing is written."""
    visit = await booked(db, place)
    with pytest.raises(NotYet) as refused:
        await no_show(db, settings, visit, after=9.99)
    assert refused.value.due_at == visit.starts_at + 10 * MINUTE
    with pytest.raises(IllegalTransition):
        await no_show(db, settings, visit, after=15)
    assert await recorded(db) == []


async def test_two_who_call_a_no_show_at_once_call_one(
    db: Database, open_database: Callable[[], Database], place: Place, settings: Settings
) -> None:
    """One letter, one entry; the second is told of the first."""
    visit = await booked(db, place)
    answers = await asyncio.gather(
        *(no_show(open_database(), settings, visit, f"staff:{number}") for number in range(2))
    )
    assert answers.count(None) == 1
    async with db.read() as uow:
        assert len(await uow.outbox.for_visit(visit.id)) == 1
    assert len(await recorded(db)) == 1
