"""web.operator.one.scope: which visits an operator may open."""

from __future__ import annotations

import pytest
from aiohttp import web
from sqlalchemy import update

from broker.audit.events import AuditEvent
from broker.staff import Role, Staff
from broker.storage.models import VisitRow
from broker.visit import Visit, VisitMode
from tests.support.desk import Desk
from tests.support.lost_pages import lost_visit
from tests.support.superintendent import open_office_at
from web.operator.one.scope import record_look, visit_of_today, visit_to_read


async def opened(desk: Desk, staff: Staff, visit: Visit) -> Visit:
    """Open it."""
    async with desk.db.read() as uow:
        return await visit_of_today(uow, staff, visit.id, desk.clock.now())


async def test_todays_visits_of_the_own_jail_can_be_opened(desk: Desk) -> None:
    """Past and to come, as long as it is the same day there."""
    asha = await desk.hire("asha", Role.OPERATOR, desk.here)
    for starts_in in (-7200, 0, 7200):
        visit = await desk.book(starts_in=starts_in)
        assert (await opened(desk, asha, visit)).id == visit.id


async def test_other_days_other_jails_and_visits_in_person_cannot(desk: Desk) -> None:
    """An operator's work is the day's VC room."""
    asha = await desk.hire("asha", Role.OPERATOR, desk.here)
    tomorrow = await desk.book(starts_in=26 * 3600)
    with pytest.raises(web.HTTPNotFound):
        await opened(desk, asha, tomorrow)
    with pytest.raises(web.HTTPForbidden):
        await opened(desk, asha, await desk.book(desk.elsewhere))
    in_person = await desk.book(starts_in=3600)
    async with desk.db.begin() as uow:
        await uow.session.execute(update(VisitRow).where(VisitRow.id == in_person.id).values(mode=VisitMode.IN_PERSON))
        await uow.commit()
    with pytest.raises(web.HTTPNotFound):
        await opened(desk, asha, in_person)


async def test_visit_of_another_day_can_be_read_if_it_lost_minutes(desk: Desk) -> None:
    """Whoever says what took them needs what was written down; another jail's, or one that lost none, stays closed."""
    office = await open_office_at(desk)
    lost = await lost_visit(desk, office)
    asha = await desk.hire("asha", Role.OPERATOR, desk.here)
    far = await desk.hire("far", Role.OPERATOR, desk.elsewhere)
    desk.clock.advance(2 * 86400)
    plain = await desk.book(starts_in=-2 * 86400)
    async with desk.db.read() as uow:
        now = desk.clock.now()
        assert (await visit_to_read(uow, asha, lost.id, now)).id == lost.id
        for staff, visit, refused in ((asha, plain, web.HTTPNotFound), (far, lost, web.HTTPForbidden)):
            with pytest.raises(refused):
                await visit_to_read(uow, staff, visit.id, now)
        with pytest.raises(web.HTTPNotFound):
            await visit_of_today(uow, asha, lost.id, now)


async def test_a_look_is_on_record_with_whose_and_of_which_jail(desk: Desk) -> None:
    """What the page would show comes after the commit."""
    asha = await desk.hire("asha", Role.OPERATOR, desk.here)
    visit = await desk.book()
    async with desk.db.begin() as uow:
        record_look(uow, AuditEvent.VISIT_READ, asha, visit, desk.clock.now(), details={"page": "help"})
        await uow.commit()
    async with desk.db.read() as uow:
        [entry] = await uow.audit.newest(1)
    assert (entry.event, entry.by, entry.visit_id, entry.jail_id, entry.details) == (
        AuditEvent.VISIT_READ, f"staff:{asha.id}", visit.id, desk.here.jail.id, {"page": "help"},
    )  # fmt: skip
