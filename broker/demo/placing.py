"""Where and for whom a visit of the demonstration takes place: a terminal that is free then, and somebody held there
who is nowhere else then. What is not to be had is said with what is in the way, and from when it can be had.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from broker.demo.world import JAILS
from broker.errors import NobodyFree, NoFreeTerminal
from broker.people import Inmate, Jail, Terminal
from broker.slots.taken import taken
from broker.storage.unit import UnitOfWork
from broker.visit import Slot

#: How far ahead somebody is told when a terminal is free next.
_AHEAD = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class When:
    """The time that is wished for, [starts_at, ends_at), asked for at `now`."""

    starts_at: datetime
    ends_at: datetime
    now: datetime


@dataclass(frozen=True, slots=True)
class _Free:
    """From when on a terminal is free for as long as is wished for."""

    at: datetime
    jail: Jail
    terminal: Terminal


def next_free(held: Iterable[Slot], starts_at: datetime, lasts: timedelta) -> datetime:
    """The first instant from `starts_at` on at which nothing of what is held touches so long a time. Pure."""
    free_at = starts_at
    for slot in sorted(held, key=lambda slot: slot.starts_at):
        if slot.starts_at < free_at + lasts and slot.ends_at > free_at:
            free_at = slot.ends_at
    return free_at


async def find_terminal(uow: UnitOfWork, slug: str, name: str, when: When) -> Terminal:
    """A terminal that is free then: in the jail (by its slug, "" for any) and of the name ("" for any) that are wished
    for. Raises NoFreeTerminal, whose message says which is taken and when it is free next; BadSlot.
    """
    if not slug and not name:
        found = await uow.jails.free_terminal(when.starts_at, when.ends_at)
        if found is not None:
            return found
    frees = [free for jail in await _jails(uow, slug) for free in await _frees(uow, jail, name, when)]
    if not frees:
        raise NoFreeTerminal(await _unknown(uow, slug, name))
    soonest = min(frees, key=lambda free: free.at)
    if soonest.at > when.starts_at:
        raise NoFreeTerminal(_taken(soonest, slug, name, when))
    return soonest.terminal


async def find_inmate(uow: UnitOfWork, terminal: Terminal, when: When, turn: int) -> Inmate:
    """Somebody held in the terminal's jail who has no other visit then; `turn` picks one of several. Raises
    NobodyFree.
    """
    free = [
        inmate
        for inmate in await uow.inmates.of_jail(terminal.jail_id)
        if not any(
            visit.live and visit.starts_at < when.ends_at
            for visit in await uow.visits.of_inmate(inmate.id, when.starts_at)
        )
    ]
    if not free:
        jail = await uow.jails.get(terminal.jail_id)
        raise NobodyFree(
            f"Everybody who is held in {jail.name} has another visit at that time. Ask for another jail, or for a "
            "later time."
        )
    return free[turn % len(free)]


async def _jails(uow: UnitOfWork, slug: str) -> list[Jail]:
    invented = {(demo.state_code, demo.code) for demo in JAILS if slug in {"", demo.slug}}
    return [jail for jail in await uow.jails.all() if (jail.state_code, jail.code) in invented]


async def _frees(uow: UnitOfWork, jail: Jail, name: str, when: When) -> list[_Free]:
    held = await taken(uow.session, jail.id, when.starts_at, when.ends_at + _AHEAD, when.now)
    lasts = when.ends_at - when.starts_at
    return [
        _Free(next_free(_of(held, terminal), when.starts_at, lasts), jail, terminal)
        for terminal in await uow.jails.terminals(jail.id)
        if name in {"", terminal.name}
    ]


def _of(held: Sequence[Slot], terminal: Terminal) -> list[Slot]:
    return [slot for slot in held if slot.terminal_id == terminal.id]


async def _unknown(uow: UnitOfWork, slug: str, name: str) -> str:
    known = {terminal.name for jail in await _jails(uow, slug) for terminal in await uow.jails.terminals(jail.id)}
    where = f"{(await _jails(uow, slug))[0].name} has" if slug else "The invented jails have"
    return f"{where} no terminal {name}, but {', '.join(sorted(known))}."


def _taken(soonest: _Free, slug: str, name: str, when: When) -> str:
    terminal, jail = soonest.terminal.name, soonest.jail.name
    if name and slug:
        which, next_one = f"{terminal} of {jail} holds", "It"
    else:
        every = f"Every terminal{f' {name}' if name else ''} of {jail if slug else 'every jail'}"
        which, next_one = f"{every} holds", f"{terminal}{'' if slug else f' of {jail}'}"
    seconds = math.ceil((soonest.at - when.now).total_seconds())
    clock = soonest.at.astimezone(ZoneInfo(soonest.jail.timezone))
    others = "take another terminal, or ask" if name else "ask for another jail, or" if slug else "ask"
    return (
        f"{which} another visit at that time. {next_one} is free for as long from {clock:%H:%M:%S} on (the jail's "
        f"clock, {clock:%d %b}): {others} for it with --starts-in {seconds}."
    )
