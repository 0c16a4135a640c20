"""Who comes along: added, kept with their mistakes, taken off, no more than may come."""

from __future__ import annotations

from broker.registration.draft import Step
from tests.support.desk import Desk
from tests.support.family import get
from tests.support.registering import Bookable, typed
from tests.support.registering_pages import HOME, draft_of, send, start


def person(number: int, **changes: str) -> dict[str, str]:
    """The fields of one."""
    fields = {
        "name": f"Arun {number}", "relationship": "family", "nationality": "IN", "id_type": "pan",
        "id_number": "ABCPE1234F", "email": f"arun{number}@family.example",
    }  # fmt: skip
    return {f"{name}_{number}": text for name, text in (fields | changes).items()}


async def test_people_are_added_one_after_another_and_taken_off(desk: Desk, jail: Bookable) -> None:
    """A mistake keeps all that was typed; the last that may come is the last that can be added."""
    async with desk.browser() as browser:
        await start(browser)
        await send(browser, "contact", typed(jail)["contact"])
        await send(browser, "jail", typed(jail)["jail"])
        await send(browser, "how", {"mode": "video"})
        assert 'name="name_1"' in (await get(browser, f"{HOME}/companions?add=1")).text
        wrong = await send(browser, "companions", person(1, email="x"))
        assert wrong.status == 422
        assert wrong.value("name_1") == "Arun 1"
        assert 'href="#email_1"' in wrong.text
        more = await send(browser, "companions", person(1), go="add")
        assert more.location == f"{HOME}/companions?add=1#name_2"
        too_many = await send(browser, "companions", person(1) | person(2) | person(3))
        assert too_many.status == 422
        assert "More visitors than this jail" in too_many.words
        await send(browser, "companions", person(1) | person(2) | person(3), go="remove-2")
        kept = (await draft_of(desk)).typed(Step.COMPANIONS)
        assert (kept["name_1"], kept["name_2"], "name_3" in kept) == ("Arun 1", "Arun 3", False)
        assert (await send(browser, "companions", {**kept})).location == f"{HOME}/times"
        assert (await send(browser, "companions", {**kept}, go="back")).location == f"{HOME}/how"


async def test_nobody_comes_along(desk: Desk, jail: Bookable) -> None:
    """Next, at once; and what the script keeps is kept."""
    async with desk.browser() as browser:
        await start(browser)
        assert (await send(browser, "companions", {})).location == f"{HOME}/times"
        page = await get(browser, f"{HOME}/companions")
        kept = await browser.post(f"{HOME}/companions/kept", data={"csrf": page.value("csrf"), **person(1, name="A")})
        assert kept.status == 204
        assert (await draft_of(desk)).typed(Step.COMPANIONS)["name_1"] == "A"
