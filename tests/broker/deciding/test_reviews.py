"""What happens after a decision brings every visit it touches to the queue, and no other."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest

from broker.deciding.approving import approve
from broker.deciding.bans import NewBan
from broker.deciding.commands import Approval
from broker.deciding.errors import NotPermitted
from broker.deciding.reviews import for_block, for_inmate, forbid, keep, restrict
from broker.errors import IllegalTransition, NotFound
from broker.lifecycle import Outcome, VisitStatus
from broker.storage.database import Database
from broker.visit import Slot, Visit
from broker.vocabulary import BlockReason, InmateStatus, RestrictionKind, ReviewCause, VisitMode
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
    identity,
    person,
    stored,
)


async def approved(
    db: Database, office: Office, settings: Settings, *, days: int = 0, terminal: int | None = None, other: bool = False
) -> Visit:
    """An approved visit, some days after the first morning."""
    visit = await ask_for(db, office, starts_at=MORNING + days * DAY)
    inmate = office.other if other else office.inmate
    slot = await hold_of(db, visit)
    if terminal is not None:
        slot = Slot(office.terminals[terminal].id, slot.starts_at, slot.ends_at)
    return await approve(db, settings, Approval(visit.id, inmate.id, slot), STAFF, NOON)


async def causes(db: Database, office: Office) -> set[tuple[str, ReviewCause]]:
    """What is to be looked at."""
    async with db.read() as uow:
        return {(review.visit_id, review.cause) for review in await uow.decisions.open_reviews([office.jail.id])}


async def test_release_brings_the_inmates_visits_to_come_to_the_queue(
    db: Database, office: Office, settings: Settings
) -> None:
    """Not what is over, not somebody else's; nothing is cancelled by it; told twice, it is there once."""
    mine, theirs = await approved(db, office, settings), await approved(db, office, settings, other=True)
    over = await approved(db, office, settings, days=1)
    async with db.begin() as uow:
        await uow.visits.close(over.id, Outcome.COMPLETED, {}, "system:worker", NOON)
        await uow.inmates.set_status(office.inmate.id, InmateStatus.RELEASED, NOON)
        touched = await for_inmate(uow, office.inmate.id, ReviewCause.INMATE_RELEASED, "bail", NOON)
        assert await for_inmate(uow, office.inmate.id, ReviewCause.INMATE_RELEASED, "bail", NOON) == []
        await uow.commit()
    assert touched == [mine.id]
    assert await causes(db, office) == {(mine.id, ReviewCause.INMATE_RELEASED)}
    assert (await stored(db, mine)).live
    assert (await stored(db, theirs)).live


async def test_inmate_nobody_knows_has_no_visits(db: Database, office: Office) -> None:
    """It is said so."""
    assert office.inmate.id != 4711
    async with db.begin() as uow:
        with pytest.raises(NotFound):
            await for_inmate(uow, 4711, ReviewCause.INMATE_MOVED, "", NOON)


@pytest.mark.parametrize("whole", [True, False], ids=["day", "terminal"])
async def test_block_touches_what_is_approved_or_held_there(
    db: Database,
    office: Office,
    settings: Settings,
    whole: bool,  # noqa: FBT001 - pytest passes it by name
) -> None:
    """A day touches all of it; a terminal only what stands on that terminal, requests by what they hold."""
    here = await approved(db, office, settings, terminal=0)
    there = await approved(db, office, settings, terminal=1, other=True)
    await approved(db, office, settings, days=1)
    held = await ask_for(db, office, starts_at=MORNING + HOUR)
    assert (await hold_of(db, held)).terminal_id == office.terminals[0].id
    in_person = await ask_for(db, office, mode=VisitMode.IN_PERSON)
    terminal = None if whole else office.terminals[0].id
    async with db.begin() as uow:
        block = await uow.calendars.block(
            office.jail.id,
            MORNING - HOUR,
            MORNING + 2 * HOUR,
            terminal_id=terminal,
            reason=BlockReason.EQUIPMENT,
            note="no power",
            by=STAFF,
            now=NOON,
        )
        touched = await for_block(uow, block, NOON)
        assert await for_block(uow, block, MORNING + DAY) == []
    everything = {here.id, there.id, held.id, in_person.id}
    assert set(touched) == (everything if whole else {here.id, held.id})


async def test_ban_touches_the_visitors_visits_until_its_last_day(
    db: Database, office: Office, settings: Settings
) -> None:
    """Requests too; not those after the ban's end, not those of others, and none where they were refused anyway."""
    first = await approved(db, office, settings)
    asked = await ask_for(db, office, starts_at=MORNING + DAY)
    await approved(db, office, settings, days=2)
    await ask_for(db, office, starts_at=MORNING + HOUR, people=[person("Ravi", email="r@x.example", number="Q1")])
    pair = await ask_for(db, office, people=[person("Asha", email="a@x.example", number="Q2"), person()])
    refused = {pair.visitors[1].id: "not on the list"}
    approval = Approval(pair.id, office.other.id, await hold_of(db, pair), refused)
    await approve(db, settings, approval, STAFF, NOON)
    last = date(2026, 3, 10)
    new = NewBan("Savita", "contraband", until=last, state_code=27, id_digest=identity().id_digest)
    ban, touched = await forbid(db, new, STAFF, NOON)
    assert ban.id
    assert set(touched) == {first.id, asked.id}
    assert await causes(db, office) == {(each, ReviewCause.VISITOR_BANNED) for each in touched}


async def test_ban_in_one_jail_for_one_person_touches_visits_to_them(
    db: Database, office: Office, settings: Settings
) -> None:
    """Whoever else they visit there is none of its business."""
    await approved(db, office, settings)
    theirs = await approved(db, office, settings, days=1, other=True)
    new = NewBan("S", "x", jail_id=office.jail.id, inmate_id=office.other.id, id_digest=identity().id_digest)
    assert (await forbid(db, new, STAFF, NOON))[1] == [theirs.id]


async def test_restriction_touches_only_what_it_stands_against(
    db: Database, office: Office, settings: Settings
) -> None:
    """Video calls until its last day; a visit at the counter goes on."""
    call = await approved(db, office, settings)
    await approved(db, office, settings, days=3)
    counter = await ask_for(db, office, starts_at=MORNING + HOUR, mode=VisitMode.IN_PERSON)
    await approve(db, settings, Approval(counter.id, office.inmate.id, await hold_of(db, counter)), STAFF, NOON)
    restriction, touched = await restrict(
        db, office.inmate.id, RestrictionKind.NO_VIDEO, "conduct", date(2026, 3, 11), STAFF, NOON
    )
    assert restriction.until == date(2026, 3, 11)
    assert touched == [call.id]


async def test_no_visit_slips_through_while_the_inmate_is_being_restricted(
    db: Database, office: Office, settings: Settings
) -> None:
    """Approved at the same moment: either it is refused, or it comes to the queue."""
    visit = await ask_for(db, office)
    approval = Approval(visit.id, office.inmate.id, await hold_of(db, visit))
    restricting = asyncio.create_task(
        restrict(db, office.inmate.id, RestrictionKind.NO_VISITS, "court", None, STAFF, NOON)
    )
    try:
        await approve(db, settings, approval, STAFF, NOON)
        refused = False
    except NotPermitted:
        refused = True
    _, touched = await restricting
    assert touched == ([] if refused else [visit.id])


async def test_visit_that_is_kept_leaves_the_queue(db: Database, office: Office, settings: Settings) -> None:
    """With why, in its history; one that is over can't be kept."""
    visit = await approved(db, office, settings)
    await restrict(db, office.inmate.id, RestrictionKind.NO_VISITS, "court", None, STAFF, NOON)
    assert await keep(db, visit.id, "The court allows this one.", STAFF, NOON) == 1
    assert await keep(db, visit.id, "again", STAFF, NOON) == 0
    assert await causes(db, office) == set()
    async with db.begin() as uow:
        assert (await uow.visits.history(visit.id))[-1].reason == "The court allows this one."
        await uow.visits.move(visit.id, VisitStatus.CANCELLED, STAFF, "moved", NOON)
        await uow.commit()
    with pytest.raises(IllegalTransition):
        await keep(db, visit.id, "", STAFF, NOON)


async def test_keeping_an_open_visit_says_nothing_of_its_end(db: Database, office: Office, settings: Settings) -> None:
    """A note on an open visit would be read as the reason its session was ended for."""
    visit = await approved(db, office, settings)
    async with db.begin() as uow:
        await uow.visits.move(visit.id, VisitStatus.OPEN, STAFF, "", MORNING)
        await uow.decisions.raise_review(visit.id, ReviewCause.VISITOR_BANNED, "", MORNING)
        await uow.commit()
    assert await keep(db, visit.id, "go on", STAFF, MORNING + MINUTE) == 1
    async with db.read() as uow:
        assert (await uow.visits.history(visit.id))[-1].to is VisitStatus.OPEN
        assert "go on" not in [row.reason for row in await uow.visits.history(visit.id)]
