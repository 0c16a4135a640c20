"""Putting rooms on paper: repeated without harm, never on half of the knowledge."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st
from redis.asyncio import Redis
from redis.exceptions import RedisError

from broker.losses.heard import hear
from broker.storage.database import Database
from broker.visit import HistoryRow, Outcome, Visit, VisitMode, VisitStatus, new_id
from broker.vocabulary import LossCause
from broker.worker.paper import BY, Paper, staff_reason, ways_of
from config import keys
from config.facts import DownReason, EndReason, Fact, FactName, LeaveReason
from config.settings import Settings
from tests.support.clock import NOON, ManualClock
from tests.support.deciding import MORNING, ask_for, counted, letters, open_office
from tests.support.deciding import paper as paper_of
from tests.support.losses import approved, codes_that_came_back
from tests.support.visits import Place

STATUSES = st.none() | st.sampled_from(VisitStatus)
ROWS = st.builds(
    HistoryRow,
    st.just("v"),
    st.just(NOON),
    st.sampled_from(["staff:7", "staff:8", "system:worker", "staffing"]),
    STATUSES,
    st.sampled_from(VisitStatus),
    st.sampled_from(["", "conduct", "visit_finished"]),
)


@pytest.fixture
def paper(db: Database, redis: Redis, clock: ManualClock) -> Paper:
    """Where facts end up."""
    return paper_of(db, redis, clock)


def sides(visit: Visit) -> tuple[str, str]:
    """The family's participant and the prison's."""
    assert visit.terminal is not None
    return visit.visitors[0].id, f"terminal-{visit.terminal.id}"


def joined(visit: Visit, who: str) -> Fact:
    """Somebody takes a seat as the slot begins."""
    return Fact(FactName.PARTICIPANT_JOINED, visit.id, visit.starts_at, participant=who)


def whole(visit: Visit) -> dict[str, float]:
    """Connected seconds of a visit in which both talked to the end."""
    return dict.fromkeys(sides(visit), (visit.ends_at - visit.starts_at).total_seconds())


async def stored(db: Database, visit: Visit) -> Visit:
    """The visit as it stands on paper."""
    async with db.read() as uow:
        return await uow.visits.get(visit.id)


async def test_a_fact_told_twice_is_kept_once_and_not_for_ever(paper: Paper, redis: Redis, visit: Visit) -> None:
    """The stream delivers at least once; what differs in anything is another fact."""
    fact = joined(visit, sides(visit)[0])
    for each in (fact, fact, replace(fact, at=fact.at + timedelta(seconds=1))):
        await paper.keep(each)
    client: Any = redis
    assert await client.zcard(keys.room_facts(visit.id)) == 2
    assert 0 < await client.ttl(keys.room_facts(visit.id)) <= 2 * 86_400


async def test_a_visit_is_closed_once_whatever_is_told_later(paper: Paper, db: Database, visit: Visit) -> None:
    """The first outcome stands; a repetition with another end, and an unknown visit, are nothing to do."""
    for who in sides(visit):
        await paper.keep(joined(visit, who))
    end = (EndReason.SLOT_OVER, visit.ends_at)
    assert await paper.close(visit.id, *end, whole(visit)) is Outcome.COMPLETED
    before = await stored(db, visit)
    assert await paper.close(visit.id, *end, whole(visit)) is None
    assert await paper.close(visit.id, EndReason.ENDED_BY_STAFF, visit.starts_at, {}) is None
    assert await stored(db, visit) == before
    assert before.status is VisitStatus.CLOSED
    async with db.read() as uow:
        assert [row.by for row in await uow.visits.history(visit.id) if row.to is VisitStatus.CLOSED] == [BY]
    assert await paper.close(new_id(), *end, {}) is None


async def test_nothing_is_closed_while_the_live_state_does_not_answer(
    paper: Paper, db: Database, redis: Redis, visit: Visit
) -> None:
    """Without its facts a visit that was held would go down as one that nobody came to."""
    await redis.set(keys.room_facts(visit.id), "not a sorted set")
    with pytest.raises(RedisError):
        await paper.close(visit.id, EndReason.SLOT_OVER, visit.ends_at, {})
    assert (await stored(db, visit)).live


async def test_a_fact_that_cannot_be_read_hides_no_other(paper: Paper, redis: Redis, visit: Visit) -> None:
    """Nonsense beside the facts of a good visit is passed over."""
    client: Any = redis
    for number, nonsense in enumerate(("{", "[]", "7", json.dumps({"name": "moonrise"}))):
        await client.zadd(keys.room_facts(visit.id), {nonsense: number})
    for who in sides(visit):
        await paper.keep(joined(visit, who))
    assert await paper.close(visit.id, EndReason.SLOT_OVER, visit.ends_at, whole(visit)) is Outcome.COMPLETED


async def test_each_participant_is_credited_with_the_larger_of_two_measurements(
    paper: Paper, db: Database, redis: Redis, visit: Visit
) -> None:
    """What a node saved before it died counts as much as what the room told at its end."""
    client: Any = redis
    family, prison = sides(visit)
    await client.hset(keys.connected(visit.id), mapping={family: "880.5", prison: "12"})
    await paper.close(visit.id, EndReason.SLOT_OVER, visit.ends_at, {family: 12.0, prison: 893.0, "other": 3.0})
    assert (await stored(db, visit)).seconds == {family: 880.5, prison: 893.0, "other": 3.0}


async def test_an_end_that_nobody_told_is_read_from_the_live_state(paper: Paper, redis: Redis, visit: Visit) -> None:
    """Staff ended it and the node died before it could say so."""
    client: Any = redis
    ended_at: datetime = visit.starts_at + timedelta(minutes=3)
    fields = {"end_reason": EndReason.ENDED_BY_STAFF.value, "ended_at": ended_at.isoformat()}
    await client.hset(keys.room(visit.id), mapping=fields)
    assert await paper.close(visit.id, None, None, {}) is Outcome.ENDED_BY_STAFF


@pytest.mark.parametrize(("forgotten", "outcome"), [(True, Outcome.TECHNICAL_FAILURE), (False, Outcome.NOBODY_CAME)])
async def test_a_started_visit_that_was_forgotten_blames_no_family(  # noqa: PLR0917 - four fixtures and two cases
    paper: Paper,
    db: Database,
    redis: Redis,
    visit: Visit,
    forgotten: bool,  # noqa: FBT001
    outcome: Outcome,
) -> None:
    """Redis lost its memory: then nobody knows who came. With the room still there, nobody did."""
    async with db.begin() as uow:
        await uow.visits.move(visit.id, VisitStatus.OPEN, "staff:7", "", NOON)
        await uow.commit()
    if not forgotten:
        client: Any = redis
        await client.hset(keys.room(visit.id), "state", "waiting")
    assert await paper.close(visit.id, None, None, {}) is outcome


async def test_somebody_who_left_on_their_own_ended_it_early(paper: Paper, visit: Visit) -> None:
    """Facts kept in any order are read in time's."""
    family, prison = sides(visit)
    left_at = visit.starts_at + timedelta(minutes=5)
    left = Fact(FactName.PARTICIPANT_LEFT, visit.id, left_at, participant=family, reason=LeaveReason.LEFT)
    for fact in (left, joined(visit, prison), joined(visit, family)):
        await paper.keep(fact)
    seconds = {family: 299.0, prison: 890.0}
    outcome = await paper.close(visit.id, EndReason.SLOT_OVER, visit.ends_at, seconds)
    assert outcome is Outcome.ENDED_EARLY_VISITOR


@given(st.lists(ROWS, max_size=8))
def test_staffs_reason_is_their_last_note_on_the_open_visit(history: list[HistoryRow]) -> None:
    """Neither a step of the visit nor a note of the system's is a choice of staff."""
    notes = [
        row.reason
        for row in history
        if (row.from_, row.to) == (VisitStatus.OPEN, VisitStatus.OPEN) and row.by in {"staff:7", "staff:8"}
    ]
    assert staff_reason(history) == (notes[-1] or None if notes else None)


@pytest_asyncio.fixture
async def at_the_counter(db: Database) -> Visit:
    """An approved visit in person, counted, on the morning of the ninth of March."""
    office = await open_office(db)
    visit = await ask_for(db, office, mode=VisitMode.IN_PERSON)
    async with db.begin() as uow:
        slot = await uow.holds.of_visit(visit.id)
        assert slot is not None
        inmate, day = office.inmate, MORNING.date()
        await uow.quotas.spend(
            visit.id, inmate, visit.kind, visit.mode, day, version=office.version, by="staff:7", now=NOON
        )
        visit = await uow.visits.approve(visit.id, slot, "staff:7", NOON, inmate_id=inmate.id)
        await uow.commit()
    return visit


@pytest.mark.parametrize(
    ("let_in", "outcome", "told"),
    [(True, Outcome.COMPLETED, []), (False, Outcome.NOT_RECORDED, [])],
    ids=["let in", "never seen"],
)
async def test_visit_in_person_took_place_if_its_visitors_were_let_in(  # noqa: PLR0917 - fixtures and a case
    paper: Paper,
    db: Database,
    at_the_counter: Visit,
    let_in: bool,  # noqa: FBT001 - pytest passes it by name
    outcome: Outcome,
    told: list[str],
) -> None:
    """Nobody starts or ends it, and no room tells of it: what the gate did decides when its time is over."""
    if let_in:
        async with db.begin() as uow:
            await uow.visits.move(at_the_counter.id, VisitStatus.OPEN, "staff:9", "", MORNING)
            await uow.commit()
    assert await paper.close(at_the_counter.id, None, None, {}) is outcome
    assert await letters(db, at_the_counter) == told


@pytest.mark.parametrize(
    ("seen", "told", "left"), [("family", ["makeup"], 0), ("prison", ["missed"], 1)], ids=["no prisoner", "no family"]
)
async def test_failure_that_was_not_the_familys_is_made_good(  # noqa: PLR0917 - fixtures and a case
    paper: Paper, db: Database, clock: ManualClock, seen: str, told: list[str], left: int
) -> None:
    """The family waited and nobody came: their visit isn't counted, and they are told so. Once, whoever repeats it."""
    office = await open_office(db)
    visit = await ask_for(db, office)
    async with db.begin() as uow:
        slot = await uow.holds.of_visit(visit.id)
        assert slot is not None
        await uow.quotas.spend(
            visit.id,
            office.inmate,
            visit.kind,
            visit.mode,
            MORNING.date(),
            version=office.version,
            by="staff:7",
            now=NOON,
        )
        visit = await uow.visits.approve(visit.id, slot, "staff:7", NOON, inmate_id=office.inmate.id)
        await uow.commit()
    clock.advance((visit.ends_at - clock.now()).total_seconds())
    await paper.keep(joined(visit, sides(visit)[("family", "prison").index(seen)]))
    for _ in range(2):
        await paper.close(visit.id, EndReason.SLOT_OVER, visit.ends_at, {})
    assert await letters(db, visit) == told
    assert await counted(db, visit.id, office.inmate) == left


async def test_family_whose_codes_came_back_did_not_miss_its_visit(
    paper: Paper, db: Database, make_settings: Callable[..., Settings], clock: ManualClock
) -> None:
    """The mail came back, nobody helped, the slot passed: not counted, another one offered, and no word of missing."""
    office = await open_office(db)
    visit = await approved(db, office, make_settings())
    await codes_that_came_back(db, visit)
    clock.advance((visit.ends_at - clock.now()).total_seconds())
    assert await paper.close(visit.id, None, None, {}) is Outcome.TECHNICAL_FAILURE
    async with db.read() as uow:
        [loss] = await uow.losses.of_visit(visit.id)
        assert await uow.makeups.of_visit(visit.id) is not None
    assert (loss.cause, loss.seconds) == (LossCause.NO_CODES, 900)
    assert await letters(db, visit) == ["approved", "codes", "makeup"]
    assert await counted(db, visit.id, office.inmate) == 0


async def test_call_that_loses_its_terminal_is_recorded_with_what_its_page_did(  # noqa: PLR0917 - fixtures
    paper: Paper, db: Database, redis: Redis, clock: ManualClock, visit: Visit, place: Place
) -> None:
    """The media path and the page fall silent, the jail's other terminal does not: it was the terminal."""
    family, prison = sides(visit)
    for who in (family, prison):
        await paper.keep(joined(visit, who))
        await paper.keep(Fact(FactName.MEDIA_UP, visit.id, visit.starts_at, participant=who))
    cut = visit.starts_at + timedelta(minutes=5)
    await paper.keep(Fact(FactName.ROOM_OPENED, visit.id, visit.starts_at))
    await paper.keep(Fact(FactName.MEDIA_DOWN, visit.id, cut, participant=prison, reason=DownReason.LOST))
    for terminal, last in zip(place.terminals, (cut, visit.ends_at), strict=True):
        await hear(redis, terminal.id, last)
    clock.advance((visit.ends_at - clock.now()).total_seconds())
    client: Any = redis
    await client.hset(keys.ways(visit.id), json.dumps([family, prison, "audio"]), "40")
    await paper.close(visit.id, EndReason.SLOT_OVER, visit.ends_at, {family: 900.0, prison: 300.0})
    async with db.read() as uow:
        record, [loss] = await uow.losses.record(visit.id), await uow.losses.of_visit(visit.id)
    assert record is not None
    assert (record.offered, record.had, record.lost) == (900, 300, 600)
    assert record.ways == ((family, prison, "audio", 40),)
    assert (loss.cause, loss.seconds) == (LossCause.TERMINAL_DOWN, 600)


async def test_visit_in_person_has_no_record_of_a_call(paper: Paper, db: Database, at_the_counter: Visit) -> None:
    """Nobody measured anything."""
    await paper.close(at_the_counter.id, None, None, {})
    async with db.read() as uow:
        assert await uow.losses.record(at_the_counter.id) is None


def test_relays_count_is_the_larger_of_what_was_told_and_what_was_saved() -> None:
    """A node that died has saved more than an older fact says; what can't be read is passed over."""
    ended = Fact(FactName.ROOM_ENDED, "r", NOON, ways=(("a", "b", "audio", 5), ("b", "a", "video", 9)))
    saved = {json.dumps(["a", "b", "audio"]): "7", json.dumps(["b", "a", "video"]): "8", "[": "1", '["a"]': "2"}
    assert ways_of([ended], saved) == (("a", "b", "audio", 7), ("b", "a", "video", 9))
    assert ways_of([], {}) == ()
