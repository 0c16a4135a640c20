"""Two hundred people want the same ten slots at once: ten have one, the others are told, and no number is lost."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import func, select

from broker.registration.draft import Draft
from broker.registration.errors import SlotsGone
from broker.registration.service import AT_ONCE, Desk, Typed, begin, finish
from broker.storage.database import Database
from broker.storage.models import HoldRow, VisitRow
from broker.visit import Visit
from tests.support.registering import FIRST_SLOT, MONDAY, QUARTER, a_rule, bookable, code_sent_to, drafted, typed

PEOPLE = 200
SLOTS = 10
LATER = MONDAY + timedelta(minutes=2)


async def _ask(desk: Desk, draft: Draft) -> Draft | SlotsGone:
    try:
        return await begin(desk, draft.id, MONDAY)
    except SlotsGone as gone:
        return gone


async def test_two_hundred_at_once_for_ten_slots(desk: Desk, migrated_url: str) -> None:
    """Asked of two processes. Five times on two terminals: ten holds and no two alike, 190 told kindly, their drafts
    untouched; then ten visits with the serials 1 to 10, each on its own terminal and time.
    """
    place = await bookable(desk.db, terminals=2, rule=a_rule(last_day=2))
    times = tuple(FIRST_SLOT + number * QUARTER for number in range(SLOTS // 2))
    drafts = [
        await drafted(desk.db, typed(place, number=number, slots=_rotated(times, number))) for number in range(PEOPLE)
    ]

    other = replace(desk, db=Database(migrated_url), turns=asyncio.Semaphore(AT_ONCE))
    answers = await asyncio.gather(
        *(_ask(process, draft) for process, draft in zip(itertools.cycle((desk, other)), drafts, strict=False))
    )
    await other.db.close()
    begun = [answer for answer in answers if isinstance(answer, Draft)]
    told = [answer for answer in answers if isinstance(answer, SlotsGone)]
    # Each names three of the five times; all ten are wanted by many.
    assert (len(begun), len(told)) == (SLOTS, PEOPLE - SLOTS)
    async with desk.db.read() as uow:
        held = (await uow.session.execute(select(HoldRow.terminal_id, HoldRow.starts_at))).all()
        kept = [await uow.drafts.get(draft.id, MONDAY) for draft in drafts]
    assert len(set(held)) == len(held) == SLOTS
    assert all(draft.steps for draft in kept)

    visits = await asyncio.gather(*(_finish(desk, draft) for draft in begun))
    assert sorted(visit.visrn.serial for visit in visits) == list(range(1, SLOTS + 1))
    async with desk.db.read() as uow:
        stored = await uow.session.scalar(select(func.count()).select_from(VisitRow))
        slots = [await uow.holds.of_visit(visit.id) for visit in visits]
    assert stored == SLOTS
    assert Counter((slot.terminal_id, slot.starts_at) for slot in slots if slot).most_common(1)[0][1] == 1
    assert len(slots) == SLOTS


def _rotated(times: tuple[datetime, ...], number: int) -> tuple[datetime, ...]:
    """Three of the times, beginning with another one for each person."""
    first = number % len(times)
    return (times[first:] + times[:first])[:3]


async def _finish(desk: Desk, draft: Draft) -> Visit:
    assert draft.sent
    return await finish(desk, draft.id, Typed(await code_sent_to(desk.db, draft.sent.email)), LATER)
