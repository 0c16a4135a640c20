"""Writing the invented jails, their people and visits, jail by jail: again it goes on where it was interrupted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from random import Random
from typing import Any

from sqlalchemy import exists, insert, select

from broker.demo.published.figures import JailFigures, jails
from broker.demo.published.invent import TIMEZONE, terminals, visits
from broker.demo.published.rows import Jailed, Rows, people, write
from broker.demo.world import MAHARASHTRA
from broker.errors import DemoRefused
from broker.people import Jail
from broker.storage.database import Database
from broker.storage.models import (
    InmateRow,
    JailRow,
    SerialRow,
    TerminalRow,
    VisitHistoryRow,
    VisitLossRow,
    VisitorRow,
    VisitRecordRow,
    VisitRow,
)
from broker.storage.unit import UnitOfWork
from broker.vocabulary import VisitMode

_BATCH = 2000


@dataclass(frozen=True, slots=True)
class Filled:
    """How many jails and visits were written; what was there already is not among them."""

    jails: int
    visits: int


async def fill(db: Database, share: Fraction, said: Callable[[str], None] = lambda _: None) -> Filled:
    """Write what is missing of the published table's jails, at this share of its size; `said` hears the name of each
    jail that is done. Raises DemoRefused when the database holds a jail that isn't invented.
    """
    made = written = 0
    for figures in jails(share):
        async with db.begin() as uow:
            if await uow.session.scalar(select(exists().where(~JailRow.demo))):
                raise DemoRefused("This database holds jails of its own; demonstration data don't belong there.")
            if await _is_there(uow, figures):
                continue
            number = await _fill(uow, figures)
            await uow.commit()
        made, written = made + 1, written + number
        said(f"{figures.name}: {number}")
    return Filled(made, written)


async def _is_there(uow: UnitOfWork, figures: JailFigures) -> bool:
    if MAHARASHTRA.code not in {state.code for state in await uow.jails.states()}:
        await uow.jails.add_state(MAHARASHTRA, demo=True)
    known = await uow.jails.all()
    return (MAHARASHTRA.code, figures.code) in {(jail.state_code, jail.code) for jail in known}


async def _fill(uow: UnitOfWork, figures: JailFigures) -> int:
    jail = await uow.jails.add(
        MAHARASHTRA.code,
        figures.code,
        name=figures.name,
        city=figures.name,
        timezone=TIMEZONE.key,
        helpline=f"022-0000 {figures.code:04d}",
        demo=True,
    )
    jailed = await _furnish(uow, jail, figures)
    invented, written = visits(figures), 0
    while some := list(islice(invented, _BATCH)):
        rows = Rows()
        for each in some:
            write(jailed, each, rows)
        await _write(uow, rows)
        written += len(some)
    serials = [{"jail_id": jail.id, "year": year, "last": last} for year, last in jailed.serials.items()]
    if serials:
        await uow.session.execute(insert(SerialRow), serials)
    return written


async def _furnish(uow: UnitOfWork, jail: Jail, figures: JailFigures) -> Jailed:
    """People, terminals and a counter."""
    places: dict[VisitMode, list[int]] = {}
    for mode, letter, number in ((VisitMode.VIDEO, "T", terminals(figures)), (VisitMode.IN_PERSON, "C", 1)):
        made = [{"jail_id": jail.id, "name": f"{letter}{at}", "mode": mode} for at in range(1, number + 1)]
        places[mode] = await _ids(uow, TerminalRow, made)
    held = await _ids(uow, InmateRow, people(jail.id, figures))
    rng = Random(-figures.code)  # noqa: S311 - invented, and meant to be the same again
    return Jailed(jail.id, jail.state_code, figures, held, places[VisitMode.VIDEO], places[VisitMode.IN_PERSON], rng)


async def _ids(uow: UnitOfWork, table: Any, rows: list[dict[str, Any]]) -> list[int]:
    """Write rows; their ids in the same order."""
    found = await uow.session.scalars(insert(table).returning(table.id, sort_by_parameter_order=True), rows)
    return list(found)


async def _write(uow: UnitOfWork, rows: Rows) -> None:
    for table, values in (
        (VisitRow, rows.visits),
        (VisitorRow, rows.visitors),
        (VisitHistoryRow, rows.history),
        (VisitRecordRow, rows.records),
        (VisitLossRow, rows.losses),
    ):
        if values:
            await uow.session.execute(insert(table), values)
