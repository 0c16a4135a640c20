"""The decisions loop: nothing waits for ever, and nobody's hold outlives them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from broker.deciding import refusing
from broker.deciding.commands import Refusal
from broker.deciding.refusing import refuse
from broker.errors import NotFound
from broker.lifecycle import VisitStatus
from broker.reasons import RefusalReason
from broker.staff import Role
from broker.storage.database import Database
from broker.storage.staff import NewStaff
from broker.worker.decisions import DecisionsLoop
from config import keys
from config.settings import Settings
from tests.support.clock import NOON, ManualClock
from tests.support.deciding import DAY, HOUR, MINUTE, MORNING, STAFF, Office, ask_for, letters, open_office, stored


@pytest_asyncio.fixture
async def office(db: Database) -> Office:
    """A jail that decides, with a superintendent, one of another jail, and an operator."""
    office = await open_office(db)
    async with db.begin() as uow:
        other = await uow.jails.add(27, 12, name="Thane", city="Thane", timezone="Asia/Kolkata", helpline="022")
        for name, role, jail_id in (
            ("asha", Role.SUPERINTENDENT, office.jail.id),
            ("ravi", Role.SUPERINTENDENT, other.id),
            ("om", Role.OPERATOR, office.jail.id),
        ):
            new = NewStaff(
                name, name, role, "a hash", None, jail_ids=frozenset({jail_id}), email=f"{name}@jail.example"
            )
            await uow.staff.add(new)
        await uow.commit()
    return office


@pytest.fixture
def loop(db: Database, redis: Redis, clock: ManualClock, make_settings: Callable[..., Settings]) -> DecisionsLoop:
    """A worker's decisions."""
    return DecisionsLoop(db, redis, make_settings(), clock)


def at(clock: ManualClock, moment: datetime) -> None:
    """Let time pass until then."""
    clock.advance((moment - clock.now()).total_seconds())


async def told(db: Database) -> list[tuple[str, str]]:
    """To which staff which letters went."""
    async with db.begin() as uow:
        mails = await uow.outbox.claim(MORNING + 90 * DAY, timedelta(minutes=1), 100)
    return sorted((mail.to, mail.name) for mail in mails if mail.visit_id is None)


async def test_late_requests_are_escalated_with_one_letter_to_each_superintendent_of_the_jail(
    db: Database, clock: ManualClock, office: Office, loop: DecisionsLoop
) -> None:
    """Two are late, a third is not; the jail's own superintendent hears of it, once."""
    late = [await ask_for(db, office, starts_at=MORNING + number * HOUR) for number in range(2)]
    early = await ask_for(db, office, starts_at=MORNING + DAY)
    at(clock, MORNING - 46 * HOUR)
    for _ in range(2):
        await loop.round()
        clock.advance(60)
    async with db.read() as uow:
        requests = await uow.visits.requests([visit.id for visit in (*late, early)])
    assert [requests[visit.id].escalated_at is None for visit in (*late, early)] == [False, False, True]
    assert await told(db) == [("asha@jail.example", "escalated")]


async def test_undecided_request_lapses_and_the_consoles_hear_of_it(
    db: Database, redis: Redis, clock: ManualClock, office: Office, make_settings: Callable[..., Settings]
) -> None:
    """Refused with an apology, its slot free; one that was decided in time is left alone."""
    forgotten, decided = await ask_for(db, office), await ask_for(db, office, starts_at=MORNING + HOUR)
    settings = make_settings()
    await refuse(db, settings, Refusal(decided.id, RefusalReason.MOVED), STAFF, NOON)
    at(clock, MORNING - 11 * HOUR)
    async with redis.pubsub() as channel:
        await channel.subscribe(keys.jail_changed(office.jail.id))
        await channel.get_message(timeout=5)
        await DecisionsLoop(db, redis, settings, clock).round()
        assert await channel.get_message(ignore_subscribe_messages=True, timeout=5) is not None
    assert (await stored(db, forgotten)).status is VisitStatus.REFUSED
    assert await letters(db, forgotten) == await letters(db, decided) == ["refused"]
    async with db.read() as uow:
        assert await uow.holds.of_visit(forgotten.id) is None
        assert (await uow.visits.history(forgotten.id))[-1].reason == "not_decided"


@pytest.mark.parametrize("fault", [NotFound("visit"), KeyError("a letter's word")], ids=["known", "unforeseen"])
async def test_one_request_that_cannot_lapse_keeps_no_other_waiting(  # noqa: PLR0917 - fixtures
    db: Database,
    clock: ManualClock,
    office: Office,
    loop: DecisionsLoop,
    monkeypatch: pytest.MonkeyPatch,
    fault: Exception,
) -> None:
    """It is logged and tried again; the others are refused meanwhile."""
    stuck, other = await ask_for(db, office), await ask_for(db, office, starts_at=MORNING + MINUTE * 15)

    async def lapse(db: Database, settings: Settings, visit_id: str, now: datetime) -> Any:
        if visit_id == stuck.id:
            raise fault
        return await refusing.lapse(db, settings, visit_id, now)

    monkeypatch.setattr("broker.worker.decisions.lapse", lapse)
    at(clock, MORNING - HOUR)
    await loop.round()
    assert (await stored(db, stuck)).status is VisitStatus.REQUESTED
    assert (await stored(db, other)).status is VisitStatus.REFUSED


async def test_holds_and_drafts_of_those_who_never_came_back_are_swept(
    db: Database, clock: ManualClock, office: Office, loop: DecisionsLoop
) -> None:
    """An expired hold goes with the next round, a draft after its day; a request's hold stays."""
    visit = await ask_for(db, office)
    async with db.begin() as uow:
        draft = await uow.drafts.start(NOON)
        await uow.holds.take(
            office.jail.id,
            visit.mode,
            starts_at=MORNING + HOUR,
            ends_at=MORNING + HOUR + 15 * MINUTE,
            now=NOON,
            draft_id=draft.id,
            expires_at=NOON + 10 * MINUTE,
        )
        await uow.commit()
    clock.advance(11 * 60)
    await loop.round()
    async with db.begin() as uow:
        assert await uow.holds.clear_expired(clock.now()) == 0
        assert await uow.holds.of_visit(visit.id) is not None
        assert (await uow.drafts.get(draft.id, clock.now())).id == draft.id
    clock.advance(25 * 3600)
    await loop.round()
    async with db.begin() as uow:
        assert await uow.drafts.sweep(clock.now() + 2 * DAY) == 0


async def test_round_with_nothing_to_do_writes_nothing(db: Database, office: Office, loop: DecisionsLoop) -> None:
    """Nobody is written to, nothing moves."""
    visit = await ask_for(db, office)
    await loop.round()
    assert await stored(db, visit) == visit
    assert await told(db) == []
