"""Where and for whom a visit of the demonstration takes place, and what is said where it can't."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import SecretStr

from broker import demo
from broker.demo.placing import next_free
from broker.demo.world import JAILS
from broker.errors import NobodyFree, NoFreeTerminal
from broker.storage.database import Database
from broker.visit import Slot
from config.settings import Settings
from tests.support.clock import NOON
from tests.support.settings import SECRET_KEY
from tests.support.visits import Place, request

MINUTE = timedelta(minutes=1)
SETTINGS = Settings.model_construct(secret_key=SecretStr(SECRET_KEY), public_url="http://127.0.0.1:8080")
ULHAS = next(jail for jail in JAILS if jail.slug == "ulhas")


def slot(first: int, last: int) -> Slot:
    """A slot, in minutes from noon."""
    return Slot(1, NOON + first * MINUTE, NOON + last * MINUTE)


def test_a_terminal_is_free_where_nothing_touches_so_long_a_time() -> None:
    """A gap that is too short is none; one that fits exactly is; what is over or only touches is not in the way."""
    held = [slot(25, 40), slot(0, 15), slot(-30, 0)]
    assert next_free(held, NOON, 10 * MINUTE) == NOON + 15 * MINUTE
    assert next_free(held, NOON, 11 * MINUTE) == NOON + 40 * MINUTE
    assert next_free([slot(0, 15)], NOON + 15 * MINUTE, 15 * MINUTE) == NOON + 15 * MINUTE
    assert next_free([], NOON, MINUTE) == NOON


async def test_a_terminal_that_is_taken_is_named_with_when_it_is_free_and_the_others_still_book(
    world: Database,
) -> None:
    """What is said is true: asked for so, it books."""
    wish = demo.Wish(minutes=5, jail="ulhas", terminal="T2")
    first = await demo.book(world, SETTINGS, wish, NOON)
    with pytest.raises(NoFreeTerminal) as refused:
        await demo.book(world, SETTINGS, demo.Wish(minutes=5, starts_in=60, jail="ulhas", terminal="T2"), NOON)
    assert str(refused.value) == (
        "T2 of Ulhas Khadi District Prison holds another visit at that time. It is free for as long from 17:35:00 on "
        "(the jail's clock, 02 Mar): take another terminal, or ask for it with --starts-in 300."
    )
    after = await demo.book(world, SETTINGS, demo.Wish(minutes=5, starts_in=300, jail="ulhas", terminal="T2"), NOON)
    beside = await demo.book(world, SETTINGS, demo.Wish(minutes=5, jail="ulhas", terminal="T1"), NOON)
    assert after.visit.starts_at == first.visit.ends_at
    assert (after.terminal.name, beside.terminal.name) == ("T2", "T1")


async def test_a_full_jail_says_so_of_itself_and_which_terminal_is_free_first(world: Database) -> None:
    """And not of every jail: the others have room."""
    for minutes in (30, 5, 20):
        await demo.book(world, SETTINGS, demo.Wish(minutes=minutes, jail="ulhas"), NOON)
    with pytest.raises(NoFreeTerminal) as refused:
        await demo.book(world, SETTINGS, demo.Wish(jail="ulhas"), NOON)
    assert str(refused.value).startswith("Every terminal of Ulhas Khadi District Prison holds another visit")
    assert "T2 is free for as long from 17:35:00 on" in str(refused.value)
    assert (await demo.book(world, SETTINGS, demo.Wish(), NOON)).terminal.jail_id != (
        await demo.book(world, SETTINGS, demo.Wish(jail="ulhas", starts_in=1800), NOON)
    ).terminal.jail_id


async def test_a_terminal_that_is_not_there_is_said_to_be_none(world: Database) -> None:
    """Rather than taken; without a jail the name counts too."""
    with pytest.raises(NoFreeTerminal, match=r"^Ulhas Khadi District Prison has no terminal T9, but T1, T2, T3\.$"):
        await demo.book(world, SETTINGS, demo.Wish(jail="ulhas", terminal="T9"), NOON)
    with pytest.raises(NoFreeTerminal, match=r"^The invented jails have no terminal T9, but T1, T2, T3, T4\.$"):
        await demo.book(world, SETTINGS, demo.Wish(terminal="T9"), NOON)
    assert (await demo.book(world, SETTINGS, demo.Wish(terminal="T3"), NOON)).terminal.name == "T3"


async def test_whoever_has_a_visit_is_not_booked_a_second_time(world: Database) -> None:
    """The only one who is free is taken; when nobody is, that is said, though terminals are free."""
    async with world.begin() as uow:
        jail = next(each for each in await uow.jails.all() if each.name == ULHAS.name)
        first = (await uow.jails.terminals(jail.id))[0]
        *others, last = await uow.inmates.of_jail(jail.id)
        for turn, inmate in enumerate(others):
            new = replace(request(Place(jail, (first,), inmate), starts_at=NOON + turn * MINUTE, minutes=1), demo=True)
            await uow.visits.add(new, NOON)
            await uow.visits.approve(new.id, Slot(first.id, new.starts_at, new.ends_at), "system:test", NOON)
        await uow.commit()
    wish = demo.Wish(minutes=len(others), jail="ulhas", terminal="T2")
    assert (await demo.book(world, SETTINGS, wish, NOON)).visit.inmate_known == last
    with pytest.raises(NobodyFree, match=r"^Everybody who is held in Ulhas Khadi District Prison has another visit"):
        await demo.book(world, SETTINGS, replace(wish, terminal="T3"), NOON)
