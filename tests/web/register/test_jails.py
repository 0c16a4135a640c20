"""Finding a jail, and that nobody held in it can be found."""

from __future__ import annotations

from broker.people import Jail
from tests.support.desk import Desk
from tests.support.family import get, submit
from tests.support.registering import Bookable, typed
from tests.support.registering_pages import HOME, fill, send, start
from web.register.jails import Listed, search


def listed(name: str, city: str, state: int = 27, code: int = 1) -> Listed:
    """A jail."""
    return Listed(
        Jail(code, state, code, name, city, "Asia/Kolkata", "020"), {27: "Maharashtra", 19: "West Bengal"}[state]
    )


JAILS = [
    listed("Yerwada Central Prison", "Pune", code=1),
    listed("Taloja Central Prison", "Navi Mumbai", code=2),
    listed("Presidency Correctional Home", "Kolkata", 19, 3),
]


def found(query: str, state: int | None = None) -> list[str]:
    """The names that a search brings."""
    return [each.jail.name.partition(" ")[0] for each in search(JAILS, state, query)]


def test_a_jail_is_found_by_name_town_or_state() -> None:
    """In any order of words, in small letters; within a state; all of them without words."""
    assert found("pune") == ["Yerwada"]
    assert found("prison yerwada") == ["Yerwada"]
    assert found("west bengal") == ["Presidency"]
    assert found("central", 19) == []
    assert found("", 27) == ["Yerwada", "Taloja"]


def test_a_slip_of_the_finger_still_finds_it() -> None:
    """A letter too few or wrong."""
    assert found("yerawada") == ["Yerwada"]
    assert found("calcutta") != ["Yerwada"]
    assert found("zzzzzz") == []


async def test_the_list_is_searched_and_a_jail_chosen(desk: Desk, jail: Bookable) -> None:
    """Each one a button; the chosen one is shown again on coming back."""
    async with desk.browser() as browser:
        await start(browser)
        assert f'value="{jail.code}"' in (await get(browser, f"{HOME}/jail?q=devgiri&state=27")).text
        assert "No jail has such a name" in (await get(browser, f"{HOME}/jail?q=zzzzzz")).words
        assert (await get(browser, f"{HOME}/jail?state=x&q=%00")).status == 200
        chosen = await submit(browser, f"{HOME}/jail", jail=jail.code)
        assert chosen.location == f"{HOME}/prisoner"
        assert "You chose" in (await get(browser, f"{HOME}/jail")).words
        unknown = await submit(browser, f"{HOME}/jail", jail="27-9999")
        assert unknown.status == 422
        assert "choose a jail from the list" in unknown.words


async def test_a_state_that_admits_no_doctors_says_so_at_once(desk: Desk, jail: Bookable) -> None:
    """Before anything more is typed."""
    async with desk.browser() as browser:
        await start(browser)
        await send(browser, "you", {**typed(jail)["you"], "relationship": "doctor"})
        page = await submit(browser, f"{HOME}/jail", jail=jail.code)
    assert page.status == 422
    assert "can't be asked for at this jail" in page.words


async def test_no_page_tells_whether_somebody_is_held(desk: Desk, jail: Bookable) -> None:
    """For a person in the jail's register and for one who is nowhere, every page is the same but for the typed name."""
    async with desk.db.begin() as uow:
        held = desk.here.inmate
        await uow.commit()
    told = []
    for number, name in enumerate((held.name, "Nobody Atall"), 1):
        async with desk.browser() as browser:
            await fill(desk, browser, jail, number=number)
            answer = await send(browser, "prisoner", {**typed(jail)["prisoner"], "name": name, "number": held.number})
            page = await get(browser, f"{HOME}/check")
            told.append((answer.status, answer.location, page.words.replace(name, "").replace(f"savita{number}", "")))
    assert told[0] == told[1]
