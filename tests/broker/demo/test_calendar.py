"""The invented jails' hours and counters."""

from __future__ import annotations

from broker.demo import seed
from broker.demo.calendar import COUNTERS, sessions
from broker.storage.database import Database
from broker.vocabulary import VisitMode


async def test_every_invented_jail_takes_visits_by_video_and_in_person(db: Database) -> None:
    """On six days of the week, and at counters of its own."""
    await seed(db)
    async with db.read() as uow:
        for jail in await uow.jails.all():
            assert len(await uow.jails.terminals(jail.id, VisitMode.IN_PERSON)) == COUNTERS
            hours = await uow.calendars.sessions(jail.id)
            assert {(each.mode, each.weekday) for each in hours} == {(m, day) for m in VisitMode for day in range(6)}


async def test_hours_somebody_has_changed_stay_when_the_world_is_seeded_again(db: Database) -> None:
    """Seeding adds what is missing, and nothing else."""
    await seed(db)
    async with db.begin() as uow:
        jail, *_ = await uow.jails.all()
        await uow.calendars.set_sessions(jail.id, sessions()[:1])
        await uow.commit()
    await seed(db)
    async with db.read() as uow:
        assert await uow.calendars.sessions(jail.id) == sessions()[:1]
