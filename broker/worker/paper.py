"""Putting a room on paper: its facts kept together until it is over, then the visit closed with an outcome."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from redis.asyncio import Redis

from broker.closing import Record, conclude
from broker.deciding.cancelling import close
from broker.errors import IllegalTransition, NotFound
from broker.losses.absent.evidence import Evidence, evidence, never_there
from broker.losses.attribution import attribute
from broker.losses.heard import Heard, heard, neighbours
from broker.losses.settling import Measured
from broker.losses.timeline import Around
from broker.mail.wake import wake_worker
from broker.monitoring.ending import left_open, watch_ended
from broker.storage.database import Database
from broker.storage.unit import UnitOfWork
from broker.visit import HistoryRow, Outcome, Visit, VisitMode, VisitStatus
from config import keys
from config.clock import Clock
from config.errors import BadFact
from config.facts import EndReason, Fact, Way
from config.settings import Settings

#: Who closes visits, in their history.
BY = "system:worker"
_FACTS_LIFE = timedelta(days=2)
_STAFF = "staff:"

_log = structlog.get_logger(__name__)


class Paper:
    """Where facts end up. Every call may be repeated with the same arguments and changes nothing the second time."""

    def __init__(self, db: Database, redis: Redis, clock: Clock, settings: Settings) -> None:
        self._db = db
        self._redis: Any = redis
        self._clock = clock
        self._settings = settings

    async def keep(self, fact: Fact) -> None:
        """Put a fact with the others of its room. The set holds equal facts once. Raises RedisError."""
        entry = json.dumps(fact.to_fields(), sort_keys=True)
        key = keys.room_facts(fact.room)
        pipeline = self._redis.pipeline()
        pipeline.zadd(key, {entry: fact.at.timestamp()})
        pipeline.expire(key, _FACTS_LIFE)
        await pipeline.execute()

    async def close(
        self, visit_id: str, end: EndReason | None, ended_at: datetime | None, seconds: Mapping[str, float]
    ) -> Outcome | None:
        """Close the visit with what is known of its room; None if it is closed already, or there is no such visit.

        `end` and `ended_at` None: no room told its end, so the live state is asked for what it knows. A visit in person
        has no room: it took place if its visitors were let in. A failure that was not the family's gives the allowance
        back; what the family should know of the outcome goes into the outbox with it.
        Raises RedisError (nothing is closed on half of the knowledge) and SQLAlchemyError.
        """
        facts = self._facts(await self._redis.zrange(keys.room_facts(visit_id), 0, -1))
        measured = _most(await self._measured(visit_id), seconds)
        room = await self._redis.hgetall(keys.room(visit_id))
        if end is None and room.get("end_reason"):
            end, ended_at = EndReason(room["end_reason"]), _moment(room.get("ended_at"))
        async with self._db.begin() as uow:
            try:
                visit = await uow.visits.get(visit_id)
                if not visit.live:
                    return None
                record = Record(
                    starts_at=visit.starts_at,
                    ends_at=visit.ends_at,
                    facts=facts,
                    seconds=measured,
                    end=end,
                    ended_at=ended_at,
                    staff_reason=staff_reason(await uow.visits.history(visit_id)),
                    lost=visit.opened_at is not None and not room,
                )
                outcome = await self._write(uow, visit, record)
            except (NotFound, IllegalTransition) as error:
                _log.info("nothing_to_close", visit=visit_id, error=error.id)
                return None
        _log.info("visit_closed", visit=visit_id, room=visit_id, outcome=outcome.value, end=end and end.value)
        await self._redis.publish(keys.jail_changed(visit.jail.id), "")
        await wake_worker(self._redis)
        return outcome

    async def end_watch(self, fact: Fact) -> None:
        """Write that a monitor has left a room. Raises SQLAlchemyError."""
        async with self._db.begin() as uow:
            if await watch_ended(uow, fact):
                await uow.commit()

    async def end_watches(self, visit_id: str) -> None:
        """Write the ends of watches that no room told, because their node was lost. Raises SQLAlchemyError."""
        async with self._db.begin() as uow:
            if await left_open(uow, visit_id):
                await uow.commit()

    async def _write(self, uow: UnitOfWork, visit: Visit, record: Record) -> Outcome:
        by_video = visit.mode is VisitMode.VIDEO
        known = await evidence(uow, visit) if by_video else Evidence()
        record = replace(record, shut_out=known.shut_out)
        outcome = conclude(record) if by_video else in_person(visit)
        measured = await self._measure(uow, visit, record, called_off=known.called_off) if by_video else None
        now = self._clock.now()
        await close(
            uow,
            self._settings,
            visit.id,
            outcome,
            record.seconds,
            by=BY,
            now=now,
            measured=measured,
            no_show=known.no_show,
        )
        await uow.commit()
        return outcome

    async def _measure(self, uow: UnitOfWork, visit: Visit, record: Record, *, called_off: bool) -> Measured:
        """Where the call's seconds went. What terminals did meanwhile is told by how they were heard of."""
        stations = [each.id for each in await uow.jails.terminals(visit.jail.id)]
        pages = await heard(self._redis, stations, self._clock.now())
        own = Heard(None) if visit.terminal is None else pages.pop(visit.terminal.id, Heard(None))
        around = Around(
            opened_at=visit.opened_at,
            silent=own.gaps if own.last is not None else never_there(visit),
            neighbours_silent=neighbours(own, pages.values()),
            called_off=called_off,
        )
        saved = await self._redis.hgetall(keys.ways(visit.id))
        return Measured(record, attribute(record, around), ways_of(record.facts, saved))

    async def _measured(self, visit_id: str) -> dict[str, float]:
        found = await self._redis.hgetall(keys.connected(visit_id))
        return {participant: float(spent) for participant, spent in found.items()}

    @staticmethod
    def _facts(entries: Iterable[str]) -> tuple[Fact, ...]:
        facts = []
        for entry in entries:
            try:
                facts.append(Fact.from_fields(json.loads(entry)))
            except (BadFact, ValueError):
                _log.warning("kept_fact_unreadable")
        return tuple(facts)


def ways_of(facts: Iterable[Fact], saved: Mapping[str, str]) -> tuple[Way, ...]:
    """What the relay forwarded: by the room's last word, or what its node saved before it died; the larger of both."""
    told = {(who, to, kind): packets for fact in facts for who, to, kind, packets in fact.ways}
    for key, packets in saved.items():
        with contextlib.suppress(ValueError):
            who, to, kind = json.loads(key)
            way = str(who), str(to), str(kind)
            told[way] = max(told.get(way, 0), int(packets))
    return tuple((*way, told[way]) for way in sorted(told))


def in_person(visit: Visit) -> Outcome:
    """How a visit in person went whose time is over: nobody starts or ends it, but the gate opens it. Where the gate
    wrote nothing nothing is claimed: not every jail scans passes, and a family that came must not read that it didn't.
    """
    return Outcome.COMPLETED if visit.opened_at is not None else Outcome.NOT_RECORDED


def staff_reason(history: Iterable[HistoryRow]) -> str | None:
    """What staff chose when they ended the session: their last note (a row that moves nothing) on an open visit."""
    chosen = None
    for row in history:
        if row.from_ is VisitStatus.OPEN and row.to is VisitStatus.OPEN and row.by.startswith(_STAFF):
            chosen = row.reason
    return chosen or None


def _most(one: Mapping[str, float], other: Mapping[str, float]) -> dict[str, float]:
    """The larger of two measurements of the same clocks: each was true when it was taken."""
    return {who: max(one.get(who, 0.0), other.get(who, 0.0)) for who in {*one, *other}}


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
