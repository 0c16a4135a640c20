"""A busy day at a jail with three terminals: twelve sessions, in every state an operator meets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import update

from broker.demo import proofs
from broker.lifecycle import Outcome
from broker.outbox import OutboxMail
from broker.sessions.model import IncidentKind, Severity
from broker.sessions.writing import report_incident, write_note
from broker.staff import Staff
from broker.storage.models import InmateRow, VisitorRow
from broker.storage.visits import rows
from broker.visit import Visit, VisitKind, VisitStatus
from config import keys
from config.secrets import digest
from rooms.presence import Devices, PresenceState, Quality
from tests.support.desk import Desk
from web.entry import room_spec
from web.keys import SETTINGS
from web.operator import actions
from web.sse import stamp
from web.terminal.health import DeviceState, Health

NAMES = ("Savita Kolte", "Arun Kolte", "Kamala Salunke", "Ngozi Nwosu", "Lata Jadhav", "Imran Shaikh")


@dataclass(frozen=True)
class BusyDay:
    """The visits by the state they are in, and the colleague who held one of them."""

    visits: dict[str, Visit]
    colleague: Staff

    def __getitem__(self, state: str) -> Visit:
        return self.visits[state]


async def busy_day(desk: Desk, me: Staff, colleague: Staff) -> BusyDay:
    """Fill the day of the first jail around now."""
    visits = {
        "completed": await desk.book(starts_in=-7200),
        "no_show": await desk.book(starts_in=-7200, terminal=1),
        "failed": await desk.book(starts_in=-3600, terminal=2),
        "live": await desk.book(starts_in=240),
        "held": await desk.book(starts_in=240, terminal=1, kind=VisitKind.LEGAL),
        "late": await desk.book(starts_in=240, terminal=2, visitors=2),
        "both_ready": await desk.book(starts_in=1260),
        "bounced": await desk.book(starts_in=1260, terminal=1),
        "expected": await desk.book(starts_in=1260, terminal=2),
        "later": await desk.book(starts_in=7200),
        "cancelled": await desk.book(starts_in=7200, terminal=1),
        "last": await desk.book(starts_in=8400, terminal=2),
    }
    await _introduce(desk, visits)
    await _close(desk, visits)
    desk.clock.advance(480)
    await _terminals(desk)
    await _run(desk, visits, me, colleague)
    await _wait(desk, visits)
    return BusyDay(visits, colleague)


async def trouble(desk: Desk, visit: Visit) -> None:
    """The relay finds that one side of a running call is not seen by the other."""
    since = desk.clock.now() - timedelta(seconds=40)
    await desk.redis.hset(keys.alerts(visit.id), f"one_way:{visit.visitors[0].id}", since.isoformat())
    await desk.redis.publish(keys.jail_changed(visit.jail.id), "")


async def with_proof(desk: Desk, visit: Visit) -> Visit:
    """Give a visit's people an identity, each with a photo of the proof."""
    settings = desk.app[SETTINGS]
    async with desk.db.begin() as uow:
        for visitor in visit.visitors:
            number = proofs.pan(visitor.id, visitor.name)
            kept = await proofs.keep(uow, settings, visitor.name, number, desk.clock.now())
            known = proofs.identity(settings, visitor.id, visitor.name, kept)
            await uow.visits.set_identity(visitor.id, name=visitor.name, identity=known)
        await uow.commit()
        return await uow.visits.get(visit.id)


async def _introduce(desk: Desk, visits: dict[str, Visit]) -> None:
    """Give the people names and proofs, and every other one a photo."""
    settings = desk.app[SETTINGS]
    async with desk.db.begin() as uow:
        people = [visitor for visit in visits.values() for visitor in visit.visitors]
        for number, visitor in enumerate(people):
            name = NAMES[number % len(NAMES)]
            proof = proofs.pan(visitor.id, name)
            kept = await proofs.keep(uow, settings, name, proof, desk.clock.now()) if number % 2 else None
            known = rows.identity(replace(proofs.identity(settings, visitor.id, name, ""), document_id=kept))
            await uow.session.execute(
                update(VisitorRow)
                .where(VisitorRow.id == visitor.id)
                .values(name=name, relationship_=("wife", "brother")[number % 2], **known)
            )
        inmate = await uow.session.get_one(InmateRow, desk.here.inmate.id)
        inmate.name = "Sanjay Mahadev Kolte"
        await uow.commit()


async def _close(desk: Desk, visits: dict[str, Visit]) -> None:
    """What is over by now."""
    now = desk.clock.now()
    outcomes = {
        "completed": Outcome.COMPLETED,
        "no_show": Outcome.VISITOR_ABSENT,
        "failed": Outcome.TECHNICAL_FAILURE,
    }
    async with desk.db.begin() as uow:
        for name, outcome in outcomes.items():
            await uow.visits.close(visits[name].id, outcome, {}, "system:worker", now)
        await uow.visits.move(visits["cancelled"].id, VisitStatus.CANCELLED, "staff:1", "lockdown", now)
        await uow.commit()


async def _terminals(desk: Desk) -> None:
    """T1 and T2 are there and well, T3 is there without a camera."""
    now = desk.clock.now()
    async with desk.db.begin() as uow:
        for terminal in desk.here.terminals:
            await uow.terminals.pair(terminal.id, digest(f"secret of {terminal.id}"))
        await uow.commit()
    for number, terminal in enumerate(desk.here.terminals):
        camera = DeviceState.MISSING if number == 2 else DeviceState.OK
        health = Health(
            now, camera, DeviceState.OK, now - timedelta(minutes=3), 24, now - timedelta(hours=2), "Chrome, Linux",
            in_call=number == 0,
        )  # fmt: skip
        await desk.redis.set(keys.terminal_health(terminal.id), health.to_json())
        # The page speaks every 2 s; for as long as a test looks, it has just spoken.
        await desk.redis.set(keys.terminal_seen(terminal.id), stamp(now + timedelta(minutes=10)))


async def _run(desk: Desk, visits: dict[str, Visit], me: Staff, colleague: Staff) -> None:
    """One call goes on, one is held by a colleague."""
    works, now = Devices(camera=True, microphone=True), desk.clock.now()
    for name in ("live", "held"):
        visit = visits[name]
        await actions.start(desk.app, me, visit.id)
        await desk.room_says(visit, "live")
        for who in (visit.visitors[0].id, f"terminal-{visit.slot.terminal_id if visit.slot else 0}"):
            await desk.show(visit, who, PresenceState.CONNECTED, devices=works, quality=Quality.GOOD)
    await actions.hold(desk.app, colleague, visits["held"].id, "identity", held=True)
    live = visits["live"].id
    await write_note(desk.db, live, "The mother does not hear well: speak slowly.", f"staff:{me.id}", now)
    await report_incident(
        desk.db, live, IncidentKind.THIRD_PERSON, Severity.SERIOUS, "Somebody walked by.", f"staff:{me.id}", now
    )


async def _wait(desk: Desk, visits: dict[str, Visit]) -> None:
    """Who waits, who is late, and whose codes came back."""
    works = Devices(camera=True, microphone=True)
    await desk.registry.place(room_spec(visits["both_ready"]))
    await desk.show(
        visits["both_ready"], visits["both_ready"].visitors[0].id, PresenceState.WAITING, devices=works,
        quality=Quality.POOR,
    )  # fmt: skip
    await _mailed(desk, visits["bounced"], bounced=True)
    await _mailed(desk, visits["late"], ago=timedelta(minutes=9))


async def _mailed(desk: Desk, visit: Visit, *, bounced: bool = False, ago: timedelta = timedelta(minutes=1)) -> None:
    """A code mail that was sent some time ago, and perhaps came back."""
    at = desk.clock.now() - ago
    visitor = visit.visitors[0]
    mail = OutboxMail(
        "codes", visitor.email, "s", "t", "h", at, visit.id, visitor.id, expires_at=at + timedelta(minutes=5)
    )
    async with desk.db.begin() as uow:
        await uow.outbox.add(mail)
        await uow.outbox.claim(at, timedelta(seconds=1), 10)
        await uow.outbox.mark_sent(mail.id, at)
        if bounced:
            await uow.outbox.mark_bounced(mail.id, "address_unknown")
        await uow.commit()
