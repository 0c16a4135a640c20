"""A visit that nobody started, closed by staff's word before its slot is over."""

from __future__ import annotations

from datetime import timedelta

import pytest

from broker.losses.absent.unstarted import close_unstarted
from broker.sessions.noshow import NoShow
from broker.storage.database import Database
from broker.visit import Outcome
from broker.vocabulary import LossCause, LossSide
from config.settings import Settings
from tests.support.deciding import Office, counted, letters
from tests.support.losses import approved, codes_that_came_back

MINUTES = timedelta(minutes=10)
NO_CODES, NO_TERMINAL = (LossCause.NO_CODES, LossSide.PRISON), (LossCause.TERMINAL_DOWN, LossSide.PRISON)
NOT_THERE = (LossCause.NOBODY_CAME, LossSide.FAMILY)
ABSENT, FAILED = Outcome.VISITOR_ABSENT, Outcome.TECHNICAL_FAILURE


@pytest.mark.parametrize("paired", [False, True], ids=["no terminal", "terminal"])
@pytest.mark.parametrize("came_back", [False, True], ids=["nobody asked", "codes came back"])
@pytest.mark.parametrize("called_off", [False, True], ids=["nobody came", "called off"])
async def test_no_show_counts_only_where_the_family_could_have_come(  # noqa: PLR0917 - fixtures and three choices
    db: Database,
    office: Office,
    settings: Settings,
    paired: bool,  # noqa: FBT001
    came_back: bool,  # noqa: FBT001
    called_off: bool,  # noqa: FBT001
) -> None:
    """Codes that came back, and a terminal that never was, are the prison's: given back, and another visit offered. Who
    said not to come has missed it, whatever else was broken.
    """
    visit = await approved(db, office, settings)
    assert visit.terminal is not None
    if paired:
        async with db.begin() as uow:
            await uow.terminals.pair(visit.terminal.id, "00" * 32)
            await uow.commit()
    if came_back:
        await codes_that_came_back(db, visit)
    now = visit.starts_at + MINUTES
    async with db.begin() as uow:
        locked = await uow.visits.lock(visit.id)
        closed = await close_unstarted(uow, settings, locked, NoShow(now, called_off), "staff:7", now)
        await uow.commit()
    theirs = called_off or (paired and not came_back)
    async with db.read() as uow:
        [loss] = await uow.losses.of_visit(visit.id)
        makeup = await uow.makeups.of_visit(visit.id)
    assert (loss.cause, loss.side) == (NOT_THERE if theirs else NO_CODES if came_back else NO_TERMINAL)
    assert closed.outcome is (FAILED if came_back and not called_off else ABSENT)
    assert (makeup is None) is theirs
    assert await counted(db, visit.id, office.inmate) == (1 if theirs else 0)
    assert ("missed" if theirs else "makeup") in await letters(db, visit)
    assert ("makeup" if theirs else "missed") not in await letters(db, visit)
